from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "pitlane.integrations"
    label = "integrations"
