"""Pages of scheduling, split by what they are about."""

from .calendar import calendar, day, day_clear, hours, terms
from .capacity import capacity
from .people import bay, bays, leave, leave_cancel, leave_form, shifts, week

__all__ = [
    "bay",
    "bays",
    "calendar",
    "capacity",
    "day",
    "day_clear",
    "hours",
    "leave",
    "leave_cancel",
    "leave_form",
    "shifts",
    "terms",
    "week",
]
