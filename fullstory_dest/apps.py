from django.apps import AppConfig


class FullStoryDestConfig(AppConfig):
    name = "fullstory_dest"
    verbose_name = "FullStory"
    default_auto_field = "django.db.models.BigAutoField"
