"""The API of reception: check-in, walk-around, quotes and answers, advice and recommendations."""

from __future__ import annotations

from base64 import b64decode
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from pitlane.core.access import require
from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id, public_id
from pitlane.customers import queries as customers
from pitlane.workshop import queries as orders

from . import commands, policies, queries

router = Router()


def _may_read(request: HttpRequest) -> None:
    """Reading follows the order: whoever may see repair orders may see their quotes."""
    require(request.actor.may("workshop.view"), "workshop.view")  # type: ignore[attr-defined]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


# ---- check-in -------------------------------------------------------------------------------------------------------


class CustomerIn(Schema):
    name: str = Field(max_length=80)
    phone: str = Field("", max_length=24)
    kind: str = "person"


class VehicleIn(Schema):
    plate: str = Field("", max_length=12)
    plate_kind: str = ""
    vin: str = Field("", max_length=17)
    make: str = Field("", max_length=30)
    series: str = Field("", max_length=40)
    model: str = Field("", max_length=60)
    model_year: int | None = None
    fuel: str = "petrol"
    vehicle_class: str = "standard"
    purchased_on: date | None = None


class CheckInIn(Schema):
    """A known car by ``vehicle``, or a new one; the owner on record, or a new customer."""

    store: str
    vehicle: str | None = None
    customer: str | None = None
    new_vehicle: VehicleIn | None = None
    new_customer: CustomerIn | None = None
    order_type: str = "repair"
    title: str = Field("", max_length=80)
    concern: str = Field("", max_length=500)
    odometer: int | None = Field(None, ge=0)
    fuel_level: int | None = Field(None, ge=0, le=100)
    promised_at: datetime | None = None
    bringer_name: str = Field("", max_length=40)
    bringer_phone: str = Field("", max_length=24)
    key_place: str = Field("", max_length=20)
    comeback_of: str | None = None
    advice: list[str] = []
    despite_open: bool = False


class OrderOut(Schema):
    id: str
    number: str
    short_number: str
    state: str


def _parsed(prefix: str, ref: str | None) -> int | None:
    return None if ref is None else parse_id(prefix, ref)


def _order_out(order: Any) -> OrderOut:
    return OrderOut(id=order.ref, number=order.number, short_number=order.short_number, state=order.state)


@router.post("/reception/check-ins", operation_id="reception_check_in", summary="Check a car in", response={201: OrderOut})
@idempotent
def check_in(request: HttpRequest, body: CheckInIn) -> Any:
    """Opens a repair order; customer and car are created when they are new."""
    named = {"store", "vehicle", "customer", "new_vehicle", "new_customer", "comeback_of", "advice"}
    order = commands.check_in(
        store_id=parse_id("sto", body.store),
        vehicle_id=_parsed("veh", body.vehicle),
        customer_id=_parsed("cus", body.customer),
        new_vehicle=commands.NewVehicle(**body.new_vehicle.dict()) if body.new_vehicle else None,
        new_customer=commands.NewCustomer(**body.new_customer.dict()) if body.new_customer else None,
        comeback_of_id=_parsed("ord", body.comeback_of),
        advice=[_advice_key(key) for key in body.advice],
        **body.dict(exclude=named),
        **_who(request),
    )
    return 201, _order_out(order)


# ---- advice ---------------------------------------------------------------------------------------------------------

REFS = {"rec": "rec", "op": "opn", "pkg": "pkg"}


class AdviceOut(Schema):
    """``key`` is what the endpoints that add advice take."""

    key: str
    source: str
    urgency: str
    title: str
    why: list[str]
    amount_fen: int | None = None
    addable: bool


def _advice_key(key: str) -> str:
    """``opn_…`` → ``op:7``."""
    prefix = key.partition("_")[0]
    source = next((name for name, known in REFS.items() if known == prefix), "")
    return f"{source}:{parse_id(prefix, key)}" if source else key


def _advice_out(advice: queries.Advice) -> AdviceOut:
    source, _colon, number = advice.key.partition(":")
    prefix = REFS.get(source, "ord")
    return AdviceOut(
        key=public_id(prefix, int(number)),
        source=advice.source,
        urgency=advice.look,
        title=advice.title,
        why=list(advice.why),
        amount_fen=advice.amount.fen if advice.amount else None,
        addable=advice.addable,
    )


