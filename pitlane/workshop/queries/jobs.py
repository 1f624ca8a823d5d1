"""The technician's day: the list of jobs, and the terminal page of one job."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from pitlane.core.access import Actor
from pitlane.core.errors import Missing
from pitlane.core.states import Label
from pitlane.parts import queries as stock

from ..models import Assignment, Finding, OrderPhoto, QualityCheck, RepairOrder, TimeEntry, WorkItem
from ..states import ITEM
from ..steps import done_count, limit_text, measured, needs_peer, next_step
from .board import OPEN_JOBS, OPEN_ORDERS, missing_parts
from .cards import LineCard, OrderCard, card_of, label_of, line_cards, load_order, sheet_of
from .causes import causes
from .lists import lateness


@dataclass(frozen=True, slots=True)
class JobCard:
    """A technician's job in the list of the day."""

    item_id: int
    ref: str
    name: str
    plate: str
    plate_kind: str
    vehicle: str
    order_ref: str
    short_number: str
    hours: Decimal
    state: str
    label: Label
    bay: str
    promised_at: datetime | None
    late: str
    held: bool
    held_text: str
    parts_missing: int
    planned_start: datetime | None


@dataclass(frozen=True, slots=True)
class MyJobs:
    """The technician's day."""

    current: JobCard | None
    jobs: list[JobCard]
    done_today: int
    hours_today: timedelta


def my_jobs(*, by: Actor, at: datetime) -> MyJobs:
    """The jobs of the person at the terminal, the running one first."""
    rows = list(
        Assignment.objects.filter(
            technician_id=by.id, released_at=None, item__state__in=OPEN_JOBS, item__order__state__in=OPEN_ORDERS
        )
        .select_related("item__order__vehicle", "bay")
        .order_by("planned_start", "pk")
    )
    missing = missing_parts({row.item.order_id for row in rows}, by)
    running = TimeEntry.objects.filter(ended_at=None, assignment__technician_id=by.id)
    now_on = set(running.values_list("assignment__item_id", flat=True))
    cards = [_job(row, missing, at) for row in rows]
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    done = QualityCheck.objects.filter(inspector_id=by.id, qc_level="self", at__gte=start).count()
    return MyJobs(
        current=next((card for card in cards if card.item_id in now_on), None),
        jobs=[card for card in cards if card.item_id not in now_on],
        done_today=done,
        hours_today=worked_since(by.id, start, at),
    )


def worked_since(technician_id: int, start: datetime, at: datetime) -> timedelta:
    """Clocked time of a technician since a moment."""
    rows = TimeEntry.objects.filter(assignment__technician_id=technician_id, started_at__gte=start)
    return sum(((end or at) - begin for begin, end in rows.values_list("started_at", "ended_at")), timedelta())


def _job(row: Assignment, missing: dict[int, int], at: datetime) -> JobCard:
    item, order = row.item, row.item.order
    held = order.state == "on_hold"
    return JobCard(
        item_id=item.pk,
        ref=item.ref,
        name=item.name,
        plate=order.vehicle.plate,
        plate_kind=order.vehicle.plate_kind,
        vehicle=order.vehicle.title,
        order_ref=order.ref,
        short_number=order.short_number,
        hours=item.hours,
        state=item.state,
        label=ITEM.label(item.state),
        bay=row.bay.name if row.bay else "",
        promised_at=order.promised_at,
        late=lateness(order, at),
        held=held,
        held_text=str(label_of(order).text) if held else "",
        parts_missing=missing.get(order.pk, 0),
        planned_start=row.planned_start,
    )


@dataclass(frozen=True, slots=True)
class StepView:
    """One step on the terminal."""

    index: int
    text: str
    state: str
    done_at: datetime | None
    by: str
    measure: dict[str, Any]
    limits: str
    values: list[Any]
    wants_photo: bool
    wants_peer: bool
    photos: int = 0
    no_photo: str = ""


@dataclass(frozen=True, slots=True)
class JobScreen:
    """The terminal page of one job."""

    job: JobCard
    order: OrderCard
    concern: str
    sent_back: str
    steps: list[StepView]
    done: int
    next: int | None
    started_at: datetime | None
    used: timedelta
    parts: list[LineCard]
    asked_at: datetime | None
    photos: list[OrderPhoto]
    findings: list[Finding]
    siblings: list[JobCard]
    needs_peer: bool
    mine: bool
    can_start: bool
    can_peer: bool

    @property
    def waiting_parts(self) -> list[LineCard]:
        """Parts of this job that the storekeeper has not handed out."""
        return [part for part in self.parts if not part.fitted and part.stock_text]


