"""Readable document numbers: short on screen (``W1123-042``), full with store and year in print and API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .models import NumberSeries
from .tenancy import current_org


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """``short`` is unique in a store and year, ``full`` in the organisation."""

    short: str
    full: str


def next_number(*, kind: str, store_id: int, store_code: str, day: date) -> DocumentNumber:
    """Take the next number; inside a command, so a rolled-back document leaves no gap."""
    which = {"store_id": store_id, "kind": kind, "day": day}
    series = NumberSeries.objects.select_for_update().filter(**which).first() or _first_of_the_day(which)
    series.last += 1
    series.save(update_fields=["last"])
    short = f"{kind}{day:%m%d}-{series.last:03d}"
    return DocumentNumber(short, f"{store_code}-{day:%Y}-{short}")


def _first_of_the_day(which: dict[str, Any]) -> NumberSeries:
    """Two tills may open the day at once: one row wins and both count on it."""
    NumberSeries.objects.get_or_create(org_id=current_org(), **which)
    series: NumberSeries = NumberSeries.objects.select_for_update().get(**which)
    return series
