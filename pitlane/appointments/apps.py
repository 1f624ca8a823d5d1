from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "pitlane.appointments"
    label = "appointments"
