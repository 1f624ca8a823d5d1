"""Commands that bring customers in by number: imports, bridges and simulation. Found first, created only when new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from pitlane.core.access import Actor, require
from pitlane.core.commands import command

from .. import policies
from ..completeness import clean_name
from ..entries import NewCustomer, NewVehicle, new_car_facts, phone_index, phone_numbers
from ..models import Customer, CustomerPhone, Ownership, Vehicle
from ..plates import PlateKind
from ..records import insert_customers, insert_vehicle
from ..upkeep import masked_phone, refresh, refresh_vehicle


@dataclass(frozen=True, slots=True)
class Found:
    """The row that stands for what the source described."""

    id: int
    created: bool


@command
def find_or_create_customer(
    *,
    name: str,
    phones: Sequence[str] = (),
    kind: str = "person",
    tags: Sequence[str] = (),
    facts: Mapping[str, Any] | None = None,
    known_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Found:
    """The customer of an import row: by phone and name, a company by its name; who has neither is new.

    ``known_id`` is what the importer remembers under the source's own key; it wins while that customer exists.
    """
    require(policies.can_bring_in(by), "customers.import")
    numbers = phone_numbers(phones)
    known = _known_customer(known_id, clean_name(name), numbers, kind)
    if known is not None:
        return Found(known, False)
    row = NewCustomer(name=name, phones=tuple(numbers), kind=kind, facts=facts or {}, tags=tuple(tags))
    return Found(insert_customers([row], by=by, at=at)[0].pk, True)


def _known_customer(known_id: int | None, name: str, numbers: Sequence[str], kind: str) -> int | None:
    active = Customer.objects.filter(status=Customer.Status.ACTIVE)
    if known_id and active.filter(pk=known_id).exists():
        return known_id
    if numbers:
        hashes = [phone_index(number) for number in numbers]
        phones = CustomerPhone.objects.filter(number_index__in=hashes).order_by("customer_id")
        same = list(phones.values_list("customer_id", "customer__name"))
        return next((pk for pk, known in same if known == name), None)
    if kind == Customer.Kind.COMPANY:
        found: int | None = active.filter(name=name, kind=kind).order_by("pk").values_list("pk", flat=True).first()
        return found
    return None


@command
def find_or_create_vehicle(
    *,
    plate: str = "",
    plate_kind: str = "",
    vin: str = "",
    customer_id: int | None = None,
    on: date | None = None,
    odometer: int | None = None,
    facts: Mapping[str, Any] | None = None,
    known_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Found:
    """The car of an import row: by VIN, else by plate; a car without owner gets the one named.

    Foreign or masked plates belong to several cars: there only the VIN or the importer's ``known_id`` tells.
    """
    require(policies.can_bring_in(by), "customers.import")
    car = NewVehicle(plate, plate_kind, vin, facts or {}, odometer, on)
    vehicle = _known_vehicle(new_car_facts(car), known_id)
    owner = Customer.objects.filter(pk=customer_id).first() if customer_id else None
    if vehicle is None:
        vehicle = insert_vehicle(car, owner, masked_phone(owner) if owner else "", by=by, at=at)
        if owner:
            refresh(owner)
        return Found(vehicle.pk, True)
    if owner and not vehicle.ownerships.filter(role=Ownership.Role.OWNER, until=None).exists():
        since = on or timezone.localdate(at)
        Ownership.objects.create(vehicle=vehicle, customer=owner, role=Ownership.Role.OWNER, since=since)
        refresh_vehicle(vehicle)
    return Found(vehicle.pk, False)


def _known_vehicle(facts: Mapping[str, Any], known_id: int | None) -> Vehicle | None:
    vehicles = Vehicle.objects.order_by("pk")
    known: Vehicle | None = vehicles.filter(pk=known_id).first() if known_id else None
    if known is None and facts["vin"]:
        known = vehicles.filter(vin=facts["vin"]).first()
    if known is None and facts["plate"] and facts["plate_kind"] != PlateKind.FOREIGN:
        known = vehicles.filter(plate=facts["plate"], plate_kind=facts["plate_kind"]).first()
    return known


@command
def add_many(*, rows: Sequence[NewCustomer], by: Actor, at: datetime) -> list[int]:
    """Register many customers with phones and cars that are certainly new, in a few statements altogether."""
    require(policies.can_bring_in(by), "customers.import")
    return [customer.pk for customer in insert_customers(rows, by=by, at=at)]
