"""The API of appointments: free times, booking and its course, the waiting list, the store's plan, calendars."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from pitlane.accounts import queries as accounts
from pitlane.core.access import require
from pitlane.core.api import Page, idempotent
from pitlane.core.ids import parse_id, public_id

from . import commands, policies, queries

router = Router()


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def _id(prefix: str, ref: str | None) -> int | None:
    return parse_id(prefix, ref) if ref else None


def _aware(moment: datetime) -> datetime:
    """A time without an offset is one of the shop's own clock."""
    return moment if moment.tzinfo else timezone.make_aware(moment)


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
    return _out(queries.appointment_for(pk, **_who(request)))


def _known(request: HttpRequest, ref: str) -> int:
    """The appointment, if the caller may see it at all."""
    return queries.appointment_for(parse_id("apt", ref), **_who(request)).id


def _may(request: HttpRequest, permission: str) -> None:
    require(request.actor.may(permission), permission)  # type: ignore[attr-defined]


@router.get("/appointments", operation_id="list_appointments", response=Page[AppointmentOut], summary="Appointments")
def list_appointments(
    request: HttpRequest,
    view: str = "all",
    q: str = "",
    day: date | None = None,
    state: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """``view``: empty for today, coming, late, open, waiting, missed, all."""
    _may(request, "appointments.view")
    wanted = queries.AppointmentFilter(view=view, q=q[:60], day=day, state=state)
    found = queries.appointment_list(wanted, **_who(request), cursor=cursor, limit=limit)
    return Page(items=[_out(card) for card in found.rows], next=found.next)


@router.post(
    "/appointments", operation_id="book_appointment", response={201: AppointmentOut}, summary="Book an appointment"
)
@idempotent
def book(request: HttpRequest, body: BookIn) -> Any:
    """When the time is gone the answer is 409 with three others in ``facts.alternatives``."""
    made = commands.book(
        **_wish(body), lane=int(body.overbook), walk_in=body.walk_in, confirmed=body.confirmed,
        wished_at=_aware(body.wished) if body.wished else None, token=secrets.token_urlsafe(32), **_who(request),
    )  # fmt: skip
    return 201, _one(request, made.pk)


def _wish(body: WishIn) -> dict[str, Any]:
    return {
        "store_id": parse_id("sto", body.store),
        "start": _aware(body.start),
        "services": body.services,
        "customer_id": _id("cus", body.customer),
        "vehicle_id": _id("veh", body.vehicle),
        "guest": commands.Guest(**body.guest.model_dump()) if body.guest else None,
        "wish": body.wish,
        "technician_id": _id("stf", body.technician),
        "source": "portal" if body.source == "online" else "api",
    }


@router.post(
    "/waiting-list", operation_id="join_waiting_list", response={201: AppointmentOut}, summary="Wait for a time"
)
@idempotent
def join_waiting_list(request: HttpRequest, body: WishIn) -> Any:
    made = commands.join_waiting_list(**_wish(body), **_who(request))
    return 201, _one(request, made.pk)


@router.get("/appointments/{ref}", operation_id="get_appointment", response=AppointmentOut, summary="One appointment")
def get_appointment(request: HttpRequest, ref: str) -> Any:
    _may(request, "appointments.view")
    return _one(request, parse_id("apt", ref))


@router.post("/appointments/{ref}/move", operation_id="move_appointment", response=AppointmentOut, summary="Move it")
@idempotent
def move(request: HttpRequest, ref: str, body: MoveIn) -> Any:
    pk = _known(request, ref)
    place: dict[str, Any] = {"technician_id": _id("stf", body.technician), "bay_id": _id("bay", body.bay)}
    token = secrets.token_urlsafe(32)
    commands.move(
        appointment_id=pk, start=_aware(body.start), version=body.version, token=token, **place, **_who(request)
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
    commands.change_services(appointment_id=pk, services=body.services, version=body.version, **_who(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/confirm", operation_id="confirm_appointment", response=AppointmentOut, summary="Confirm it"
)
@idempotent
def confirm(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.confirm(appointment_id=pk, token=secrets.token_urlsafe(32), **_who(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/cancel", operation_id="cancel_appointment", response=AppointmentOut, summary="Cancel it"
)
@idempotent
def cancel(request: HttpRequest, ref: str, body: ReasonIn) -> Any:
    pk = _known(request, ref)
    commands.cancel(appointment_id=pk, reason=body.reason, **_who(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/arrive", operation_id="arrive_appointment", response=AppointmentOut, summary="The car is here"
)
@idempotent
def arrive(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.arrive(appointment_id=pk, **_who(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/verify", operation_id="verify_appointment", response=AppointmentOut, summary="Plate checked"
)
@idempotent
def verify(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.verify_visit(appointment_id=pk, **_who(request))
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
    commands.block_online(appointment_id=pk, reason=body.reason, **_who(request))
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
    commands.allow_online(appointment_id=pk, **_who(request))
    return _one(request, pk)


@router.post("/appointments/{ref}/no-show", operation_id="mark_no_show", response=AppointmentOut, summary="Nobody came")
@idempotent
def no_show(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.mark_no_show(appointment_id=pk, **_who(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/offer", operation_id="offer_waiting", response=AppointmentOut, summary="Offer a free time"
)
@idempotent
def offer(request: HttpRequest, ref: str, body: OfferIn) -> Any:
    pk = _known(request, ref)
    token = secrets.token_urlsafe(32)
    commands.offer_waiting(appointment_id=pk, start=_aware(body.start), token=token, **_who(request))
    return _one(request, pk)


@router.post(
    "/appointments/{ref}/withdraw", operation_id="withdraw_offer", response=AppointmentOut, summary="Take an offer back"
)
@idempotent
def withdraw(request: HttpRequest, ref: str) -> Any:
    pk = _known(request, ref)
    commands.withdraw_offer(appointment_id=pk, **_who(request))
    return _one(request, pk)


class PlanIn(Schema):
    """``reminders`` are minutes before the visit. ``overbook_by_risk`` books beyond what is free where people are expected
    to stay away, within the store's limit; customers with ``priority_tags`` are offered a free time first. ``online``
    lets customers book by themselves, ``notice`` stands on their page, ``most_open`` limits the open appointments of
    one phone there; null leaves them as they are."""

    reminders: list[int] = Field(max_length=4)
    late_minutes: int
    offer_minutes: int
    risky_percent: int
    online: bool | None = None
    notice: str | None = Field(None, max_length=200)
    most_open: int | None = None
    overbook_by_risk: bool = False
    priority_tags: list[str] = []


class MeasureOut(Schema):
    """How good the risk is on bookings that it had not seen; ``auc`` of a half is a coin."""

    bookings: int
    no_shows: int
    auc: float | None
    foreseen: float
    observed: float


class PlanOut(PlanIn):
    """``measure`` is null while there is too little data to estimate any risk."""

    measure: MeasureOut | None


def _measure_out(found: Any) -> MeasureOut:
    return MeasureOut(
        bookings=found.visits,
        no_shows=found.misses,
        auc=found.auc,
        foreseen=found.predicted,
        observed=found.observed,
    )


def _plan_out(store_id: int, at: datetime) -> PlanOut:
    plan, found = queries.plan_of(store_id), queries.measure_of(store_id, at)
    names = PlanIn.model_fields
    measure = _measure_out(found) if found else None
    return PlanOut(**{name: getattr(plan, name) for name in names}, measure=measure)


@router.get(
    "/stores/{store}/booking-plan", operation_id="get_booking_plan", response=PlanOut, summary="Reminders, limits, risk"
)
def get_plan(request: HttpRequest, store: str) -> Any:
    store_id = parse_id("sto", store)
    require(policies.can_view(request.actor, store_id), "appointments.view")  # type: ignore[attr-defined]
    accounts.store_by_id(store_id)
    return _plan_out(store_id, request.now)  # type: ignore[attr-defined]


@router.put(
    "/stores/{store}/booking-plan", operation_id="set_booking_plan", response=PlanOut, summary="Set reminders, limits"
)
@idempotent
def set_plan(request: HttpRequest, store: str, body: PlanIn) -> Any:
    store_id = parse_id("sto", store)
    commands.set_plan(store_id=store_id, **body.model_dump(), **_who(request))
    return _plan_out(store_id, request.now)  # type: ignore[attr-defined]


class HourOut(Schema):
    """An hour of the week (0 is Monday): minutes of technicians' time there were, minutes that visits took."""

    weekday: int
    hour: int
    capacity_minutes: int
    busy_minutes: int
    unmet: int


class AdviceOut(Schema):
    """``kind``: hire, open, quiet, absent; ``text`` says it with its numbers, in the caller's language."""

    kind: str
    weekday: int
    first_hour: int
    last_hour: int
    skill: str
    percent: int
    text: str


class AnalysisOut(Schema):
    """Bookings of the last whole weeks. ``advice`` is null while there are too few of them to advise anything."""

    first: date
    last: date
    bookings: int
    came: int
    no_shows: int
    cancelled: int
    unmet: int
    lead_median_days: int | None
    hours: list[HourOut]
    advice: list[AdviceOut] | None


@router.get(
    "/stores/{store}/booking-analysis",
    operation_id="get_booking_analysis",
    response=AnalysisOut,
    summary="When the store is full, and what could be done",
)
def get_analysis(request: HttpRequest, store: str, weeks: int = queries.USUAL_WEEKS, skill: str = "") -> Any:
    """``weeks``: 1 to 26 whole weeks up to yesterday; ``skill`` narrows the hours to those who have it."""
    store_id = parse_id("sto", store)
    require(policies.can_view(request.actor, store_id), "appointments.view")  # type: ignore[attr-defined]
    accounts.store_by_id(store_id)
    period = min(max(weeks, 1), queries.PERIODS[-1])
    return _analysis_out(queries.peaks(store_id, at=request.now, weeks=period, skill=skill))  # type: ignore[attr-defined]


def _analysis_out(found: queries.Peaks) -> AnalysisOut:
    hours = [
        HourOut(
            weekday=day, hour=int(str(row.label).split(":")[0]), capacity_minutes=cell.use.capacity,
            busy_minutes=cell.use.busy, unmet=cell.wishes,
        )
        for row in found.hours for day, cell in enumerate(row.cells) if cell
    ]  # fmt: skip
    said = None if found.told is None else [
        AdviceOut(
            kind=one.advice.kind, weekday=one.advice.weekday, first_hour=one.advice.hours[0],
            last_hour=one.advice.hours[1], skill=one.advice.skill, percent=one.advice.percent, text=one.text,
        )
        for one in found.told
    ]  # fmt: skip
    return AnalysisOut(
        first=found.first, last=found.last, bookings=found.bookings, came=found.came, no_shows=found.missed,
        cancelled=found.cancelled, unmet=found.wishes, lead_median_days=found.lead_median, hours=hours, advice=said,
    )  # fmt: skip


class FeedIn(Schema):
    """Of the whole store, or of one person in it."""

    staff: str | None = None


class FeedOut(Schema):
    """``address`` is the secret; it is shown this once."""

    id: str
    address: str


@router.post(
    "/stores/{store}/calendar-feeds",
    operation_id="issue_calendar_feed",
    response={201: FeedOut},
    summary="A calendar to subscribe to",
)
@idempotent
def issue_feed(request: HttpRequest, store: str, body: FeedIn) -> Any:
    token = secrets.token_urlsafe(32)
    facts: dict[str, Any] = {"store_id": parse_id("sto", store), "staff_id": _id("stf", body.staff)}
    made = commands.issue_feed(**facts, token=token, **_who(request))
    return 201, FeedOut(id=made.ref, address=request.build_absolute_uri(reverse("appointments:feed", args=[token])))


@router.delete(
    "/calendar-feeds/{ref}", operation_id="end_calendar_feed", response={204: None}, summary="End a calendar"
)
@idempotent
def end_feed(request: HttpRequest, ref: str) -> Any:
    commands.end_feed(feed_id=parse_id("fee", ref), **_who(request))
    return 204, None
