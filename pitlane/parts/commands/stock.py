"""Stock without an order: warehouses, deliveries, corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import ZERO, Money, total
from pitlane.core.tenancy import current_org

from .. import policies
from ..costing import average_cost, clean_quantity, line_value, share_of
from ..events import StockAdjusted, StockReceived, WarehouseOpened
from ..ledger import Change, locked_level, locked_levels, must_write, warehouse_of
from ..models import Movement, Part, StockLevel, Warehouse
from ..reservations import give_up_newest, serve_backorders

Kind = Movement.Kind


@command
def open_warehouse(*, store_id: int, name: str, by: Actor, at: datetime) -> Warehouse:
    """Give a store a place for parts; its first one is the main one. The same name again is the same warehouse."""
    require(policies.can_open_warehouse(by, store_id), "parts.edit")
    store_by_id(store_id)
    if not name.strip():
        raise Refused(_("请填写名称"), code="name_missing", field="name")
    known = Warehouse.objects.filter(store_id=store_id)
    found: Warehouse | None = known.filter(name=name.strip()).first()
    if found is not None:
        return found
    first = not known.filter(main=True).exists()
    made: Warehouse = Warehouse.objects.create(org_id=current_org(), store_id=store_id, name=name.strip(), main=first)
    record(WarehouseOpened(store_id, made.pk, made.name), by=by, at=at)
    return made


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line of a delivery."""

    part_id: int
    quantity: Decimal
    unit_cost: Money
    bin: str = ""
    batch: str = ""


@command
def receive(
    *,
    warehouse_id: int,
    lines: Sequence[ReceiptLine],
    supplier: str = "",
    document: str = "",
    by: Actor,
    at: datetime,
) -> list[Movement]:
    """Take in a delivery at its cost; orders that waited for these parts get them at once, the oldest first."""
    warehouse = warehouse_of(warehouse_id)
    require(policies.can_receive(by, warehouse.store_id), "parts.receive")
    _refuse_nonsense(lines)
    levels = locked_levels((warehouse_id, line.part_id) for line in lines)
    source = {"supplier": supplier.strip(), "document": document.strip()}
    made = [_take_in(levels[(warehouse_id, line.part_id)], line, source, by, at) for line in lines]
    facts = (warehouse.store_id, warehouse_id, source["supplier"], source["document"], len(lines))
    record(StockReceived(*facts, value_fen=total(line.value for line in made).fen), by=by, at=at)
    for level in levels.values():
        serve_backorders(level, by=by, at=at)
    return made


def _refuse_nonsense(lines: Sequence[ReceiptLine]) -> None:
    if not lines:
        raise Refused(_("入库单至少要有一行"), code="receipt_empty", field="lines")
    wanted = {line.part_id for line in lines}
    if Part.objects.filter(pk__in=wanted).count() != len(wanted):
        raise Missing()
    for line in lines:
        clean_quantity(line.quantity)
        if line.unit_cost.fen < 0:
            raise Refused(_("进价不能小于 0"), code="price", field="unit_cost")


def _take_in(level: StockLevel, line: ReceiptLine, source: dict[str, str], by: Actor, at: datetime) -> Movement:
    value = line_value(line.unit_cost, line.quantity)
    if line.bin and line.bin != level.bin:
        StockLevel.objects.filter(pk=level.pk).update(bin=line.bin)
    change = Change(Kind.RECEIPT, on_hand=line.quantity, value=value)
    return must_write(level, change, by=by, at=at, batch=line.batch, **source)


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
    average, or at ``unit_cost`` where there is none.
    """
    warehouse = warehouse_of(warehouse_id)
    part = Part.objects.filter(pk=part_id).first()
    if part is None:
        raise Missing()
    level = locked_level(warehouse_id, part_id)
    require(policies.can_adjust(by, warehouse.store_id), "parts.adjust")
    if not reason.strip():
        raise Refused(_("请填写原因"), code="reason_missing", field="reason")
    delta = _difference(level, quantity, counted)
    if not delta:
        return None
    line = _lose(level, -delta, reason, by, at) if delta < 0 else _find(level, delta, unit_cost, reason, by, at)
    facts = (warehouse.store_id, warehouse_id, part_id, part.name, delta, reason.strip())
    record(StockAdjusted(*facts), by=by, at=at)
    serve_backorders(level, by=by, at=at)
    return line


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
    if level.on_hand + delta < 0:
        raise Refused(_("库存只有 %(on_hand)s") % {"on_hand": level.on_hand}, code="not_enough", field="quantity")
    return delta


def _lose(level: StockLevel, quantity: Decimal, reason: str, by: Actor, at: datetime) -> Movement:
    give_up_newest(level, quantity, by=by, at=at)
    value = share_of(level.value, level.on_hand, quantity)
    change = Change(Kind.ADJUST, on_hand=-quantity, value=-value)
    return must_write(level, change, by=by, at=at, reason=reason.strip())


def _find(
    level: StockLevel, quantity: Decimal, unit_cost: Money | None, reason: str, by: Actor, at: datetime
) -> Movement:
    cost = unit_cost if unit_cost is not None else average_cost(level.value, level.on_hand) or _last_cost(level)
    change = Change(Kind.ADJUST, on_hand=quantity, value=line_value(cost, quantity))
    return must_write(level, change, by=by, at=at, reason=reason.strip())


def _last_cost(level: StockLevel) -> Money:
    """What the part last cost when it was taken in; nothing is known of a part that never came."""
    receipts = Movement.objects.filter(warehouse_id=level.warehouse_id, part_id=level.part_id, kind=Kind.RECEIPT)
    last = receipts.order_by("-pk").first()
    return average_cost(last.value, last.quantity) if last else ZERO


@command
def set_bin(*, warehouse_id: int, part_id: int, bin: str, by: Actor, at: datetime) -> StockLevel:
    """Say where the part lies."""
    warehouse = warehouse_of(warehouse_id)
    if not Part.objects.filter(pk=part_id).exists():
        raise Missing()
    level = locked_level(warehouse_id, part_id)
    allowed = policies.can_receive(by, warehouse.store_id) or policies.can_adjust(by, warehouse.store_id)
    require(allowed, "parts.receive")
    level.bin = bin.strip()[:20]
    level.save(update_fields=["bin"])
    return level
