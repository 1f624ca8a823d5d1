"""Rules for what a vehicle is due for (rules of this domain are split by document).

Reception proposes what the maker's schedule asks for, by kilometres or time, whichever comes first, and says why. Many
cars come with no history, and odometers are mistyped; both must not lead to silly advice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from statistics import median
from typing import NamedTuple

from django.utils.translation import gettext_noop as _n

from pitlane.core.sentences import Problem, Sentence

LARGEST_KM = 2_000_000
KM_A_DAY = 1_000
_KEPT_READINGS = 60


class Reading(NamedTuple):
    """An odometer reading on a day."""

    on: date
    km: int


@dataclass(frozen=True, slots=True)
class ScheduleItem:
    """One row of a maintenance schedule; ``first_…`` where the first time differs from the rhythm."""

    code: str
    name: str
    every_km: int | None = None
    every_months: int | None = None
    first_km: int | None = None
    first_months: int | None = None


class Done(NamedTuple):
    """An item that was done, here or elsewhere with proof."""

    code: str
    on: date
    odometer: int | None


class Horizon(NamedTuple):
    """How near counts as soon."""

    km: int = 1_000
    days: int = 30


NEAR = Horizon()


class DueState(StrEnum):
    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class DueItem:
    """When one item is due. Positive ``over_…`` is past due, negative is what is left, None is unknown."""

    item: ScheduleItem
    due_km: int | None
    due_on: date | None
    over_km: int | None
    over_days: int | None
    state: DueState
    why: tuple[Sentence, ...]


# ---- odometer -------------------------------------------------------------------------------------------------------


def trusted(readings: Iterable[Reading]) -> list[Reading]:
    """The longest run of readings that one car can have driven: never backwards, never above 1,000 km a day."""
    rows = sorted({r for r in readings if 0 <= r.km <= LARGEST_KM})[-_KEPT_READINGS:]
    best: list[list[Reading]] = []
    for row in rows:
        before = [chain for chain in best if _follows(chain[-1], row)]
        best.append([*max(before, key=lambda chain: (len(chain), chain[-1].km), default=[]), row])
    return max(best, key=lambda chain: (len(chain), chain[-1].on), default=[])


def _follows(earlier: Reading, later: Reading) -> bool:
    return 0 <= later.km - earlier.km <= KM_A_DAY * max(1, (later.on - earlier.on).days)


def km_per_day(readings: Iterable[Reading]) -> float | None:
    """Typical kilometres a day: the median over all pairs of trusted readings, so that one slip changes nothing."""
    slopes = [
        (later.km - earlier.km) / (later.on - earlier.on).days
        for earlier, later in combinations(trusted(readings), 2)
        if later.on > earlier.on
    ]
    return median(slopes) if slopes else None


def estimate_odometer(readings: Iterable[Reading], today: date) -> int | None:
    """Where the odometer probably stands today; the last trusted reading when there is no rhythm yet."""
    rows = trusted(readings)
    if not rows:
        return None
    days = max(0, (today - rows[-1].on).days)
    return min(LARGEST_KM, rows[-1].km + round((km_per_day(rows) or 0) * days))


def odometer_problem(readings: Iterable[Reading], new_km: int, on: date) -> Problem | None:
    """What looks wrong with a new reading. Only the absurd blocks: instruments are replaced, old readings mistyped."""
    if new_km < 0:
        return Problem("odometer_negative", _n("里程不能小于 0"))
    if new_km > LARGEST_KM:
        return Problem("odometer_absurd", _n("里程 %(km)s km 不合理：请检查是否多输了一位"), {"km": f"{new_km:,}"})
    rows = trusted(readings)
    new = Reading(on, new_km)
    before = max((row for row in rows if row.on <= on), default=None)
    after = min((row for row in rows if row.on > on), default=None)
    return (before and _against_earlier(before, new)) or (after and _against_later(new, after)) or None


def _against_earlier(before: Reading, new: Reading) -> Problem | None:
    params = {"km": f"{before.km:,}", "on": before.on.isoformat()}
    if new.km < before.km:
        text = _n("比上次少：%(on)s 记的是 %(km)s km；若换过仪表请说明")
        return Problem("odometer_lower", text, params, blocks=False)
    if not _follows(before, new):
        text = _n("增加太快：%(on)s 记的是 %(km)s km，平均每天超过 1,000 km，请核对")
        return Problem("odometer_jump", text, params, blocks=False)
    return None


def _against_later(new: Reading, after: Reading) -> Problem | None:
    if new.km <= after.km:
        return None
    params = {"km": f"{after.km:,}", "on": after.on.isoformat()}
    text = _n("比后来的记录多：%(on)s 记的是 %(km)s km，请核对")
    return Problem("odometer_higher", text, params, blocks=False)


# ---- due items ------------------------------------------------------------------------------------------------------


def add_months(on: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(on.day, last))


def _nearest(first: int, every: int | None, now: int) -> int:
    """The scheduled point nearest to now when nobody knows what was done: a fresh miss, or the next one."""
    if now <= first or not every:
        return first
    return first + (2 * (now - first) + every) // (2 * every) * every


def _due_km(item: ScheduleItem, last: Done | None, odometer: int | None) -> int | None:
    if last is not None:
        return None if last.odometer is None or item.every_km is None else last.odometer + item.every_km
    first = item.first_km or item.every_km
    return None if first is None or odometer is None else _nearest(first, item.every_km, odometer)


def _due_date(item: ScheduleItem, last: Done | None, since: date | None, today: date) -> date | None:
    if last is not None:
        return None if item.every_months is None else add_months(last.on, item.every_months)
    first = item.first_months or item.every_months
    if first is None or since is None:
        return None
    age = (today.year - since.year) * 12 + today.month - since.month
    return add_months(since, _nearest(first, item.every_months, age))


def _predicted(due_km: int | None, odometer: int | None, today: date, rate: float | None) -> date | None:
    """The day on which the odometer probably reaches the due kilometres (in the past when it has)."""
    if due_km is None or odometer is None or not rate or rate <= 0:
        return None
    days = (due_km - odometer) / rate
    return today + timedelta(days=round(days)) if abs(days) < 36_500 else None


def due_items(
    schedule_items: Iterable[ScheduleItem],
    history: Sequence[Done],
    odometer: int | None,
    today: date,
    km_per_day: float | None,
    *,
    since: date | None = None,
    horizon: Horizon = NEAR,
) -> list[DueItem]:
    """What the schedule asks for, the most pressing first. ``since`` is the day of purchase or first registration."""
    found = [_due(item, history, odometer, today, km_per_day, since, horizon) for item in schedule_items]
    order = list(DueState)
    return sorted(
        (due for due in found if due),
        key=lambda due: (order.index(due.state), due.due_on or date.max, -(due.over_km or 0)),
    )


def _due(
    item: ScheduleItem,
    history: Sequence[Done],
    odometer: int | None,
    today: date,
    rate: float | None,
    since: date | None,
    horizon: Horizon,
) -> DueItem | None:
    last = max((done for done in history if done.code == item.code), key=lambda done: done.on, default=None)
    due_km, by_date = _due_km(item, last, odometer), _due_date(item, last, since, today)
    if due_km is None and by_date is None:
        return None
    by_km = _predicted(due_km, odometer, today, rate)
    due_on = min((day for day in (by_km, by_date) if day), default=None)
    over_km = None if due_km is None or odometer is None else odometer - due_km
    over_days = None if due_on is None else (today - due_on).days
    late_days = None if by_date is None else (today - by_date).days
    state = _state(over_km, over_days, late_days, horizon)
    why = (_basis(last), _verdict(due_km, over_km, by_date, late_days, by_km))
    return DueItem(item, due_km, due_on, over_km, over_days, state, why)


def _state(over_km: int | None, over_days: int | None, late_days: int | None, horizon: Horizon) -> DueState:
    """Overdue only by what is known (odometer, calendar), soon also by prediction."""
    if (over_km or 0) > 0 or (late_days or 0) > 0:
        return DueState.OVERDUE
    near_km = over_km is not None and over_km >= -horizon.km
    near_days = over_days is not None and over_days >= -horizon.days
    return DueState.SOON if near_km or near_days else DueState.LATER


def _basis(last: Done | None) -> Sentence:
    if last is None:
        return Sentence("due_no_record", _n("没有做过的记录，按保养手册推算"))
    params = {"on": last.on.isoformat(), "km": f"{last.odometer or 0:,}"}
    if last.odometer is None:
        return Sentence("due_last_on", _n("上次 %(on)s"), params)
    return Sentence("due_last", _n("上次 %(on)s、%(km)s km"), params)


def _verdict(
    due_km: int | None, over_km: int | None, by_date: date | None, late_days: int | None, by_km: date | None
) -> Sentence:
    """The limit that decides: the one passed, or the one that comes first."""
    if over_km is not None and over_km > 0:
        params = {"km": f"{over_km:,}", "due": f"{due_km:,}"}
        return Sentence("due_over_km", _n("已超 %(km)s km（应在 %(due)s km 做）"), params)
    if by_date is not None and late_days is not None and late_days > 0:
        params = {"days": str(late_days), "on": by_date.isoformat()}
        return Sentence("due_over_days", _n("已超 %(days)s 天（应在 %(on)s 前做）"), params)
    if by_date is not None and late_days is not None and (over_km is None or by_km is None or by_date <= by_km):
        params = {"days": str(-late_days), "on": by_date.isoformat()}
        return Sentence("due_left_days", _n("%(on)s 到期，还有 %(days)s 天"), params)
    params = {"km": f"{-(over_km or 0):,}", "due": f"{due_km or 0:,}", "on": by_km.isoformat() if by_km else ""}
    if by_km is None:
        return Sentence("due_left_km", _n("还差 %(km)s km（%(due)s km 到期）"), params)
    return Sentence("due_left_km_on", _n("还差 %(km)s km，预计 %(on)s 到"), params)
