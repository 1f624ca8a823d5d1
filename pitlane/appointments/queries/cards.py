"""Appointments as screens and programs show them, in the same number of queries for any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.access import Actor, visible
from pitlane.core.crypto import blind
from pitlane.core.errors import Missing, Text
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.core.phones import normalise_phone
from pitlane.core.states import Label
from pitlane.customers import queries as customers
from pitlane.scheduling import queries as slots

from ..models import Appointment, Source
from ..rules import late_by
from ..states import APPOINTMENT, EXPECTED, HOLDING
from .places import Place, kept_places

GRACE = 5
LAST_CALL = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """One appointment; the phone is masked, wish and reason are asked for one by one."""

    id: int
    ref: str
    store_id: int
    state: str
    label: Label
    start: datetime
    end: datetime
    customer_id: int | None
    customer_ref: str
    customer: str
    phone: str
    tags: tuple[str, ...]
    vehicle_id: int | None
    vehicle_ref: str
    plate: str
    plate_kind: str
    car: str
    services: tuple[str, ...]
    price: Money
    priced: bool
    source: Text
    advisor_id: int | None
    advisor: str
    technician: str
    technician_id: int | None
    bay: str
    bay_id: int | None
    late_minutes: int
    risk: int | None
    confirmed: bool
    offer_until: datetime | None
    order_id: int | None
    moved: int
    priority: int
    lane: int
    made_at: datetime
    to_verify: bool
    online: bool
    version: int
    stood: tuple[Place, ...] = ()
    store: str = ""

    @property
    def title(self) -> str:
        return "、".join(self.services)  # zh-data

    @property
    def expected(self) -> bool:
        return self.state in EXPECTED

    @property
    def url(self) -> str:
        return reverse("appointments:detail", args=[self.ref])

    @property
    def order_ref(self) -> str:
        return public_id("ord", self.order_id) if self.order_id else ""

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


def label_of(row: Appointment, at: datetime) -> Label:
    """The state as people look at it: who is late, who never answered."""
    late = late_by(row.starts_at, at)
    if row.state in EXPECTED and late > GRACE:
        return Label("bad", _("迟到 %(n)s 分钟") % {"n": late} if late < 120 else _("没有来"))
    silent = row.state == "reminded" and row.confirmed_by_customer_at is None and row.starts_at - at < LAST_CALL
    if silent and row.risk:
        return Label("hold", _("未回复 · 爽约风险 %(n)s%%") % {"n": row.risk})
    if silent:
        return Label("hold", _("未回复"))
    return APPOINTMENT.label(row.state)


def with_facts(rows: QuerySet[Any]) -> QuerySet[Any]:
    """What a card needs of the row itself."""
    return rows.select_related("advisor", "technician").prefetch_related("services")


def cards_of(rows: Iterable[Appointment], at: datetime) -> list[AppointmentCard]:
    """Cards for rows loaded by ``with_facts``."""
    known = list(rows)
    people = customers.customer_cards({row.customer_id for row in known if row.customer_id})
    cars = customers.vehicle_cards({row.vehicle_id for row in known if row.vehicle_id})
    claims = slots.claims_of([row.subject for row in known])
    return [_card(row, people, cars, claims.get(row.subject), at) for row in known]


def _card(
    row: Appointment,
    people: dict[int, customers.CustomerCard],
    cars: dict[int, customers.VehicleCard],
    claim: slots.ClaimCard | None,
    at: datetime,
) -> AppointmentCard:
    person, car = people.get(row.customer_id or 0), cars.get(row.vehicle_id or 0)
    services, stood = list(row.services.all()), kept_places(row)
    places: Sequence[slots.ClaimedPart | Place] = claim.parts if claim else stood
    where, bay = next(iter(places), None), next((place for place in places if place.bay_id), None)
    return AppointmentCard(
        id=row.pk,
        ref=row.ref,
        store_id=row.store_id,
        state=row.state,
        label=label_of(row, at),
        start=row.starts_at,
        end=row.ends_at,
        customer_id=row.customer_id,
        customer_ref=person.ref if person else "",
        customer=person.name if person else row.guest_name.reveal(),
        phone=person.phone if person else row.guest_masked,
        tags=person.tags if person else (),
        vehicle_id=row.vehicle_id,
        vehicle_ref=car.ref if car else "",
        plate=car.plate if car else row.guest_plate.reveal(),
        plate_kind=car.plate_kind if car else "",
        car=car.title if car else "",
        services=tuple(service.name for service in services),
        price=sum((service.price for service in services if service.price), Money(0)),
        priced=all(service.price for service in services),
        source=dict(Source.choices).get(row.source, row.source),
        advisor_id=row.advisor_id,
        advisor=row.advisor.name if row.advisor else "",
        technician=where.technician if where else row.technician.name if row.technician else "",
        technician_id=where.technician_id if where else row.technician_id,
        bay=bay.bay if bay else "",
        bay_id=bay.bay_id if bay else None,
        late_minutes=late_by(row.starts_at, at) if row.state in EXPECTED else 0,
        risk=row.risk,
        confirmed=row.confirmed_by_customer_at is not None,
        offer_until=row.offer_until,
        order_id=row.order_id,
        moved=row.moved,
        priority=row.priority,
        lane=row.lane,
        made_at=row.made_at,
        to_verify=row.to_verify,
        online=row.source == Source.PORTAL,
        version=row.version,
        stood=tuple(stood),
    )


def listed(by: Actor) -> QuerySet[Any]:
    """The appointments that somebody may see: those of the own stores, for own-only roles their own."""
    return Appointment.objects.filter(visible(by, own_field="advisor_id"))


def appointment_for(appointment_id: int, by: Actor, at: datetime) -> AppointmentCard:
    """One appointment; ``Missing`` when there is none for this person."""
    cards = cards_of(with_facts(listed(by).filter(pk=appointment_id)), at)
    if not cards:
        raise Missing()
    return cards[0]


def card_by_id(appointment_id: int, at: datetime) -> AppointmentCard:
    """One appointment for whoever came in by its private link, or for another domain that has checked."""
    cards = cards_of(with_facts(Appointment.objects.filter(pk=appointment_id)), at)
    if not cards:
        raise Missing()
    return cards[0]


def due_visit(vehicle_id: int, store_id: int, by: Actor, at: datetime) -> int | None:
    """The appointment that a car at the counter has come for: today's in this store; None for who may not keep it."""
    if not (by.may("appointments.book", store_id) and by.may("scheduling.claim", store_id)):
        return None
    start = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Appointment.objects.filter(vehicle_id=vehicle_id, store_id=store_id, state__in=HOLDING)
    today = rows.filter(starts_at__gte=start, starts_at__lt=start + timedelta(days=1))
    return today.order_by("starts_at", "pk").values_list("pk", flat=True).first()


