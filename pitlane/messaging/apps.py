from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "pitlane.messaging"
    label = "messaging"
