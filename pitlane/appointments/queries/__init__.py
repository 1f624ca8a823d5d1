"""Reads of appointments."""

from .plans import feeds_of, plan_of
from .risk import habit_of, measure_of
from .services import Line, lines_of, look, needs_of, offered, total_of

__all__ = [
    "Line",
    "feeds_of",
    "habit_of",
    "lines_of",
    "look",
    "measure_of",
    "needs_of",
    "offered",
    "plan_of",
    "total_of",
]
