"""The dispatch board: what waits, who is on what, and the drawer in which jobs are given out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor
from pitlane.core.states import Label
from pitlane.parts import queries as stock
from pitlane.scheduling import queries as scheduling

from .. import policies
from ..models import Assignment, WorkItem
from ..skills import lacks, summary
from ..states import ITEM
from .cards import LineCard, OrderCard, card_of, label_of, line_cards, load_order, sheet_of
from .lists import lateness

OPEN_ORDERS = ("dispatch_pending", "in_progress", "on_hold", "reopened")
OPEN_JOBS = ("dispatched", "accepted", "working", "paused", "rework", "self_checked")


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A job or an order on the board."""

    order_id: int
    ref: str
    short_number: str
    plate: str
    plate_kind: str
    title: str
    hours: Decimal
    skill: str
    promised_at: datetime | None
    late: str
    label: Label
    parts_missing: int
    item_ids: tuple[int, ...]
    movable: bool
    planned_start: datetime | None = None
    bay: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A technician or a bay with the jobs that are there."""

    id: int
    name: str
    detail: str
    cards: list[BoardCard]
    hours: Decimal
    load: int | None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """The dispatch board: what waits on the left, lanes by technician or bay on the right."""

    unassigned: list[BoardCard]
    lanes: list[Lane]
    by_bay: bool
    hours_planned: Decimal
    hours_there: Decimal


def board(store_id: int, *, by: Actor, at: datetime, by_bay: bool = False) -> Board:
    """Everything the foreman needs to decide who does what next."""
    items = list(
        WorkItem.objects.filter(_on_board(store_id, by), order__state__in=OPEN_ORDERS, approval="approved")
        .exclude(state__in=("removed", "done", "passed"))
        .exclude(kind="fee")
        .select_related("order__vehicle")
        .order_by("order__promised_at", "order_id", "position")
    )
    rows = Assignment.objects.filter(item__in=items, released_at=None).select_related("bay").order_by("pk")
    placed: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        placed[row.item_id].append(row)
    missing = missing_parts({item.order_id for item in items}, by)
    waiting = [item for item in items if item.state == "pending"]
    lanes = (
        _bay_lanes(store_id, items, placed, missing, at)
        if by_bay
        else _people_lanes(store_id, items, placed, missing, at)
    )
    return Board(
        unassigned=_by_order(waiting, missing, at),
        lanes=lanes,
        by_bay=by_bay,
        hours_planned=sum((lane.hours for lane in lanes), Decimal(0)),
        hours_there=_hours_there(store_id, at),
    )


def _on_board(store_id: int, by: Actor) -> Q:
    inside = Q(order__store_id=store_id, order__closed_at=None)
    return inside & (Q(order__in=policies.own_orders(by)) if by.own_only else Q())


def missing_parts(order_ids: Iterable[int], by: Actor) -> dict[int, int]:
    """How many parts each order waits for (one query)."""
    rows = stock.requisition_rows(by).filter(order_id__in=set(order_ids), state="backordered").order_by()
    return dict(rows.values_list("order_id").annotate(n=Count("pk")))


def _by_order(items: list[WorkItem], missing: dict[int, int], at: datetime) -> list[BoardCard]:
    """One card for each order, so that its jobs are dispatched together."""
    groups: dict[int, list[WorkItem]] = defaultdict(list)
    for item in items:
        groups[item.order_id].append(item)
    return [_card(group, missing, at) for group in groups.values()]


def _card(group: list[WorkItem], missing: dict[int, int], at: datetime, row: Assignment | None = None) -> BoardCard:
    order, first = group[0].order, group[0]
    return BoardCard(
        order_id=order.pk,
        ref=order.ref,
        short_number=order.short_number,
        plate=order.vehicle.plate,
        plate_kind=order.vehicle.plate_kind,
        title=" + ".join(item.name for item in group[:3]),
        hours=sum((item.hours for item in group), Decimal(0)),
        skill=str(next((accounts.skill_name(item.skill) for item in group if item.skill), "")),
        promised_at=order.promised_at,
        late=lateness(order, at),
        label=label_of(order) if order.state == "on_hold" else ITEM.label(first.state),
        parts_missing=missing.get(order.pk, 0),
        item_ids=tuple(item.pk for item in group),
        movable=any(ITEM.may(item.state, "dispatch") for item in group),
        planned_start=row.planned_start if row else None,
        bay=row.bay.name if row and row.bay else "",
    )


def _people_lanes(
    store_id: int, items: list[WorkItem], placed: dict[int, list[Assignment]], missing: dict[int, int], at: datetime
) -> list[Lane]:
    """Technicians, and whoever else has a job; a foreman without one needs no lane."""
    today = timezone.localdate(at)
    days = {day.staff_id: day for day in scheduling.technicians_on(store_id, today)}
    people = accounts.staff_with_permission("workshop.work", store_id)
    heads = {person.pk for person in accounts.staff_with_permission("workshop.dispatch", store_id)}
    skills = accounts.staff_cards([person.pk for person in people])
    lanes = [
        _person(
            p,
            days.get(p.pk),
            summary(skills[p.pk].skills_on(today)),
            _cards_for(items, placed, missing, at, "technician_id", p.pk),
        )
        for p in people
    ]
    return [lane for lane in lanes if lane.cards or lane.id not in heads]


def _cards_for(
    items: list[WorkItem],
    placed: dict[int, list[Assignment]],
    missing: dict[int, int],
    at: datetime,
    column: str,
    value: int,
) -> list[BoardCard]:
    groups: dict[tuple[int, str], list[tuple[WorkItem, Assignment]]] = defaultdict(list)
    for item in items:
        for row in placed[item.pk]:
            if getattr(row, column) == value:
                groups[item.order_id, item.state].append((item, row))
    return [_card([item for item, _row in pairs], missing, at, pairs[0][1]) for pairs in groups.values()]


def _person(person: Any, day: Any, detail: str, cards: list[BoardCard]) -> Lane:
    hours = sum((card.hours for card in cards), Decimal(0))
    there = Decimal(day.minutes) / 60 if day else Decimal(0)
    return Lane(
        id=person.pk,
        name=person.name,
        detail=detail,
        cards=cards,
        hours=hours,
        load=round(100 * hours / there) if there else None,
        away=bool(day and not day.works),
    )


def _bay_lanes(
    store_id: int, items: list[WorkItem], placed: dict[int, list[Assignment]], missing: dict[int, int], at: datetime
) -> list[Lane]:
    lanes = []
    for bay in scheduling.bays(store_id):
        cards = _cards_for(items, placed, missing, at, "bay_id", bay.id)
        hours = sum((card.hours for card in cards), Decimal(0))
        lanes.append(Lane(bay.id, bay.name, str(bay.type_label), cards, hours, None))
    return lanes


def _hours_there(store_id: int, at: datetime) -> Decimal:
    days = scheduling.technicians_on(store_id, timezone.localdate(at))
    return Decimal(sum(day.minutes for day in days if day.works)) / 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A technician in the assign drawer, with what they lack for the jobs."""

    id: int
    name: str
    skills: str
    gaps: tuple[str, ...]
    open_hours: Decimal
    away: bool


