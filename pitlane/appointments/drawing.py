"""An appointment as it was asked for: checked, with what it takes of bays and people, and stored with its services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor
from pitlane.core.crypto import blind
from pitlane.core.errors import Refused
from pitlane.core.models import StoredFile
from pitlane.core.phones import normalise_phone, phone_problem
from pitlane.core.tenancy import current_org
from pitlane.customers import queries as customers

from .models import Appointment, BookedPhoto, BookedService, Source
from .queries.work import Line, lines_of, look, needs_of
from .rules import MOST_PHOTOS
from .visits import check_car, check_photos

LONGEST_WISH = 500


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is not in the files yet."""

    name: str
    phone: str
    plate: str = ""


def drawn(
    *,
    store_id: int,
    start: datetime,
    services: Sequence[str],
    customer_id: int | None,
    vehicle_id: int | None,
    guest: Guest | None,
    wish: str,
    source: str,
    advisor_id: int | None,
    technician_id: int | None,
    by: Actor,
    at: datetime,
) -> tuple[Appointment, list[Line]]:
    """The appointment as it was asked for, checked, with its services; not stored yet."""
    accounts.store_by_id(store_id)
    if vehicle_id:
        customer_id = check_car(vehicle_id, customer_id)
    elif customer_id:
        customers.customer_card(customer_id)
    if source not in Source.values:
        raise Refused(_("来源无效"), code="source", field="source")
    for person in (advisor_id, technician_id):
        if person:
            accounts.staff_card(person)
    kind = customers.vehicle_card(vehicle_id).vehicle_class if vehicle_id else ""
    lines = lines_of(services, store_id=store_id, vehicle_class=kind, on=timezone.localdate(start))
    if not lines and not wish.strip():
        raise Refused(_("请选择项目，或写下要检查什么"), code="services", field="services")
    lines = lines or [look()]
    needs = needs_of(lines)
    row = Appointment(
        org_id=current_org(),
        store_id=store_id,
        starts_at=start,
        ends_at=start + timedelta(minutes=needs.minutes),
        needs=needs.plain(),
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        source=source,
        to_verify=source == Source.PORTAL and not vehicle_id,
        advisor_id=advisor_id or (by.id if by.kind == "staff" and by.id else None),
        technician_id=technician_id,
        wish=wish.strip()[:LONGEST_WISH],
        made_at=at,
        made_by=by.name,
    )
    if not (vehicle_id or customer_id):
        _as_guest(row, guest)
    elif guest and guest.plate and not vehicle_id:
        row.guest_plate = guest.plate.strip()[:12]
    return row, lines


def _as_guest(row: Appointment, guest: Guest | None) -> None:
    """A name and a number are the least by which somebody can be expected."""
    if guest is None or not guest.name.strip():
        raise Refused(_("请填写姓名"), code="name", field="name")
    if problem := phone_problem(guest.phone):
        raise Refused(str(problem), code="phone", field="phone")
    phone = normalise_phone(guest.phone)
    row.guest_name, row.guest_phone = guest.name.strip()[:40], phone
    row.guest_plate = guest.plate.strip()[:12]
    row.guest_masked = f"{phone[:3]}****{phone[-4:]}"
    row.guest_index = blind("phone", phone)


def stored(row: Appointment, lines: Sequence[Line], photos: Sequence[int]) -> None:
    """The row with services and photos; the claim needs its id."""
    row.save()
    row.refresh_from_db(fields=["guest_name", "guest_phone", "guest_plate", "wish"])
    keep_services(row, lines)
    if photos:
        chosen = list(photos)[:MOST_PHOTOS]
        check_photos(chosen, StoredFile.objects.filter(pk__in=chosen, purpose="photo").count())
        BookedPhoto.objects.bulk_create(
            BookedPhoto(org_id=row.org_id, appointment=row, file_id=file_id) for file_id in chosen
        )


def keep_services(row: Appointment, lines: Sequence[Line]) -> None:
    """What the customer comes for, instead of what was noted before."""
    BookedService.objects.filter(appointment=row).delete()
    BookedService.objects.bulk_create(
        BookedService(
            org_id=row.org_id,
            appointment=row,
            position=place,
            operation_id=line.operation_id,
            package_id=line.package_id,
            name=line.name[:60],
            minutes=line.minutes,
            price=line.price,
        )
        for place, line in enumerate(lines)
    )
