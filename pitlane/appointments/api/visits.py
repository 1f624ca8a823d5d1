"""Appointments by API: booking and its course, the waiting list, who may book online."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.accounts import queries as accounts
from pitlane.core.access import require
from pitlane.core.api import Page, idempotent
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from .shared import aware, id_of, router, who_of


class GuestIn(Schema):
    """Somebody who is not in the files yet."""

    name: str = Field(max_length=40)
    phone: str = Field(max_length=24)
    plate: str = Field("", max_length=12)


class WishIn(Schema):
    """Who wants what when. ``services`` are ids of packages and operations; ``wish`` says it in words.

    ``source`` is ``online`` when a customer books in the chain's own program: a car that is only named by its plate is
    then marked for the desk to verify.
    """

    store: str
    start: datetime
    services: list[str] = []
    customer: str | None = None
    vehicle: str | None = None
    guest: GuestIn | None = None
    wish: str = Field("", max_length=500)
    technician: str | None = None
    source: Literal["api", "online"] = "api"


class BookIn(WishIn):
    """``overbook`` promises beyond what is free, as often as the store allows; ``walk_in``: the car is here;
    ``wished``: when they had wanted to come, if that time was taken."""

    overbook: bool = False
    walk_in: bool = False
    wished: datetime | None = None
    confirmed: bool = True


class MoveIn(Schema):
    """``version`` is that of the appointment as it was read: a second move of the same reading is a conflict."""

    start: datetime
    technician: str | None = None
    bay: str | None = None
    version: int | None = None


class ReasonIn(Schema):
    reason: str = Field(max_length=60)


class OfferIn(Schema):
    start: datetime


class AppointmentOut(Schema):
    """An appointment; the phone is masked. ``to_verify``: plate and owner are what somebody typed online."""

    id: str
    store: str
    state: str
    start: datetime
    end: datetime
    customer: str | None
    vehicle: str | None
    name: str
    phone: str
    plate: str
    services: list[str]
    technician: str
    bay: str
    risk_percent: int | None
    confirmed_by_customer: bool
    offer_until: datetime | None
    order: str | None
    moved: int
    online: bool
    to_verify: bool
    version: int


def _out(card: queries.AppointmentCard) -> AppointmentOut:
    return AppointmentOut(
        id=card.ref,
        store=public_id("sto", card.store_id),
        state=card.state,
        start=card.start,
        end=card.end,
        customer=card.customer_ref or None,
        vehicle=card.vehicle_ref or None,
        name=card.customer,
        phone=card.phone,
        plate=card.plate,
        services=list(card.services),
        technician=card.technician,
        bay=card.bay,
        risk_percent=card.risk,
        confirmed_by_customer=card.confirmed,
        offer_until=card.offer_until,
        order=card.order_ref or None,
        moved=card.moved,
        online=card.online,
        to_verify=card.to_verify,
        version=card.version,
    )


def _one(request: HttpRequest, pk: int) -> AppointmentOut:
    return _out(queries.appointment_for(pk, **who_of(request)))


def _known(request: HttpRequest, ref: str) -> int:
    """The appointment, if the caller may see it at all."""
    return queries.appointment_for(parse_id("apt", ref), **who_of(request)).id


def _may(request: HttpRequest, permission: str) -> None:
    require(request.actor.may(permission), permission)  # type: ignore[attr-defined]


@router.get("/appointments", operation_id="list_appointments", response=Page[AppointmentOut], summary="Appointments")
def list_appointments(
    request: HttpRequest,
    view: str = "all",
    q: str = "",
    day: date | None = None,
    state: str = "",
    store: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """Of ``store``, else of all stores of the caller.

    ``view``: empty for today, coming, late, open, waiting, missed, all.
    """
    _may(request, "appointments.view")
    by = accounts.looking_at(request.actor, store)  # type: ignore[attr-defined]
    wanted = queries.AppointmentFilter(view=view, q=q[:60], day=day, state=state)
    found = queries.appointment_list(wanted, by=by, at=request.now, cursor=cursor, limit=limit)  # type: ignore[attr-defined]
    return Page(items=[_out(card) for card in found.rows], next=found.next)


@router.post(
    "/appointments", operation_id="book_appointment", response={201: AppointmentOut}, summary="Book an appointment"
)
@idempotent
def book(request: HttpRequest, body: BookIn) -> Any:
    """When the time is gone the answer is 409 with three others in ``facts.alternatives``."""
    made = commands.book(
        **_wish(body), lane=int(body.overbook), walk_in=body.walk_in, confirmed=body.confirmed,
        wished_at=aware(body.wished) if body.wished else None, token=secrets.token_urlsafe(32), **who_of(request),
    )  # fmt: skip
    return 201, _one(request, made.pk)


def _wish(body: WishIn) -> dict[str, Any]:
    return {
        "store_id": parse_id("sto", body.store),
        "start": aware(body.start),
        "services": body.services,
        "customer_id": id_of("cus", body.customer),
        "vehicle_id": id_of("veh", body.vehicle),
        "guest": commands.Guest(**body.guest.model_dump()) if body.guest else None,
        "wish": body.wish,
        "technician_id": id_of("stf", body.technician),
        "source": "portal" if body.source == "online" else "api",
    }


@router.post(
    "/waiting-list", operation_id="join_waiting_list", response={201: AppointmentOut}, summary="Wait for a time"
)
@idempotent
def join_waiting_list(request: HttpRequest, body: WishIn) -> Any:
    made = commands.join_waiting_list(**_wish(body), **who_of(request))
    return 201, _one(request, made.pk)


@router.get("/appointments/{ref}", operation_id="get_appointment", response=AppointmentOut, summary="One appointment")
def get_appointment(request: HttpRequest, ref: str) -> Any:
    _may(request, "appointments.view")
    return _one(request, parse_id("apt", ref))


@router.post("/appointments/{ref}/move", operation_id="move_appointment", response=AppointmentOut, summary="Move it")
@idempotent
def move(request: HttpRequest, ref: str, body: MoveIn) -> Any:
    pk = _known(request, ref)
    place: dict[str, Any] = {"technician_id": id_of("stf", body.technician), "bay_id": id_of("bay", body.bay)}
    token = secrets.token_urlsafe(32)
    commands.move(
        appointment_id=pk, start=aware(body.start), version=body.version, token=token, **place, **who_of(request)
    )
    return _one(request, pk)


class ServicesIn(Schema):
    """``services`` are ids of packages and operations; ``version`` as in a move."""

    services: list[str] = Field(max_length=12)
    version: int | None = None


@router.put(
    "/appointments/{ref}/services",
    operation_id="change_appointment_services",
    response=AppointmentOut,
    summary="Other services for it",
)
@idempotent
def change_services(request: HttpRequest, ref: str, body: ServicesIn) -> Any:
    """When the longer work does not fit at its time the answer is 409 with three others in ``facts.alternatives``."""
    pk = _known(request, ref)
    commands.change_services(appointment_id=pk, services=body.services, version=body.version, **who_of(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/confirm", operation_id="confirm_appointment", response=AppointmentOut, summary="Confirm it"
)
@idempotent
def confirm(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.confirm(appointment_id=pk, token=secrets.token_urlsafe(32), **who_of(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/cancel", operation_id="cancel_appointment", response=AppointmentOut, summary="Cancel it"
)
@idempotent
def cancel(request: HttpRequest, ref: str, body: ReasonIn) -> Any:
    pk = _known(request, ref)
    commands.cancel(appointment_id=pk, reason=body.reason, **who_of(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/arrive", operation_id="arrive_appointment", response=AppointmentOut, summary="The car is here"
)
@idempotent
def arrive(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.arrive(appointment_id=pk, **who_of(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/verify", operation_id="verify_appointment", response=AppointmentOut, summary="Plate checked"
)
@idempotent
def verify(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.verify_visit(appointment_id=pk, **who_of(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/block-online",
    operation_id="block_online_booking",
    response=AppointmentOut,
    summary="No more online bookings from its phone",
)
@idempotent
def block_online(request: HttpRequest, ref: str, body: ReasonIn) -> Any:
    pk = _known(request, ref)
    commands.block_online(appointment_id=pk, reason=body.reason, **who_of(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/allow-online",
    operation_id="allow_online_booking",
    response=AppointmentOut,
    summary="Online bookings from its phone again",
)
@idempotent
def allow_online(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.allow_online(appointment_id=pk, **who_of(request))
    return _one(request, pk)


@router.post("/appointments/{ref}/no-show", operation_id="mark_no_show", response=AppointmentOut, summary="Nobody came")
@idempotent
def no_show(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.mark_no_show(appointment_id=pk, **who_of(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/offer", operation_id="offer_waiting", response=AppointmentOut, summary="Offer a free time"
)
@idempotent
def offer(request: HttpRequest, ref: str, body: OfferIn) -> Any:
    pk = _known(request, ref)
    token = secrets.token_urlsafe(32)
    commands.offer_waiting(appointment_id=pk, start=aware(body.start), token=token, **who_of(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/withdraw", operation_id="withdraw_offer", response=AppointmentOut, summary="Take an offer back"
)
@idempotent
def withdraw(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.withdraw_offer(appointment_id=pk, **who_of(request))
    return _one(request, pk)
