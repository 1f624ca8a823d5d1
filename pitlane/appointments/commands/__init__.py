"""Writes of appointments."""

from ..drawing import LONGEST_WISH, Guest
from .booking import book, confirm, keep_photo, move
from .calling import call_instead
from .changing import change_services
from .ending import arrive, cancel, convert, mark_no_show
from .online import (
    begin_draft,
    book_draft,
    choose_car,
    choose_time,
    choose_work,
    drop_photo,
    forget_drafts,
    stage_photo,
)
from .plans import end_feed, issue_feed, remind, set_plan
from .privacy import forget_person
from .trust import allow_online, block_online, verify_visit
from .waiting import join_waiting_list, offer_waiting, withdraw_offer

__all__ = [
    "LONGEST_WISH",
    "Guest",
    "allow_online",
    "arrive",
    "begin_draft",
    "block_online",
    "book",
    "book_draft",
    "call_instead",
    "cancel",
    "change_services",
    "choose_car",
    "choose_time",
    "choose_work",
    "confirm",
    "convert",
    "drop_photo",
    "end_feed",
    "forget_drafts",
    "forget_person",
    "issue_feed",
    "join_waiting_list",
    "keep_photo",
    "mark_no_show",
    "move",
    "offer_waiting",
    "remind",
    "set_plan",
    "stage_photo",
    "verify_visit",
    "withdraw_offer",
]
