from django.apps import AppConfig

from .wording import speak


class CoreConfig(AppConfig):
    name = "pitlane.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        speak()
