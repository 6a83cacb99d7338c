from typing import Any

from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate


class FullStoryDestConfig(AppConfig):
    name = "fullstory_dest"
    verbose_name = "FullStory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fullstory_dest.services.source_changes import store_with
        from fullstory_dest.services.sources.stored_status import store_statuses

        store_with(store_statuses)
        post_migrate.connect(create_cache_table, sender=self)


def create_cache_table(using: str, **_more: Any) -> None:
    """Create the table of the cache, which has no migration."""
    call_command("createcachetable", database=using, verbosity=0)
