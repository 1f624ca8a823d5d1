"""Catalogue rows for tests, made by the commands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pitlane.catalog import commands
from pitlane.catalog.models import LabourRate, Operation, ServicePackage
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop


def operation(shop: Shop, code: str = "MA-001", name: str = "小保养（更换机油机滤）", **facts: Any) -> Operation:
    values = {"standard_hours": Decimal("0.6"), "trade": "mechanical", "category": "保养"} | facts
    return commands.save_operation(code=code, name=name, by=shop.boss(), at=NOON, **values)


def package(shop: Shop, code: str = "PK-001", name: str = "机油保养套餐", **facts: Any) -> ServicePackage:
    lines = facts.pop("lines", None) or [
        commands.PackageLineInput(operation_id=operation(shop, code=f"{code}-W").pk, hours=Decimal("0.5")),
        commands.PackageLineInput(part_code="OL-03", quantity=Decimal(4)),
    ]
    return commands.save_package(code=code, name=name, lines=lines, by=shop.boss(), at=NOON, **facts)


def rate(shop: Shop, fen: int, **key: Any) -> LabourRate:
    values: dict[str, Any] = {"store_id": None, "vehicle_class": "", "trade": "", "valid_from": date(2026, 1, 1)}
    return commands.set_labour_rate(rate=Money(fen), by=shop.boss(), at=NOON, **(values | key))
