"""Customers and cars for tests, made through the commands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pitlane.core.access import Actor, system
from pitlane.core.testing import NOON, Shop
from pitlane.customers import commands
from pitlane.customers.models import Customer, Vehicle

VIN = "LSVAA4180C2187731"
SECOND_VIN = "LFV2A2156A3012342"
COLLEAGUE = "周强"


def customer(shop: Shop, name: str = "王建国", phones: tuple[str, ...] = ("13800116217",), **facts: Any) -> Customer:
    return commands.create_customer(name=name, phones=phones, by=system(shop.org_id), at=NOON, **facts)


def vehicle(shop: Shop, owner: Customer | None = None, plate: str = "京A8K326", **facts: Any) -> Vehicle:
    owner_id = owner.pk if owner else None
    return commands.create_vehicle(customer_id=owner_id, plate=plate, by=system(shop.org_id), at=NOON, **facts)


def many(shop: Shop, count: int, at: datetime = NOON) -> list[int]:
    """Customers with one car and two phones each, through the bulk path."""
    rows = [
        commands.NewCustomer(
            name=f"客户{number}",
            phones=(f"139{number:08d}", f"137{number:08d}"),
            tags=("老客户",),
            vehicles=(commands.NewVehicle(plate=f"京B{number:05d}", facts={"make": "大众"}, odometer=number),),
        )
        for number in range(count)
    ]
    by: Actor = system(shop.org_id)
    return commands.add_many(rows=rows, by=by, at=at)
