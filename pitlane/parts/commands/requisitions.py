"""Requisitions: parts wanted for a line of work, reserved, handed out, brought back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .. import policies
from ..costing import clean_quantity, share_of
from ..events import PartsShort, StockIssued, StockReturned
from ..ledger import Change, locked_level, locked_levels, must_write
from ..models import Movement, Part, Requisition, StockLevel
from ..reservations import facts_of, move, release, reserve, serve_backorders, source_of
from ..states import REQUISITION
from .stock import warehouse_of

Kind = Movement.Kind
OPEN = ("backordered", "reserved")


def _locked(demand: str) -> tuple[Requisition, StockLevel]:
    """A requisition and its level for update, the level first."""
    seen = Requisition.objects.filter(demand=demand).values_list("warehouse_id", "part_id").first()
    if seen is None:
        raise Missing(_("没有这条领料"))
    level = locked_level(*seen)
    rows = Requisition.objects.select_for_update(of=("self",)).select_related("warehouse", "part")
    requisition: Requisition = rows.get(demand=demand)
    if (requisition.warehouse_id, requisition.part_id) != seen:
        raise Conflict(_("这条领料刚刚被修改，请刷新后再试"), code="stale")
    return requisition, level


@command
def require_part(
    *,
    demand: str,
    order_id: int | None,
    warehouse_id: int,
    part_id: int,
    quantity: Decimal,
    by: Actor,
    at: datetime,
) -> Requisition:
    """Ask for a part for one line of work: all of it is reserved when it is there, else it waits as a backorder.

    The same demand again changes part or quantity as long as nothing was handed out.
    """
    quantity = clean_quantity(quantity)
    warehouse = warehouse_of(warehouse_id)
    if not Part.objects.filter(pk=part_id).exists():
        raise Missing()
    known = Requisition.objects.filter(demand=demand).values_list("warehouse_id", "part_id").first()
    levels = locked_levels([(warehouse_id, part_id), *([known] if known else [])])
    require(policies.can_require(by, warehouse.store_id), "parts.view")
    wish = {"warehouse_id": warehouse_id, "part_id": part_id, "quantity": quantity}
    if known is None:
        _create(demand, order_id, wish, at)
    elif not _reopen(demand, levels, wish, by, at):
        return _read(demand)
    requisition = _read(demand)
    if not reserve(requisition, levels[(warehouse_id, part_id)], waited=False, by=by, at=at):
        record(PartsShort(**facts_of(requisition)), by=by, at=at)
    for level in levels.values():
        serve_backorders(level, by=by, at=at)
    return requisition


def _read(demand: str) -> Requisition:
    requisition: Requisition = Requisition.objects.select_related("warehouse", "part").get(demand=demand)
    return requisition


def _create(demand: str, order_id: int | None, wish: dict[str, Any], at: datetime) -> None:
    facts = {"demand": demand, "order_id": order_id, "created_at": at, "changed_at": at}
    Requisition.objects.create(org_id=current_org(), **facts, **wish)


def _reopen(
    demand: str, levels: dict[tuple[int, int], StockLevel], wish: dict[str, Any], by: Actor, at: datetime
) -> bool:
    """Give back what the demand held and write the new wish into it; False when it already says just that.

    A changed wish keeps its place in the queue; a cancelled one begins again at its end.
    """
    rows = Requisition.objects.select_for_update(of=("self",)).select_related("warehouse", "part")
    requisition: Requisition = rows.get(demand=demand)
    same = all(getattr(requisition, name) == value for name, value in wish.items())
    if same and requisition.state in (*OPEN, "issued"):
        return False
    if requisition.state not in (*OPEN, "cancelled"):
        raise Refused(_("配件已经出库，请先退料"), code="already_issued", demand=demand)
    since = at if requisition.state == "cancelled" else requisition.created_at
    if requisition.state in OPEN:
        level = levels[(requisition.warehouse_id, requisition.part_id)]
        release(requisition, level, "cancel", by=by, at=at)
    move(requisition, "require_again", at)
    Requisition.objects.filter(pk=requisition.pk).update(**wish, created_at=since)
    return True


@command
def cancel_requisition(*, demand: str, by: Actor, at: datetime) -> None:
    """The part is not wanted any more; what was reserved is free for the next one. No requisition: nothing to do."""
    if not Requisition.objects.filter(demand=demand).exclude(state="cancelled").exists():
        return
    requisition, level = _locked(demand)
    require(policies.can_require(by, requisition.warehouse.store_id), "parts.view")
    if requisition.state == "cancelled":
        return
    if not REQUISITION.may(requisition.state, "cancel"):
        raise Refused(_("配件已经出库，请先退料"), code="already_issued", demand=demand)
    release(requisition, level, "cancel", by=by, at=at)
    serve_backorders(level, by=by, at=at)


@command
def issue(*, demand: str, by: Actor, at: datetime) -> Requisition:
    """Hand out what was reserved, at the moving average; a backorder is refused until the goods are there."""
    requisition, level = _locked(demand)
    require(policies.can_issue(by, requisition.warehouse.store_id), "parts.issue")
    if requisition.state == "backordered" and not reserve(requisition, level, waited=True, by=by, at=at):
        text = _("缺件：%(name)s 库存不足，到货后自动锁定") % {"name": requisition.part.name}
        raise Refused(text, code="backordered", demand=demand)
    REQUISITION.target(requisition.state, "issue")
    quantity = requisition.quantity
    cost = share_of(level.value, level.on_hand, quantity)
    change = Change(Kind.ISSUE, on_hand=-quantity, reserved=-quantity, value=-cost)
    must_write(level, change, by=by, at=at, **source_of(requisition))
    requisition.issued, requisition.cost = quantity, cost
    move(requisition, "issue", at)
    record(StockIssued(**facts_of(requisition), cost_fen=cost.fen), by=by, at=at)
    return requisition


@command
def return_part(*, demand: str, quantity: Decimal, reason: str = "", by: Actor, at: datetime) -> Requisition:
    """Take back what was not used, at the cost it went out with; waiting orders get it at once."""
    quantity = clean_quantity(quantity)
    requisition, level = _locked(demand)
    require(policies.can_issue(by, requisition.warehouse.store_id), "parts.issue")
    used = requisition.issued - requisition.returned
    verb = "return_all" if quantity == used else "return_some"
    REQUISITION.target(requisition.state, verb)
    if quantity > used:
        raise Refused(_("最多可退 %(used)s") % {"used": used}, code="not_enough", field="quantity")
    cost = share_of(requisition.cost, used, quantity)
    change = Change(Kind.RETURN, on_hand=quantity, value=cost)
    must_write(level, change, by=by, at=at, reason=reason.strip(), **source_of(requisition))
    requisition.returned += quantity
    requisition.cost -= cost
    move(requisition, verb, at)
    event = StockReturned(**(facts_of(requisition) | {"quantity": quantity}), cost_fen=cost.fen, reason=reason.strip())
    record(event, by=by, at=at)
    serve_backorders(level, by=by, at=at)
    return requisition
