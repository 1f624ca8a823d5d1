from django.apps import AppConfig


class FoundingConfig(AppConfig):
    name = "pitlane.founding"
    label = "founding"
