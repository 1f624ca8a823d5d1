"""Readable document numbers: short on screen (``W1123-042``), full with store and year in print and API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from .models import NumberSeries
from .tenancy import current_org

COUNT_ON = (
    "UPDATE core_numberseries SET last = last + 1 WHERE org_id = %s AND store_id = %s AND kind = %s AND day = %s "
    "RETURNING last"
)


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """``short`` is unique in a store and year, ``full`` in the organisation."""

    short: str
    full: str


def next_number(*, kind: str, store_id: int, store_code: str, day: date) -> DocumentNumber:
    """Take the next number; inside a command, so a rolled-back document leaves no gap."""
    which = {"store_id": store_id, "kind": kind, "day": day}
    last = _next(which) or _first_of_the_day(which)
    short = f"{kind}{day:%m%d}-{last:03d}"
    return DocumentNumber(short, f"{store_code}-{day:%Y}-{short}")


def _next(which: dict[str, Any]) -> int | None:
    """Count on and read in one statement; None before the first document of the day."""
    values = [current_org(), which["store_id"], which["kind"], connection.ops.adapt_datefield_value(which["day"])]
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ON, values)
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _first_of_the_day(which: dict[str, Any]) -> int | None:
    """Two tills may open the day at once: one row wins and both count on it."""
    NumberSeries.objects.get_or_create(org_id=current_org(), **which)
    return _next(which)
