"""Keeps what is derived in step with what changed: completeness and search entries. Called inside commands."""

from __future__ import annotations

from collections.abc import Iterable

from pitlane.core.search import Entry, index

from .findable import customer_entry, vehicle_entry
from .models import Consent, Customer, CustomerPhone, Ownership, Vehicle
from .records import CARS_SHOWN, phones_by_customer, score


def cars_of(customer: Customer) -> list[Vehicle]:
    """The cars that a customer owns or drives now, the latest first."""
    links = Ownership.objects.filter(customer=customer, until=None).select_related("vehicle").order_by("-since", "-pk")
    return list(dict.fromkeys(link.vehicle for link in links))


def masked_phone(customer: Customer) -> str:
    """The primary number as screens show it."""
    masked: str | None = (
        CustomerPhone.objects.filter(customer=customer, primary=True).values_list("masked", flat=True).first()
    )
    return masked or ""


def refresh(customer: Customer, *, cars_too: bool = False) -> None:
    """Recompute completeness and search entry; ``cars_too`` when the name or first phone, which cars show, changed."""
    phones = list(CustomerPhone.objects.filter(customer=customer).order_by("-primary", "pk"))
    cars = cars_of(customer)
    consent = Consent.objects.filter(customer=customer, purpose=Consent.Purpose.SERVICE).exists()
    before = customer.completeness
    score(customer, phone=bool(phones), consent=consent, cars=cars[:CARS_SHOWN])
    if customer.completeness != before:
        Customer.objects.filter(pk=customer.pk).update(
            completeness=customer.completeness, incomplete=customer.incomplete
        )
    masked = phones[0].masked if phones else ""
    numbers = [_number(phone) for phone in phones]
    entries = [customer_entry(customer, numbers=numbers, masked=masked, cars=cars)]
    index([*entries, *(_owned_entries(customer, masked) if cars_too else [])])


def _number(phone: CustomerPhone) -> str:
    number: str = phone.number.reveal()
    return number


def _owned_entries(customer: Customer, masked: str) -> Iterable[Entry]:
    owned = Ownership.objects.filter(customer=customer, until=None, role=Ownership.Role.OWNER).select_related("vehicle")
    return [vehicle_entry(link.vehicle, owner=customer.name, masked=masked) for link in owned]


def refresh_vehicle(vehicle: Vehicle) -> None:
    """Rewrite a car's search entry and those of its people."""
    links = list(Ownership.objects.filter(vehicle=vehicle, until=None).select_related("customer"))
    owner = next((link.customer for link in links if link.role == Ownership.Role.OWNER), None)
    phones = phones_by_customer([owner.pk]).get(owner.pk, []) if owner else []
    index([vehicle_entry(vehicle, owner=owner.name if owner else "", masked=phones[0].masked if phones else "")])
    for customer in {link.customer for link in links}:
        refresh(customer)