@dataclass(frozen=True, slots=True)
class DispatchScreen:
    """The assign drawer: jobs, technicians with warnings, bays."""

    card: OrderCard
    items: list[LineCard]
    candidates: list[Candidate]
    bays: list[Any]


def dispatch_screen(order_id: int, *, by: Actor, at: datetime) -> DispatchScreen:
    """Who can do the jobs of this order, and where."""
    order = load_order(order_id, by)
    lines = line_cards(sheet_of(order))
    jobs = [
        x
        for x in lines
        if not x.is_part and x.approval == "approved" and x.kind != "fee" and ITEM.may(x.state, "dispatch")
    ]
    busy = _open_hours(order.store_id)
    today = timezone.localdate(at)
    days = {day.staff_id: day for day in scheduling.technicians_on(order.store_id, today)}
    people = [p for p in accounts.staff_with_permission("workshop.work", order.store_id) if p.pk in days]
    heads = {person.pk for person in accounts.staff_with_permission("workshop.dispatch", order.store_id)}
    skills = accounts.staff_cards([person.pk for person in people])
    people.sort(key=lambda person: person.pk in heads)
    nothing = Decimal(0)
    return DispatchScreen(
        card=card_of(order),
        items=jobs,
        candidates=[
            _candidate(p, jobs, busy.get(p.pk, nothing), days.get(p.pk), skills[p.pk].skills_on(today)) for p in people
        ],
        bays=scheduling.bays(order.store_id),
    )


def _candidate(person: Any, jobs: list[LineCard], open_hours: Decimal, day: Any, known: Mapping[str, int]) -> Candidate:
    lacking = [job for job in jobs if lacks(job.skill, job.skill_level, known)]
    gaps = dict.fromkeys(f"{accounts.skill_name(job.skill)} L{job.skill_level}" for job in lacking)
    return Candidate(
        id=person.pk,
        name=person.name,
        skills=summary(known),
        gaps=tuple(gaps),
        open_hours=open_hours,
        away=bool(day and not day.works),
    )


def _open_hours(store_id: int) -> dict[int, Decimal]:
    rows = Assignment.objects.filter(
        item__order__store_id=store_id,
        item__order__closed_at=None,
        item__order__state__in=OPEN_ORDERS,
        item__state__in=OPEN_JOBS,
        released_at=None,
    )
    hours: dict[int, Decimal] = defaultdict(Decimal)
    for tech, standard, share in rows.values_list("technician_id", "item__hours", "share"):
        hours[tech] += standard * share
    return hours
