"""An order that cannot go on: held with a reason, resumed where it stood."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused

from .. import policies
from ..clocking import pause_idle, stop_items
from ..events import OrderHeld
from ..linework import end_hold, finish_if_done
from ..models import Hold, RepairOrder
from ..sheet import lock_order, lock_sheet, save_order, tell
from ..states import ORDER


@command
def hold_order(*, order_id: int, reason: str, note: str = "", by: Actor, at: datetime) -> RepairOrder:
    """Say why the order stands still (待料、待批、待工、外加工、客户要求); running clocks stop."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_hold(by, order), "workshop.edit")
    if reason not in Hold.Reason.values:
        raise Refused(_("请选择暂停的原因"), code="reason", field="reason")
    before = ORDER.apply(order, "hold")
    order.hold_reason = reason
    Hold.objects.create(
        org_id=order.org_id,
        order=order,
        reason=reason,
        note=note[:200],
        state_before=before,
        started_at=at,
        started_by=by.name,
    )
    working = [item for item in sheet.items if item.state == "working"]
    stop_items(working, at, reason)
    pause_idle(working, reason)
    save_order(order, at)
    tell(OrderHeld, order, reason=reason, by=by, at=at)
    return order


@command
def resume_order(*, order_id: int, by: Actor, at: datetime) -> RepairOrder:
    """What was missing is there: go on where the order stood."""
    sheet = lock_sheet(order_id)
    require(policies.can_hold(by, sheet.order), "workshop.edit")
    if sheet.order.state != "on_hold":
        ORDER.target(sheet.order.state, "resume_work")
    end_hold(sheet, by=by, at=at)
    if finish_if_done(sheet, at):
        save_order(sheet.order, at)
    return sheet.order


@command
def end_parts_hold(*, order_id: int, by: Actor, at: datetime) -> bool:
    """The last missing part arrived: an order that waited for parts goes on by itself."""
    order = lock_order(order_id)
    require(policies.can_hold(by, order), "workshop.edit")
    if order.state != "on_hold" or order.hold_reason != Hold.Reason.PARTS:
        return False
    resume_order(order_id=order_id, by=by, at=at)
    return True
