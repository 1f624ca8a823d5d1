"""What several commands do to the lines of a locked order: put in, reserve parts, move the order on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pitlane.core.access import Actor
from pitlane.core.rows import insert_rows
from pitlane.parts import commands as parts
from pitlane.parts import queries as stock

from .concessions import check_concessions
from .drafting import NewLabour, NewLine, NewPart, draft
from .events import LinesChanged, OrderResumed
from .models import Hold, OrderPart, WorkItem
from .sheet import LineRow, Sheet, demand_of, key_of, needs_stock, note_dispatch, recount, save_order, tell
from .states import APPROVAL, ORDER

RESUME = {
    "inspecting": "resume_inspect",
    "awaiting_approval": "resume_approval",
    "dispatch_pending": "resume_dispatch",
    "in_progress": "resume_work",
}


def put_lines(sheet: Sheet, lines: Sequence[NewLine], *, by: Actor, at: datetime) -> list[str]:
    """Price and store new lines: two inserts however many lines."""
    drafts = draft(sheet, lines, at)
    if any(isinstance(line, NewLabour | NewPart) and _names_its_price(line) for line in lines):
        check_concessions(sheet, drafts.rows, by=by, at=at)
    insert_rows(drafts.items)
    for part in drafts.parts:
        owner = drafts.owner.get(id(part))
        if isinstance(owner, WorkItem):
            part.item = owner
    insert_rows(drafts.parts)
    sheet.items += drafts.items
    sheet.parts += drafts.parts
    keys = [key_of(row) for row in drafts.rows]
    name_order(sheet)
    keep_lines(sheet, "add", keys, by=by, at=at)
    return keys


def _names_its_price(line: NewLabour | NewPart) -> bool:
    return line.unit_price is not None or bool(line.discount_rate) or bool(line.payers)


def name_order(sheet: Sheet) -> None:
    """An order without words of its own is called by its first jobs."""
    if not sheet.order.title:
        sheet.order.title = " + ".join(item.name for item in sheet.items[:2])[:80]


def keep_lines(sheet: Sheet, verb: str, keys: Sequence[str], *, by: Actor, at: datetime, reason: str = "") -> None:
    """New sums, new version, one event."""
    recount(sheet)
    note_dispatch(sheet, at)
    save_order(sheet.order, at, edited=True)
    total_fen = sheet.order.total.fen
    tell(LinesChanged, sheet.order, verb=verb, keys=list(keys), total_fen=total_fen, reason=reason, by=by, at=at)


def reserve(sheet: Sheet, lines: Sequence[LineRow], *, by: Actor, at: datetime) -> None:
    """Reserve what was approved."""
    wanted = [line for line in lines if isinstance(line, OrderPart) and needs_stock(line)]
    if not wanted:
        return
    warehouse = stock.main_warehouse(sheet.order.store_id)
    demands = [parts.Demand(demand_of(part), part.part_id, part.quantity) for part in wanted if part.part_id]
    parts.require_parts(demands=demands, order_id=sheet.order.pk, warehouse_id=warehouse.pk, by=by, at=at)


def release(lines: Sequence[LineRow], *, by: Actor, at: datetime) -> None:
    """Give reserved parts back to the shelf's free stock."""
    wanted = [line for line in lines if isinstance(line, OrderPart) and needs_stock(line)]
    for part in sorted(wanted, key=lambda part: part.part_id or 0):
        parts.cancel_requisition(demand=demand_of(part), by=by, at=at)


def with_parts(sheet: Sheet, line: LineRow) -> list[LineRow]:
    """A job and the parts that belong to it; a part alone."""
    below = [part for part in sheet.parts if part.item_id == line.pk] if isinstance(line, WorkItem) else []
    return [line, *below]


def decide(line: LineRow, verb: str, reason: str, at: datetime) -> None:
    """The customer's answer to one line."""
    APPROVAL.apply(line, verb)
    line.decided_at, line.decline_reason = at, reason[:60]


def move_on(sheet: Sheet, at: datetime) -> None:
    """After an answer: on to dispatch, back to checking, or back to work when the extra job was approved late."""
    order = sheet.order
    if sheet.undecided():
        return
    approved = any(line.approval == "approved" for line in sheet.lines)
    verb = "approve" if approved else "decline"
    if ORDER.may(order.state, verb):
        ORDER.apply(order, verb)
    elif order.state in ("qc_pending", "completed") and sheet.unfinished():
        ORDER.apply(order, "add_work")
    if approved and order.approved_at is None:
        order.approved_at = at


def end_hold(sheet: Sheet, *, by: Actor, at: datetime) -> None:
    """Take a held order up again where it stood."""
    order = sheet.order
    hold = Hold.objects.select_for_update().get(order=order, ended_at=None)
    hold.ended_at = at
    hold.save(update_fields=["ended_at"])
    ORDER.apply(order, RESUME[hold.state_before])
    order.hold_reason = ""
    save_order(order, at)
    tell(OrderResumed, order, by=by, at=at)


def finish_if_done(sheet: Sheet, at: datetime) -> bool:
    """The last job is done: the order waits for the final inspection."""
    order = sheet.order
    if (not sheet.approved_items() and not sheet.parts) or sheet.unfinished():
        return False
    if order.state == "dispatch_pending" and order.started_at is not None:
        ORDER.apply(order, "start")
    if order.state != "in_progress":
        return False
    ORDER.apply(order, "finish")
    order.finished_at = at
    return True
