"""Writes of parts, split by what is written."""

from .adjustments import Adjusted, adjust, adjust_or_request, carry_out_adjustment
from .loading import load_starting_parts
from .parts import remove_substitute, save_part, set_substitute
from .requisitions import (
    Demand,
    ask_for,
    cancel_requisition,
    issue,
    issue_many,
    require_part,
    require_parts,
    return_part,
)
from .stock import ReceiptLine, open_warehouse, receive, set_bin

__all__ = [
    "Adjusted",
    "Demand",
    "ReceiptLine",
    "adjust",
    "adjust_or_request",
    "ask_for",
    "cancel_requisition",
    "carry_out_adjustment",
    "issue",
    "issue_many",
    "load_starting_parts",
    "open_warehouse",
    "receive",
    "remove_substitute",
    "require_part",
    "require_parts",
    "return_part",
    "save_part",
    "set_bin",
    "set_substitute",
]
