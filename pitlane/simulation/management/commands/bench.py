"""``pitlane bench``: measure speed on a database of its own, never on the shop's."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from pitlane.simulation.bench import databases, diagnosis, frontdesk, report, slot_clients, slots

SIZES = {
    "frontdesk": ("customers", "orders", "cycle_orders", "seed"),
    "slots": ("technicians", "bays", "bookings", "claims", "seed"),
}


class Command(BaseCommand):
    help = (
        "Measure the front desk (pages and whole orders), slots (search for free time and promises per second) or "
        "diagnosis (how often the true cause is among the first)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=[*SIZES, "diagnosis"])
        parser.add_argument("--customers", type=int, default=100_000)
        parser.add_argument("--orders", type=int, default=300_000, help="closed orders of the past three years")
        parser.add_argument("--cycle-orders", type=int, default=120, help="orders driven through the API per round")
        parser.add_argument("--technicians", type=int, default=60)
        parser.add_argument("--bays", type=int, default=40)
        parser.add_argument("--bookings", type=int, default=400, help="bookings already made in the fortnight")
        parser.add_argument("--claims", type=int, default=400, help="bookings tried per round")
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
        parser.add_argument("--client", type=int, help=SUPPRESS)
        parser.add_argument("--client-does", choices=["claims", "floor"], default="claims", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["what"] == "diagnosis":
            for line in (diagnosis.as_json if options["json"] else diagnosis.as_text)(diagnosis.run()):
                self.stdout.write(line)
            return
        if options["inside"]:
            self._measure(options)
            return
        place = self._place(options)
        databases.make(place, options["database_url"], fresh=options["fresh"] or options["what"] == "slots")
        words = [
            word for name in SIZES[options["what"]] for word in (f"--{name.replace('_', '-')}", str(options[name]))
        ]
        code = databases.run_inside(place, [options["what"], *words, *(["--json"] if options["json"] else [])])
        if code:
            raise CommandError("The benchmark did not finish.", returncode=code)

    def _place(self, options: dict[str, Any]) -> databases.Place:
        if options["what"] == "frontdesk":
            return databases.place_for(options["customers"], options["orders"], options["database_url"])
        size = "_".join(str(options[name]) for name in ("technicians", "bays", "bookings"))
        return databases.place_named(f"slots_{size}", options["database_url"])

    def _measure(self, options: dict[str, Any]) -> None:
        if Path(settings.DATA_DIR).parent.name != "bench":
            raise CommandError("This is not a benchmark's data directory.")
        if options["client"] is not None:
            slot_clients.client(slots.known(), options["client_does"], options["client"], options["claims"])
            return
        lines = self._frontdesk(options) if options["what"] == "frontdesk" else self._slots(options)
        for line in lines:
            self.stdout.write(line)

    def _frontdesk(self, options: dict[str, Any]) -> Iterable[str]:
        sizes = {name: options[name] for name in SIZES["frontdesk"]}
        result = frontdesk.run(frontdesk.Wanted(**sizes), self._tell)
        return [report.as_json(result)] if options["json"] else report.as_text(result)

    def _slots(self, options: dict[str, Any]) -> Iterable[str]:
        result = slots.run(slots.Wanted(**{name: options[name] for name in SIZES["slots"]}), self._tell)
        return [slots.as_json(result)] if options["json"] else slots.as_text(result)

    def _tell(self, what: str, number: int) -> None:
        if number % 20_000 == 0:
            self.stderr.write(f"  {number:,} {what}")
