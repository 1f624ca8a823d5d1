"""Writes of messaging, one function each. Other domains call ``send``, ``tell``, ``cancel``, codes, preferences."""

from .codes import check_code, forget_codes, request_code
from .delivery import (
    claim_message,
    note_accepted,
    note_misconfigured,
    note_rejected,
    note_temporary,
    note_uncertain,
    take_over,
)
from .preferences import forget_recipient, note_address, set_preference
from .receipts import settle_strays, take_receipt
from .sending import cancel, cancel_message, resend, send, settle_uncertain, tell, write_message
from .settings import note_check, set_provider, set_rules, stop_channel
from .templates import load_starting_templates, publish_version, save_template, switch_template, write_version

__all__ = [
    "cancel",
    "cancel_message",
    "check_code",
    "claim_message",
    "forget_codes",
    "forget_recipient",
    "load_starting_templates",
    "note_accepted",
    "note_address",
    "note_check",
    "note_misconfigured",
    "note_rejected",
    "note_temporary",
    "note_uncertain",
    "publish_version",
    "request_code",
    "resend",
    "save_template",
    "send",
    "set_preference",
    "set_provider",
    "set_rules",
    "settle_strays",
    "settle_uncertain",
    "stop_channel",
    "switch_template",
    "take_over",
    "take_receipt",
    "tell",
    "write_message",
    "write_version",
]
