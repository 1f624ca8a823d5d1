"""Writes of the workshop, split by document."""

from ..drafting import NewLabour, NewLine, NewPackage, NewPart
from .archive import make_archive
from .decisions import decide_lines, mark_quoted, propose_again, revise_quote
from .dispatch import dispatch, recall_items
from .findings import report_finding, resolve_finding
from .history import HistoryLine, HistoryOrder, add_history
from .holds import end_parts_hold, hold_order, resume_order
from .improvement import end_action, open_action
from .lines import (
    add_labour,
    add_lines,
    add_package,
    add_part,
    change_line,
    discount_lines,
    remove_line,
    remove_package,
    request_discount,
    request_house_pays,
    set_payers,
)
from .money import (
    charge_order,
    follow_money,
    reopen_order,
    request_below_cost,
    request_reopen,
    settle_order,
    take_deposit,
    take_payment,
    use_deposit,
)
from .orders import (
    begin_inspection,
    cancel_order,
    change_order,
    close_order,
    deliver,
    forget_bringer,
    move_orders,
    open_order,
)
from .parts_use import ask_for_parts, follow_stock, issue_parts, keep_old_parts, return_part_line
from .photos import add_photo
from .quality import final_check
from .telling import tell_ready
from .work import accept_item, finish_items, pause_item, peer_check, self_check, start_item, tick_step

__all__ = [
    "HistoryLine",
    "HistoryOrder",
    "NewLabour",
    "NewLine",
    "NewPackage",
    "NewPart",
    "accept_item",
    "add_history",
    "add_labour",
    "add_lines",
    "add_package",
    "add_part",
    "add_photo",
    "ask_for_parts",
    "begin_inspection",
    "cancel_order",
    "change_line",
    "change_order",
    "charge_order",
    "close_order",
    "decide_lines",
    "deliver",
    "discount_lines",
    "dispatch",
    "end_action",
    "end_parts_hold",
    "final_check",
    "finish_items",
    "follow_money",
    "follow_stock",
    "forget_bringer",
    "hold_order",
    "issue_parts",
    "keep_old_parts",
    "make_archive",
    "mark_quoted",
    "move_orders",
    "open_action",
    "open_order",
    "pause_item",
    "peer_check",
    "propose_again",
    "recall_items",
    "remove_line",
    "remove_package",
    "reopen_order",
    "report_finding",
    "request_below_cost",
    "request_discount",
    "request_house_pays",
    "request_reopen",
    "resolve_finding",
    "resume_order",
    "return_part_line",
    "revise_quote",
    "self_check",
    "set_payers",
    "settle_order",
    "start_item",
    "take_deposit",
    "take_payment",
    "tell_ready",
    "tick_step",
    "use_deposit",
]
