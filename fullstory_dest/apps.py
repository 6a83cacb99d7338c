from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FullStoryDestConfig(AppConfig):
    name = "fullstory_dest"
    verbose_name = "FullStory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(forget_standings, sender=self)


def forget_standings(using: str, **_more: Any) -> None:
    """Another version may judge the same drafts otherwise."""
    from fullstory_dest.models import Standing  # There are no models before the app is ready.

    Standing.objects.using(using).all().delete()
