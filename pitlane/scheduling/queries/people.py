"""Bays of a store, who works there on a day, weekly hours, leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Any

from pitlane.accounts.queries import staff_with_permission
from pitlane.core.errors import Missing, Text

from ..equipment import name_of
from ..ground import WORKERS, weeks_of_staff
from ..models import Bay, BayType, Leave
from ..week import minutes_of, usual_day

Hours = tuple[tuple[time, time], ...]


@dataclass(frozen=True, slots=True)
class BayCard:
    """A place to work on one car."""

    id: int
    ref: str
    store_id: int
    name: str
    bay_type: str
    active: bool
    equipment: tuple[str, ...] = ()

    @property
    def equipment_labels(self) -> list[Text]:
        return [name_of(tag) for tag in self.equipment]

    @property
    def type_label(self) -> Text:
        return BayType(self.bay_type).label


def _bay(row: Bay) -> BayCard:
    return BayCard(row.pk, row.ref, row.store_id, row.name, row.bay_type, row.active, tuple(row.equipment))


def bays(store_id: int, *, bay_type: str = "", active: bool | None = True) -> list[BayCard]:
    """The bays of a store by name; closed ones only when asked for."""
    rows = Bay.objects.filter(store_id=store_id)
    rows = rows if active is None else rows.filter(active=active)
    rows = rows.filter(bay_type=bay_type) if bay_type else rows
    return [_bay(row) for row in rows.order_by("-active", "name")]


def bay_by_id(bay_id: int) -> BayCard:
    """One bay; ``Missing`` when it is not of this organisation."""
    row = Bay.objects.filter(pk=bay_id).first()
    if row is None:
        raise Missing()
    return _bay(row)


@dataclass(frozen=True, slots=True)
class TechnicianDay:
    """One person's day: hours, or away. ``assumed`` when nobody entered the person's week."""

    staff_id: int
    name: str
    employee_no: str
    hours: Hours
    assumed: bool
    on_leave: bool
    leave_reason: str

    @property
    def works(self) -> bool:
        return bool(self.hours) and not self.on_leave

    @property
    def minutes(self) -> int:
        return minutes_of(self.hours) if self.works else 0


def _workers(store_id: int, permission: str) -> list[Any]:
    """People of the store whose role names the work itself: a manager who may do everything is no technician."""
    people = staff_with_permission(permission, store_id)
    return [person for person in people if any(permission in role.permissions for role in person.roles.all())]


def technicians_on(store_id: int, on: date, *, permission: str = WORKERS) -> list[TechnicianDay]:
    """Everyone of the store who does the work, with hours and absence on that day, in three queries."""
    people = _workers(store_id, permission)
    ids = [person.pk for person in people]
    weeks = weeks_of_staff(ids)
    away = Leave.objects.filter(staff_id__in=ids, first_day__lte=on, last_day__gte=on)
    reasons = dict(away.values_list("staff_id", "reason"))
    return [
        TechnicianDay(
            staff_id=person.pk,
            name=person.name,
            employee_no=person.employee_no,
            hours=weeks[person.pk].get(on.weekday(), ()) if person.pk in weeks else usual_day(on.weekday()),
            assumed=person.pk not in weeks,
            on_leave=person.pk in reasons,
            leave_reason=reasons.get(person.pk, ""),
        )
        for person in people
    ]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A person's week: seven tuples of hours, Monday first."""

    staff_id: int
    staff_ref: str
    name: str
    employee_no: str
    days: tuple[Hours, ...]
    assumed: bool

    @property
    def minutes(self) -> int:
        return sum(minutes_of(hours) for hours in self.days)


def weeks_of(store_id: int, *, permission: str = WORKERS) -> list[WeekRow]:
    """The weekly hours of everyone of the store who does the work."""
    people = _workers(store_id, permission)
    weeks = weeks_of_staff([person.pk for person in people])
    return [
        WeekRow(
            person.pk,
            person.ref,
            person.name,
            person.employee_no,
            tuple(weeks[person.pk].get(n, ()) if person.pk in weeks else usual_day(n) for n in range(7)),
            person.pk not in weeks,
        )
        for person in people
    ]


def shifts_of(staff_id: int) -> dict[int, Hours]:
    """A person's entered hours by weekday; empty when nobody entered them."""
    return weeks_of_staff([staff_id]).get(staff_id, {})


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Days on which a person is away."""

    id: int
    ref: str
    staff_id: int
    staff_ref: str
    name: str
    first_day: date
    last_day: date
    reason: str

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1


def leaves(store_id: int, since: date) -> list[LeaveRow]:
    """Present and coming absences of a store's people, soonest first."""
    rows = Leave.objects.filter(staff__stores=store_id, last_day__gte=since).select_related("staff")
    return [
        LeaveRow(row.pk, row.ref, row.staff_id, row.staff.ref, row.staff.name, row.first_day, row.last_day, row.reason)
        for row in rows.order_by("first_day", "pk")[:200]
    ]
