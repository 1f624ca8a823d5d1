"""What a search stands on: a store's days, bays and people with the time they still have, read in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from pitlane.accounts.queries import Worker, workers
from pitlane.core.prepared import Prepared

from .clock import cell_at, cells_on, day_cells, moment_of
from .days import DayKind, DayPlan, Hours, OwnDay, Pattern, plan_day
from .holidays import NAMES
from .models import Bay, BookingTerms, CalendarDay, ClaimCell, ClaimPart, Leave, OpenHours, PlannedWork, Shift
from .slots import Axis, Part, Person, Place, cells_of
from .week import parse_hours

WORKERS = "workshop.work"
STANDING = BookingTerms()
BAY = ("pk", "name", "bay_type", "equipment")
TERMS: Prepared[BookingTerms] = Prepared(lambda store: BookingTerms.objects.filter(store_id=store))
HOURS: Prepared[tuple[int, time, time]] = Prepared(
    lambda store: (
        OpenHours.objects.filter(store_id=store).order_by("weekday", "starts").values_list("weekday", "starts", "ends")
    )
)
BAYS: Prepared[tuple[int, str, str, list[str]]] = Prepared(
    lambda store: Bay.objects.filter(store_id=store, active=True).order_by("name").values_list(*BAY)
)
DAYS = date(9999, 12, 30), date(9999, 12, 31)  # these four are what no row holds: ``core.prepared`` says why
MOMENTS = datetime(9999, 12, 30, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
CELLS = 2_100_000_000, 2_100_000_001
WEEKDAYS = range(32_000, 32_007)
OWN_DAYS: Prepared[tuple[date, str, list[list[str]], str]] = Prepared(
    lambda store, first, last: CalendarDay.objects.filter(store_id=store, day__range=(first, last)).values_list(
        "day", "kind", "hours", "note"
    ),
    others=DAYS,
)
WITH_WEEK: Prepared[tuple[int]] = Prepared(
    lambda store: Shift.objects.filter(staff__stores=store).values_list("staff_id").distinct()
)
SHIFT = ("staff_id", "weekday", "starts", "ends")
SHIFTS: Prepared[tuple[int, int, time, time]] = Prepared(
    lambda store, *weekdays: (
        Shift.objects.filter(staff__stores=store, weekday__in=weekdays)
        .order_by("weekday", "starts")
        .values_list(*SHIFT)
    ),
    others=WEEKDAYS,
)
LEAVES: Prepared[tuple[int, date, date]] = Prepared(
    lambda store, first, last: Leave.objects.filter(
        staff__stores=store, first_day__lte=last, last_day__gte=first
    ).values_list("staff_id", "first_day", "last_day"),
    others=DAYS,
)
PART = ("bay_id", "technician_id", "first", "last", "bay_first", "bay_last")
PROMISED: Prepared[tuple[int | None, int, int, int, int, int]] = Prepared(
    lambda store, without, first, last, lane: (
        ClaimPart.objects.filter(_of_store(store), lane=lane, bay_first__lt=last, bay_last__gt=first)
        .exclude(claim_id=without)
        .values_list(*PART)
    ),
    ids=2,
    others=(*CELLS, 32_000),
)
WORK = ("bay_id", "technician_id", "starts_at", "minutes")
PLANNED: Prepared[tuple[int | None, int, datetime, int]] = Prepared(
    lambda store, begins, ends: PlannedWork.objects.filter(
        _of_store(store), starts_at__gte=begins, starts_at__lt=ends
    ).values_list(*WORK),
    others=MOMENTS,
)


def _of_store(store_id: int) -> Q:
    """A store's bays, and its people wherever they work."""
    return Q(bay__store_id=store_id) | Q(technician__stores=store_id)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a store takes bookings; ``overbook_per_day`` visits may be promised beyond what is free."""

    horizon_days: int
    lead_minutes: int
    step_minutes: int
    before_minutes: int
    after_minutes: int
    overbook_per_day: int
    closed_holidays: tuple[str, ...]


def terms_of(store_id: int) -> Terms:
    """The store's terms, or those that everybody starts with."""
    row = TERMS.one(store_id) or STANDING
    closed = tuple(NAMES) if row.closed_holidays is None else tuple(row.closed_holidays)
    return Terms(
        horizon_days=row.horizon_days,
        lead_minutes=row.lead_minutes,
        step_minutes=row.step_minutes,
        before_minutes=row.before_minutes,
        after_minutes=row.after_minutes,
        overbook_per_day=row.overbook_per_day,
        closed_holidays=closed,
    )


