from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "pitlane.portal"
    label = "portal"
