"""Parts of an order: issued from the shelf when fitted, returned when not used."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.rows import save_columns
from pitlane.parts import commands as parts
from pitlane.parts import queries as stock

from .. import policies
from ..drafting import plain, reprice
from ..events import LinesChanged, PartReturned, PartsAsked, PartsIssued
from ..models import OrderPart
from ..sheet import (
    Sheet,
    check_editable,
    demand_of,
    key_of,
    lock_sheet,
    needs_stock,
    order_of_item,
    recount,
    save_order,
    sublet_cost,
    tell,
)
from ..states import EDITABLE


@command
def issue_parts(*, order_id: int, keys: Sequence[str] | None = None, by: Actor, at: datetime) -> int:
    """Hand out the approved parts (领料); without keys all that are there. Answers how many lines were issued."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_issue(by, order), "parts.issue")
    check_editable(order)
    chosen = _chosen(sheet, keys)
    parts.issue_many(demands=[demand_of(part) for part in chosen if needs_stock(part)], followed=True, by=by, at=at)
    for part in chosen:
        part.fitted = True
    save_columns(chosen, ["fitted"])
    _recost(sheet)
    save_order(order, at)
    tell(PartsIssued, order, keys=[key_of(part) for part in chosen], by=by, at=at)
    return len(chosen)


def _chosen(sheet: Sheet, keys: Sequence[str] | None) -> list[OrderPart]:
    if keys is None:
        known = stock.requisitions_for(sheet.order.pk)
        ready = [p for p in sheet.parts if p.approval == "approved" and not p.fitted]
        chosen = [p for p in ready if not needs_stock(p) or _is_reserved(known.get(demand_of(p)))]
    else:
        chosen = [line for line in map(sheet.line, keys) if isinstance(line, OrderPart)]
    for part in chosen:
        if part.approval != "approved" or part.fitted:
            raise Refused(_("「%(name)s」还没有同意，或已经领过") % {"name": part.name}, code="not_issuable")
    if not chosen:
        raise Refused(_("没有可以领的配件"), code="nothing_to_issue")
    return chosen


def _is_reserved(card: stock.RequisitionCard | None) -> bool:
    return card is not None and card.state == "reserved"


def _recost(sheet: Sheet) -> None:
    sheet.order.cost_total = stock.order_cost(sheet.order.pk) + sublet_cost(sheet)


@command
def return_part_line(
    *, order_id: int, key: str, quantity: Decimal | None = None, reason: str, by: Actor, at: datetime
) -> None:
    """Bring an issued part back to the shelf (退料); all of it unless a quantity is named."""
    sheet = lock_sheet(order_id)
    require(policies.can_issue(by, sheet.order), "parts.issue")
    check_editable(sheet.order)
    part = sheet.line(key)
    if not isinstance(part, OrderPart) or not part.fitted:
        raise Refused(_("这一行没有领过料"), code="not_issued")
    if not reason.strip():
        raise Refused(_("请写明退料原因"), code="reason", field="reason")
    amount = part.quantity if quantity is None else min(quantity, part.quantity)
    if needs_stock(part):
        parts.return_part(demand=demand_of(part), quantity=amount, reason=reason.strip(), followed=True, by=by, at=at)
    _take_off(sheet, part, amount)
    recount(sheet)
    _recost(sheet)
    save_order(sheet.order, at, edited=True)
    tell(PartReturned, sheet.order, key=key, quantity=plain(amount), by=by, at=at)


@command
def ask_for_parts(*, item_id: int, by: Actor, at: datetime) -> int:
    """The technician waits at the bay for the parts of a job (要料): the storekeeper sees it on top of the queue.

    Answers how many lines were asked for; those asked for before stay as they are.
    """
    sheet = lock_sheet(order_of_item(item_id))
    require(policies.can_work(by, sheet.order), "workshop.work")
    check_editable(sheet.order)
    sheet.item(item_id)
    ours = [part for part in sheet.parts if part.item_id == item_id and needs_stock(part)]
    waiting = [part for part in ours if part.approval == "approved" and not part.fitted]
    if not waiting:
        raise Refused(_("这个项目没有待领的配件"), code="nothing_to_ask")
    asked = parts.ask_for(demands=[demand_of(part) for part in waiting], by=by, at=at)
    if asked:
        keys = [key_of(part) for part in waiting]
        tell(PartsAsked, sheet.order, item_id=item_id, keys=keys, by=by, at=at)
    return asked


@command
def follow_stock(*, order_id: int, demand: str, by: Actor, at: datetime) -> None:
    """The storekeeper handed a part out or took it back at the counter: the order shows it and knows its cost."""
    sheet = lock_sheet(order_id)
    require(policies.can_issue(by, sheet.order), "parts.issue")
    part = next((part for part in sheet.parts if demand_of(part) == demand), None)
    card = stock.requisitions_for(order_id).get(demand)
    if part is None or card is None or sheet.order.state not in EDITABLE:
        return
    if card.used and not part.fitted:
        part.fitted = True
        part.save()
        tell(PartsIssued, sheet.order, keys=[key_of(part)], by=by, at=at)
    elif part.fitted and card.returned and card.used < part.quantity:
        back = part.quantity - card.used
        _take_off(sheet, part, back)
        recount(sheet)
        tell(PartReturned, sheet.order, key=key_of(part), quantity=plain(back), by=by, at=at)
    else:
        return
    _recost(sheet)
    save_order(sheet.order, at, edited=True)


@command
def keep_old_parts(*, order_id: int, wish: str, by: Actor, at: datetime) -> int:
    """What the customer wants done with the old parts, for all that are not fitted yet: the bill must say the same."""
    sheet = lock_sheet(order_id)
    require(policies.can_quote(by, sheet.order), "workshop.edit")
    check_editable(sheet.order)
    chosen = [part for part in sheet.parts if not part.fitted and part.old_part != wish]
    for part in chosen:
        part.old_part = wish
    save_columns(chosen, ["old_part"])
    if chosen:
        keys = [key_of(part) for part in chosen]
        tell(LinesChanged, sheet.order, verb="change", keys=keys, total_fen=sheet.order.total.fen, by=by, at=at)
    return len(chosen)


def _take_off(sheet: Sheet, part: OrderPart, amount: Decimal) -> None:
    """The customer pays what stayed in the car: the line shrinks, or goes when all of it came back."""
    if amount < part.quantity:
        kept = Decimal(part.discount.fen) / part.list_amount.fen if part.list_amount else Decimal(0)
        part.quantity -= amount
        reprice(part, discount_rate=kept)
    else:
        part.fitted, part.removed = False, True
        sheet.parts.remove(part)
    part.save()
