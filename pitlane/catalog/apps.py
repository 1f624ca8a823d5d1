from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "pitlane.catalog"
    label = "catalog"
