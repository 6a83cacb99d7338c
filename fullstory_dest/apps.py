from contextlib import suppress
from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.core.management import call_command
from django.db.models.signals import post_migrate


class FullStoryDestConfig(AppConfig):
    name = "fullstory_dest"
    verbose_name = "FullStory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(clear_status_cache, sender=self)
        post_migrate.connect(create_cache_table, sender=self)


def clear_status_cache(using: str, apps: Apps = global_apps, **_more: Any) -> None:
    """Clear the cached source statuses, because another version might compute them differently.

    ``apps`` has the models as of the migrations that ran. After a partial or backward migration, it can lack the table.
    """
    with suppress(LookupError):
        apps.get_model("fullstory_dest", "SourceStatusCache").objects.using(using).all().delete()


def create_cache_table(using: str, **_more: Any) -> None:
    """Create the table of the cache, which has no migration."""
    call_command("createcachetable", database=using, verbosity=0)
