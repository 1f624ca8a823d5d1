"""A shop with a car at the door, made by the commands."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from PIL import Image

from pitlane.accounts.models import Role, Staff
from pitlane.catalog import commands as catalog
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.customers import commands as customers
from pitlane.parts import commands as parts
from pitlane.reception import commands
from pitlane.workshop import commands as workshop

TOKEN = "secret-token-for-tests-0123456789-abcdefgh"


def png(colour: str = "white") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 20), colour).save(out, "PNG")
    return out.getvalue()


@dataclass
class World:
    """A desk with two operations, one part in stock, one known car with its owner."""

    shop: Shop
    pads: Any
    oil: Any
    part: Any
    owner: Any
    car: Any

    def order(self, **facts: Any) -> Any:
        """A checked-in order of the known car."""
        values = {"store_id": self.shop.store_id, "vehicle_id": self.car.pk, "concern": "刹车异响", "odometer": 62418}
        return commands.check_in(**(values | facts), by=self.shop.boss(), at=NOON)

    def quoted(self, **facts: Any) -> tuple[Any, list[str]]:
        """An order with a job, its part and a second job, not sent yet."""
        order = self.order(**facts)
        lines = [
            workshop.NewLabour(operation_id=self.pads.pk),
            workshop.NewPart(part_id=self.part.pk, item="#0"),
            workshop.NewLabour(operation_id=self.oil.pk),
        ]
        return order, workshop.add_lines(order_id=order.pk, lines=lines, by=self.shop.boss(), at=NOON)

    def sent(self, token: str = TOKEN, **facts: Any) -> Any:
        """The estimate of such an order."""
        order, _keys = self.quoted()
        return commands.send_estimate(order_id=order.pk, token=token, by=self.shop.boss(), at=NOON, **facts)


def world(shop: Shop, plate: str = "京A8K326", phone: str = "13800116217") -> World:
    who = {"by": shop.boss(), "at": NOON}
    long_ago = {"by": shop.boss(), "at": NOON - timedelta(days=200)}
    pads = catalog.save_operation(
        code="BR-001", name="更换前制动片", standard_hours=Decimal("1.5"), trade="mechanical", category="制动", **who
    )
    oil = catalog.save_operation(
        code="MA-001", name="小保养", standard_hours=Decimal("0.6"), trade="mechanical", category="保养", **who
    )
    catalog.set_labour_rate(
        store_id=None, vehicle_class="", trade="", rate=Money(16000), valid_from=date(2026, 1, 1), **who
    )
    house = parts.open_warehouse(store_id=shop.store_id, name="主仓", **who)
    part = parts.save_part(code="BP-1", name="前制动片", price=Money(52000), **who)
    parts.receive(warehouse_id=house.pk, lines=[parts.ReceiptLine(part.pk, Decimal(5), Money(30000))], **who)
    owner = customers.create_customer(kind="person", name="王建国", phones=[phone], **who)
    car = customers.create_vehicle(
        customer_id=owner.pk, plate=plate, make="大众", series="帕萨特", model="380TSI", odometer=58000, **long_ago
    )
    return World(shop, pads, oil, part, owner, car)


def a_person(shop: Shop, *permissions: str, login: str = "13900000001") -> Staff:
    """A member of staff who holds exactly these permissions in the first store."""
    role, _made = Role.objects.get_or_create(
        code=f"r{login}", defaults={"name": login, "permissions": list(permissions)}
    )
    person = Staff.objects.create(
        login=login, name="林晓燕", employee_no=login, password="!", main_store_id=shop.store_id, org_id=shop.org_id
    )
    person.stores.add(shop.store_id)
    person.roles.add(role)
    return person
