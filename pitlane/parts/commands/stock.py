"""Stock without an order: warehouses, deliveries, bins."""

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
from pitlane.core.money import Money, total
from pitlane.core.tenancy import current_org

from .. import policies
from ..costing import clean_quantity, line_value
from ..events import StockReceived, WarehouseOpened
from ..ledger import Change, locked_level, locked_levels, must_write, warehouse_of
from ..models import Movement, Part, StockLevel, Warehouse
from ..reservations import serve_backorders

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
