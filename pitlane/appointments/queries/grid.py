"""The calendar: a day by bay or by technician as bars on a time line, a week as columns of days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.access import Actor
from pitlane.core.ids import parse_id
from pitlane.scheduling import queries as slots

from ..models import Appointment
from ..states import OVER
from .cards import AppointmentCard, cards_of, listed, with_facts
from .lists import bounds, waiting_here
from .risk import Room, booked_then

DAY_BEGINS, DAY_ENDS = 8, 18
MOST_OVER, WAITS = 80, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a visit in one row; ``left`` and ``width`` in percent of the shown day."""

    card: AppointmentCard
    left: float
    width: float
    start: datetime
    end: datetime
    gone: bool = False

    @property
    def mark(self) -> str:
        """How it is drawn: what has become an order is dim, what is overbooked takes the lower half."""
        return f"is-{self.card.label.family}{' is-gone' if self.gone else ''}{' is-over' if self.card.lane else ''}"

    @property
    def times(self) -> str:
        """From when to when: the eye reads it off the line, a screen reader is told."""
        return f"{timezone.localtime(self.start):%H:%M}–{timezone.localtime(self.end):%H:%M}"

    @property
    def said(self) -> str:
        """The bar in words, for whoever points at it: a narrow one shows little."""
        state = str(self.card.label.text) if self.gone or self.card.state == "arrived" else ""
        return " ".join(filter(None, (self.times, self.card.plate, self.card.customer, self.card.title, state)))


@dataclass(frozen=True, slots=True)
class Row:
    """A bay, or a person with the share of the day that is taken."""

    id: int
    ref: str
    name: str
    detail: str
    percent: int
    away: str
    bars: list[Bar] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the shown day in percent: a break, or closed time."""

    left: float
    width: float


@dataclass(frozen=True, slots=True)
class OverNote:
    """A visit beyond what is free, and how many of those who come then are expected to stay away."""

    card: AppointmentCard
    room: Room


@dataclass(frozen=True, slots=True)
class DayGrid:
    """One day of a store."""

    day: date
    by: str
    open: bool
    begins: datetime
    ends: datetime
    hours: list[tuple[str, float]]
    shut: list[Span]
    now: float | None
    rows: list[Row]
    load: slots.DayLoad
    arrived: list[AppointmentCard]
    waiting: int
    waits: list[AppointmentCard]
    over: list[OverNote]
    free: list[datetime]

    @property
    def before(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.day + timedelta(days=1)


def day_grid(store_id: int, day: date, *, by_bay: bool, by: Actor, at: datetime) -> DayGrid:
    """Bars of what is promised that day, one row for each bay or person."""
    plan = slots.calendar_day(store_id, day)
    begins, ends = _frame(day, plan)
    load = slots.day_load(store_id, day)
    claims = slots.claims_on(store_id, day, day)
    cards = _cards_by_subject([claim.subject for claim in claims], by, at)
    bars: dict[int, list[Bar]] = defaultdict(list)
    busy: dict[int, float] = defaultdict(float)
    for claim in claims:
        if card := cards.get(claim.subject):
            for part in claim.parts:
                key = part.bay_id if by_bay else part.technician_id
                if key and part.end > begins and part.start < ends:
                    left, right = _share(part.start, begins, ends), _share(part.end, begins, ends)
                    bars[key].append(Bar(card, left, max(1.5, right - left), part.start, part.end))
                    busy[key] += (min(part.end, ends) - max(part.start, begins)).total_seconds() / 60
    first, last = bounds(day)
    here = listed(by).filter(store_id=store_id)
    today = here.filter(starts_at__gte=first, starts_at__lt=last)
    over = cards_of(with_facts(today.filter(state__in=OVER).order_by("starts_at", "pk"))[:MOST_OVER], at)
    for card in over:
        for place in card.stood:
            key = place.bay_id if by_bay else place.technician_id
            if key and place.end > begins and place.start < ends:
                left, right = _share(place.start, begins, ends), _share(place.end, begins, ends)
                bars[key].append(Bar(card, left, max(1.5, right - left), place.start, place.end, True))
    rows = _bays(store_id, bars, busy, plan) if by_bay else _people(store_id, day, bars, busy)
    drawn = {bar.card.id for row in rows for bar in row.bars}
    then = booked_then(store_id, first, last)
    look = slots.Needs((slots.Segment(60),))
    return DayGrid(
        day=day,
        by="bay" if by_bay else "technician",
        open=plan.open,
        begins=begins,
        ends=ends,
        hours=_hours(begins, ends),
        shut=_shut(day, plan, begins, ends),
        now=_share(at, begins, ends) if begins <= at <= ends else None,
        rows=rows,
        load=load,
        arrived=[card for card in over if card.id not in drawn],
        waiting=here.filter(state="waitlisted").count(),
        waits=waiting_here(by, at, WAITS),
        over=[OverNote(card, then.room(card.start, card.end)) for card in cards.values() if card.lane],
        free=[slot.start for slot in slots.free_starts(store_id, look, at=at, first_day=day, days=1, walk_in=True)[:8]],
    )


def _cards_by_subject(subjects: list[str], by: Actor, at: datetime) -> dict[str, AppointmentCard]:
    ids = [parse_id(Appointment.id_prefix, subject) for subject in subjects if subject.startswith("apt_")]
    rows = with_facts(listed(by).filter(pk__in=ids))
    return {card.ref: card for card in cards_of(rows, at)}


def _frame(day: date, plan: slots.DayPlan) -> tuple[datetime, datetime]:
    """The hours to show: those of the store, whole."""
    first = min((span[0].hour for span in plan.hours), default=DAY_BEGINS)
    last = max((span[1].hour + bool(span[1].minute) for span in plan.hours), default=DAY_ENDS)
    midnight = bounds(day)[0]
    return midnight + timedelta(hours=first), midnight + timedelta(hours=max(last, first + 1))


def _share(moment: datetime, begins: datetime, ends: datetime) -> float:
    part = (moment - begins).total_seconds() / (ends - begins).total_seconds()
    return round(100 * min(1.0, max(0.0, part)), 3)


def _hours(begins: datetime, ends: datetime) -> list[tuple[str, float]]:
    found, moment = [], begins
    while moment < ends:
        found.append((f"{timezone.localtime(moment):%H:00}", _share(moment, begins, ends)))
        moment += timedelta(hours=1)
    return found


def _shut(day: date, plan: slots.DayPlan, begins: datetime, ends: datetime) -> list[Span]:
    midnight = bounds(day)[0]
    edges = [begins]
    for starts, closes in plan.hours:
        edges += [midnight + timedelta(hours=one.hour, minutes=one.minute) for one in (starts, closes)]
    edges.append(ends)
    pairs = zip(edges[::2], edges[1::2], strict=True)
    spans = [(_share(one, begins, ends), _share(other, begins, ends)) for one, other in pairs]
    return [Span(left, right - left) for left, right in spans if right > left]


def _bays(store_id: int, bars: dict[int, list[Bar]], busy: dict[int, float], plan: slots.DayPlan) -> list[Row]:
    return [
        Row(bay.id, bay.ref, bay.name, "", _percent(busy[bay.id], plan.minutes), "", bars[bay.id])
        for bay in slots.bays(store_id)
    ]


def _people(store_id: int, day: date, bars: dict[int, list[Bar]], busy: dict[int, float]) -> list[Row]:
    return [
        Row(
            one.staff_id,
            "",
            one.name,
            one.employee_no,
            _percent(busy[one.staff_id], one.minutes),
            "" if one.works else (one.leave_reason or (_("请假") if one.on_leave else _("休息"))),
            bars[one.staff_id],
        )
        for one in slots.technicians_on(store_id, day)
    ]


def _percent(busy: float, minutes: int) -> int:
    return round(100 * busy / minutes) if minutes else 0


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One column of the week."""

    day: date
    open: bool
    percent: int
    cards: list[AppointmentCard]


