"""How many cars come on which day, and what the season brings with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

import chinese_calendar
from django.utils import timezone

MONTHS = (1.15, 0.75, 0.95, 1.0, 1.0, 1.05, 1.1, 1.05, 1.1, 1.0, 1.0, 1.05)
WEEKDAYS = (0.95, 0.85, 0.85, 0.9, 1.05, 1.3, 1.1)
OPENS, CLOSES = time(8, 30), time(18, 0)
_RUSH = ((8.6, 10.5, 5), (10.5, 12.0, 2.5), (13.0, 15.0, 2.5), (15.0, 16.8, 1.5))


def day_factor(day: date) -> float:
    """Compared with an average day: people come on Saturdays and before a journey, not during the festival."""
    return MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * _festival(day)


def _festival(day: date) -> float:
    """Closed over the Spring Festival, quiet on other holidays, busy in the days before one."""
    if _holiday(day) == "Spring Festival":
        return 0.0
    if _holiday(day):
        return 0.45
    return 1.35 if any(_holiday(day + timedelta(days=ahead)) for ahead in (1, 2, 3)) else 1.0


def _holiday(day: date) -> str:
    """The name of the public holiday; years that the calendar does not know have none."""
    try:
        return chinese_calendar.get_holiday_detail(day)[1] or ""
    except NotImplementedError:
        return ""


def visits_on(rng: Random, day: date, average: float) -> int:
    """How many cars come that day."""
    mean = average * day_factor(day)
    return max(0, round(rng.gauss(mean, mean**0.5 * 0.8))) if mean else 0


def arrivals(rng: Random, day: date, number: int) -> list[datetime]:
    """When they come: most of them early."""
    spans = rng.choices([(low, high) for low, high, _weight in _RUSH], [weight for *_span, weight in _RUSH], k=number)
    return sorted(at_hour(day, rng.uniform(low, high)) for low, high in spans)


def at_hour(day: date, hour: float) -> datetime:
    """A moment of a shop day, in whole seconds."""
    midnight = timezone.make_aware(datetime.combine(day, time()))
    return midnight + timedelta(seconds=round(hour * 3600))


def in_hours(moment: datetime) -> datetime:
    """The moment itself while the shop is open, else the next opening: nobody works at night."""
    local = timezone.localtime(moment)
    if local.time() < OPENS:
        return at_hour(local.date(), 8.6)
    return at_hour(local.date() + timedelta(days=1), 8.6) if local.time() > CLOSES else moment


def days(first: date, last: date) -> Iterator[date]:
    """Every day of the span."""
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))


def winter(day: date) -> bool:
    return day.month in (11, 12, 1, 2)


def summer(day: date) -> bool:
    return day.month in (5, 6, 7, 8)
