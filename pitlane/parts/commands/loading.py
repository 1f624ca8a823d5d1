"""The parts that ship with the program, and an opening stock for warehouses that are still empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.catalog.queries import name_keys, starting_parts
from pitlane.core import search
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.events import record
from pitlane.core.money import Money
from pitlane.core.tenancy import current_org

from .. import policies
from ..costing import line_value
from ..events import StartingPartsLoaded, StockReceived
from ..indexing import entry_for
from ..ledger import warehouse_of
from ..models import Movement, Part, StockLevel, Warehouse

OPENING_COVER = 2


@command
def load_starting_parts(*, warehouse_ids: Sequence[int] = (), by: Actor, at: datetime) -> dict[str, int]:
    """Give a new shop parts to correct instead of to type; with warehouses, also an opening stock to try with.

    What exists is never touched; a warehouse that ever held anything gets no opening stock.
    """
    require(policies.can_edit(by), "parts.edit")
    known = set(Part.objects.values_list("code", flat=True))
    rows = [_part(row) for row in starting_parts() if row.code not in known]
    parts = Part.objects.bulk_create(rows, batch_size=500)
    if parts:
        search.index_new(map(entry_for, parts))
        record(StartingPartsLoaded(len(parts)), by=by, at=at)
    received = sum(_open_stock(warehouse_of(pk), by, at) for pk in warehouse_ids)
    return {"parts": len(parts), "received": received}


def _part(row: Any) -> Part:
    copied = ("code", "oem_no", "name", "brand", "grade", "category", "unit")
    facts = {name: getattr(row, name) for name in copied}
    return Part(
        org_id=current_org(),
        name_keys=name_keys(row.name, row.brand, row.code, row.oem_no, longest=700),
        price=Money(row.price),
        fits=list(row.fits),
        min_stock=row.min_stock,
        **facts,
    )


def _open_stock(warehouse: Warehouse, by: Actor, at: datetime) -> int:
    require(policies.can_receive(by, warehouse.store_id), "parts.receive")
    if StockLevel.objects.filter(warehouse=warehouse).exists():
        return 0
    ids = dict(Part.objects.values_list("code", "pk"))
    rows = [row for row in starting_parts() if row.min_stock]
    levels = StockLevel.objects.bulk_create([_level(warehouse, ids[row.code], row) for row in rows], batch_size=500)
    reason = str(_("期初库存"))
    lines = [_receipt(level, reason, by, at) for level in levels]
    Movement.objects.bulk_create(lines, batch_size=500)
    value = sum(level.value.fen for level in levels)
    record(StockReceived(warehouse.store_id, warehouse.pk, "", reason, len(levels), value), by=by, at=at)
    return len(levels)


def _level(warehouse: Warehouse, part_id: int, row: Any) -> StockLevel:
    quantity = Decimal(row.min_stock * OPENING_COVER)
    return StockLevel(
        org_id=current_org(),
        warehouse=warehouse,
        part_id=part_id,
        bin=row.bin,
        on_hand=quantity,
        value=line_value(Money(row.cost), quantity),
    )


def _receipt(level: StockLevel, reason: str, by: Actor, at: datetime) -> Movement:
    return Movement(
        org_id=current_org(),
        warehouse_id=level.warehouse_id,
        part_id=level.part_id,
        kind=Movement.Kind.RECEIPT,
        quantity=level.on_hand,
        value=level.value,
        on_hand_after=level.on_hand,
        reserved_after=level.reserved,
        value_after=level.value,
        reason=reason,
        by_name=by.name,
        at=at,
    )
