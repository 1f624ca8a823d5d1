"""``pitlane demo``: fill the system with a believable chain, or tell who can sign in to it."""

from __future__ import annotations

import time
import unicodedata
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from pitlane.simulation import demo


def width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Aligned lines."""
    widest = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(cell + " " * (size - width(cell)) for cell, size in zip(row, widest, strict=True)).rstrip()
        for row in rows
    ]


class Command(BaseCommand):
    help = "Fill the database with a demo chain, or list its logins."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--size", choices=[*demo.SIZES, "none"], help="small: 1 store, 3 months; medium: 3 stores, 12 months"
        )
        parser.add_argument("--seed", type=int, default=1, help="same size, seed and moment: same data")
        parser.add_argument(
            "--at", type=datetime.fromisoformat, help="the moment that the demo shows, e.g. 2026-11-23T10:00"
        )
        parser.add_argument("--reset", action="store_true", help="remove the demo first")
        parser.add_argument("--logins", action="store_true", help="print who can sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        size = options["size"] or ("none" if options["logins"] or options["reset"] else "small")
        known = demo.existing()
        if known and (options["reset"] or (size != "none" and demo.unfinished(known))):
            demo.remove(known)
            self.stdout.write("The demo was removed." if options["reset"] else "A half-built demo was removed.")
            known = None
        if size != "none":
            if known:
                raise CommandError("There is a demo already; --reset removes it first.")
            self._build(size, options)
            known = demo.existing()
        if options["logins"] and known:
            self._print_logins(known)

    def _build(self, size: str, options: dict[str, Any]) -> None:
        given = options["at"]
        now = timezone.now() if given is None else given if given.tzinfo else timezone.make_aware(given)
        began, shown = time.monotonic(), [-1]

        def told(day: date) -> None:
            if options["verbosity"] > 0 and shown[0] != day.month:
                shown[0] = day.month
                self.stdout.write(f"  {day:%Y-%m} ...", ending="\n")
                self.stdout.flush()

        demo.build(size, options["seed"], demo.moment_for(now), told)
        self.stdout.write(f"The demo ({size}) was built in {time.monotonic() - began:.0f} s.")

    def _print_logins(self, org: Any) -> None:
        rows = [("角色", "登录名", "姓名", "门店", "密码")]
        rows += [(row.role, row.login, row.name, row.store, row.password) for row in demo.logins(org)]
        for line in table(rows):
            self.stdout.write(f"  {line}")
        for token in org.settings.get("demo", {}).get("links", [])[:1]:
            self.stdout.write(f"\n  车主确认报价的手机页：/p/{token}/")
