"""``pitlane upgrade-roles``: what ``migrate`` and ``start`` do after the tables: new permissions for built-in roles."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from pitlane.accounts.bootstrap import upgrade_roles


class Command(BaseCommand):
    help = "Give the built-in roles of every organisation the permissions that are new in this version"

    def handle(self, *args: Any, **options: Any) -> None:
        changed = upgrade_roles(timezone.now())
        if changed or options["verbosity"] > 1:
            self.stdout.write(f"{changed} roles got new permissions.")