@router.get("/vehicles/{ref}/advice", operation_id="reception_advice", summary="What to advise for a car", response=list[AdviceOut])
def advice(request: HttpRequest, ref: str, odometer: int | None = None) -> list[AdviceOut]:
    """Guarantees, work put off and what the schedule asks for, each with its reasons."""
    _may_read(request)
    card = customers.vehicle_card(parse_id("veh", ref))
    on = timezone.localdate(request.now)  # type: ignore[attr-defined]
    return [_advice_out(each) for each in queries.advice_for(card.id, on, odometer or card.odometer)]


class AdviceIn(Schema):
    advice: list[str] = Field(min_length=1)


class KeysOut(Schema):
    keys: list[str]


@router.post("/orders/{ref}/advice", operation_id="reception_add_advice", summary="Add advised work to an order", response=KeysOut)
@idempotent
def add_advice(request: HttpRequest, ref: str, body: AdviceIn) -> KeysOut:
    """Each key as ``GET /vehicles/{ref}/advice`` gave it."""
    advised = [_advice_key(key) for key in body.advice]
    return KeysOut(keys=commands.add_advice(order_id=parse_id("ord", ref), advice=advised, **_who(request)))


# ---- walk-around ----------------------------------------------------------------------------------------------------


class MarkIn(Schema):
    zone: str
    x: float
    y: float
    kind: str = ""
    note: str = Field("", max_length=80)


class WalkaroundIn(Schema):
    marks: list[MarkIn] = []
    checks: dict[str, str] = {}
    belongings: str = Field("", max_length=200)
    note: str = Field("", max_length=300)
    fuel_level: int | None = Field(None, ge=0, le=100)
    odometer: int | None = Field(None, ge=0)
    key_place: str | None = Field(None, max_length=20)


class MarkOut(Schema):
    n: int
    zone: str
    x: int
    y: int
    kind: str
    note: str
    label: str


class WalkaroundOut(Schema):
    id: str
    marks: list[MarkOut]
    checks: dict[str, str]
    belongings: str
    note: str
    fuel_level: int | None
    odometer: int | None
    key_place: str
    signed_at: datetime | None
    signed_name: str


class SignatureIn(Schema):
    """A PNG in base64, or the typed name."""

    name: str = Field("", max_length=40)
    signature_png: str = Field("", max_length=1_400_000)

    def png(self) -> bytes | None:
        return b64decode(self.signature_png) if self.signature_png else None


def _walkaround(order_id: int) -> WalkaroundOut:
    card = queries.walkaround_of(order_id)
    assert card is not None
    marks = [MarkOut(n=m.n, zone=m.zone, x=m.x, y=m.y, kind=m.kind, note=m.note, label=m.label) for m in card.marks]
    return WalkaroundOut(
        id=card.ref,
        marks=marks,
        checks=card.checks,
        belongings=card.belongings,
        note=card.note,
        fuel_level=card.fuel_level,
        odometer=card.odometer,
        key_place=card.key_place,
        signed_at=card.signed_at,
        signed_name=card.signed_name,
    )


@router.get("/orders/{ref}/walkaround", operation_id="reception_walkaround", summary="The walk-around of an order", response={200: WalkaroundOut, 204: None})
def walkaround(request: HttpRequest, ref: str) -> Any:
    """204 when nobody began it."""
    _may_read(request)
    order = orders.order_for(parse_id("ord", ref), request.actor)  # type: ignore[attr-defined]
    return (204, None) if queries.walkaround_of(order.id) is None else (200, _walkaround(order.id))


@router.put("/orders/{ref}/walkaround", operation_id="reception_save_walkaround", summary="Save the walk-around", response=WalkaroundOut)
@idempotent
def save_walkaround(request: HttpRequest, ref: str, body: WalkaroundIn) -> WalkaroundOut:
    """May be repeated until it is signed."""
    order_id = parse_id("ord", ref)
    commands.save_walkaround(order_id=order_id, **body.dict(), **_who(request))
    return _walkaround(order_id)


