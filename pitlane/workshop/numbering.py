"""Order numbers: one at the counter, whole blocks for imported history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from pitlane.core.models import NumberSeries
from pitlane.core.numbers import DocumentNumber
from pitlane.core.tenancy import current_org

KIND = "W"


def block_of_numbers(store_id: int, store_code: str, days: Sequence[date]) -> list[tuple[str, str]]:
    """(short, full) for each day in order, taken from the day's series with one write per day."""
    next_of = {day: _take(store_id, day, count) for day, count in sorted(Counter(days).items())}
    numbers = []
    for day in days:
        number = _number(store_code, day, next_of[day])
        next_of[day] += 1
        numbers.append((number.short, number.full))
    return numbers


def _take(store_id: int, day: date, count: int) -> int:
    NumberSeries.objects.get_or_create(org_id=current_org(), store_id=store_id, kind=KIND, day=day)
    series = NumberSeries.objects.select_for_update().get(store_id=store_id, kind=KIND, day=day)
    first: int = series.last + 1
    series.last += count
    series.save(update_fields=["last"])
    return first


def _number(store_code: str, day: date, number: int) -> DocumentNumber:
    short = f"{KIND}{day:%m%d}-{number:03d}"
    return DocumentNumber(short, f"{store_code}-{day:%Y}-{short}")