def cards_for(by: Actor, at: datetime, *, customer_id: int = 0, vehicle_id: int = 0, limit: int = 8) -> list[Any]:
    """The appointments of a customer or a car, the latest first."""
    rows = listed(by).filter(**({"customer_id": customer_id} if customer_id else {"vehicle_id": vehicle_id}))
    return cards_of(with_facts(rows.order_by("-starts_at", "-pk"))[:limit], at)


def own_cards(
    customer_ids: Iterable[int], at: datetime, *, phone: str = "", appointment_id: int = 0, limit: int = 30
) -> list[AppointmentCard]:
    """The appointments of these people, the latest first, for themselves; with ``phone`` also those that somebody
    without a card made with this number.
    """
    mine = Q(customer_id__in=list(customer_ids))
    if phone:
        mine |= Q(customer_id=None, guest_index=blind("phone", normalise_phone(phone)))
    rows = Appointment.objects.filter(mine, **({"pk": appointment_id} if appointment_id else {}))
    return cards_of(with_facts(rows.order_by("-starts_at", "-pk"))[:limit], at)


def personal_rows(customer_id: int) -> list[dict[str, Any]]:
    """A customer's own appointments, for those who ask what is known about them."""
    rows = Appointment.objects.filter(customer_id=customer_id).order_by("-starts_at")[:1000]
    return [
        {
            "starts_at": row.starts_at.isoformat(),
            "state": str(APPOINTMENT.label(row.state).text),
            "wish": row.wish.reveal(),
        }
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Prefill:
    """What check-in takes over from an appointment, so that nothing is typed twice."""

    id: int
    store_id: int
    vehicle_id: int | None
    customer_id: int | None
    plate: str
    name: str
    phone: str
    masked: str
    concern: str
    advisor_id: int | None
    packages: tuple[int, ...]
    operations: tuple[int, ...]
    to_verify: bool


def prefill_of(appointment_id: int, by: Actor) -> Prefill:
    """The facts of an appointment for the counter; its number is unsealed only to be written into the new card."""
    row = listed(by).filter(pk=appointment_id).prefetch_related("services").first()
    if row is None:
        raise Missing()
    services = list(row.services.all())
    said = "、".join(service.name for service in services)  # zh-data
    wish = row.wish.reveal()
    return Prefill(
        id=row.pk,
        store_id=row.store_id,
        vehicle_id=row.vehicle_id,
        customer_id=row.customer_id,
        plate=row.guest_plate.reveal(),
        name=row.guest_name.reveal(),
        phone=row.guest_phone.reveal(),
        masked=row.guest_masked,
        concern=_("%(services)s；%(wish)s") % {"services": said, "wish": wish} if wish else said,
        advisor_id=row.advisor_id,
        packages=tuple(service.package_id for service in services if service.package_id),
        operations=tuple(service.operation_id for service in services if service.operation_id),
        to_verify=row.to_verify,
    )
