"""The order itself: opened, changed, delivered, closed, cancelled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core import search
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.numbers import next_number
from pitlane.core.rows import one_of
from pitlane.customers import commands as customers
from pitlane.parts import commands as parts

from .. import policies, queries
from ..causes import SIDES, checked_cause
from ..clocking import assignments_to
from ..drafting import NewLine
from ..events import (
    OrderCancelled,
    OrderChanged,
    OrderClosed,
    OrderDelivered,
    OrderInspected,
    OrderOpened,
)
from ..finding_aid import entry_for
from ..linework import put_lines
from ..models import Assignment, Finding, Hold, OrderType, RepairOrder, TimeEntry
from ..payers import HOUSE_WORK
from ..planning import forget_plan
from ..sheet import Sheet, check_version, demand_of, lock_order, lock_orders, lock_sheet, save_order, tell
from ..states import ORDER, OVER

HEADER = (
    "title",
    "concern",
    "promised_at",
    "advisor_id",
    "order_type",
    "odometer",
    "fuel_level",
    "key_place",
    "bringer_name",
    "bringer_phone",
    "comeback_cause",
)
IN_BULK = ("advisor_id", "promised_at")


@command
def open_order(
    *,
    store_id: int,
    customer_id: int,
    vehicle_id: int,
    order_type: str = "repair",
    concern: str = "",
    title: str = "",
    odometer: int | None = None,
    fuel_level: int | None = None,
    promised_at: datetime | None = None,
    bringer_name: str = "",
    bringer_phone: str = "",
    key_place: str = "",
    advisor_id: int | None = None,
    comeback_of_id: int | None = None,
    comeback_cause: str = "",
    source: str = "desk",
    lines: Sequence[NewLine] = (),
    by: Actor,
    at: datetime,
) -> RepairOrder:
    """Open a repair order for a car at the door (接车开单), with its first lines where they are known."""
    require(policies.can_open(by, store_id), "workshop.open")
    order = RepairOrder(
        org_id=by.org_id,
        store_id=store_id,
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        order_type=OrderType.COMEBACK if comeback_of_id else order_type,
        concern=concern.strip()[:500],
        title=(title or concern).strip()[:80],
        odometer=odometer,
        fuel_level=fuel_level,
        promised_at=promised_at,
        bringer_name=bringer_name,
        bringer_phone=bringer_phone,
        key_place=key_place,
        advisor_id=advisor_id or (by.id if by.kind == "staff" and by.id else None),
        comeback_of_id=comeback_of_id,
        comeback_cause=comeback_cause,
        source=source,
        opened_at=at,
        changed_at=at,
    )
    _check_header(order)
    _check_belongs(order)
    number = next_number(
        kind="W", store_id=store_id, store_code=accounts.store_code(store_id), day=timezone.localdate(at)
    )
    order.number, order.short_number = number.full, number.short
    order.save()
    search.index_new([entry_for(order, order.vehicle)])
    tell(
        OrderOpened,
        order,
        number=order.number,
        order_type=order.order_type,
        odometer=odometer,
        comeback_of_id=comeback_of_id,
        by=by,
        at=at,
    )
    if lines:
        put_lines(Sheet(order), lines, by=by, at=at)
    return order


def _check_header(order: RepairOrder) -> None:
    if order.order_type not in OrderType.values:
        raise Refused(_("没有这种维修类别"), code="order_type", field="order_type")
    if order.comeback_cause:
        known = queries.causes().names or SIDES
        order.comeback_cause = checked_cause(order.comeback_cause, known, "comeback_cause")
    if (order.order_type == OrderType.COMEBACK) != bool(order.comeback_of_id):
        raise Refused(_("外返要从原来的工单开出，类别不能随意改成或改掉「外返」"), code="comeback", field="order_type")
    if order.fuel_level is not None and not 0 <= order.fuel_level <= 100:
        raise Refused(_("油量或电量应在 0 到 100 之间"), code="fuel_level", field="fuel_level")
    if order.odometer is not None and not 0 <= order.odometer <= 2_000_000:
        raise Refused(_("里程应在 0 到 2,000,000 km 之间"), code="odometer", field="odometer")


def _check_belongs(order: RepairOrder) -> None:
    """Car, owner, advisor and the former order are of this organisation."""
    for name in ("vehicle", "customer", "advisor", "comeback_of"):
        if getattr(order, f"{name}_id") is None:
            continue
        model = RepairOrder._meta.get_field(name).related_model
        thing = one_of(model.objects.filter(pk=getattr(order, f"{name}_id")))  # type: ignore[union-attr]
        if thing is None:
            raise Missing()
        setattr(order, name, thing)
    if order.comeback_of is not None and order.comeback_of.vehicle_id != order.vehicle_id:
        raise Refused(_("返修要选同一辆车的工单"), code="comeback_of", field="comeback_of")


@command
def change_order(
    *, order_id: int, version: int | None = None, changes: Mapping[str, Any], by: Actor, at: datetime
) -> RepairOrder:
    """Correct what the head of the order says: promised time, advisor, concern, odometer."""
    order = lock_order(order_id)
    require(policies.can_edit(by, order), "workshop.edit")
    _change(order, version, {name: value for name, value in changes.items() if name in HEADER}, by=by, at=at)
    return order


def _change(order: RepairOrder, version: int | None, changes: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    check_version(order, version)
    if order.state in OVER:
        raise Refused(_("工单已结束，不能再改"), code="not_editable", state=order.state)
    km_before = order.odometer
    kind = order.order_type
    for name, value in changes.items():
        setattr(order, name, value)
    if order.order_type != kind and order.order_type in HOUSE_WORK:
        require(policies.can_make_house_work(by, order), "accounts.approve_discount")
    _check_header(order)
    if order.odometer is not None and order.odometer != km_before:
        today, read = timezone.localdate(at), "check_in"
        customers.read_odometer(vehicle_id=order.vehicle_id, km=order.odometer, on=today, source=read, by=by, at=at)
    if "advisor_id" in changes:
        _check_belongs(order)
    save_order(order, at, edited=True)
    tell(OrderChanged, order, fields=sorted(changes), by=by, at=at)


@command
def move_orders(*, order_ids: Sequence[int], changes: Mapping[str, Any], by: Actor, at: datetime) -> int:
    """Give many orders another advisor or promised time at once (the bulk bar of the list)."""
    wanted = {name: value for name, value in changes.items() if name in IN_BULK}
    orders = [order for order in lock_orders(order_ids).values() if order.state not in OVER]
    for order in orders:
        require(policies.can_edit(by, order), "workshop.edit")
        _change(order, None, wanted, by=by, at=at)
    return len(orders)


@command
def begin_inspection(*, order_id: int, by: Actor, at: datetime) -> RepairOrder:
    """The car is being looked at. Asked again, or later in the order's life, it changes nothing."""
    order = lock_order(order_id)
    require(policies.can_inspect_car(by, order), "workshop.edit")
    if ORDER.may(order.state, "inspect"):
        ORDER.apply(order, "inspect")
        save_order(order, at)
        tell(OrderInspected, order, by=by, at=at)
    return order


