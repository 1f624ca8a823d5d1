"""What was done before: come-backs under guarantee, the vehicle's archive, how often the first repair held."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from pitlane.core.access import Actor
from pitlane.core.errors import Missing
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.customers import queries as customers

from .. import policies
from ..archive_record import ELEMENTS
from ..guarantees import FormerLine, Guarantee, come_back
from ..models import ArchiveEntry, GuaranteedLine, RepairOrder


@dataclass(frozen=True, slots=True)
class ComeBackCard:
    """A former line that still covers the car at the door."""

    order_id: int
    order_ref: str
    order_number: str
    key: str
    description: str
    settled_on: date
    days_left: int | None
    km_left: int | None
    matches: bool
    why: str


def come_backs(vehicle_id: int, on: date, odometer: int | None, systems: Collection[str] = ()) -> list[ComeBackCard]:
    """Settled lines of this car whose guarantee holds today (外返); those of the named systems first."""
    rows = GuaranteedLine.objects.filter(vehicle_id=vehicle_id, void_at=None, settled_on__lte=on)
    found = {str(row.pk): row for row in rows.select_related("order", "operation").order_by("-settled_on", "pk")}
    lines = [_former(key, row) for key, row in found.items()]
    return [_card(found[each.line.key], each) for each in come_back(lines, on, odometer, systems=systems)]


def _former(key: str, row: GuaranteedLine) -> FormerLine:
    promised = row.until is not None or row.until_km is not None
    system = row.operation.category if row.operation else ""
    return FormerLine(key, row.description, system, Guarantee(row.settled_on, row.until, row.until_km, promised))


def _card(row: GuaranteedLine, found: Any) -> ComeBackCard:
    return ComeBackCard(
        order_id=row.order_id,
        order_ref=row.order.ref,
        order_number=row.order.short_number,
        key=row.source,
        description=row.description,
        settled_on=row.settled_on,
        days_left=found.days_left,
        km_left=found.km_left,
        matches=found.matches,
        why=str(found.why),
    )


@dataclass(frozen=True, slots=True)
class ArchiveCard:
    """One record of the vehicle's archive."""

    order_ref: str
    order_id: int
    short_number: str
    snapshot: dict[str, Any]
    digest: str
    missing: tuple[str, ...]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Archive:
    """The electronic repair archive of a car (维修档案)."""

    vehicle: customers.VehicleCard
    entries: list[ArchiveCard]


def archive_of(vehicle_id: int, *, by: Actor) -> Archive:
    """All frozen records of a car in the stores the actor may see, newest first."""
    rows = ArchiveEntry.objects.filter(order__in=policies.own_orders(by), vehicle_id=vehicle_id)
    return Archive(
        vehicle=customers.vehicle_card(vehicle_id),
        entries=[
            ArchiveCard(
                order_ref=public_id(RepairOrder.id_prefix, row.order_id),
                order_id=row.order_id,
                short_number=row.order.short_number,
                snapshot=row.snapshot,
                digest=row.digest,
                missing=tuple(row.missing),
                made_at=row.made_at,
            )
            for row in rows.select_related("order").order_by("-order__opened_at", "-pk")
        ],
    )


@dataclass(frozen=True, slots=True)
class RecordCard:
    """One record for the people of the car: whose visit it was decides who may read it."""

    order_id: int
    customer_id: int
    vehicle_id: int
    opened_on: date
    number: str
    store_id: int
    snapshot: dict[str, Any]
    digest: str
    made_at: datetime

    @property
    def order_ref(self) -> str:
        return public_id(RepairOrder.id_prefix, self.order_id)

    @property
    def total(self) -> Money:
        return Money(int(self.snapshot.get("total_fen") or 0))


def records_of(vehicle_id: int, limit: int = 200) -> list[RecordCard]:
    """The frozen records of a car, newest first; the caller says who may read which."""
    rows = ArchiveEntry.objects.filter(vehicle_id=vehicle_id).select_related("order")
    return [_record(row) for row in rows.order_by("-order__opened_at", "-pk")[:limit]]


def record_of(order_id: int) -> RecordCard:
    """The frozen record of one visit; ``Missing`` before the car was handed over."""
    row = ArchiveEntry.objects.filter(order_id=order_id).select_related("order").first()
    if row is None:
        raise Missing()
    return _record(row)


def _record(row: ArchiveEntry) -> RecordCard:
    return RecordCard(
        order_id=row.order_id,
        customer_id=row.order.customer_id,
        vehicle_id=row.vehicle_id,
        opened_on=timezone.localdate(row.order.opened_at),
        number=row.order.number,
        store_id=row.order.store_id,
        snapshot=row.snapshot,
        digest=row.digest,
        made_at=row.made_at,
    )


def archive_elements() -> dict[str, str]:
    """The thirteen elements of a record by name, in the reader's language."""
    return {key: gettext(text) for key, text in ELEMENTS.items()}


@dataclass(frozen=True, slots=True)
class FixRate:
    """First-time fix: of the orders delivered, how many did not come back under guarantee."""

    visits: int
    comebacks: int
    rate: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        return None if self.rate is None else (self.rate * 100).quantize(Decimal("0.1"))


def first_time_fix(store_id: int, first_day: date, last_day: date) -> FixRate:
    """一次修复率 of a store: computed from come-back orders, never entered."""
    zone = timezone.get_current_timezone()
    start = datetime.combine(first_day, time.min, zone)
    end = datetime.combine(last_day, time.max, zone)
    delivered = RepairOrder.objects.filter(store_id=store_id, delivered_at__range=(start, end)).exclude(source="import")
    first = delivered.filter(comeback_of=None)
    visits = first.count()
    back = first.filter(comebacks__isnull=False).exclude(comebacks__state="cancelled").distinct().count()
    rate = (Decimal(visits - back) / visits).quantize(Decimal("0.001")) if visits else None
    return FixRate(visits, back, rate)
