"""Writes of appointments."""

from ..drawing import Guest
from .booking import book, confirm, keep_photo, move
from .calling import call_instead
from .ending import arrive, cancel, convert, mark_no_show
from .plans import end_feed, issue_feed, remind, set_plan
from .privacy import forget_person
from .waiting import join_waiting_list, offer_waiting, withdraw_offer

__all__ = [
    "Guest",
    "arrive",
    "book",
    "call_instead",
    "cancel",
    "confirm",
    "convert",
    "end_feed",
    "forget_person",
    "issue_feed",
    "join_waiting_list",
    "keep_photo",
    "mark_no_show",
    "move",
    "offer_waiting",
    "remind",
    "set_plan",
    "withdraw_offer",
]
