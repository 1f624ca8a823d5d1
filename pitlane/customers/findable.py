"""How customers and vehicles are found: plates and VINs lead to cars, names and phones lead to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext, override

from pitlane.core.chinese import pinyin_keys
from pitlane.core.phones import tails
from pitlane.core.search import Entry, suffixes

from .models import Customer, Vehicle
from .plates import plate_suffixes
from .vins import vin_suffixes

SHORTEST_INITIALS = 3
SEPARATOR = " · "


def name_keys(name: str) -> tuple[str, ...]:
    """The name and its endings, in characters, in pinyin and by initials; companies also from their middle."""
    sounds = pinyin_keys(name)
    keys = [*suffixes(name), *sounds.full, *sounds.initials]
    for initials in sounds.initials:
        keys += [initials[at:] for at in range(1, len(initials) - SHORTEST_INITIALS + 1)]
    return tuple(dict.fromkeys(keys))


def _fleet(count: int) -> str:
    with override("zh-hans"):
        return gettext("共 %(count)d 台车") % {"count": count} if count > 1 else ""


def customer_entry(
    customer: Customer, *, numbers: Iterable[str], masked: str, cars: Sequence[Vehicle], count: int | None = None
) -> Entry:
    """A person or company with the car they come in; ``numbers`` are full numbers, of which only hashes are stored."""
    car = cars[0] if cars else None
    detail = [masked, customer.contact_name, car.title if car else "", _fleet(len(cars) if count is None else count)]
    return Entry(
        kind="customer",
        object_id=customer.pk,
        title=customer.name,
        detail=SEPARATOR.join(filter(None, detail)),
        plate=car.plate if car else "",
        plate_kind=car.plate_kind if car and car.plate else "",
        keys=(*name_keys(customer.name), *(name_keys(customer.contact_name) if customer.contact_name else ())),
        tails=tuple(tail for number in numbers for tail in tails(number)),
    )


def vehicle_entry(vehicle: Vehicle, *, owner: str, masked: str) -> Entry:
    """A car: found by any fragment of its plate and by the tail of its VIN, shown with its owner."""
    year = str(vehicle.model_year or "")
    return Entry(
        kind="vehicle",
        object_id=vehicle.pk,
        title=owner or vehicle.title or vehicle.vin,
        detail=SEPARATOR.join(filter(None, [masked, vehicle.title if owner else "", year])),
        plate=vehicle.plate,
        plate_kind=vehicle.plate_kind,
        keys=(*plate_suffixes(vehicle.plate), *(vin_suffixes(vehicle.vin) if vehicle.vin else ())),
    )
