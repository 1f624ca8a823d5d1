from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "pitlane.accounts"
    label = "accounts"