def week_of(store_id: int) -> dict[int, Hours] | None:
    """The store's opening hours by weekday; None when nobody entered them."""
    week: dict[int, Hours] = {}
    for weekday, starts, ends in HOURS(store_id):
        week[weekday] = (*week.get(weekday, ()), (starts, ends))
    return week or None


def own_days(store_id: int, first: date, last: date) -> dict[date, OwnDay]:
    """What the store decided for single days."""
    return {
        day: OwnDay(DayKind(kind), parse_hours(hours), note)
        for day, kind, hours, note in OWN_DAYS(store_id, first, last)
    }


def plans_of(store_id: int, first: date, count: int, terms: Terms) -> list[DayPlan]:
    """The days of a store from one on."""
    pattern = Pattern(week_of(store_id), terms.closed_holidays)
    own = own_days(store_id, first, first + timedelta(days=count))
    days = [first + timedelta(days=n) for n in range(count)]
    return [plan_day(day, pattern, own.get(day)) for day in days]


def axis_of(plans: Sequence[DayPlan]) -> Axis:
    """The open cells of the days."""
    spans = [(plan.day.toordinal(), *cells) for plan in plans for cells in cells_on(plan.day, plan.hours)]
    return Axis(spans)


@dataclass(frozen=True, slots=True)
class Ground:
    """A store's time from a day on, as ``slots`` takes it. ``busy`` of a person is what is promised or planned."""

    store_id: int
    terms: Terms
    plans: tuple[DayPlan, ...]
    axis: Axis
    places: tuple[Place, ...]
    people: tuple[Person, ...]
    bay_names: dict[int, str]
    people_names: dict[int, str]
    on_leave: dict[int, int]

    def plan(self, day: date) -> DayPlan:
        return self.plans[(day - self.plans[0].day).days]


def load(store_id: int, first: date, count: int, *, terms: Terms, lane: int = 0, without: int | None = None) -> Ground:
    """Read everything for so many days in a constant number of queries; ``without`` leaves a claim out."""
    plans = plans_of(store_id, first, count, terms)
    axis = axis_of(plans)
    rows = BAYS(store_id)
    staff = workers(WORKERS, store_id)
    reach = day_cells(first, plans[-1].day)
    bays, people = _taken(store_id, axis, reach, lane, without)
    places = [Place(pk, kind, frozenset(tags), axis.all & ~bays[pk]) for pk, _name, kind, tags in rows]
    present, away = _presence(store_id, staff, plans, axis)
    return Ground(
        store_id=store_id,
        terms=terms,
        plans=tuple(plans),
        axis=axis,
        places=tuple(places),
        people=tuple(_person(one, axis, present[one.id], people[one.id]) for one in staff),
        bay_names={pk: name for pk, name, _kind, _tags in rows},
        people_names={one.id: one.name for one in staff},
        on_leave=away,
    )


def _person(worker: Worker, axis: Axis, present: int, taken: int) -> Person:
    skills = {
        skill: (level, -1 if until is None else axis.mask(0, day_cells(until, until)[1]))
        for skill, (level, until) in worker.skills.items()
    }
    return Person(worker.id, skills, present, present & ~taken)


