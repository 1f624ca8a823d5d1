"""``pitlane doctor``: check the invariants of every organisation; exit 1 and name the rows when one is broken."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pitlane.core import doctor
from pitlane.core.models import ChainHead
from pitlane.core.tenancy import scope


class Command(BaseCommand):
    help = "Check the invariants on real data"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", nargs="*", choices=sorted(doctor.CHECKS))
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        found = []
        for org_id in ChainHead.unscoped.order_by("org_id").values_list("org_id", flat=True):
            with scope(org_id):
                found += [(org_id, trouble) for trouble in doctor.examine(options["only"])]
        if options["json"]:
            rows = [{"org": org_id, "check": t.check, "subject": t.subject, "text": t.text} for org_id, t in found]
            self.stdout.write(json.dumps({"clean": not rows, "troubles": rows}))
        else:
            for org_id, trouble in found:
                self.stdout.write(f"org {org_id} {trouble.check}: {trouble.subject}: {trouble.text}")
        if found:
            raise CommandError(f"{len(found)} broken invariants")
        if not options["json"]:
            self.stdout.write(f"doctor: {len(doctor.CHECKS)} checks, all clean")
