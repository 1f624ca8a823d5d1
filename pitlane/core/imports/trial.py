"""The dry run: everything is read and looked up, nothing is written but the report, in short pieces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from .. import jobs
from ..access import Actor
from ..commands import command
from ..errors import PitlaneError
from ..models import ImportBatch
from .notes import fresh_counts, keep_issues
from .profiles import Found, Issue, Target, Unit
from .reading import Watch
from .run import SLICE, State, found_in, give_up, go_on, known_keys, locked, pieces, still_open, told_in, unmapped

PIECE = 500
Told = Callable[[int, float], Any]


@command
def begin_dry_run(*, batch_id: int, here: bool = False, by: Actor, at: datetime) -> ImportBatch:
    """Forget the former trial and have the worker try the whole file, unless the caller does it ``here``."""
    batch, chosen = locked(batch_id, by)
    still_open(batch)
    if refusal := unmapped(chosen, batch):
        raise refusal
    batch.issues.all().delete()
    batch.status, batch.next_row, batch.total_rows = State.CHECKING, 0, 0
    batch.counts = {**fresh_counts(), "language": get_language()}
    batch.save(update_fields=["status", "next_row", "total_rows", "counts"])
    if not here:
        jobs.enqueue("pitlane.core.imports.trial.work", at=at, batch_id=batch.pk)
    return batch


@command
def note_reading(*, batch_id: int, rows: int, percent: int, by: Actor, at: datetime) -> None:
    """How far the file is read, for those who watch."""
    batch, _chosen = locked(batch_id, by)
    if batch.status == State.CHECKING:
        batch.total_rows = max(batch.total_rows, rows)
        batch.counts = {**batch.counts, "percent": max(batch.counts.get("percent", 0), percent)}
        batch.save(update_fields=["total_rows", "counts"])


@command
def note_piece(
    *, batch_id: int, start: int, found: Sequence[Found], rows: int, last: bool, by: Actor, at: datetime
) -> bool:
    """Count and keep some of what was found. A piece that was noted before (a kill, a second worker) is passed over."""
    batch, chosen = locked(batch_id, by)
    if batch.status != State.CHECKING or batch.next_row != start:
        return False
    units = [item for item in found if isinstance(item, Unit)]
    known = known_keys(chosen, [unit.key for unit in units])
    barred = chosen.check([unit for unit in units if unit.key not in known], Target(batch.store_id or 0))
    refused = [Issue(row, "refused", *barred[unit.key]) for unit in units if unit.key in barred for row in unit.rows]
    keep_issues(batch, [item for item in found if isinstance(item, Issue)] + refused)
    counts = batch.counts
    sums = {"known": len(known), "units": len(units) - len(barred), "steps": len(units)}
    batch.counts = {**counts, **{name: counts[name] + number for name, number in sums.items()}, "rows": rows}
    batch.next_row, batch.total_rows = start + len(found), rows
    if last:
        batch.status, batch.next_row = State.CHECKED, 0
    batch.save(update_fields=["counts", "next_row", "total_rows", "status"])
    return True


def dry_run_to_end(
    batch_id: int, *, by: Actor, at: datetime, until: datetime | None = None, told: Told | None = None
) -> ImportBatch:
    """Read the file and note what is found, piece by piece; after a kill the next call goes on where it stopped."""
    batch = ImportBatch.objects.get(pk=batch_id)

    def tell(rows: int, share: float) -> None:
        note_reading(batch_id=batch_id, rows=rows, percent=min(99, int(100 * share)), by=by, at=at)
        if told:
            told(rows, share)

    watch, place = Watch(tell), 0
    with told_in(batch):
        for found, last in pieces(found_in(batch, watch), PIECE):
            start, place = place, place + len(found)
            if start < batch.next_row and not last:
                continue
            note_piece(batch_id=batch_id, start=start, found=found, rows=watch.rows, last=last, by=by, at=at)
            if until and not last and timezone.now() >= until:
                break
    batch.refresh_from_db()
    return batch


def dry_run(*, batch_id: int, by: Actor, at: datetime, told: Told | None = None) -> ImportBatch:
    """Try everything in this process: for the console. A trial that was killed goes on."""
    if ImportBatch.objects.filter(pk=batch_id, status=State.CHECKING).first() is None:
        begin_dry_run(batch_id=batch_id, here=True, by=by, at=at)
    return dry_run_to_end(batch_id, by=by, at=at, told=told)


@jobs.long
def work(*, batch_id: int, by: Actor, at: datetime) -> None:
    """The job behind ``begin_dry_run``; may run twice. A long trial goes on in slices."""
    if ImportBatch.objects.get(pk=batch_id).status != State.CHECKING:
        return
    try:
        batch = dry_run_to_end(batch_id, by=by, at=at, until=timezone.now() + SLICE)
    except PitlaneError as error:
        give_up(batch_id=batch_id, reason=str(error), by=by, at=at)
        return
    if batch.status == State.CHECKING:
        go_on(batch_id=batch_id, job="pitlane.core.imports.trial.work", by=by, at=at)
