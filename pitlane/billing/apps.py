from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "pitlane.billing"
    label = "billing"