@router.post("/orders/{ref}/walkaround/sign", operation_id="reception_sign_walkaround", summary="Sign the walk-around", response=WalkaroundOut)
@idempotent
def sign_walkaround(request: HttpRequest, ref: str, body: SignatureIn) -> WalkaroundOut:
    """Freezes it."""
    order_id = parse_id("ord", ref)
    commands.sign_walkaround(order_id=order_id, name=body.name, signature_png=body.png(), **_who(request))
    return _walkaround(order_id)


class FileOut(Schema):
    id: str


@router.post("/orders/{ref}/walkaround/photos", operation_id="reception_add_photo", summary="Add a photo of the car", response={201: FileOut})
def add_photo(request: HttpRequest, ref: str, photo: UploadedFile = File(...)) -> Any:
    """JPG, PNG or WebP; it is decoded and stored without its metadata."""
    made = commands.add_walkaround_photo(
        order_id=parse_id("ord", ref), content=photo.read(), name=photo.name or "photo", **_who(request)
    )
    return 201, FileOut(id=public_id("fil", made.file_id))


# ---- estimates ------------------------------------------------------------------------------------------------------


class EstimateLineOut(Schema):
    key: str
    parent: str
    kind: str
    name: str
    code: str
    quantity: str
    unit: str
    unit_price_fen: int
    discount_fen: int
    amount_fen: int
    customer_fen: int
    why: str
    decision: str


class EstimateOut(Schema):
    id: str
    order: str
    number: int
    state: str
    total_fen: int
    lines: list[EstimateLineOut]
    sent_at: datetime
    opened_at: datetime | None
    expires_at: datetime
    decided_at: datetime | None
    decided_via: str
    digest: str


class SendIn(Schema):
    """``token`` is your own secret of at least 32 characters; the customer's address is ``/p/<token>/``."""

    token: str = Field(min_length=32, max_length=200)
    days: int = Field(7, ge=1, le=60)


class DecideIn(SignatureIn):
    """``decisions``: line key → approve, decline or defer; a part without its own answer follows its job."""

    decisions: dict[str, str]
    reasons: dict[str, str] = {}
    via: str = "desk"


def _estimate_out(card: queries.EstimateCard) -> EstimateOut:
    lines = [_line_out(line, job.decision) for job in card.jobs for line in job.lines]
    return EstimateOut(
        id=card.ref,
        order=public_id("ord", card.order_id),
        number=card.number,
        state="expired" if card.expired else card.state,
        total_fen=card.total.fen,
        lines=lines,
        sent_at=card.sent_at,
        opened_at=card.opened_at,
        expires_at=card.expires_at,
        decided_at=card.decided_at,
        decided_via=card.decided_via,
        digest=card.digest,
    )


def _line_out(line: Any, decision: str) -> EstimateLineOut:
    plain = ("key", "parent", "kind", "name", "code", "quantity", "unit", "why")
    money = ("unit_price", "discount", "amount", "customer")
    return EstimateLineOut(
        **{name: line[name] for name in plain}, **{f"{name}_fen": line[name] for name in money}, decision=decision
    )


