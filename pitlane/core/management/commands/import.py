"""``pitlane import history FILE --profile jobcards``: dry run first, then the import; a second run adds nothing."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from pitlane.core import files, statistics
from pitlane.core.access import Actor, system
from pitlane.core.errors import PitlaneError
from pitlane.core.imports import profiles, run, trial
from pitlane.core.imports.report import csv_lines, report_rows
from pitlane.core.imports.run import State
from pitlane.core.models import ImportBatch
from pitlane.core.tenancy import scope

MB = 1024 * 1024
EVERY = 10_000


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(MB):
            yield chunk


class Command(BaseCommand):
    help = "Import customers, vehicles, parts, stock or repair history from a CSV or Excel file"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", help="what the file holds: " + ", ".join(sorted(profiles.PROFILES)))
        parser.add_argument("file", type=Path)
        parser.add_argument("--profile", help="a known file layout of that kind, e.g. jobcards")
        parser.add_argument("--org", help="code of the organisation (default: the only one)")
        parser.add_argument("--store", help="code of the store (default: the first)")
        parser.add_argument("--dry-run", action="store_true", help="try only, write nothing but the report")
        parser.add_argument("--report", type=Path, help="write every row left out or doubtful here, after the import")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["file"].is_file():
            raise CommandError(f"no such file: {options['file']}")
        org_id, store_id = self._place(options["org"], options["store"])
        try:
            with scope(org_id):
                self._run(profiles.profile(options["what"]), options, org_id, store_id)
        except PitlaneError as error:
            raise CommandError(str(error)) from error

    def _place(self, org: str | None, store: str | None) -> tuple[int, int]:
        chosen = self._organisation(apps.get_model("accounts", "Organisation").objects.order_by("pk"), org)
        with scope(chosen.pk):
            stores = apps.get_model("accounts", "Store").objects.order_by("pk")
            place = stores.filter(code=store).first() if store else stores.first()
        if place is None:
            raise CommandError("no such store")
        return chosen.pk, place.pk

    def _organisation(self, organisations: Any, code: str | None) -> Any:
        known = list(organisations)
        if not known:
            raise CommandError("no organisation yet; open one with: pitlane setup")
        names = ", ".join(one.code for one in known)
        if not code and len(known) > 1:
            raise CommandError(f"several organisations; name one with --org: {names}")
        chosen = next((one for one in known if one.code == code or not code), None)
        if chosen is None:
            raise CommandError(f"no such organisation; there are: {names}")
        return chosen

    def _run(self, profile: profiles.Profile, options: dict[str, Any], org_id: int, store_id: int) -> None:
        by, now = system(org_id), timezone.now()
        kept = files.receive(_chunks(options["file"]), options["file"].name, "import")
        batch = run.start_import(profile_key=profile.key, upload=kept, store_id=store_id, by=by, at=now)
        if batch.status == State.DONE and not batch.counts.get("refused"):
            self.stdout.write(f"this file was imported before ({batch.counts.get('made', 0)} made); nothing to add")
        else:
            batch = self._bring_in(batch, profile, options, by)
        if options["report"]:
            options["report"].write_bytes(b"".join(csv_lines(report_rows(batch))))
            self.stdout.write(f"report: {options['report']}")

    def _bring_in(
        self, batch: ImportBatch, profile: profiles.Profile, options: dict[str, Any], by: Actor
    ) -> ImportBatch:
        """A run that was killed goes on; otherwise everything is tried first."""
        if batch.status != State.RUNNING:
            if options["profile"] and batch.status != State.CHECKING:
                batch = self._lay_out(batch, profile, options["profile"], by)
            batch = trial.dry_run(batch_id=batch.pk, by=by, at=timezone.now(), told=self._follow)
            self._tell(batch)
        return batch if options["dry_run"] else self._import(batch, by)

    def _follow(self, rows: int, share: float) -> None:
        self.stdout.write(f"  {rows:,} rows read, {share:.0%}")

    def _lay_out(self, batch: ImportBatch, profile: profiles.Profile, layout: str, by: Actor) -> ImportBatch:
        if layout not in profile.layouts:
            raise CommandError(f"unknown layout {layout}; known: {', '.join(sorted(profile.layouts)) or 'none'}")
        mapping = profile.layouts[layout]
        return run.set_mapping(batch_id=batch.pk, mapping=mapping, by=by, at=timezone.now())

    def _tell(self, batch: ImportBatch) -> None:
        counts = batch.counts
        self.stdout.write(
            f"dry run: {counts['rows']} rows, {counts['units']} units, {counts['known']} known, "
            f"{counts['rejected']} rows rejected, {counts['doubtful']} rows doubtful"
        )
        for code, number in sorted(counts["codes"].items(), key=lambda item: -item[1]):
            self.stdout.write(f"  {code}: {number}")

    def _import(self, batch: ImportBatch, by: Actor) -> ImportBatch:
        steps = batch.counts.get("steps", 0)

        def follow(done: int) -> None:
            if done % EVERY < profiles.profile(batch.profile).chunk:
                self.stdout.write(f"  {done:,} of {steps:,}")

        batch = run.run_to_end(batch.pk, by=by, at=timezone.now(), told=follow)
        statistics.refresh()
        counts = batch.counts
        self.stdout.write(f"imported: {counts.get('made', 0)} made, {counts.get('rejected', 0)} rows left out")
        if counts.get("refused"):
            self.stdout.write("some rows lack something in the shop's data; add it and run the same file again")
        return batch
