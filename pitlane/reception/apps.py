from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "pitlane.reception"
    label = "reception"
