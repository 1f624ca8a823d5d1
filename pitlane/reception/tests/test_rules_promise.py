"""The time promised at check-in: within the opening hours, on a half hour."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from pitlane.reception.rules import percent_off, promise

MONDAY = date(2026, 11, 23)
DAY = ((time(8, 30), time(12)), (time(13), time(18)))
DAYS = [(MONDAY, DAY), (MONDAY + timedelta(days=1), ()), (MONDAY + timedelta(days=2), DAY)]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(MONDAY + timedelta(days=day), time(hour, minute))


@pytest.mark.parametrize(
    ("now", "hours", "ready"),
    [
        (at(0, 9), 2.5, at(0, 11, 30)),
        (at(0, 9, 10), 2.5, at(0, 12)),
        (at(0, 7), 2.5, at(0, 11)),
        (at(0, 11), 2.5, at(0, 14, 30)),
        (at(0, 15, 29), 2.5, at(0, 18)),
        (at(0, 16), 2.5, at(2, 9)),
        (at(0, 20), 2.5, at(2, 11)),
        (at(1, 10), 1, at(2, 9, 30)),
    ],
)
def test_the_work_fills_the_opening_hours(now: datetime, hours: float, ready: datetime) -> None:
    assert promise(now, timedelta(hours=hours), DAYS) == ready


def test_a_shop_that_never_opens_promises_nothing() -> None:
    assert promise(at(0, 9), timedelta(hours=1), [(MONDAY, ())]) is None


@pytest.mark.parametrize(("off", "listed", "text"), [(0, 100, ""), (10, 100, "10"), (1, 3, "33.33"), (5, 0, "")])
def test_a_discount_reads_as_percent(off: int, listed: int, text: str) -> None:
    assert percent_off(off, listed) == text
