"""What other domains and small panels need to know of a customer or a car: masked, in few queries for any number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from pitlane.core.crypto import Sealed
from pitlane.core.errors import Missing
from pitlane.core.states import Label

from ..entries import phone_index
from ..models import Consent, Customer, CustomerPhone, CustomerTag, OdometerReading, Ownership, Vehicle
from ..plates import PlateError, parse_plate
from ..vins import normalise_vin


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """A customer as other screens show them; ``phone`` is masked."""

    id: int
    ref: str
    kind: str
    name: str
    phone: str
    contact_name: str
    source: str
    advisor_id: int | None
    advisor_name: str
    home_store_id: int | None
    invoice_title: str
    tax_id: str
    note: str
    status: str
    version: int
    url: str
    tags: tuple[str, ...] = ()
    preferences: dict[str, Any] = field(default_factory=dict)

    @property
    def is_company(self) -> bool:
        return self.kind == Customer.Kind.COMPANY


@dataclass(frozen=True, slots=True)
class VehicleCard:
    """A car with the people who own and drive it now."""

    id: int
    ref: str
    plate: str
    plate_kind: str
    vin: str
    title: str
    make: str
    series: str
    model: str
    model_year: int | None
    vehicle_class: str
    fuel: str
    colour: str
    engine_no: str
    purchased_on: date | None
    odometer: int | None
    odometer_on: date | None
    insurance_until: date | None
    insurer: str
    inspection_until: date | None
    warranty_until: date | None
    warranty_km: int | None
    note: str
    version: int
    url: str
    owner_id: int | None = None
    owner_ref: str = ""
    owner_name: str = ""
    owner_phone: str = ""
    driver_id: int | None = None
    driver_ref: str = ""
    driver_name: str = ""
    driver_phone: str = ""
    badge: Label | None = None
    until: date | None = None

    @property
    def vin_tail(self) -> str:
        return self.vin[-6:]


def masked_phones(customer_ids: Iterable[int]) -> dict[int, str]:
    """Primary numbers as screens show them."""
    phones = CustomerPhone.objects.filter(customer_id__in=list(customer_ids), primary=True)
    return dict(phones.values_list("customer_id", "masked"))


def tags_of(customer_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The shop's words on each customer."""
    found: dict[int, tuple[str, ...]] = {}
    rows = (
        CustomerTag.objects.filter(customer_id__in=list(customer_ids)).order_by("pk").values_list("customer_id", "name")
    )
    for customer_id, name in rows:
        found[customer_id] = (*found.get(customer_id, ()), name)
    return found


def card_of(customer: Customer, phone: str, tags: tuple[str, ...]) -> CustomerCard:
    """A read object from rows that are loaded already."""
    return CustomerCard(
        id=customer.pk,
        ref=customer.ref,
        kind=customer.kind,
        name=customer.name,
        phone=phone,
        contact_name=customer.contact_name,
        source=customer.source,
        advisor_id=customer.advisor_id,
        advisor_name=customer.advisor.name if customer.advisor else "",
        home_store_id=customer.home_store_id,
        invoice_title=customer.invoice_title,
        tax_id=customer.tax_id,
        note=customer.note,
        status=customer.status,
        version=customer.version,
        url=reverse("customers:detail", args=[customer.ref]),
        tags=tags,
        preferences=customer.preferences,
    )


def cards_of(customers: Iterable[Customer]) -> list[CustomerCard]:
    """Cards for rows loaded with ``select_related("advisor")``: two more queries, however many."""
    customers = list(customers)
    ids = [customer.pk for customer in customers]
    phones, tags = masked_phones(ids), tags_of(ids)
    return [card_of(customer, phones.get(customer.pk, ""), tags.get(customer.pk, ())) for customer in customers]


def customer_cards(ids: Iterable[int]) -> dict[int, CustomerCard]:
    """Several customers by id, in three queries."""
    rows = Customer.objects.filter(pk__in=set(ids)).select_related("advisor")
    return {card.id: card for card in cards_of(rows)}


def customer_card(customer_id: int) -> CustomerCard:
    """One customer; ``Missing`` when there is none in this organisation."""
    card = customer_cards([customer_id]).get(customer_id)
    if card is None:
        raise Missing()
    return card


def vehicle_card_of(vehicle: Vehicle, people: dict[str, Customer], phones: dict[int, str], **extra: Any) -> VehicleCard:
    """A read object from rows that are loaded already; ``people`` by role."""
    owner, driver = people.get(Ownership.Role.OWNER), people.get(Ownership.Role.DRIVER)
    return VehicleCard(
        id=vehicle.pk,
        ref=vehicle.ref,
        plate=vehicle.plate,
        plate_kind=vehicle.plate_kind,
        vin=vehicle.vin,
        title=vehicle.title,
        make=vehicle.make,
        series=vehicle.series,
        model=vehicle.model,
        model_year=vehicle.model_year,
        vehicle_class=vehicle.vehicle_class,
        fuel=vehicle.fuel,
        colour=vehicle.colour,
        engine_no=vehicle.engine_no,
        purchased_on=vehicle.purchased_on,
        odometer=vehicle.odometer,
        odometer_on=vehicle.odometer_on,
        insurance_until=vehicle.insurance_until,
        insurer=vehicle.insurer,
        inspection_until=vehicle.inspection_until,
        warranty_until=vehicle.warranty_until,
        warranty_km=vehicle.warranty_km,
        note=vehicle.note,
        version=vehicle.version,
        url=reverse("customers:vehicle", args=[vehicle.ref]),
        owner_id=owner.pk if owner else None,
        owner_ref=owner.ref if owner else "",
        owner_name=owner.name if owner else "",
        owner_phone=phones.get(owner.pk, "") if owner else "",
        driver_id=driver.pk if driver else None,
        driver_ref=driver.ref if driver else "",
        driver_name=driver.name if driver else "",
        driver_phone=phones.get(driver.pk, "") if driver else "",
        **extra,
    )


