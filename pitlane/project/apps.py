from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings


class ProjectConfig(AppConfig):
    name = "pitlane.project"
    label = "project"

    def ready(self) -> None:
        """Load what domains register: permissions, events, reactions, jobs, ports."""
        for domain in settings.DOMAINS:
            for module in ("policies", "events", "jobs", "doctor", "imports", "exports"):
                name = f"pitlane.{domain}.{module}"
                if domain != "core" and find_spec(name):
                    import_module(name)
        import_module("pitlane.project.wiring").connect()
