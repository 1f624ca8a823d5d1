"""A store's days: weekly hours, holidays, days of its own, and the terms on which it takes bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ..days import DayPlan, Hours
from ..ground import plans_of, terms_of, week_of
from ..holidays import LAST_YEAR
from ..week import usual_day


def calendar_day(store_id: int, day: date) -> DayPlan:
    """When the store is open on a day, and who says so."""
    return calendar(store_id, day, 1)[0]


def calendar(store_id: int, first: date, days: int) -> list[DayPlan]:
    """So many days of the store, in three queries."""
    return plans_of(store_id, first, days, terms_of(store_id))


def year_calendar(store_id: int, year: int) -> list[DayPlan]:
    """All days of a year."""
    first = date(year, 1, 1)
    return calendar(store_id, first, (date(year, 12, 31) - first).days + 1)


def next_opening(store_id: int, day: date, within: int = 60) -> DayPlan | None:
    """The first open day from a day on."""
    return next((plan for plan in calendar(store_id, day, within) if plan.open), None)


@dataclass(frozen=True, slots=True)
class OpeningWeek:
    """Seven tuples of hours, Monday first; ``assumed`` when nobody entered them."""

    days: tuple[Hours, ...]
    assumed: bool


def opening_week(store_id: int) -> OpeningWeek:
    """The store's week."""
    week = week_of(store_id)
    days = tuple(usual_day(n) if week is None else week.get(n, ()) for n in range(7))
    return OpeningWeek(days, week is None)


def last_published() -> date:
    """The last day for which the public holidays are known."""
    return date(LAST_YEAR + 1, 1, 1) - timedelta(days=1)
