"""Writes of scheduling, split by what they are about."""

from ..slots import Needs, Segment
from ..week import ShiftInput
from .calendar import clear_day, save_day, save_hours, save_terms
from .claims import claim, move_claim, release_claim
from .people import cancel_leave, record_leave, save_bay, set_shifts
from .work import Work, forget_work, note_work

__all__ = [
    "Needs",
    "Segment",
    "ShiftInput",
    "Work",
    "cancel_leave",
    "claim",
    "clear_day",
    "forget_work",
    "move_claim",
    "note_work",
    "record_leave",
    "release_claim",
    "save_bay",
    "save_day",
    "save_hours",
    "save_terms",
    "set_shifts",
]
