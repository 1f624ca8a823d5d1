"""Corrections of the stock (盘盈, 盘亏, 报损): entered at once when they are small, else with somebody's approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.commands import request_approval, use_approval
from pitlane.accounts.queries import approval_by_id, approval_for, store_terms
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.ids import parse_id
from pitlane.core.money import ZERO, Money, total

from .. import policies
from ..adjusting import KIND, PERMISSION, adjustment_of, value_of
from ..costing import clean_quantity, plain, signed
from ..events import StockAdjusted
from ..ledger import Change, locked_level, must_write, warehouse_of
from ..models import Adjustment, Movement, Part, StockLevel, Warehouse
from ..reservations import give_up_newest, serve_backorders

Kind = Movement.Kind


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What the button led to: a line of the ledger, a request that waits, or neither when nothing differs."""

    movement: Movement | None = None
    approval: Any = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What somebody found on the shelf: the locked level and by how much it is wrong."""

    warehouse: Warehouse
    part: Part
    level: StockLevel
    delta: Decimal
    value: Money


@command
def adjust(
    *,
    warehouse_id: int,
    part_id: int,
    reason: str,
    quantity: Decimal | None = None,
    counted: Decimal | None = None,
    unit_cost: Money | None = None,
    by: Actor,
    at: datetime,
) -> Movement | None:
    """Correct the stock by a signed quantity or to what was counted; nothing to correct answers None.

    When less lies there than was promised, the newest promises become backorders. What is found is valued at the
    average, or at ``unit_cost`` where there is none. Above the store's limit it is refused: see ``adjust_or_request``.
    """
    found = _looked_at(warehouse_id, part_id, reason, quantity, counted, unit_cost, by)
    if not found.delta:
        return None
    if not _small_enough(found, at):
        raise Refused(_("金额 %(amount)s 超过免审批上限，需要审批") % {"amount": found.value}, code="approval_needed")
    return _enter(found, reason.strip(), by, at)


@command
def adjust_or_request(
    *,
    warehouse_id: int,
    part_id: int,
    reason: str,
    quantity: Decimal | None = None,
    counted: Decimal | None = None,
    unit_cost: Money | None = None,
    by: Actor,
    at: datetime,
) -> Adjusted:
    """What the button does: correct the stock where the store lets that pass, else ask for the approval.

    What waits is the difference found today, so that issues and deliveries until the yes stay right.
    """
    found = _looked_at(warehouse_id, part_id, reason, quantity, counted, unit_cost, by)
    if not found.delta:
        return Adjusted()
    if _small_enough(found, at):
        return Adjusted(movement=_enter(found, reason.strip(), by, at))
    return Adjusted(approval=_ask(found, reason.strip(), unit_cost, by, at))


def _looked_at(
    warehouse_id: int,
    part_id: int,
    reason: str,
    quantity: Decimal | None,
    counted: Decimal | None,
    unit_cost: Money | None,
    by: Actor,
) -> _Found:
    warehouse = warehouse_of(warehouse_id)
    part = Part.objects.filter(pk=part_id).first()
    if part is None:
        raise Missing()
    level = locked_level(warehouse_id, part_id)
    require(policies.can_adjust(by, warehouse.store_id), "parts.adjust")
    if not reason.strip():
        raise Refused(_("请填写原因"), code="reason_missing", field="reason")
    delta = _difference(level, quantity, counted)
    value = value_of(level, delta, unit_cost) if delta else ZERO
    return _Found(warehouse, part, level, delta, value)


def _difference(level: StockLevel, quantity: Decimal | None, counted: Decimal | None) -> Decimal:
    if (quantity is None) == (counted is None):
        raise Refused(_("请填写实存数量"), code="quantity", field="counted")
    if counted is not None:
        if counted:
            clean_quantity(counted, field="counted")
        return counted - level.on_hand
    delta = quantity or Decimal(0)
    if delta:
        clean_quantity(abs(delta))
    _check_there(level, delta)
    return delta


def _check_there(level: StockLevel, delta: Decimal) -> None:
    if level.on_hand + delta < 0:
        raise Refused(_("库存只有 %(on_hand)s") % {"on_hand": level.on_hand}, code="not_enough", field="quantity")


def _small_enough(found: _Found, at: datetime) -> bool:
    """A large loss in slices is a large loss: what this part lost today without an approval counts with it.

    A find counts at least at what the part is worth here, whatever price it is said to have.
    """
    limit = store_terms(found.warehouse.store_id).adjust_without_approval_fen
    morning = timezone.make_aware(datetime.combine(timezone.localdate(at), time.min))
    alone = Movement.objects.filter(warehouse=found.warehouse, part=found.part, kind=Kind.ADJUST, approval_id=None)
    earlier = total(alone.filter(at__gte=morning).values_list("value", flat=True))
    usual = value_of(found.level, found.delta, None)
    return max(abs(found.value.fen), abs(usual.fen), abs((found.value + earlier).fen)) <= limit


def _ask(found: _Found, reason: str, unit_cost: Money | None, by: Actor, at: datetime) -> Any:
    waiting = adjustment_of(found.warehouse.pk, found.part.pk)
    if waiting and (waiting.quantity, waiting.unit_cost) != (found.delta, unit_cost):
        raise Refused(_("这个配件已有一项调整在等审批，请先撤回"), code="adjustment_waits", field="counted")
    if waiting:
        return approval_for(KIND, waiting.ref)
    kept = Adjustment.objects.create(
        org_id=by.org_id,
        warehouse=found.warehouse,
        part=found.part,
        quantity=found.delta,
        unit_cost=unit_cost,
        reason=reason[:120],
        asked_by=by.name,
        asked_at=at,
    )
    amount = Money(abs(found.value.fen))
    facts = {"part": found.part.name[:60], "quantity": signed(found.delta), "amount": amount}
    approval = request_approval(
        kind=KIND,
        permission=PERMISSION,
        subject=kept.ref,
        summary=_("库存调整 %(part)s %(quantity)s，成本 %(amount)s") % facts,
        reason=reason,
        amount=amount,
        store_id=found.warehouse.store_id,
        by=by,
        at=at,
    )
    kept.approval_id = approval.pk
    kept.save(update_fields=["approval_id"])
    return approval


@command
def carry_out_adjustment(*, approval_id: int, by: Actor, at: datetime) -> Movement:
    """Enter what was approved, with the names of who found it and of who agreed; it must still be there to lose."""
    approval = approval_by_id(approval_id)
    kept = Adjustment.objects.filter(pk=parse_id(Adjustment.id_prefix, approval.subject)).first()
    if kept is None:
        raise Missing()
    warehouse = warehouse_of(kept.warehouse_id)
    level = locked_level(kept.warehouse_id, kept.part_id)
    require(policies.can_approve_adjustment(by, warehouse.store_id), PERMISSION)
    if level.on_hand + kept.quantity < 0:
        now = {"on_hand": plain(level.on_hand), "quantity": plain(-kept.quantity)}
        raise Refused(_("库存已变动：现在只有 %(on_hand)s，不能再减 %(quantity)s") % now, code="not_enough")
    use_approval(approval_id=approval.pk, kind=KIND, subject=kept.ref, by=by, at=at)
    value = value_of(level, kept.quantity, kept.unit_cost)
    found = _Found(warehouse, kept.part, level, kept.quantity, value)
    names = {"by_name": kept.asked_by, "approved_by": by.name, "approval_id": approval.pk}
    kept.movement = _enter(found, kept.reason, by, at, **names)
    kept.save(update_fields=["movement"])
    return kept.movement


def _enter(found: _Found, reason: str, by: Actor, at: datetime, **names: Any) -> Movement:
    level, delta = found.level, found.delta
    if delta < 0:
        give_up_newest(level, -delta, by=by, at=at)
    line = must_write(
        level, Change(Kind.ADJUST, on_hand=delta, value=found.value), by=by, at=at, reason=reason, **names
    )
    facts = (found.warehouse.store_id, found.warehouse.pk, found.part.pk, found.part.name, delta, reason)
    record(StockAdjusted(*facts, approval_id=names.get("approval_id")), by=by, at=at)
    serve_backorders(level, by=by, at=at)
    return line