@command
def deliver(*, order_id: int, by: Actor, at: datetime) -> RepairOrder:
    """Hand the car over (交车): paid, or on account."""
    order = lock_order(order_id)
    require(policies.can_deliver(by, order), "workshop.deliver")
    ORDER.apply(order, "deliver")
    order.delivered_at = at
    save_order(order, at)
    tell(OrderDelivered, order, total_fen=order.total.fen, odometer=order.odometer, by=by, at=at)
    return order


@command
def close_order(*, order_id: int, by: Actor, at: datetime) -> RepairOrder:
    """Nothing is left to do for this order."""
    order = lock_order(order_id)
    require(policies.can_deliver(by, order), "workshop.deliver")
    ORDER.apply(order, "close")
    order.closed_at = at
    save_order(order, at)
    tell(OrderClosed, order, by=by, at=at)
    return order


@command
def cancel_order(*, order_id: int, reason: str, by: Actor, at: datetime) -> RepairOrder:
    """Void an order (作废): reserved parts go free, technicians are released, issued parts must be back first."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_cancel(by, order), "workshop.cancel")
    if not reason.strip():
        raise Refused(_("请写明作废原因"), code="reason", field="reason")
    fitted = [part.name for part in sheet.parts if part.fitted]
    if fitted:
        raise Refused(_("还有 %(n)d 项配件已领未退，先退料再作废") % {"n": len(fitted)}, code="parts_issued")
    ORDER.apply(order, "cancel")
    order.cancel_reason, order.closed_at = reason.strip()[:200], at
    _release(sheet, by=by, at=at)
    save_order(order, at)
    tell(OrderCancelled, order, reason=order.cancel_reason, by=by, at=at)
    return order


def _release(sheet: Sheet, *, by: Actor, at: datetime) -> None:
    order = sheet.order
    for part in sorted(sheet.parts, key=lambda part: part.part_id or 0):
        if part.approval == "approved":
            parts.cancel_requisition(demand=demand_of(part), by=by, at=at)
    TimeEntry.objects.filter(assignment__item__order=order, ended_at=None).update(ended_at=at, pause_reason="cancelled")
    forget_plan(order, assignments_to(sheet.items), by=by, at=at)
    Assignment.objects.filter(item__order=order, released_at=None).update(released_at=at)
    Hold.objects.filter(order=order, ended_at=None).update(ended_at=at)
    Finding.objects.filter(order=order, resolution="open").update(resolution="dismissed")


@command
def forget_bringer(*, customer_id: int, by: Actor, at: datetime) -> int:
    """A person's data was erased: their orders no longer name who brought the car."""
    require(by.kind == "system", "workshop.edit")
    orders = RepairOrder.objects.filter(customer_id=customer_id)
    forgotten: int = orders.update(bringer_name="", bringer_phone="")
    return forgotten
