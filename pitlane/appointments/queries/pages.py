"""The page of one appointment, the choices of the booking drawer, what stands against a move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from pitlane.core.access import Actor
from pitlane.core.errors import Missing
from pitlane.core.money import Money
from pitlane.messaging import queries as messages
from pitlane.scheduling import queries as slots

from ..models import Appointment, BookedService
from .cards import AppointmentCard, appointment_for
from .offers import Offer, offers_for, services_for
from .online import is_blocked
from .risk import Room, booked_then
from .work import Line, lines_of, look, needs_of, total_of

MESSAGES = 8
NEAR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class AppointmentPage:
    """Everything the page of one appointment shows."""

    card: AppointmentCard
    services: list[BookedService]
    wish: str
    photos: list[Any]
    messages: list[Any]
    cancel_reason: str
    cancelled_by: str
    offers: list[slots.Slot]
    blocked: bool
    may_block: bool
    over: Room | None


def appointment_page(appointment_id: int, *, by: Actor, at: datetime) -> AppointmentPage:
    """One appointment with wish, photos and what was told to the customer."""
    card = appointment_for(appointment_id, by, at)
    row = Appointment.objects.prefetch_related("services", "photos__file").get(pk=appointment_id)
    offers = other_times(appointment_id, at=at)[:3] if row.state == "waitlisted" else []
    return AppointmentPage(
        card=card,
        services=list(row.services.all()),
        wish=row.wish.reveal(),
        photos=[photo.file for photo in row.photos.all()],
        messages=messages.messages_about(row.subject, MESSAGES),
        cancel_reason=row.cancel_reason,
        cancelled_by=row.cancelled_by,
        offers=offers,
        blocked=is_blocked(row),
        may_block=bool(row.guest_index),
        over=_room(card) if card.lane and card.expected else None,
    )


def _room(card: AppointmentCard) -> Room:
    """What speaks for a visit beyond what is free."""
    return booked_then(card.store_id, card.start, card.end).room(card.start, card.end)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the booking drawer offers: services to tick, times to take, and what it adds up to."""

    services: list[tuple[str, str, int, bool]]
    offers: list[Offer]
    minutes: int
    price: Money
    priced: bool
    text: str

    @property
    def over(self) -> bool:
        """Times beyond what is free are among the offers."""
        return any(offer.over for offer in self.offers)


def choice(
    store_id: int, *, vehicle: Any, chosen: list[str], text: str, technician_id: int | None, at: datetime
) -> Choice:
    """The choices for a car and what was ticked so far."""
    kind = vehicle.vehicle_class if vehicle else ""
    lines: list[Line] = lines_of(chosen, store_id=store_id, vehicle_class=kind, on=timezone.localdate(at))
    price, priced = total_of(lines)
    owner = vehicle.owner_id if vehicle else None
    return Choice(
        services=services_for(vehicle.id if vehicle else None, text, chosen, lines),
        offers=offers_for(store_id, lines, at=at, customer_id=owner, technician_id=technician_id),
        minutes=needs_of(lines or [look()]).minutes,
        price=price,
        priced=priced and bool(lines),
        text=text,
    )


def _row(appointment_id: int) -> Appointment:
    row: Appointment | None = Appointment.objects.filter(pk=appointment_id).first()
    if row is None:
        raise Missing()
    return row


def other_times(appointment_id: int, *, at: datetime, n: int = 6) -> list[slots.Slot]:
    """Where else a visit fits: near its time first."""
    row = _row(appointment_id)
    claim = slots.claim_of(row.subject)
    facts: dict[str, Any] = {"not_before": row.parts_at, "without": claim.id if claim else None}
    wish = max(row.starts_at, at)
    needs = slots.Needs.of(row.needs)
    found = slots.alternatives(row.store_id, needs, wish, at=at, n=n, **facts)
    return [slot for slot in found if claim is None or slot.start != row.starts_at]


@dataclass(frozen=True, slots=True)
class Conflicts:
    """What stands against a place, and where else there is room (``iso``, as people read it)."""

    reasons: list[str]
    others: list[tuple[str, str]]


def conflicts(
    appointment_id: int, *, start: datetime, bay_id: int | None, technician_id: int | None, at: datetime
) -> Conflicts:
    """Why a visit cannot stand there; asked before anything is saved."""
    row = _row(appointment_id)
    claim = slots.claim_of(row.subject)
    facts: dict[str, Any] = {
        "at": at,
        "not_before": row.parts_at,
        "technician_id": technician_id or row.technician_id,
        "without": claim.id if claim else None,
        "lane": row.lane,
    }
    needs = slots.Needs.of(row.needs)
    reasons = [str(reason) for reason in slots.why_not(row.store_id, needs, start, bay_id=bay_id, **facts)]
    found = slots.alternatives(row.store_id, needs, start, **facts) if reasons else []
    others = [(one.start.isoformat(), f"{timezone.localtime(one.start):%m-%d %H:%M}") for one in found]
    return Conflicts(reasons, others)
