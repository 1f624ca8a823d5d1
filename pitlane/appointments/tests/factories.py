"""A shop that takes bookings, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from pitlane.appointments import commands
from pitlane.appointments.models import Appointment
from pitlane.catalog.models import Operation
from pitlane.catalog.tests import factories as catalog
from pitlane.core.access import declare
from pitlane.core.testing import NOON, Shop
from pitlane.customers.models import Customer, Vehicle
from pitlane.customers.tests import factories as people
from pitlane.scheduling import commands as scheduling
from pitlane.scheduling.tests import factories as places

CHINA = ZoneInfo("Asia/Shanghai")
TUESDAY = date(2026, 11, 24)
WEEK = [scheduling.ShiftInput(day, time(8), time(18)) for day in range(6)]
TOKEN = "t" * 43


def moment(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Desk:
    """A store with lifts and people, an hour's work in its catalogue, a customer with a car."""

    shop: Shop
    work: Operation
    owner: Customer
    car: Vehicle


def desk(shop: Shop, lifts: int = 1) -> Desk:
    declare({"workshop.work": "施工"})
    for n in range(lifts):
        places.bay(shop, f"举升机 {n + 1}")
        places.technician(shop, f"技师{n + 1}", f"T{n + 1}")
    scheduling.save_hours(store_id=shop.store_id, hours=WEEK, by=shop.boss(), at=NOON)
    catalog.rate(shop, 30000)
    work = catalog.operation(shop, standard_hours=Decimal(1), bay_type="lift")
    owner = people.customer(shop)
    return Desk(shop, work, owner, people.vehicle(shop, owner))


def booked(desk: Desk, start: datetime | None = None, **facts: Any) -> Appointment:
    values: dict[str, Any] = {"services": [desk.work.ref], "vehicle_id": desk.car.pk, "by": desk.shop.boss()}
    values |= {"at": NOON, "store_id": desk.shop.store_id} | facts
    return commands.book(start=start or moment(9), **values)


def guest(name: str = "赵先生", phone: str = "13911112222", plate: str = "京C55555") -> commands.Guest:
    return commands.Guest(name, phone, plate)
