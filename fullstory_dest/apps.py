from contextlib import suppress
from typing import Any

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class FullStoryDestConfig(AppConfig):
    name = "fullstory_dest"
    verbose_name = "FullStory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(clear_status_cache, sender=self)


def clear_status_cache(using: str, apps: Apps = global_apps, **_more: Any) -> None:
    """Empty the cache of publish statuses: another version may judge the same drafts differently.

    ``apps`` has the models as the migrations that ran left them: after a partial or backward one, without this table.
    """
    with suppress(LookupError):
        apps.get_model("fullstory_dest", "SourceStatusCache").objects.using(using).all().delete()