def job_screen(item_id: int, *, by: Actor, at: datetime) -> JobScreen:
    """All that the technician needs for this job, and no more."""
    item = WorkItem.objects.filter(pk=item_id).first()
    if item is None:
        raise Missing()
    order = load_order(item.order_id, by)
    rows = list(Assignment.objects.filter(item=item, released_at=None).select_related("item__order__vehicle", "bay"))
    mine = next((row for row in rows if row.technician_id == by.id), None)
    entries = list(TimeEntry.objects.filter(assignment__item=item).order_by("started_at"))
    open_entry = next((e for e in entries if e.ended_at is None and mine and e.assignment_id == mine.pk), None)
    sheet = sheet_of(order)
    shown = mine or (rows[0] if rows else Assignment(item=item, bay=None))
    shown.item.order = order
    step = next_step(item.steps)
    parts = [line for line in line_cards(sheet) if line.item_key == f"item:{item.pk}" and line.approval == "approved"]
    pictures = Counter(item.photos.exclude(step=None).values_list("step", flat=True))
    return JobScreen(
        job=_job(shown, {}, at),
        order=card_of(order),
        concern=order.concern,
        sent_back=_sent_back(item),
        steps=[step_view(i, raw, step, pictures[i]) for i, raw in enumerate(item.steps)],
        done=done_count(item.steps),
        next=step,
        started_at=open_entry.started_at if open_entry else None,
        used=sum(((e.ended_at or at) - e.started_at for e in entries), timedelta()),
        parts=parts,
        asked_at=_asked_at(order.pk, {f"order_part:{part.id}" for part in parts if not part.fitted}),
        photos=list(OrderPhoto.objects.filter(order=order).select_related("file").order_by("-pk")[:6]),
        findings=list(Finding.objects.filter(order=order).order_by("-pk")[:5]),
        siblings=_siblings(order, item, by, at),
        needs_peer=needs_peer(item.steps),
        mine=mine is not None,
        can_start=mine is not None and order.state in ("dispatch_pending", "in_progress") and item.state in OPEN_JOBS,
        can_peer=mine is None and item.state == "self_checked" and by.may("workshop.work", order.store_id),
    )


def _sent_back(item: WorkItem) -> str:
    """What the latest inspection found wrong with this job; empty once somebody has checked it again."""
    checks = QualityCheck.objects.filter(Q(item=item) | Q(item=None), order_id=item.order_id)
    last = checks.order_by("-pk").first()
    if last is None or last.state != "failed" or item.state not in OPEN_JOBS:
        return ""
    cause = causes().name(last.cause) if last.cause else ""
    return "，".join(filter(None, [cause, *last.failed_points, last.note]))


def _asked_at(order_id: int, demands: set[str]) -> datetime | None:
    """Since when the storekeeper knows that these parts are waited for; None while one of them was not asked for."""
    found = [card for demand, card in stock.requisitions_for(order_id).items() if demand in demands]
    moments = [card.asked_at for card in found if card.asked_at]
    return min(moments) if moments and len(moments) == len(found) else None


def step_view(index: int, raw: dict[str, Any], current: int | None, photos: int = 0) -> StepView:
    done_at = raw.get("done_at")
    return StepView(
        index=index,
        text=raw.get("text", ""),
        state="done" if done_at else "now" if index == current else "",
        done_at=datetime.fromisoformat(done_at) if done_at else None,
        by=raw.get("by", ""),
        measure=raw.get("measure") or {},
        limits=limit_text(raw),
        values=measured(raw),
        wants_photo=bool(raw.get("photo")),
        wants_peer=bool(raw.get("peer")),
        photos=photos,
        no_photo=raw.get("no_photo", ""),
    )


def _siblings(order: RepairOrder, item: WorkItem, by: Actor, at: datetime) -> list[JobCard]:
    """What the technician does next on the same car."""
    rows = Assignment.objects.filter(
        item__order=order, technician_id=by.id, released_at=None, item__state__in=OPEN_JOBS
    ).exclude(item=item)
    return [_job(row, {}, at) for row in rows.select_related("item__order__vehicle", "bay").order_by("item__position")]


def job_order(item_id: int) -> int:
    """The order that a job belongs to."""
    order_id: int | None = WorkItem.objects.filter(pk=item_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise Missing()
    return order_id
