"""What each step of the booking page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pitlane.accounts import queries as accounts
from pitlane.appointments import queries as appointments
from pitlane.core.access import system
from pitlane.core.errors import Missing
from pitlane.core.models import StoredFile
from pitlane.customers import queries as customers


def shop_by_code(code: str) -> appointments.OnlineStore:
    """A store that can be booked online, by the code in its address; ``Missing`` when there is none."""
    for shop in appointments.online_stores():
        if shop.code == code:
            return shop
    raise Missing()


def telephones(org_id: int) -> list[Any]:
    """Where to call when nothing can be booked here."""
    return [store for store in accounts.stores_for(system(org_id)) if store.phone]


def cars_of(customer_ids: tuple[int, ...]) -> list[customers.VehicleCard]:
    """The cars of whoever is signed in."""
    found = {car.id: car for customer_id in customer_ids for car in customers.vehicles_of(customer_id)}
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen so far, as the head of every later step shows it; the car only to those who may know it."""

    plate: str
    car: customers.VehicleCard | None
    work: appointments.Sum
    wish: str
    photos: list[Any]
    start: datetime | None
    waiting: bool


def chosen(draft: Any, customer_ids: tuple[int, ...], *, at: datetime) -> Chosen:
    """A draft as people read it. A car out of somebody's list is not shown to others who got hold of the address."""
    car = appointments.own_car(draft, customer_ids)
    hidden = draft.vehicle_id is not None and car is None
    return Chosen(
        plate="" if hidden else draft.plate.reveal(),
        car=car,
        work=appointments.sum_of(appointments.draft_lines(draft, car, at)),
        wish=draft.wish.reveal(),
        photos=appointments.photos_of(draft),
        start=draft.start,
        waiting=draft.waiting,
    )


def staged_photo(draft: Any, file_id: int) -> StoredFile:
    """A picture of this draft; every other file is ``Missing``."""
    for stored in appointments.photos_of(draft):
        if stored.pk == file_id:
            found: StoredFile = stored
            return found
    raise Missing()
