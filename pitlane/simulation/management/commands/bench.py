"""``pitlane bench``: measure speed on a database of its own, never on the shop's."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from pitlane.simulation.bench import databases, frontdesk, report


class Command(BaseCommand):
    help = "Measure the front desk: pages on a full database and whole orders per second."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["frontdesk"])
        parser.add_argument("--customers", type=int, default=100_000)
        parser.add_argument("--orders", type=int, default=300_000, help="closed orders of the past three years")
        parser.add_argument("--cycle-orders", type=int, default=120, help="orders driven through the API per round")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--database-url",
            default="",
            help="a PostgreSQL server, e.g. postgres://user@host/postgres; a database is made there",
        )
        parser.add_argument(
            "--fresh", action="store_true", help="fill again instead of using what an earlier run filled"
        )
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
        parser.add_argument("--inside", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inside"]:
            self._measure(options)
            return
        place = databases.place_for(options["customers"], options["orders"], options["database_url"])
        databases.make(place, options["database_url"], fresh=options["fresh"])
        names = ("customers", "orders", "cycle_orders", "seed")
        words = [word for name in names for word in (f"--{name.replace('_', '-')}", str(options[name]))]
        code = databases.run_inside(place, [options["what"], *words, *(["--json"] if options["json"] else [])])
        if code:
            raise CommandError("The benchmark did not finish.", returncode=code)

    def _measure(self, options: dict[str, Any]) -> None:
        if Path(settings.DATA_DIR).parent.name != "bench":
            raise CommandError("This is not a benchmark's data directory.")
        wanted = frontdesk.Wanted(
            customers=options["customers"],
            orders=options["orders"],
            seed=options["seed"],
            cycle_orders=options["cycle_orders"],
        )
        result = frontdesk.run(wanted, self._tell)
        lines = [report.as_json(result)] if options["json"] else report.as_text(result)
        for line in lines:
            self.stdout.write(line)

    def _tell(self, what: str, number: int) -> None:
        if number % 20_000 == 0:
            self.stderr.write(f"  {number:,} {what}")