def _estimate(request: HttpRequest, pk: int) -> EstimateOut:
    found = queries.estimate_screen(pk, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    return _estimate_out(found.estimate)


@router.get("/orders/{ref}/estimates", operation_id="reception_estimates", summary="All versions of the quote", response=list[EstimateOut])
def estimates(request: HttpRequest, ref: str) -> list[EstimateOut]:
    """Newest first."""
    _may_read(request)
    order = orders.order_for(parse_id("ord", ref), request.actor)  # type: ignore[attr-defined]
    return [_estimate_out(card) for card in queries.estimates_of(order.id, at=request.now)]  # type: ignore[attr-defined]


@router.post("/orders/{ref}/estimates", operation_id="reception_send_estimate", summary="Freeze and send a quote", response={201: EstimateOut})
@idempotent
def send_estimate(request: HttpRequest, ref: str, body: SendIn) -> Any:
    """Freezes all undecided lines; older waiting versions are replaced."""
    made = commands.send_estimate(order_id=parse_id("ord", ref), token=body.token, days=body.days, **_who(request))
    return 201, _estimate(request, made.pk)


@router.get("/estimates/{ref}", operation_id="reception_estimate", summary="One version of a quote", response=EstimateOut)
def estimate(request: HttpRequest, ref: str) -> EstimateOut:
    """With the customer's answers."""
    _may_read(request)
    return _estimate(request, parse_id("est", ref))


@router.post("/estimates/{ref}/decide", operation_id="reception_decide_estimate", summary="Record the customer's answer", response=EstimateOut)
@idempotent
def decide_estimate(request: HttpRequest, ref: str, body: DecideIn) -> EstimateOut:
    """Once for each version, on the customer's word; a second time is a 409."""
    pk = parse_id("est", ref)
    commands.decide_estimate(
        estimate_id=pk,
        decisions=body.decisions,
        reasons=body.reasons,
        via=body.via if body.via in ("desk", "phone") else "desk",
        name=body.name,
        signature_png=body.png(),
        **_who(request),
    )
    return _estimate(request, pk)


class LinkIn(Schema):
    token: str = Field(min_length=32, max_length=200)


class LinkOut(Schema):
    id: str
    expires_at: datetime


@router.post("/estimates/{ref}/links", operation_id="reception_link_estimate", summary="Another private link to a quote", response={201: LinkOut})
@idempotent
def link_estimate(request: HttpRequest, ref: str, body: LinkIn) -> Any:
    """Only the hash of your secret is stored."""
    link = commands.link_estimate(estimate_id=parse_id("est", ref), token=body.token, **_who(request))
    return 201, LinkOut(id=link.ref, expires_at=link.expires_at)


@router.post("/orders/{ref}/links", operation_id="reception_link_order", summary="A private link to follow the visit", response={201: LinkOut})
@idempotent
def link_order(request: HttpRequest, ref: str, body: LinkIn) -> Any:
    """Progress, photos, quote and bill on the customer's phone."""
    link = commands.link_order(order_id=parse_id("ord", ref), token=body.token, **_who(request))
    return 201, LinkOut(id=link.ref, expires_at=link.expires_at)


# ---- recommendations ------------------------------------------------------------------------------------------------


class RecommendationOut(Schema):
    id: str
    order: str
    name: str
    amount_fen: int
    decision: str
    reason: str
    remind_on: date | None
    made_at: datetime
    state: str


class TakeIn(Schema):
    order: str


class CloseIn(Schema):
    reason: str = Field("", max_length=60)


def _recommendation(card: queries.RecommendationCard) -> RecommendationOut:
    return RecommendationOut(
        id=card.ref,
        order=card.order_ref,
        name=card.name,
        amount_fen=card.amount.fen,
        decision=card.decision,
        reason=card.reason,
        remind_on=card.remind_on,
        made_at=card.made_at,
        state=card.state,
    )


@router.get("/vehicles/{ref}/recommendations", operation_id="reception_recommendations", summary="Work put off on a car", response=list[RecommendationOut])
def recommendations(request: HttpRequest, ref: str, all: bool = False) -> list[RecommendationOut]:
    """Open ones; with ``all`` also taken and dropped ones."""
    _may_read(request)
    card = customers.vehicle_card(parse_id("veh", ref))
    return [_recommendation(each) for each in queries.recommendations_of(card.id, open_only=not all)]


@router.post("/recommendations/{ref}/take", operation_id="reception_take_recommendation", summary="Add a recommendation to an order", response=KeysOut)
@idempotent
def take_recommendation(request: HttpRequest, ref: str, body: TakeIn) -> KeysOut:
    """At today's prices."""
    keys = commands.take_recommendation(
        recommendation_id=parse_id("rec", ref), order_id=parse_id("ord", body.order), **_who(request)
    )
    return KeysOut(keys=keys)


class ClosedOut(Schema):
    id: str
    state: str


@router.post("/recommendations/{ref}/close", operation_id="reception_close_recommendation", summary="Stop recommending", response=ClosedOut)
@idempotent
def close_recommendation(request: HttpRequest, ref: str, body: CloseIn) -> ClosedOut:
    """Done elsewhere, car sold, or not wanted."""
    closed = commands.close_recommendation(recommendation_id=parse_id("rec", ref), reason=body.reason, **_who(request))
    return ClosedOut(id=closed.ref, state=closed.state)
