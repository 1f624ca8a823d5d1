"""Requisitions: parts wanted for a line of work, reserved, handed out, brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.rows import insert_rows
from pitlane.core.tenancy import current_org

from .. import policies
from ..costing import clean_quantity, share_of
from ..events import PartsShort, PartsWanted, StockIssued, StockReserved, StockReturned
from ..ledger import (
    Change,
    Shelf,
    line_of,
    locked_level,
    locked_levels,
    must_write,
    not_enough,
    warehouse_of,
)
from ..models import Movement, Part, Requisition, StockLevel, Warehouse
from ..reservations import facts_of, move, release, reserve, serve_backorders, source_of
from ..states import REQUISITION

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


@dataclass(frozen=True, slots=True)
class Demand:
    """A wish of one line of work: so much of this part."""

    demand: str
    part_id: int
    quantity: Decimal


@command
def require_parts(
    *, demands: Sequence[Demand], order_id: int | None, warehouse_id: int, by: Actor, at: datetime
) -> list[Requisition]:
    """Ask for the parts of several lines at once: each is reserved whole when it is there, else it waits.

    A demand asked again changes part or quantity as long as nothing was handed out.
    """
    wishes = {wish.demand: replace(wish, quantity=clean_quantity(wish.quantity)) for wish in demands}
    warehouse = warehouse_of(warehouse_id)
    parts = {part.pk: part for part in Part.objects.filter(pk__in={wish.part_id for wish in wishes.values()})}
    if any(wish.part_id not in parts for wish in wishes.values()):
        raise Missing()
    places = {demand: (house, part) for demand, house, part in _places(set(wishes))}
    levels = locked_levels([*((warehouse_id, wish.part_id) for wish in wishes.values()), *places.values()])
    require(policies.can_require(by, warehouse.store_id), "parts.view")
    fresh = [
        _fresh(wish, order_id, warehouse, parts[wish.part_id], at)
        for wish in wishes.values()
        if wish.demand not in places
    ]
    _ask(fresh, levels, by, at)
    again = [_ask_again(wishes[demand], warehouse_id, levels, by, at) for demand in places]
    made = {requisition.demand: requisition for requisition in (*fresh, *again)}
    return [made[demand] for demand in wishes]


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
    """Ask for a part for one line of work; see ``require_parts``."""
    wish = Demand(demand, part_id, quantity)
    return require_parts(demands=[wish], order_id=order_id, warehouse_id=warehouse_id, by=by, at=at)[0]


def _fresh(wish: Demand, order_id: int | None, warehouse: Warehouse, part: Part, at: datetime) -> Requisition:
    return Requisition(
        org_id=current_org(),
        demand=wish.demand,
        order_id=order_id,
        warehouse=warehouse,
        part=part,
        quantity=wish.quantity,
        created_at=at,
        changed_at=at,
    )


def _ask(fresh: list[Requisition], levels: dict[tuple[int, int], StockLevel], by: Actor, at: datetime) -> None:
    """Reserve for new requisitions and write them, with three statements however many there are."""
    shelf, lines = Shelf(), []
    for requisition in fresh:
        level = levels[(requisition.warehouse_id, requisition.part_id)]
        change = Change(Kind.RESERVE, reserved=requisition.quantity)
        if shelf.take(level, change):
            REQUISITION.apply(requisition, "reserve")
            lines.append(line_of(level, change, by=by, at=at, **source_of(requisition)))
    shelf.write()
    insert_rows(fresh)
    insert_rows(lines)
    for requisition in fresh:
        _tell(requisition, by, at)


def _tell(requisition: Requisition, by: Actor, at: datetime) -> None:
    if requisition.state == "reserved":
        record(StockReserved(**facts_of(requisition), from_backorder=False), by=by, at=at)
    else:
        record(PartsShort(**facts_of(requisition)), by=by, at=at)


def _ask_again(
    wish: Demand, warehouse_id: int, levels: dict[tuple[int, int], StockLevel], by: Actor, at: datetime
) -> Requisition:
    """A known demand: nothing to do when it already says that, else it is opened again with the new wish."""
    facts = {"warehouse_id": warehouse_id, "part_id": wish.part_id, "quantity": wish.quantity}
    if not _reopen(wish.demand, levels, facts, by, at):
        return _read(wish.demand)
    requisition = _read(wish.demand)
    if not reserve(requisition, levels[(warehouse_id, wish.part_id)], waited=False, by=by, at=at):
        _tell(requisition, by, at)
    for level in levels.values():
        serve_backorders(level, by=by, at=at)
    return requisition


def _read(demand: str) -> Requisition:
    requisition: Requisition = Requisition.objects.select_related("warehouse", "part").get(demand=demand)
    return requisition


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
    requisition.asked_at, requisition.asked_by = None, ""
    release(requisition, level, "cancel", by=by, at=at)
    serve_backorders(level, by=by, at=at)


@command
def issue_many(*, demands: Sequence[str], followed: bool = False, by: Actor, at: datetime) -> list[Requisition]:
    """Hand out what was reserved, at the moving average; all of it, or nothing when one of them is not there.

    ``followed`` says that the caller keeps the order in step by itself.
    """
    wanted = set(demands)
    seen = {row[0]: row[1:] for row in _places(wanted)}
    if len(seen) != len(wanted):
        raise Missing(_("没有这条领料"))
    levels = locked_levels(seen.values())
    rows = Requisition.objects.select_for_update(of=("self",)).select_related("warehouse", "part")
    found = list(rows.filter(demand__in=wanted).order_by("part_id", "pk"))
    if any((row.warehouse_id, row.part_id) != seen[row.demand] for row in found):
        raise Conflict(_("这条领料刚刚被修改，请刷新后再试"), code="stale")
    for row in found:
        require(policies.can_issue(by, row.warehouse.store_id), "parts.issue")
        _reserve_late(row, levels[(row.warehouse_id, row.part_id)], by, at)
    lines = _hand_out(found, levels, by, at)
    Requisition.objects.bulk_update(found, ["state", "issued", "cost", "changed_at"])
    insert_rows(lines)
    for row in found:
        record(StockIssued(**facts_of(row), cost_fen=row.cost.fen, followed=followed), by=by, at=at)
    issued = {row.demand: row for row in found}
    return [issued[demand] for demand in dict.fromkeys(demands)]


@command
def issue(*, demand: str, by: Actor, at: datetime) -> Requisition:
    """Hand out what one line of work reserved; a backorder is refused until the goods are there."""
    return issue_many(demands=[demand], by=by, at=at)[0]


@command
def ask_for(*, demands: Sequence[str], by: Actor, at: datetime) -> int:
    """Say at the bay that these parts are wanted now (要料): the storekeeper's queue shows who waits, since when.

    Asking twice changes nothing. Answers how many were asked for.
    """
    rows = Requisition.objects.select_for_update(of=("self",)).select_related("warehouse", "part")
    found = list(rows.filter(demand__in=set(demands)).order_by("part_id", "pk"))
    if len(found) != len(set(demands)):
        raise Missing(_("没有这条领料"))
    for row in found:
        require(policies.can_ask(by, row.warehouse.store_id), "workshop.work")
    wanted = [row for row in found if row.state in OPEN and row.asked_at is None]
    for row in wanted:
        row.asked_at, row.asked_by = at, by.name
    Requisition.objects.bulk_update(wanted, ["asked_at", "asked_by"])
    for row in wanted:
        record(PartsWanted(**facts_of(row)), by=by, at=at)
    return len(wanted)


def _places(demands: set[str]) -> Any:
    return Requisition.objects.filter(demand__in=demands).values_list("demand", "warehouse_id", "part_id")


def _reserve_late(requisition: Requisition, level: StockLevel, by: Actor, at: datetime) -> None:
    if requisition.state == "backordered" and not reserve(requisition, level, waited=True, by=by, at=at):
        text = _("缺件：%(name)s 库存不足，到货后自动锁定") % {"name": requisition.part.name}
        raise Refused(text, code="backordered", demand=requisition.demand)


def _hand_out(
    rows: Sequence[Requisition], levels: Mapping[tuple[int, int], StockLevel], by: Actor, at: datetime
) -> list[Movement]:
    """Take the parts off their levels, with one statement however many parts; answers the lines of the ledger."""
    shelf, lines = Shelf(), []
    for row in rows:
        level, quantity = levels[(row.warehouse_id, row.part_id)], row.quantity
        REQUISITION.apply(row, "issue")
        row.issued, row.cost, row.changed_at = quantity, share_of(level.value, level.on_hand, quantity), at
        change = Change(Kind.ISSUE, on_hand=-quantity, reserved=-quantity, value=-row.cost)
        if not shelf.take(level, change):
            raise not_enough()
        lines.append(line_of(level, change, by=by, at=at, **source_of(row)))
    shelf.write()
    return lines


@command
def return_part(
    *, demand: str, quantity: Decimal, reason: str = "", followed: bool = False, by: Actor, at: datetime
) -> Requisition:
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
    facts = facts_of(requisition) | {"quantity": quantity}
    event = StockReturned(**facts, cost_fen=cost.fen, reason=reason.strip(), followed=followed)
    record(event, by=by, at=at)
    serve_backorders(level, by=by, at=at)
    return requisition
