"""Reads of appointments."""

from ..states import APPOINTMENT as STATES
from .cards import (
    AppointmentCard,
    Prefill,
    appointment_for,
    card_by_id,
    cards_for,
    cards_of,
    personal_rows,
    prefill_of,
    with_facts,
)
from .due import not_come, offers_over, to_remind
from .grid import DayGrid, WeekGrid, day_grid, week_grid
from .home import Today, today
from .ical import feed_by_token, ical_of
from .lists import (
    APPOINTMENTS,
    SOURCES,
    AppointmentFilter,
    AppointmentList,
    appointment_filter,
    appointment_list,
    to_answer,
    waiting_here,
)
from .offers import Offer, first_choice, offers_for
from .pages import AppointmentPage, Choice, Conflicts, appointment_page, choice, conflicts, other_times
from .plans import feeds_of, plan_of
from .risk import habit_of, measure_of
from .work import Line, lines_of, look, needs_of, offered, total_of

__all__ = [
    "APPOINTMENTS",
    "SOURCES",
    "STATES",
    "AppointmentCard",
    "AppointmentFilter",
    "AppointmentList",
    "AppointmentPage",
    "Choice",
    "Conflicts",
    "DayGrid",
    "Line",
    "Offer",
    "Prefill",
    "Today",
    "WeekGrid",
    "appointment_filter",
    "appointment_for",
    "appointment_list",
    "appointment_page",
    "card_by_id",
    "cards_for",
    "cards_of",
    "choice",
    "conflicts",
    "day_grid",
    "feed_by_token",
    "feeds_of",
    "first_choice",
    "habit_of",
    "ical_of",
    "lines_of",
    "look",
    "measure_of",
    "needs_of",
    "not_come",
    "offered",
    "offers_for",
    "offers_over",
    "other_times",
    "personal_rows",
    "plan_of",
    "prefill_of",
    "to_answer",
    "to_remind",
    "today",
    "total_of",
    "waiting_here",
    "week_grid",
    "with_facts",
]
