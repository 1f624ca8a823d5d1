"""What can be said about appointments without the database: segments of a visit, reminders that are due, the risk that
nobody comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
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


def extra_places(risks: Iterable[int], over: int, limit: int) -> int:
    """How many more may be booked than there is room for: whole visits that are expected to fall out, within the
    store's limit, less those that were overbooked already. ``risks`` are percents of those who are booked then."""
    return max(0, min(sum(risks) // 100, limit) - over)


def priority_of(tags: Iterable[str], wanted: Sequence[str]) -> int:
    """The rank of somebody who waits: the tag that the store named first counts most; none is 0."""
    return max((len(wanted) - wanted.index(tag) for tag in tags if tag in wanted), default=0)


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
class Band:
    """Visits whose risk was said to lie between two percents, and how many of them nobody came to."""

    low: int
    high: int
    visits: int
    misses: int
    predicted_percent: int

    @property
    def observed_percent(self) -> int:
        return percent_of(self.misses, self.visits)


BANDS = (0, 10, 20, 30, 50, 101)


def banded(said: Sequence[float], missed: Sequence[bool]) -> tuple[Band, ...]:
    """What was said against what happened, by how much was said; bands without visits are left out."""
    found = []
    for low, high in pairwise(BANDS):
        here = [(p, m) for p, m in zip(said, missed, strict=True) if low <= round(100 * p) < high]
        if here:
            mean = round(100 * sum(p for p, _m in here) / len(here))
            found.append(Band(low, min(high, 100), len(here), sum(m for _p, m in here), mean))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Measure:
    """How good the risk is on the newest fifth of the past, which it has not seen."""

    visits: int
    misses: int
    auc: float | None
    predicted: float
    observed: float
    loss: float
    bands: tuple[Band, ...]

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
        bands=banded(said, missed),
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


FEWEST_WEEKS = 4
TIGHT, QUIET = 85, 25
FEWEST_WISHES = 3
FEWEST_HERE, ABSENT = 20, 2.0
QUIET_HOURS = 2
LEAST_BOOKED = 20
MOST_OF_A_KIND = 2


@dataclass(frozen=True, slots=True)
class HourFact:
    """One hour of the week over a period, for everybody or one skill: minutes there were and minutes taken, times that
    customers asked for in vain, visits and those to which nobody came."""

    weekday: int
    hour: int
    skill: str
    capacity: int
    busy: int
    wishes: int = 0
    visits: int = 0
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Advice:
    """What the shop could change, with its numbers: ``hire`` people, ``open`` longer, ``quiet`` hours to use or to
    save, ``absent`` for hours at which many do not come. ``hours`` are whole ones, the last excluded."""

    kind: str
    weekday: int
    hours: tuple[int, int]
    skill: str
    percent: int
    wishes: int
    weekly: float
    visits: int = 0
    misses: int = 0


def advice(facts: Sequence[HourFact], *, weeks: int, visits: int, minutes: int) -> list[Advice] | None:
    """What the numbers speak for, the strongest first; None when there are too few of them to say anything.

    ``minutes`` is how long a visit takes on average: it turns free time into visits.
    """
    if weeks < FEWEST_WEEKS or visits < FEWEST_VISITS:
        return None
    found = [_advice("hire", run, min(_sum(run, "wishes") / weeks, _room(run, minutes))) for run in _tight(facts)]
    shut = _runs(facts, lambda one: not (one.capacity or one.skill) and one.wishes > 0)
    found += [_advice("open", run, _sum(run, "wishes") / weeks) for run in shut if _wanted(run)]
    found += [_advice("quiet", run, (_sum(run, "capacity") - _sum(run, "busy")) / 60 / weeks) for run in _slack(facts)]
    found += [_advice("absent", run, _sum(run, "misses") / weeks) for run in _missed(facts, visits)]
    return _strongest(found)


Run = list[HourFact]


def _tight(facts: Sequence[HourFact]) -> list[Run]:
    """Nearly full hours at which customers asked in vain."""
    full = _runs(facts, lambda one: bool(one.capacity) and percent_of(one.busy, one.capacity) >= TIGHT)
    return [run for run in full if _wanted(run)]


def _slack(facts: Sequence[HourFact]) -> list[Run]:
    """Hours that stand out as empty. Where most cars come without booking, few bookings do not mean idle hands."""
    open_hours = [one for one in facts if one.capacity and not one.skill]
    usual = percent_of(_sum(open_hours, "busy"), _sum(open_hours, "capacity"))
    limit = min(QUIET, usual * 6 // 10)
    empty = _runs(open_hours, lambda one: percent_of(one.busy, one.capacity) <= limit and not one.wishes)
    return [run for run in empty if len(run) >= QUIET_HOURS and usual >= LEAST_BOOKED]


def _missed(facts: Sequence[HourFact], visits: int) -> list[Run]:
    """Hours at which people stay away at least twice as often as at others."""
    usual = sum(one.misses for one in facts if not one.skill) / visits
    often = _runs(facts, lambda one: not one.skill and one.misses > 0 and one.misses >= ABSENT * usual * one.visits)
    return [run for run in often if _sum(run, "visits") >= FEWEST_HERE and _sum(run, "misses") >= FEWEST_MISSES]


def _runs(facts: Iterable[HourFact], wanted: Callable[[HourFact], bool]) -> list[Run]:
    """Hours side by side on one weekday, for one skill, that are all as wanted."""
    found: list[Run] = []
    for one in sorted(filter(wanted, facts), key=lambda fact: (fact.skill, fact.weekday, fact.hour)):
        last = found[-1][-1] if found else None
        if last and (last.skill, last.weekday, last.hour + 1) == (one.skill, one.weekday, one.hour):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _sum(run: Sequence[HourFact], name: str) -> int:
    return sum(getattr(one, name) for one in run)


def _wanted(run: Run) -> bool:
    return _sum(run, "wishes") >= FEWEST_WISHES


def _room(run: Run, minutes: int) -> float:
    """Visits a week that one more person could take on in these hours."""
    return len(run) * 60 * TIGHT / 100 / max(minutes, SHORTEST)


def _advice(kind: str, run: Run, weekly: float) -> Advice:
    visits, misses = _sum(run, "visits"), _sum(run, "misses")
    share = (misses, visits) if kind == "absent" else (_sum(run, "busy"), _sum(run, "capacity"))
    hours = run[0].hour, run[-1].hour + 1
    percent, wishes = percent_of(*share), _sum(run, "wishes")
    return Advice(kind, run[0].weekday, hours, run[0].skill, percent, wishes, round(weekly, 1), visits, misses)


def _strongest(found: Sequence[Advice]) -> list[Advice]:
    """At most two of a kind; where a craft is short, the shop as a whole is not said to be."""
    crafts = {(one.weekday, hour) for one in found if one.kind == "hire" and one.skill for hour in range(*one.hours)}
    kept = [one for one in found if one.kind != "hire" or one.skill or not crafts & _span(one)]
    order = sorted(kept, key=lambda one: (-one.wishes, -one.weekly, one.weekday, one.hours))
    kinds = ("hire", "open", "absent", "quiet")
    return [one for kind in kinds for one in [found for found in order if found.kind == kind][:MOST_OF_A_KIND]]


def _span(one: Advice) -> set[tuple[int, int]]:
    return {(one.weekday, hour) for hour in range(*one.hours)}


def percent_of(part: int, whole: int) -> int:
    """A share in whole percent; nothing of nothing is nothing."""
    return round(100 * part / whole) if whole else 0
