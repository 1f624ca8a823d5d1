"""Reads of messaging."""

from .outbox import due, left_behind, next_in_lane
from .routing import channels_set_up, house_rules, is_on, wishes_of
from .sealed import Hook, hook, settings_of

__all__ = [
    "Hook",
    "channels_set_up",
    "due",
    "hook",
    "house_rules",
    "is_on",
    "left_behind",
    "next_in_lane",
    "settings_of",
    "wishes_of",
]
