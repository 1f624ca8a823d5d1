"""What can be said about appointments without the database: segments of a visit, reminders that are due, the risk that
nobody comes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from math import log
from typing import TypeVar

REMINDERS = (24 * 60, 2 * 60)
SHORTEST = 15
LOOK_MINUTES = 30
LONGEST_REASON = 60
MOST_SERVICES = 12
MOST_PHOTOS = 6
FEWEST_VISITS = 40
FEWEST_MISSES = 8
PRIOR = 8.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Work of one kind in one kind of bay."""

    minutes: int
    bay_type: str
    skill: str
    level: int


def minutes_of(hours: Decimal) -> int:
    """Labour hours as minutes of a calendar, in quarters of an hour, never less than one."""
    quarters = (hours * 4).to_integral_value(rounding=ROUND_CEILING)
    return max(SHORTEST, int(quarters) * 15)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same craft in the same bay is one stretch: nobody leaves the lift between two jobs on it."""
    found: list[Stretch] = []
    for one in stretches:
        last = found[-1] if found else None
        if last and (last.bay_type, last.skill) == (one.bay_type, one.skill):
            found[-1] = Stretch(last.minutes + one.minutes, last.bay_type, last.skill, max(last.level, one.level))
        else:
            found.append(one)
    return found


SECOND_LOOK = 4 * 60


def reminders_for(plan: Sequence[int], risk: int | None, risky: int) -> list[int]:
    """The reminders of one visit: who may well not come is asked once more, four hours ahead."""
    return [*plan, SECOND_LOOK] if plan and risk is not None and risk >= risky else list(plan)


def due_reminder(start: datetime, plan: Sequence[int], sent: Sequence[int], made: datetime, at: datetime) -> int | None:
    """Which reminder is to go now: the latest whose time has come. Who booked after that time needs none.

    One that was missed (the worker stood still) is not sent after a later one.
    """
    open_ones = [minutes for minutes in plan if not any(done <= minutes for done in sent)]
    for minutes in sorted(open_ones):
        moment = start - timedelta(minutes=minutes)
        if moment <= at < start and made < moment:
            return minutes
    return None


def late_by(start: datetime, at: datetime) -> int:
    """Minutes since somebody should have been here."""
    return max(0, int((at - start).total_seconds() // 60))


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of one former visit when it was booked, and whether they came."""

    came_before: int
    missed_before: int
    missed: bool


@dataclass(frozen=True, slots=True)
class Habit:
    """How often people of a shop do not come: overall, and how much more for those with a history."""

    visits: int
    misses: int

    @property
    def thin(self) -> bool:
        """Too few visits to say anything honest."""
        return self.visits < FEWEST_VISITS or self.misses < FEWEST_MISSES

    @property
    def rate(self) -> float:
        return self.misses / self.visits if self.visits else 0.0


def risk_percent(habit: Habit, came: int, missed: int) -> int | None:
    """The chance in percent that this person does not come; None when the shop's past is too thin to say.

    The shop's rate counts as ``PRIOR`` visits of everybody; the person's own visits are added to it (beta-binomial).
    """
    if habit.thin:
        return None
    return round(100 * (habit.rate * PRIOR + missed) / (PRIOR + came + missed))


@dataclass(frozen=True, slots=True)
class Measure:
    """How good the risk is on the newest fifth of the past, which it has not seen."""

    visits: int
    misses: int
    auc: float | None
    predicted: float
    observed: float
    loss: float

    @property
    def predicted_percent(self) -> int:
        return round(100 * self.predicted)

    @property
    def observed_percent(self) -> int:
        return round(100 * self.observed)


def measured(past: Sequence[Past]) -> Measure | None:
    """Learn from the older four fifths, judge by the newest; ``past`` is in the order of time. None when too thin."""
    cut = len(past) * 4 // 5
    older, newer = past[:cut], past[cut:]
    habit = Habit(len(older), sum(one.missed for one in older))
    if habit.thin or not newer:
        return None
    said = [(risk_percent(habit, one.came_before, one.missed_before) or 0) / 100 for one in newer]
    missed = [one.missed for one in newer]
    losses = [-log(max(1e-6, p if m else 1 - p)) for p, m in zip(said, missed, strict=True)]
    return Measure(
        visits=len(newer),
        misses=sum(missed),
        auc=area(said, missed),
        predicted=sum(said) / len(said),
        observed=sum(missed) / len(missed),
        loss=sum(losses) / len(losses),
    )


def area(said: Sequence[float], missed: Sequence[bool]) -> float | None:
    """The chance that who did not come was thought riskier than who did; a half is a coin. None without both kinds."""
    bad = [p for p, m in zip(said, missed, strict=True) if m]
    good = [p for p, m in zip(said, missed, strict=True) if not m]
    if not bad or not good:
        return None
    wins = sum(1.0 if b > g else 0.5 if b == g else 0.0 for b in bad for g in good)
    return wins / (len(bad) * len(good))


@dataclass(frozen=True, slots=True)
class Wont:
    """When somebody usually comes."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class Usual:
    """In what a time is the customer's usual one: the day of the week, the hour."""

    day: bool
    hour: bool


def usual(place: Wont, habits: Sequence[Wont]) -> Usual:
    """What may be called usual: at least two visits, and at least half of all, were like it."""
    days = sum(place.weekday == one.weekday for one in habits)
    hours = sum(abs(place.hour - one.hour) <= 1 for one in habits)
    return Usual(*(count >= 2 and 2 * count >= len(habits) for count in (days, hours)))


Slot = TypeVar("Slot")


def liking(place: Wont, habits: Sequence[Wont]) -> float:
    """How much a time is like those of former visits, from 0 to 1."""
    if not habits:
        return 0.0
    alike = sum(0.5 * (abs(place.hour - one.hour) <= 1) + 0.5 * (place.weekday == one.weekday) for one in habits)
    return alike / len(habits)


def ranked(
    found: Sequence[tuple[tuple[Wont, datetime, float], Slot]], habits: Sequence[Wont], at: datetime, n: int
) -> list[tuple[Slot, bool]]:
    """The ``n`` best times, each with whether it is the customer's usual one; never two within the same two hours.

    Soon is good, a quiet day is good, the usual hour is best; the very first free time is always among them.
    """
    scored = []
    for (place, start, load), slot in found:
        days = (start - at).total_seconds() / 86_400
        like = liking(place, habits)
        scored.append((1.5 * like - 0.8 * load - 0.12 * days, start, like, slot))
    first = min(scored, key=lambda row: row[1], default=None)
    order = ([first] if first else []) + sorted(scored, key=lambda row: (-row[0], row[1]))
    chosen: list[tuple[datetime, float, Slot]] = []
    for _score, start, like, slot in order:
        if len(chosen) < n and all(abs((start - other).total_seconds()) >= 7200 for other, _like, _slot in chosen):
            chosen.append((start, like, slot))
    return [(slot, like >= 0.5) for _start, like, slot in chosen]
