from django.apps import AppConfig


class PartsConfig(AppConfig):
    name = "pitlane.parts"
    label = "parts"