@dataclass(frozen=True, slots=True)
class WeekGrid:
    """Seven days from a Monday on; ``rows`` pair a bay or a person with the cards of each day."""

    first: date
    by: str
    days: list[WeekDay]
    rows: list[tuple[str, list[list[AppointmentCard]]]]

    @property
    def before(self) -> date:
        return self.first - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.first + timedelta(days=7)


def week_grid(store_id: int, day: date, *, by_bay: bool, by: Actor, at: datetime) -> WeekGrid:
    """Who comes on which day of the week to which bay, or to whom."""
    first = day - timedelta(days=day.weekday())
    loads = slots.loads(store_id, first, 7)
    start, end = bounds(first)[0], bounds(first + timedelta(days=6))[1]
    rows = listed(by).filter(store_id=store_id, starts_at__gte=start, starts_at__lt=end)
    cards = cards_of(with_facts(rows.exclude(state__in=("cancelled", "waitlisted")).order_by("starts_at", "pk")), at)
    on: dict[date, list[AppointmentCard]] = defaultdict(list)
    for card in cards:
        on[timezone.localdate(card.start)].append(card)
    days = [WeekDay(one.day, one.plan.open, one.percent, on[one.day]) for one in loads]
    names = sorted({_row_name(card, by_bay) for card in cards}, key=lambda name: (not name, name))
    table = [
        (name or _("未排"), [[card for card in one.cards if _row_name(card, by_bay) == name] for one in days])
        for name in names
    ]
    return WeekGrid(first, "bay" if by_bay else "technician", days, table)


def _row_name(card: AppointmentCard, by_bay: bool) -> str:
    return card.bay if by_bay else card.technician