def _presence(
    store_id: int, staff: Sequence[Worker], plans: Sequence[DayPlan], axis: Axis
) -> tuple[dict[int, int], dict[int, int]]:
    """The cells at which each person is at work, and those taken away by leave."""
    ids = [person.id for person in staff]
    weeks = _weeks(store_id, {plan.as_weekday for plan in plans if plan.open})
    known: dict[tuple[tuple[int, Hours], ...] | None, int] = {None: axis.all}
    present, away = {}, dict.fromkeys(ids, 0)
    for staff_id in ids:
        week = weeks.get(staff_id)
        key = None if week is None else tuple(week.items())
        if key not in known:
            known[key] = _weekly(dict(key or ()), plans, axis)
        present[staff_id] = known[key]
    for staff_id, begins, ends in LEAVES(store_id, plans[0].day, plans[-1].day):
        if staff_id in away:
            away[staff_id] |= axis.mask(*day_cells(begins, ends))
    return {staff_id: cells & ~away[staff_id] for staff_id, cells in present.items()}, away


def weeks_of_staff(staff_ids: Sequence[int]) -> dict[int, dict[int, Hours]]:
    """Weekly hours of those for whom somebody entered them."""
    rows = Shift.objects.filter(staff_id__in=staff_ids).order_by("weekday", "starts")
    return _by_person(rows.values_list(*SHIFT))


def _weeks(store_id: int, weekdays: Collection[int]) -> dict[int, dict[int, Hours]]:
    """Hours on some weekdays of a store's people for whom somebody entered a week: nothing on days they are off."""
    asked = sorted(weekdays) or [0]
    rows = SHIFTS(store_id, *asked, *asked[:1] * (7 - len(asked)))
    return {**{staff_id: {} for (staff_id,) in WITH_WEEK(store_id)}, **_by_person(rows)}


def _by_person(rows: Iterable[tuple[int, int, time, time]]) -> dict[int, dict[int, Hours]]:
    weeks: dict[int, dict[int, Hours]] = defaultdict(dict)
    for staff_id, weekday, starts, ends in rows:
        weeks[staff_id][weekday] = (*weeks[staff_id].get(weekday, ()), (starts, ends))
    return dict(weeks)


def _weekly(week: dict[int, Hours], plans: Sequence[DayPlan], axis: Axis) -> int:
    bits = 0
    for plan in plans:
        if plan.open:
            for first, last in cells_on(plan.day, week.get(plan.as_weekday, ())):
                bits |= axis.mask(first, last)
    return bits


def _taken(
    store_id: int, axis: Axis, reach: tuple[int, int], lane: int, without: int | None
) -> tuple[dict[int, int], dict[int, int]]:
    """What of the store's bays and people is promised (in any store) or planned.

    Joins and not lists of ids: a hundred parameters cost more than the rows they find.
    """
    bays, people = defaultdict[int, int](int), defaultdict[int, int](int)
    for bay_id, technician_id, first, last, bay_first, bay_last in PROMISED(store_id, without or 0, *reach, lane):
        people[technician_id] |= axis.mask(first, last)
        if bay_id:
            bays[bay_id] |= axis.mask(bay_first, bay_last)
    for bay_id, technician_id, starts_at, minutes in PLANNED(store_id, moment_of(reach[0]), moment_of(reach[1])):
        cells = axis.flow(cell_at(starts_at), cells_of(minutes))
        people[technician_id] |= cells
        if bay_id:
            bays[bay_id] |= cells
    return bays, people


def cells_of_part(part: Part | ClaimPart) -> Iterator[tuple[str, int, int]]:
    """What a segment takes: kind, whose, which quarter of an hour."""
    for cell in range(part.first, part.last):
        yield ClaimCell.Resource.TECHNICIAN, part.technician_id, cell
    if part.bay_id:
        for cell in range(part.bay_first, part.bay_last):
            yield ClaimCell.Resource.BAY, part.bay_id, cell
