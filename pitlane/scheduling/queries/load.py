"""How full a store is: by day, by hour, by skill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pitlane.accounts.queries import skill_name
from pitlane.core.errors import Text

from ..clock import SECONDS, moment_of
from ..days import DayPlan
from ..ground import Ground, load, terms_of
from ..slots import CELL, Axis, Person, Place

HOUR = 3600 // SECONDS


@dataclass(frozen=True, slots=True)
class Use:
    """Minutes there are, and minutes promised or planned."""

    capacity: int
    busy: int

    @property
    def share(self) -> float:
        return self.busy / self.capacity if self.capacity else 0.0

    @property
    def percent(self) -> int:
        return round(100 * self.share)

    @property
    def free(self) -> int:
        return self.capacity - self.busy


@dataclass(frozen=True, slots=True)
class HourLoad:
    """One hour of the clock: technicians and bays in it, and how many of each are still free for all of it."""

    start: datetime
    technicians: Use
    bays: Use
    free_technicians: int
    free_bays: int
    on_leave: int

    @property
    def percent(self) -> int:
        """What is scarcer decides."""
        return max(self.technicians.percent, self.bays.percent)

    @property
    def staffed(self) -> bool:
        return self.technicians.capacity > 0


@dataclass(frozen=True, slots=True)
class SkillLoad:
    """One skill over a day: how much of the time of those who have it is taken."""

    skill: str
    people: int
    use: Use

    @property
    def label(self) -> Text:
        return skill_name(self.skill)


@dataclass(frozen=True, slots=True)
class DayLoad:
    """A day of a store: why it is open or not, and how full it is."""

    plan: DayPlan
    technicians: Use
    bays: Use
    hours: tuple[HourLoad, ...]
    skills: tuple[SkillLoad, ...]
    on_leave: int

    @property
    def day(self) -> date:
        return self.plan.day

    @property
    def percent(self) -> int:
        return max(self.technicians.percent, self.bays.percent)


def day_load(store_id: int, day: date) -> DayLoad:
    """One day, for home pages and for the answer to "how full are we"."""
    return loads(store_id, day, 1)[0]


def loads(store_id: int, first: date, days: int = 14) -> list[DayLoad]:
    """Several days in the same number of queries as one."""
    ground = load(store_id, first, days, terms=terms_of(store_id))
    return [_day(ground, plan) for plan in ground.plans]


def _day(ground: Ground, plan: DayPlan) -> DayLoad:
    axis = ground.axis
    cells = axis.within(*axis.days.get(plan.day.toordinal(), (0, 0)))
    hours = tuple(_hour(ground, first, last) for first, last in _hours(axis, plan))
    away = sum(1 for bits in ground.on_leave.values() if bits & cells)
    people, bays = _people(ground.people, cells), _bays(ground.places, cells)
    return DayLoad(plan, people, bays, hours, _skills(ground, cells), away)


def _hours(axis: Axis, plan: DayPlan) -> list[tuple[int, int]]:
    """Hours of the clock in which the store is open that day, as real cells."""
    first, last = axis.days.get(plan.day.toordinal(), (0, 0))
    begins = sorted({axis.cell(index) // HOUR for index in range(first, last)})
    return [(hour * HOUR, (hour + 1) * HOUR) for hour in begins]


def _hour(ground: Ground, first: int, last: int) -> HourLoad:
    cells = ground.axis.mask(first, last)
    return HourLoad(
        start=moment_of(first),
        technicians=_people(ground.people, cells),
        bays=_bays(ground.places, cells),
        free_technicians=sum(1 for person in ground.people if person.free & cells == cells),
        free_bays=sum(1 for place in ground.places if place.free & cells == cells),
        on_leave=sum(1 for bits in ground.on_leave.values() if bits & cells),
    )


def _people(people: tuple[Person, ...] | list[Person], cells: int) -> Use:
    present = sum((person.present & cells).bit_count() for person in people)
    free = sum((person.free & cells).bit_count() for person in people)
    return Use(present * CELL, (present - free) * CELL)


def _bays(places: tuple[Place, ...], cells: int) -> Use:
    there = len(places) * cells.bit_count()
    free = sum((place.free & cells).bit_count() for place in places)
    return Use(there * CELL, (there - free) * CELL)


def _skills(ground: Ground, cells: int) -> tuple[SkillLoad, ...]:
    codes = sorted({skill for person in ground.people for skill in person.skills})
    able = {code: [person for person in ground.people if code in person.skills] for code in codes}
    return tuple(SkillLoad(code, len(people), _people(people, cells)) for code, people in able.items())
