"""Between the wall clock of a shop and the cells that slots count in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from .days import MIDNIGHT, Hours
from .slots import CELL

SECONDS = CELL * 60


def moment_of(cell: int) -> datetime:
    """When a cell begins."""
    return datetime.fromtimestamp(cell * SECONDS, UTC)


def cell_at(moment: datetime) -> int:
    """The cell in which a moment lies."""
    return int(moment.timestamp()) // SECONDS


def cell_from(moment: datetime) -> int:
    """The first cell that begins at this moment or later."""
    return -(-int(-(-moment.timestamp() // 1)) // SECONDS)


def wall(day: date, at: time) -> datetime:
    """A time of a shop's day; 23:59 is the midnight that ends it."""
    if at == MIDNIGHT:
        day, at = day + timedelta(days=1), time()
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone())


def cells_on(day: date, hours: Hours) -> list[tuple[int, int]]:
    """Hours of a day as stretches of whole cells: what does not fill a cell is left out."""
    found = [(cell_from(wall(day, starts)), cell_at(wall(day, ends))) for starts, ends in hours]
    return [(first, last) for first, last in found if first < last]


def day_cells(first: date, last: date) -> tuple[int, int]:
    """All cells from the midnight before one day to the midnight after another."""
    return cell_at(wall(first, time())), cell_at(wall(last, MIDNIGHT))
