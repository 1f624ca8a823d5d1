"""Parts and stock for tests, made by the commands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.parts import commands
from pitlane.parts.models import Part, Requisition, StockLevel, Warehouse


def warehouse(shop: Shop, store_id: int | None = None, name: str = "主仓") -> Warehouse:
    return commands.open_warehouse(store_id=store_id or shop.store_id, name=name, by=shop.boss(), at=NOON)


def part(shop: Shop, code: str = "OF-VWA", name: str = "机油滤清器 朗逸/速腾", **facts: Any) -> Part:
    values = {"price": Money(4200)} | facts
    return commands.save_part(code=code, name=name, by=shop.boss(), at=NOON, **values)


def stock(shop: Shop, house: Warehouse, item: Part, quantity: str, fen: int = 2000, **facts: Any) -> StockLevel:
    line = commands.ReceiptLine(item.pk, Decimal(quantity), Money(fen), **facts)
    commands.receive(warehouse_id=house.pk, lines=[line], by=shop.boss(), at=NOON)
    return StockLevel.objects.get(warehouse=house, part=item)


def want(shop: Shop, house: Warehouse, item: Part, demand: str, quantity: str = "1", **facts: Any) -> Requisition:
    values = {"order_id": 7, "by": shop.boss(), "at": NOON} | facts
    return commands.require_part(
        demand=demand, warehouse_id=house.pk, part_id=item.pk, quantity=Decimal(quantity), **values
    )
