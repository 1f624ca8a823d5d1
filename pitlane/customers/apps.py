from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "pitlane.customers"
    label = "customers"
