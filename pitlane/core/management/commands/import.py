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
from pitlane.core.access import system
from pitlane.core.errors import PitlaneError
from pitlane.core.imports import profiles, run
from pitlane.core.imports.report import csv_lines, report_rows
from pitlane.core.models import ImportBatch
from pitlane.core.tenancy import scope

MB = 1024 * 1024


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
        parser.add_argument("--report", type=Path, help="write the report of rejected and doubtful rows here")

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
        by = system(org_id)
        kept = files.receive(_chunks(options["file"]), options["file"].name, "import")
        batch = run.start_import(profile_key=profile.key, upload=kept, store_id=store_id, by=by, at=timezone.now())
        if options["profile"] and batch.status not in (ImportBatch.State.RUNNING, ImportBatch.State.DONE):
            batch = self._lay_out(batch, profile, options["profile"], org_id)
        if batch.status == ImportBatch.State.DONE:
            self.stdout.write(f"this file was imported before ({batch.counts.get('made', 0)} made); nothing to add")
        elif batch.status != ImportBatch.State.RUNNING:
            batch = run.dry_run(batch_id=batch.pk, by=by, at=timezone.now())
            self._tell(batch)
        if options["report"]:
            options["report"].write_bytes(b"".join(csv_lines(report_rows(batch))))
            self.stdout.write(f"report: {options['report']}")
        if not options["dry_run"] and batch.status != ImportBatch.State.DONE:
            self._import(batch, org_id)

    def _lay_out(self, batch: ImportBatch, profile: profiles.Profile, layout: str, org_id: int) -> ImportBatch:
        if layout not in profile.layouts:
            raise CommandError(f"unknown layout {layout}; known: {', '.join(sorted(profile.layouts)) or 'none'}")
        mapping = profile.layouts[layout]
        return run.set_mapping(batch_id=batch.pk, mapping=mapping, by=system(org_id), at=timezone.now())

    def _tell(self, batch: ImportBatch) -> None:
        counts = batch.counts
        self.stdout.write(
            f"dry run: {counts['rows']} rows, {counts['units']} units, {counts['known']} known, "
            f"{counts['rejected']} rows rejected, {counts['doubtful']} rows doubtful"
        )
        for code, number in sorted(counts["codes"].items(), key=lambda item: -item[1]):
            self.stdout.write(f"  {code}: {number}")

    def _import(self, batch: ImportBatch, org_id: int) -> None:
        by = system(org_id)
        if batch.status != ImportBatch.State.RUNNING:
            run.begin(batch_id=batch.pk, by=by, at=timezone.now())
        batch = run.run_to_end(batch.pk, by=by, at=timezone.now())
        statistics.refresh()
        self.stdout.write(f"imported: {batch.counts.get('made', 0)} made")
