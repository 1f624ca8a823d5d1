"""Catalogue rows for tests, made by the commands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from pitlane.accounts.models import Role, Staff
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


def client_of(shop: Shop, *permissions: str, store_id: int | None = None, scope: str = "store") -> Client:
    """A signed-in browser of a person with exactly these permissions in one store."""
    number = Staff.unscoped.count() + 1
    role = Role.objects.create(
        org_id=shop.org_id, code=f"test-{number}", name="测试", permissions=list(permissions), data_scope=scope
    )
    person = Staff.objects.create(org_id=shop.org_id, login=f"test{number}", name="林晓燕", employee_no=f"T{number}")
    person.roles.add(role)
    person.stores.add(store_id or shop.store_id)
    person.main_store_id = store_id or shop.store_id
    person.save()
    client = Client(raise_request_exception=True)
    client.force_login(person, backend="pitlane.accounts.backend.StaffBackend")
    return client
