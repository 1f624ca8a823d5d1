"""Rules for days: when a shop is open on a date, and why.

What the shop decided for that very day comes first, then the public holidays on which it closes, then make-up
workdays, then its weekly pattern.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from .holidays import Holiday, holiday_on, published
from .week import minutes_of, usual_day

Hours = tuple[tuple[time, time], ...]
MONDAY = 0
MIDNIGHT = time(23, 59)


class Source(StrEnum):
    """Who says when the shop is open on a day."""

    OWN = "own"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"
    WEEK = "week"
    ASSUMED = "assumed"


class DayKind(StrEnum):
    """What a shop can decide for one day."""

    CLOSED = "closed"
    SPECIAL = "special"
    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class OwnDay:
    """The shop's own word on one day."""

    kind: DayKind
    hours: Hours = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day of a shop: hours (none means closed), who says so, and the weekday whose shifts people work."""

    day: date
    hours: Hours
    source: Source
    as_weekday: int
    holiday: Holiday | None = None
    note: str = ""
    published: bool = True

    @property
    def open(self) -> bool:
        return bool(self.hours)

    @property
    def minutes(self) -> int:
        return minutes_of(self.hours)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A shop's rules for days: its week (None when nobody entered it) and the holidays on which it closes."""

    week: Mapping[int, Hours] | None
    closed_on: Collection[str]

    def usual(self, weekday: int) -> Hours:
        return usual_day(weekday) if self.week is None else self.week.get(weekday, ())

    @property
    def workday(self) -> int:
        """The weekday that an extra workday borrows its hours from: the first one on which the shop is open."""
        return next((weekday for weekday in range(7) if self.usual(weekday)), MONDAY)


def plan_day(day: date, pattern: Pattern, own: OwnDay | None = None) -> DayPlan:
    """When the shop is open that day, and who says so."""
    usual, holiday = pattern.usual(day.weekday()), holiday_on(day)
    hours, source = _decide(usual, pattern, holiday, own)
    as_weekday = day.weekday() if usual else pattern.workday
    return DayPlan(day, hours, source, as_weekday, holiday, own.note if own else "", published(day))


def _decide(usual: Hours, pattern: Pattern, holiday: Holiday | None, own: OwnDay | None) -> tuple[Hours, Source]:
    week = Source.ASSUMED if pattern.week is None else Source.WEEK
    if own is not None:
        hours = {DayKind.CLOSED: (), DayKind.SPECIAL: own.hours, DayKind.USUAL: usual}[own.kind]
        return hours, Source.OWN
    if holiday is None:
        return usual, week
    if holiday.makeup:
        return (usual, week) if usual else (pattern.usual(pattern.workday), Source.MAKEUP)
    return ((), Source.HOLIDAY) if holiday.code in pattern.closed_on else (usual, week)
