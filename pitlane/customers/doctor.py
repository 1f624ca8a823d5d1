"""Invariants of customers and cars on the real data."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q

from pitlane.core.doctor import Trouble, check
from pitlane.core.models import SearchDoc

from .models import Customer, CustomerPhone, OdometerReading, Ownership, Vehicle

MOST = 200


@check("customer_phones")
def customer_phones() -> Iterator[Trouble]:
    """Whoever has numbers has exactly one primary; erased people have none."""
    rows = Customer.objects.annotate(numbers=Count("phones"), first=Count("phones", filter=Q(phones__primary=True)))
    for customer in rows.filter(numbers__gt=0).exclude(first=1)[:MOST]:
        yield Trouble("customer_phones", customer.ref, f"{customer.first} primary numbers of {customer.numbers}")
    for customer in rows.filter(status=Customer.Status.ERASED, numbers__gt=0)[:MOST]:
        yield Trouble("customer_phones", customer.ref, "an erased customer still has numbers")


@check("customer_secrets")
def customer_secrets() -> Iterator[Trouble]:
    """A sample of sealed numbers opens with the keys at hand."""
    for phone in CustomerPhone.objects.order_by("-pk")[:20]:
        try:
            phone.number.reveal()
        except RuntimeError as error:
            yield Trouble("customer_secrets", phone.ref, str(error))


@check("customer_search")
def customer_search() -> Iterator[Trouble]:
    """Everybody can be found, and nobody who was erased."""
    customers = SearchDoc.objects.filter(kind="customer", object_id=OuterRef("pk"))
    rows = Customer.objects.annotate(found=Exists(customers)).order_by("pk")
    for customer in rows.filter(found=False, status=Customer.Status.ACTIVE)[:MOST]:
        yield Trouble("customer_search", customer.ref, "not in the search index")
    for customer in rows.filter(found=True, status=Customer.Status.ERASED)[:MOST]:
        yield Trouble("customer_search", customer.ref, "erased, but still found by search")
    cars = SearchDoc.objects.filter(kind="vehicle", object_id=OuterRef("pk"))
    for car in Vehicle.objects.annotate(found=Exists(cars)).filter(found=False).order_by("pk")[:MOST]:
        yield Trouble("customer_search", car.ref, "not in the search index")


@check("vehicle_odometer")
def vehicle_odometer() -> Iterator[Trouble]:
    """The kilometres shown on a car come from a believed reading."""
    believed = OdometerReading.objects.filter(vehicle=OuterRef("pk"), km=OuterRef("odometer"), doubtful=False)
    rows = Vehicle.objects.exclude(odometer=None).annotate(known=Exists(believed))
    for car in rows.filter(known=False).order_by("pk")[:MOST]:
        yield Trouble("vehicle_odometer", car.ref, f"{car.odometer} km without a reading")


@check("vehicle_ownership")
def vehicle_ownership() -> Iterator[Trouble]:
    """Nobody gives up a car before having it, and erased people own none."""
    rows = Ownership.objects.select_related("vehicle")
    for link in rows.filter(until__lt=F("since"))[:MOST]:
        yield Trouble("vehicle_ownership", link.vehicle.ref, "ends before it begins")
    for link in rows.filter(until=None, customer__status=Customer.Status.ERASED)[:MOST]:
        yield Trouble("vehicle_ownership", link.vehicle.ref, "held by an erased customer")
