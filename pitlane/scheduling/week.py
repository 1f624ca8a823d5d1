"""Rules for working hours: what a week may look like, and how long a day is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time
from itertools import pairwise
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused

SHOP_HOURS = (time(8, 30), time(17, 30))
CLOSED_WEEKDAY = 6


class ShiftInput(NamedTuple):
    """Hours on one weekday; 0 is Monday. Two shifts of a day leave a break between them."""

    weekday: int
    starts: time
    ends: time


def clean_week(shifts: Iterable[ShiftInput]) -> list[ShiftInput]:
    """The shifts in order; overlapping or reversed ones are refused."""
    week = sorted(shifts)
    for shift in week:
        if not 0 <= shift.weekday <= 6 or shift.starts >= shift.ends:
            raise Refused(_("下班时间要晚于上班时间"), code="shift_order", field="shifts", weekday=shift.weekday)
    for earlier, later in pairwise(week):
        if earlier.weekday == later.weekday and later.starts < earlier.ends:
            raise Refused(_("同一天的班次不能重叠"), code="shift_overlap", field="shifts", weekday=later.weekday)
    return week


def usual_day(weekday: int) -> tuple[tuple[time, time], ...]:
    """Hours assumed for a person whose week nobody entered: the shop's, closed on Sunday."""
    return () if weekday == CLOSED_WEEKDAY else (SHOP_HOURS,)


def minutes_of(hours: Sequence[tuple[time, time]]) -> int:
    """How many minutes of work the hours give."""
    return sum((b.hour - a.hour) * 60 + b.minute - a.minute for a, b in hours)


def parse_hours(rows: Sequence[Sequence[str]]) -> tuple[tuple[time, time], ...]:
    """Hours as they are stored for a single day: ``[["08:30", "12:00"]]``."""
    return tuple((time.fromisoformat(starts), time.fromisoformat(ends)) for starts, ends in rows)


def plain_hours(hours: Sequence[tuple[time, time]]) -> list[list[str]]:
    """Hours as they are stored."""
    return [[f"{starts:%H:%M}", f"{ends:%H:%M}"] for starts, ends in hours]
