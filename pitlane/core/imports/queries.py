"""Reads of the import pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min

from ..access import Actor, require
from ..errors import Missing
from ..models import ImportBatch, ImportIssue
from .profiles import Profile, allowed, profile


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were rejected or doubted: an example of the sentence, and how many rows."""

    rejected: bool
    example: str
    count: int


@dataclass(frozen=True, slots=True)
class ImportScreen:
    """One import: how far it is, what was found, the first issues, and what may be done next."""

    batch: ImportBatch
    profile: Profile
    issues: list[ImportIssue]
    reasons: list[Reason]
    percent: int
    may_run: bool
    running: bool
    done: bool


def batches(by: Actor) -> list[ImportBatch]:
    """Former imports this actor may see."""
    rows = ImportBatch.objects.filter(profile__in=[p.key for p in allowed(by)])
    if by.stores is not None:
        rows = rows.filter(store_id__in=by.stores)
    return list(rows.order_by("-pk")[:50])


def batch_for(batch_id: int, by: Actor) -> tuple[ImportBatch, Profile]:
    """A batch the actor may work on."""
    batch: ImportBatch | None = ImportBatch.objects.filter(pk=batch_id).first()
    if batch is None:
        raise Missing()
    chosen = profile(batch.profile)
    require(by.may(chosen.permission, batch.store_id), chosen.permission)
    return batch, chosen


def import_screen(batch_id: int, by: Actor) -> ImportScreen:
    """Everything the page of one import shows."""
    batch, chosen = batch_for(batch_id, by)
    counts: dict[str, Any] = batch.counts
    units = counts.get("units", 0)
    return ImportScreen(
        batch=batch,
        profile=chosen,
        issues=list(batch.issues.order_by("row", "pk")[:50]),
        reasons=_reasons(batch),
        percent=round(100 * batch.next_row / units) if units else 0,
        may_run=batch.status in (ImportBatch.State.CHECKED, ImportBatch.State.FAILED) and units > 0,
        running=batch.status == ImportBatch.State.RUNNING,
        done=batch.status == ImportBatch.State.DONE,
    )


def _reasons(batch: ImportBatch) -> list[Reason]:
    """Most frequent first. The trial run counted all rows, although not every one of them is kept."""
    counted = batch.counts.get("codes", {})
    kinds = batch.issues.values("level", "code").annotate(kept=Count("pk"), example=Min("message")).order_by()
    found = [
        Reason(row["level"] == "rejected", row["example"], counted.get(f"{row['level']}:{row['code']}", row["kept"]))
        for row in kinds
    ]
    return sorted(found, key=lambda reason: -reason.count)
