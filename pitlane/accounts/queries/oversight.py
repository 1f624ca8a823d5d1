"""What an operator looks at: the audit trail and the background jobs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from pitlane.core.access import Actor
from pitlane.core.errors import Text
from pitlane.core.events import KINDS
from pitlane.core.ids import public_id
from pitlane.core.models import EventRow, Job

from ..areas import area_name
from ..models import Approval

AUDIT_PAGE = 50
log = logging.getLogger("pitlane.accounts")


def visible_events(actor: Actor) -> QuerySet[EventRow]:
    """Facts of the actor's stores, and the actor's own; the whole organisation's when they see all stores."""
    rows: QuerySet[EventRow] = EventRow.objects.all()
    if actor.stores is None:
        return rows
    own = Q(store_id=None, actor_kind=actor.kind, actor_id=actor.id)
    return rows.filter(Q(store_id__in=actor.stores) | own)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What of the trail somebody wants to see: one area of work, one person, days from and to."""

    area: str = ""
    person: str = ""
    first_day: date | None = None
    last_day: date | None = None


NO_FILTER = AuditFilter()


def audit_trail(actor: Actor, chosen: AuditFilter = NO_FILTER, before: int | None = None) -> list[EventRow]:
    """Event rows for the audit page, newest first, one more than a page shows; keyset by ``seq``."""
    rows = visible_events(actor)
    if chosen.area:
        rows = rows.filter(kind__in=[kind for kind in KINDS if kind.partition(".")[0] == chosen.area])
    if chosen.person:
        rows = rows.filter(actor_name__contains=chosen.person)
    if chosen.first_day:
        rows = rows.filter(at__gte=_midnight(chosen.first_day))
    if chosen.last_day:
        rows = rows.filter(at__lt=_midnight(chosen.last_day + timedelta(days=1)))
    if before:
        rows = rows.filter(seq__lt=before)
    return list(rows.order_by("-seq")[: AUDIT_PAGE + 1])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def events_after(actor: Actor, seq: int, limit: int) -> list[EventRow]:
    """The change feed: facts after a number, oldest first, so that a program can follow what happens."""
    return list(visible_events(actor).filter(seq__gt=seq).order_by("seq")[:limit])


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One event as the audit page shows it."""

    seq: int
    at: datetime
    who: str
    area: Text
    icon: str
    sentence: str


@dataclass(frozen=True, slots=True)
class AuditScreen:
    """A page of the audit trail and where the next one begins."""

    lines: list[AuditLine]
    chosen: AuditFilter
    before: int | None


def audit_screen(actor: Actor, chosen: AuditFilter = NO_FILTER, before: int | None = None) -> AuditScreen:
    """Events with their sentences, newest first."""
    rows = audit_trail(actor, chosen, before)
    titles = _approval_titles(rows)
    lines = [_audit_line(row, titles.get(row.payload.get("approval_id"), "")) for row in rows[:AUDIT_PAGE]]
    return AuditScreen(lines, chosen, lines[-1].seq if len(rows) > AUDIT_PAGE else None)


def _approval_titles(rows: Sequence[EventRow]) -> dict[int | None, str]:
    """What the approvals of a page were asked for; facts keep no words, the request does."""
    ids = {row.payload.get("approval_id") for row in rows if row.kind.startswith("accounts.Approval")}
    return dict(Approval.objects.filter(pk__in=ids - {None}).values_list("pk", "summary"))


def _audit_line(row: EventRow, title: str) -> AuditLine:
    known = KINDS.get(row.kind)
    area = area_name(row.kind.partition(".")[0])
    told = sentence_of(row)
    said = f"{told} · {title}" if title and row.kind.startswith("accounts.Approval") else told
    return AuditLine(row.seq, row.at, row.actor_name, area, known.icon if known else "point", said)


def sentence_of(row: EventRow) -> str:
    """A fact in words. One of long ago that cannot be told any more must not hide the whole trail."""
    try:
        return str(KINDS[row.kind](**row.payload).sentence())
    except (KeyError, TypeError, ValueError, AttributeError):
        log.exception("event %s of kind %s has no sentence", row.seq, row.kind)
        return row.kind


@dataclass(frozen=True, slots=True)
class JobLine:
    """One background job that is not done."""

    ref: str
    name: str
    status: str
    dead: bool
    attempts: int
    due_at: datetime
    error: str


@dataclass(frozen=True, slots=True)
class JobScreen:
    """What the worker still has to do, failures first."""

    lines: list[JobLine]
    waiting: int
    dead: int


def job_screen() -> JobScreen:
    """Jobs that wait or gave up."""
    open_jobs = Job.objects.exclude(status=Job.State.DONE)
    dead = open_jobs.filter(status=Job.State.DEAD).count()
    lines = [_job_line(job) for job in open_jobs.order_by("status", "due_at")[:200]]
    return JobScreen(lines, open_jobs.count() - dead, dead)


def _job_line(job: Job) -> JobLine:
    return JobLine(
        ref=public_id("job", job.pk),
        name=job.name.removeprefix("pitlane."),
        status=str(job.get_status_display()),
        dead=job.status == Job.State.DEAD,
        attempts=job.attempts,
        due_at=job.due_at,
        error=job.error.strip().splitlines()[-1] if job.error.strip() else "",
    )
