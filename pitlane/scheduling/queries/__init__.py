"""Reads of scheduling, split by what they are about."""

from ..days import DayKind, DayPlan, Source
from ..equipment import EQUIPMENT
from ..ground import Terms, terms_of
from ..reasons import Reason
from ..slots import Needs, Segment
from .calendar import OpeningWeek, calendar, calendar_day, last_published, next_opening, opening_week, year_calendar
from .claims import ClaimCard, ClaimedPart, claim_of, claims_like, claims_of, claims_on
from .load import DayLoad, HourLoad, SkillLoad, Use, day_load, loads
from .peaks import EVERYBODY, WeekUse, week_use
from .people import (
    WORKERS,
    BayCard,
    Hours,
    LeaveRow,
    TechnicianDay,
    WeekRow,
    bay_by_id,
    bays,
    leaves,
    shifts_of,
    technicians_on,
    weeks_of,
)
from .slots import Slot, alternatives, free_starts, why_not

__all__ = [
    "EQUIPMENT",
    "EVERYBODY",
    "WORKERS",
    "BayCard",
    "ClaimCard",
    "ClaimedPart",
    "DayKind",
    "DayLoad",
    "DayPlan",
    "HourLoad",
    "Hours",
    "LeaveRow",
    "Needs",
    "OpeningWeek",
    "Reason",
    "Segment",
    "SkillLoad",
    "Slot",
    "Source",
    "TechnicianDay",
    "Terms",
    "Use",
    "WeekRow",
    "WeekUse",
    "alternatives",
    "bay_by_id",
    "bays",
    "calendar",
    "calendar_day",
    "claim_of",
    "claims_like",
    "claims_of",
    "claims_on",
    "day_load",
    "free_starts",
    "last_published",
    "leaves",
    "loads",
    "next_opening",
    "opening_week",
    "shifts_of",
    "technicians_on",
    "terms_of",
    "week_use",
    "weeks_of",
    "why_not",
    "year_calendar",
]
