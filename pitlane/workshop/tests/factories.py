"""A workshop for tests, made by the commands: people, car, catalogue, shelf, and orders at any stage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pitlane.accounts.models import Role, Staff
from pitlane.catalog import commands as catalog
from pitlane.core.access import Actor
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.customers import commands as customers
from pitlane.parts import commands as parts
from pitlane.parts.models import Part
from pitlane.workshop import commands
from pitlane.workshop.commands import NewLabour, NewPart
from pitlane.workshop.models import RepairOrder


def person(shop: Shop, login: str, *permissions: str, name: str = "张伟", discount: int = 0, **facts: Any) -> Staff:
    """A member of staff with a role of exactly these permissions."""
    role = Role.objects.create(
        org_id=shop.org_id, code=f"r-{login}", name=login, permissions=list(permissions), discount_limit=discount
    )
    staff = Staff.objects.create(
        org_id=shop.org_id, login=login, name=name, employee_no=login, main_store_id=shop.store_id, **facts
    )
    staff.roles.add(role)
    staff.stores.add(shop.store_id)
    return staff


def actor(shop: Shop, staff: Staff, *permissions: str) -> Actor:
    return shop.actor(*permissions, staff_id=staff.pk, name=staff.name)


@dataclass
class Bench:
    """One shop ready for work."""

    shop: Shop
    tech: Staff
    other: Staff
    inspector: Staff
    advisor: Staff
    customer_id: int
    vehicle_id: int
    oil: int
    brakes: int
    filter: Part
    fluid: Part
    by: Actor

    def actor(self, staff: Staff, *permissions: str) -> Actor:
        return actor(self.shop, staff, *permissions)

    @property
    def technician(self) -> Actor:
        return self.actor(self.tech, "workshop.work", "workshop.view")

    @property
    def second(self) -> Actor:
        return self.actor(self.other, "workshop.work", "workshop.view")

    @property
    def judge(self) -> Actor:
        return self.actor(self.inspector, "workshop.inspect", "workshop.view")

    @property
    def manager(self) -> Actor:
        return self.actor(self.advisor, "workshop.view", "workshop.reopen", "billing.reverse", "billing.refund")

    @property
    def desk(self) -> Actor:
        limited = self.actor(
            self.advisor,
            "workshop.view",
            "workshop.open",
            "workshop.edit",
            "workshop.deliver",
            "workshop.cancel",
            "parts.view",
            "billing.settle",
            "customers.view",
        )
        return replace(limited, roles=frozenset({"r-lin"}))


STEPS = [
    {"text": "举升车辆"},
    {"text": "测量前制动片厚度", "measure": {"label": "最薄处", "unit": "mm", "min": 3, "max": 15}},
    {"text": "按力矩紧固", "peer": True},
]


def bench(shop: Shop) -> Bench:
    """People, a car with its owner, two operations, two parts on the shelf, rates and guarantees."""
    boss = shop.boss()
    tech = person(shop, "zhang", "workshop.work", "workshop.view", name="张伟")
    other = person(shop, "liu", "workshop.work", "workshop.view", name="刘洋")
    inspector = person(shop, "qc", "workshop.inspect", "workshop.view", name="何志强")
    advisor = person(shop, "lin", "workshop.*", name="林晓燕", discount=10)
    owner = customers.create_customer(name="王建国", phones=["13800116217"], by=boss, at=NOON)
    car = customers.create_vehicle(
        customer_id=owner.pk, plate="京A8K326", make="大众", series="帕萨特", model="380TSI", by=boss, at=NOON
    )
    day = date(2026, 1, 1)
    for trade, fen in (("", 16000), ("diagnosis", 22000)):
        catalog.set_labour_rate(
            store_id=None, vehicle_class="standard", trade=trade, rate=Money(fen), valid_from=day, by=boss, at=NOON
        )
    catalog.set_guarantee_rule(repair_class="minor", km=2000, days=10, valid_from=day, statutory=True, by=boss, at=NOON)
    oil = catalog.save_operation(
        code="MA-001", name="小保养", standard_hours=Decimal("0.6"), trade="mechanical", category="保养",
        skill="maintenance", by=boss, at=NOON,
    )  # fmt: skip
    brakes = catalog.save_operation(
        code="BR-001", name="更换前制动片", standard_hours=Decimal("1.5"), trade="mechanical", category="制动",
        steps=STEPS, by=boss, at=NOON,
    )  # fmt: skip
    house = parts.open_warehouse(store_id=shop.store_id, name="主仓", by=boss, at=NOON)
    goods = []
    for code, name, fen in (("OF-VWA", "机油滤清器", 6800), ("OL-03", "机油 5W-30 1L", 7800)):
        part = parts.save_part(code=code, name=name, price=Money(fen), by=boss, at=NOON)
        line = parts.ReceiptLine(part.pk, Decimal(10), Money(fen // 2))
        parts.receive(warehouse_id=house.pk, lines=[line], by=boss, at=NOON)
        goods.append(part)
    return Bench(shop, tech, other, inspector, advisor, owner.pk, car.pk, oil.pk, brakes.pk, goods[0], goods[1], boss)


def opened(b: Bench, *, lines: Any = (), at: datetime = NOON, **facts: Any) -> RepairOrder:
    """An order at the counter."""
    values = {"concern": "到期保养", "odometer": 62418, "promised_at": at + timedelta(hours=4)} | facts
    return commands.open_order(
        store_id=b.shop.store_id,
        customer_id=b.customer_id,
        advisor_id=b.advisor.pk,
        lines=lines,
        by=b.by,
        at=at,
        **({"vehicle_id": b.vehicle_id} | values),
    )


def usual_lines(b: Bench) -> list[Any]:
    """An oil service with filter and four litres."""
    return [
        NewLabour(b.oil),
        NewPart(b.filter.pk, item="#0"),
        NewPart(b.fluid.pk, quantity=Decimal(4), item="#0"),
    ]


def keys_of(order: RepairOrder) -> list[str]:
    items = [f"item:{pk}" for pk in order.items.order_by("position").values_list("pk", flat=True)]
    return items + [f"part:{pk}" for pk in order.parts.order_by("position").values_list("pk", flat=True)]


def approved(b: Bench, *, lines: Any = None, at: datetime = NOON, **facts: Any) -> RepairOrder:
    """The customer said yes to everything."""
    order = opened(b, lines=usual_lines(b) if lines is None else lines, at=at, **facts)
    return commands.decide_lines(order_id=order.pk, decisions=dict.fromkeys(keys_of(order), "approve"), by=b.by, at=at)


def dispatched(b: Bench, *, technician: Staff | None = None, **facts: Any) -> RepairOrder:
    """Its jobs are given to a technician."""
    order = approved(b, **facts)
    ids = list(order.items.values_list("pk", flat=True))
    commands.dispatch(order_id=order.pk, item_ids=ids, technician_ids=[(technician or b.tech).pk], by=b.by, at=NOON)
    return RepairOrder.objects.get(pk=order.pk)


def finished(b: Bench, *, parts: bool = True, **facts: Any) -> RepairOrder:
    """Work done and parts fitted, waiting for the final inspection."""
    order = dispatched(b, **facts)
    if parts and order.parts.exists():
        commands.issue_parts(order_id=order.pk, by=b.by, at=NOON)
    ids = list(order.items.values_list("pk", flat=True))
    return commands.finish_items(order_id=order.pk, item_ids=ids, by=b.technician, at=NOON + timedelta(hours=1))


def completed(b: Bench, **facts: Any) -> RepairOrder:
    """Passed by the inspector."""
    order = finished(b, **facts)
    commands.final_check(order_id=order.pk, by=b.judge, at=NOON + timedelta(hours=2))
    return RepairOrder.objects.get(pk=order.pk)


def settled(b: Bench, **facts: Any) -> RepairOrder:
    """With its bills made."""
    order = completed(b, **facts)
    commands.settle_order(order_id=order.pk, by=b.by, at=NOON + timedelta(hours=2))
    return RepairOrder.objects.get(pk=order.pk)
