"""Reads of the import pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min

from ..access import Actor, require
from ..errors import Missing
from ..models import ImportBatch, ImportIssue
from .profiles import Profile, allowed, profile
from .run import State, left_out


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows were rejected or doubted: an example of the sentence, and how many rows."""

    rejected: bool
    example: str
    count: int


@dataclass(frozen=True, slots=True)
class IssueCard:
    """One issue with what stood in the row."""

    row: int
    level: str
    message: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class ImportScreen:
    """One import: how far it is, what was found, the first issues, and what may be done next."""

    batch: ImportBatch
    profile: Profile
    issues: list[IssueCard]
    reasons: list[Reason]
    percent: int
    may_run: bool
    may_change: bool
    checking: bool
    running: bool
    done: bool
    left_out: bool
    error: str

    @property
    def busy(self) -> bool:
        """The worker is at it; the page asks again by itself."""
        return self.checking or self.running


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
    state, more = batch.status, left_out(batch)
    return ImportScreen(
        batch=batch,
        profile=chosen,
        issues=[_card(issue) for issue in batch.issues.order_by("row", "pk")[:50]],
        reasons=_reasons(batch),
        percent=percent_of(batch),
        may_run=state in (State.CHECKED, State.FAILED) and batch.counts.get("units", 0) > 0,
        may_change=state in (State.DRAFT, State.CHECKED, State.FAILED) or more,
        checking=state == State.CHECKING,
        running=state == State.RUNNING,
        done=state == State.DONE,
        left_out=more,
        error=batch.counts.get("error", ""),
    )


def _card(issue: ImportIssue) -> IssueCard:
    given = json.loads(issue.values.reveal() or "{}")
    return IssueCard(issue.row, issue.level, issue.message, [text for text in given.values() if text])


def percent_of(batch: ImportBatch) -> int:
    """How far the dry run has read, or how many of the units the import has passed."""
    counts: dict[str, Any] = batch.counts
    if batch.status == State.CHECKING:
        return int(counts.get("percent", 0))
    if batch.status == State.DONE:
        return 100
    steps = counts.get("steps", 0)
    return min(100, round(100 * batch.next_row / steps)) if steps else 0


def _reasons(batch: ImportBatch) -> list[Reason]:
    """Most frequent first. The trial run counted all rows, although not every one of them is kept."""
    counted = batch.counts.get("codes", {})
    kinds = batch.issues.values("level", "code").annotate(kept=Count("pk"), example=Min("message")).order_by()
    found = [
        Reason(row["level"] != "doubtful", row["example"], counted.get(f"{row['level']}:{row['code']}", row["kept"]))
        for row in kinds
    ]
    return sorted(found, key=lambda reason: -reason.count)