def people_now(vehicle_ids: Iterable[int]) -> dict[int, dict[str, Customer]]:
    """Owner and driver of each car, in one query."""
    found: dict[int, dict[str, Customer]] = {}
    for link in Ownership.objects.filter(vehicle_id__in=list(vehicle_ids), until=None).select_related("customer"):
        found.setdefault(link.vehicle_id, {})[link.role] = link.customer
    return found


def vehicle_cards(ids: Iterable[int]) -> dict[int, VehicleCard]:
    """Several cars by id, in three queries."""
    cars = list(Vehicle.objects.filter(pk__in=set(ids)))
    people = people_now(car.pk for car in cars)
    phones = masked_phones({person.pk for roles in people.values() for person in roles.values()})
    return {car.pk: vehicle_card_of(car, people.get(car.pk, {}), phones) for car in cars}


def vehicle_card(vehicle_id: int) -> VehicleCard:
    """One car; ``Missing`` when there is none in this organisation."""
    card = vehicle_cards([vehicle_id]).get(vehicle_id)
    if card is None:
        raise Missing()
    return card


def find_by_plate(text: str, kind: str | None = None) -> VehicleCard | None:
    """The car behind a typed plate, in any spelling; ``kind`` only when the same text exists in two colours."""
    try:
        plate = parse_plate(text, kind=kind or "").text
    except PlateError:
        plate = text.strip().upper()
    if not plate:
        return None
    cars = Vehicle.objects.filter(plate=plate)
    found = (
        (cars.filter(plate_kind=kind) if kind else cars).order_by("-changed_at").values_list("pk", flat=True).first()
    )
    return vehicle_card(found) if found else None


def find_by_vin(vin: str) -> VehicleCard | None:
    """The car behind a VIN."""
    plain = normalise_vin(vin)
    found = Vehicle.objects.filter(vin=plain).values_list("pk", flat=True).first() if plain else None
    return vehicle_card(found) if found else None


def find_by_phone(number: str) -> list[CustomerCard]:
    """Everybody with this number: families and drivers share one."""
    ids = CustomerPhone.objects.filter(number_index=phone_index(number)).values_list("customer_id", flat=True)
    return list(customer_cards(ids).values())


def owner_id_of(vehicle_id: int) -> int | None:
    """The id of who owns the car now, for commands that need no more."""
    links = Ownership.objects.filter(vehicle_id=vehicle_id, until=None, role=Ownership.Role.OWNER)
    owner_id: int | None = links.values_list("customer_id", flat=True).first()
    return owner_id


def owner_of(vehicle_id: int) -> CustomerCard | None:
    """Who owns the car now."""
    owner_id = owner_id_of(vehicle_id)
    return customer_card(owner_id) if owner_id else None


def vehicles_of(customer_id: int) -> list[VehicleCard]:
    """The cars that a customer owns or drives now, the latest first."""
    links = Ownership.objects.filter(customer_id=customer_id, until=None).order_by("-since", "-pk")
    ids = list(links.values_list("vehicle_id", flat=True))
    cards = vehicle_cards(ids)
    return [cards[pk] for pk in dict.fromkeys(ids)]


@dataclass(frozen=True, slots=True)
class Holding:
    """Who had which car, as what, from when to when."""

    vehicle_id: int
    customer_id: int
    role: str
    since: date
    until: date | None

    @property
    def owned(self) -> bool:
        return self.role == Ownership.Role.OWNER


def holdings_of(customer_ids: Iterable[int]) -> list[Holding]:
    """The cars that these people have or had, the latest first."""
    rows = Ownership.objects.filter(customer_id__in=list(customer_ids)).order_by("-since", "-pk")
    return [Holding(*row) for row in rows.values_list("vehicle_id", "customer_id", "role", "since", "until")]


@dataclass(frozen=True, slots=True)
class Reading:
    """Kilometres seen on a day."""

    on: date
    km: int
    source: str
    doubtful: bool


def readings(vehicle_id: int, limit: int = 200) -> list[Reading]:
    """The odometer history, newest first."""
    rows = OdometerReading.objects.filter(vehicle_id=vehicle_id).order_by("-on", "-pk")[:limit]
    return [Reading(row.on, row.km, row.source, row.doubtful) for row in rows]


def phones_of(customer_id: int) -> list[CustomerPhone]:
    """The numbers of a customer, primary first; show ``masked`` only."""
    customer_card(customer_id)
    return list(CustomerPhone.objects.filter(customer_id=customer_id).order_by("-primary", "pk"))


def primary_phone(customer_id: int) -> Sealed | None:
    """The sealed number for sending a message; never for showing."""
    phones = CustomerPhone.objects.filter(customer_id=customer_id, primary=True)
    sealed: Sealed | None = phones.values_list("number", flat=True).first()
    return sealed


def email_of(customer_id: int) -> Sealed | None:
    """The sealed mail address for sending a message; never for showing. None for people who were erased."""
    people = Customer.objects.filter(pk=customer_id, status=Customer.Status.ACTIVE)
    sealed: Sealed | None = people.values_list("email", flat=True).first()
    return sealed or None


def consent_of(customer_id: int, purpose: str) -> bool | None:
    """The latest answer for a purpose; None when nobody asked."""
    answers = Consent.objects.filter(customer_id=customer_id, purpose=purpose).order_by("-at", "-pk")
    granted: bool | None = answers.values_list("granted", flat=True).first()
    return granted
