from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    name = "pitlane.workshop"
    label = "workshop"
