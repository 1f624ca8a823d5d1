from django.apps import AppConfig


class SimulationConfig(AppConfig):
    name = "pitlane.simulation"
    label = "simulation"
