"""``pitlane rotate-keys``: a new key for personal data, and every encrypted field sealed under it.

May be stopped and called again at any time: it goes on where it was. The old keys stay until ``--drop-old``, for
processes that wrote with them in the last moment.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pitlane.core import crypto
from pitlane.core.rotation import rotate_all


class Command(BaseCommand):
    help = "Re-encrypt personal fields under a new key"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drop-old", action="store_true", help="forget the old keys once nothing uses them")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["drop_old"]:
            self._drop()
            return
        self._begin()
        while self._pass():
            pass
        self.stdout.write(
            "every field is under the newest key; forget the old ones with: pitlane rotate-keys --drop-old"
        )

    def _begin(self) -> None:
        if len(crypto.key_ring().encryption) > 1:
            self.stdout.write("going on with the rotation that was begun")
        elif crypto.in_environment():
            raise CommandError("the keys come from PITLANE_KEYS: put a new one in front there, then call this again")
        else:
            crypto.add_key()

    def _pass(self) -> int:
        """One pass; what was written with an old key meanwhile is found by the next one."""
        changed = 0
        for done in rotate_all():
            changed += done.changed
            if done.changed:
                self.stdout.write(f"{done.table}: {done.changed} of {done.rows} rows re-encrypted")
        return changed

    def _drop(self) -> None:
        if crypto.in_environment():
            raise CommandError("the keys come from PITLANE_KEYS: take the old ones out there")
        if left := self._pass():
            raise CommandError(f"{left} rows were still under an old key; they are re-encrypted now, call this again")
        crypto.drop_old_keys()
        self.stdout.write("the old keys are forgotten")
