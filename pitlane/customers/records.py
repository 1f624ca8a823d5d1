"""Rows of new customers and cars: one path for a single card at the desk and for a hundred thousand from a file.

Whatever the number, each table gets one insert. What is derived (completeness, search) is written along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from pitlane.core.access import Actor
from pitlane.core.events import record
from pitlane.core.phones import mask_phone
from pitlane.core.search import index_new
from pitlane.core.tenancy import current_org

from .completeness import CustomerFacts, completeness
from .entries import NewCustomer, NewVehicle, checked, new_car_facts, phone_index
from .events import CallClosed, ConsentGiven, ConsentWithdrawn, CustomerCreated, VehicleCreated
from .findable import customer_entry, vehicle_entry
from .models import Call, Consent, ContactLog, Customer, CustomerPhone, CustomerTag, OdometerReading, Ownership, Vehicle
from .odometer import judge

BATCH = 1000
INCOMPLETE_BELOW = 70
CARS_SHOWN = 20


def facts_of(customer: Customer, *, phone: bool, consent: bool, cars: Sequence[Vehicle]) -> CustomerFacts:
    """What is known of the customer and of the cars they have now."""
    return CustomerFacts(
        is_company=customer.kind == Customer.Kind.COMPANY,
        name=bool(customer.name),
        phone=phone,
        source=bool(customer.source),
        consent=consent,
        vehicle=bool(cars),
        vehicle_vin=bool(cars) and all(car.vin for car in cars),
        vehicle_model=bool(cars) and all(car.series or car.model for car in cars),
        vehicle_odometer=bool(cars) and all(car.odometer is not None for car in cars),
        insurance_until=bool(cars) and all(car.insurance_until for car in cars),
        wechat=bool(customer.wechat),
        birthday=bool(customer.birthday),
        address=bool(customer.address_masked),
        advisor=customer.advisor_id is not None,
        contact_person=bool(customer.contact_name),
        tax_id=bool(customer.tax_id),
    )


def score(customer: Customer, *, phone: bool, consent: bool, cars: Sequence[Vehicle]) -> None:
    """Set the completeness on the row (not saved)."""
    customer.completeness = completeness(facts_of(customer, phone=phone, consent=consent, cars=cars)).score
    customer.incomplete = customer.completeness < INCOMPLETE_BELOW


def insert_customers(rows: Iterable[NewCustomer], *, by: Actor, at: datetime) -> list[Customer]:
    """Register customers with everything that hangs on them. Call it inside a command."""
    today = timezone.localdate(at)
    new = [checked(row, today) for row in rows]
    cars = [[_new_vehicle(car, at) for car in row.vehicles] for row in new]
    customers = [_new_customer(row, own, at) for row, own in zip(new, cars, strict=True)]
    Customer.objects.bulk_create(customers, batch_size=BATCH)
    for customer in customers:
        record(CustomerCreated(customer.pk, customer.source), by=by, at=at)
    phones = _insert_phones(new, customers)
    owners = {phone_index(number): c for row, c in zip(new, customers, strict=True) for number in row.phones}
    take_over_calls(owners, by=by, at=at)
    _insert_tags(new, customers)
    _insert_consents(new, customers, by, at)
    index_new(
        customer_entry(customer, numbers=row.phones, masked=phones.get(customer.pk, ""), cars=own)
        for row, customer, own in zip(new, customers, cars, strict=True)
    )
    pairs = [(car, customer) for customer, own in zip(customers, cars, strict=True) for car in own]
    if pairs:
        given = [car for row in new for car in row.vehicles]
        _insert_vehicles(pairs, given, phones, today, by, at)
    return customers


def insert_vehicle(car: NewVehicle, owner: Customer | None, masked: str, *, by: Actor, at: datetime) -> Vehicle:
    """Register one car, perhaps with an owner who is known already."""
    vehicle = _new_vehicle(car, at)
    phones = {owner.pk: masked} if owner else {}
    _insert_vehicles([(vehicle, owner)], [car], phones, timezone.localdate(at), by, at)
    return vehicle


def _new_customer(row: NewCustomer, cars: Sequence[Vehicle], at: datetime) -> Customer:
    customer = Customer(org_id=current_org(), created_at=at, changed_at=at, **row.facts)
    score(customer, phone=bool(row.phones), consent="service" in row.consents, cars=cars)
    return customer


def _new_vehicle(car: NewVehicle, at: datetime) -> Vehicle:
    vehicle = Vehicle(org_id=current_org(), created_at=at, changed_at=at, **new_car_facts(car))
    if car.odometer is not None and not judge(car.odometer, car.odometer_on or timezone.localdate(at), ()).doubtful:
        vehicle.odometer, vehicle.odometer_on = car.odometer, car.odometer_on or timezone.localdate(at)
    return vehicle


def take_over_calls(owners: Mapping[str, Customer], *, by: Actor, at: datetime) -> None:
    """What people said on the phone before they had a card moves into their contact log, with its open next step."""
    waiting = [call for call in Call.objects.filter(closed_at=None).order_by("pk") if call.number_index in owners]
    for call in waiting:
        owner = owners[call.number_index]
        ContactLog.objects.create(
            customer=owner,
            channel=ContactLog.Channel.CALL_IN,
            text=call.text,
            next_step=call.next_step,
            next_on=call.next_on,
            by_staff_id=call.by_staff_id,
            at=call.at,
        )
        call.customer, call.closed_at, call.number, call.number_index, call.name = owner, at, "", "", ""
        call.save()
        record(CallClosed(call.pk, owner.pk), by=by, at=at)


def _insert_phones(rows: Sequence[NewCustomer], customers: Sequence[Customer]) -> dict[int, str]:
    """Store the numbers, the first as primary; answers the masked primary number of each customer."""
    phones = [
        new_phone(customer, number, primary=place == 0)
        for row, customer in zip(rows, customers, strict=True)
        for place, number in enumerate(row.phones)
    ]
    CustomerPhone.objects.bulk_create(phones, batch_size=BATCH)
    return {phone.customer_id: phone.masked for phone in phones if phone.primary}


def new_phone(customer: Customer, number: str, *, primary: bool, label: str = "") -> CustomerPhone:
    """A phone row (not saved): sealed, hashed and masked."""
    return CustomerPhone(
        org_id=customer.org_id,
        customer=customer,
        number=number,
        number_index=phone_index(number),
        masked=mask_phone(number),
        label=label,
        primary=primary,
    )


def _insert_tags(rows: Sequence[NewCustomer], customers: Sequence[Customer]) -> None:
    tags = [
        CustomerTag(org_id=customer.org_id, customer=customer, name=tag)
        for row, customer in zip(rows, customers, strict=True)
        for tag in row.tags
    ]
    CustomerTag.objects.bulk_create(tags, batch_size=BATCH)


def _insert_consents(rows: Sequence[NewCustomer], customers: Sequence[Customer], by: Actor, at: datetime) -> None:
    given = [
        Consent(org_id=customer.org_id, customer=customer, purpose=purpose, granted=granted, at=at, by_name=by.name)
        for row, customer in zip(rows, customers, strict=True)
        for purpose, granted in row.consents.items()
    ]
    Consent.objects.bulk_create(given, batch_size=BATCH)
    for consent in given:
        kind = ConsentGiven if consent.granted else ConsentWithdrawn
        record(kind(consent.customer_id, consent.purpose), by=by, at=at)


def _insert_vehicles(
    pairs: Sequence[tuple[Vehicle, Customer | None]],
    given: Sequence[NewVehicle],
    phones: dict[int, str],
    today: date,
    by: Actor,
    at: datetime,
) -> None:
    Vehicle.objects.bulk_create([car for car, _owner in pairs], batch_size=BATCH)
    owned = [(car, owner) for car, owner in pairs if owner is not None]
    Ownership.objects.bulk_create([_ownership(car, owner, today) for car, owner in owned], batch_size=BATCH)
    readings = [_reading(car, new, today) for (car, _owner), new in zip(pairs, given, strict=True)]
    OdometerReading.objects.bulk_create([reading for reading in readings if reading], batch_size=BATCH)
    for car, owner in pairs:
        record(VehicleCreated(car.pk, owner.pk if owner else None), by=by, at=at)
    index_new(
        vehicle_entry(car, owner=owner.name if owner else "", masked=phones.get(owner.pk, "") if owner else "")
        for car, owner in pairs
    )


def _ownership(car: Vehicle, owner: Customer, since: date) -> Ownership:
    return Ownership(org_id=car.org_id, vehicle=car, customer=owner, role=Ownership.Role.OWNER, since=since)


def _reading(car: Vehicle, new: NewVehicle, today: date) -> OdometerReading | None:
    if new.odometer is None:
        return None
    doubtful = car.odometer is None
    on = new.odometer_on or today
    return OdometerReading(org_id=car.org_id, vehicle=car, km=new.odometer, on=on, source="entry", doubtful=doubtful)


def phones_by_customer(customer_ids: Iterable[int]) -> dict[int, list[CustomerPhone]]:
    """The numbers of several customers, primary first, in one query."""
    found: dict[int, list[CustomerPhone]] = defaultdict(list)
    for phone in CustomerPhone.objects.filter(customer_id__in=customer_ids).order_by("-primary", "pk"):
        found[phone.customer_id].append(phone)
    return found
