from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "pitlane.scheduling"
    label = "scheduling"
