"""Advice and recommendations over the API."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from .door import KeysOut, car_of, router, who

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


def advice_key(key: str) -> str:
    """``opn_…`` as ``GET /vehicles/{ref}/advice`` gave it → ``op:7`` as the command takes it."""
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


@router.get(
    "/vehicles/{ref}/advice",
    operation_id="reception_advice",
    summary="What to advise for a car",
    response=list[AdviceOut],
)
def advice(request: HttpRequest, ref: str, odometer: int | None = None) -> list[AdviceOut]:
    """Guarantees, work put off and what the schedule asks for, each with its reasons."""
    card = car_of(request, ref)
    on = timezone.localdate(request.now)  # type: ignore[attr-defined]
    return [_advice_out(each) for each in queries.advice_for(card.id, on, odometer or card.odometer)]


class AdviceIn(Schema):
    advice: list[str] = Field(min_length=1)


@router.post(
    "/orders/{ref}/advice",
    operation_id="reception_add_advice",
    summary="Add advised work to an order",
    response=KeysOut,
)
@idempotent
def add_advice(request: HttpRequest, ref: str, body: AdviceIn) -> KeysOut:
    """Each key as ``GET /vehicles/{ref}/advice`` gave it."""
    advised = [advice_key(key) for key in body.advice]
    return KeysOut(keys=commands.add_advice(order_id=parse_id("ord", ref), advice=advised, **who(request)))


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


@router.get(
    "/vehicles/{ref}/recommendations",
    operation_id="reception_recommendations",
    summary="Work put off on a car",
    response=list[RecommendationOut],
)
def recommendations(request: HttpRequest, ref: str, all: bool = False) -> list[RecommendationOut]:
    """Open ones; with ``all`` also taken and dropped ones."""
    card = car_of(request, ref)
    return [_recommendation(each) for each in queries.recommendations_of(card.id, open_only=not all)]


@router.post(
    "/recommendations/{ref}/take",
    operation_id="reception_take_recommendation",
    summary="Add a recommendation to an order",
    response=KeysOut,
)
@idempotent
def take_recommendation(request: HttpRequest, ref: str, body: TakeIn) -> KeysOut:
    """At today's prices."""
    keys = commands.take_recommendation(
        recommendation_id=parse_id("rec", ref), order_id=parse_id("ord", body.order), **who(request)
    )
    return KeysOut(keys=keys)


class ClosedOut(Schema):
    id: str
    state: str


@router.post(
    "/recommendations/{ref}/close",
    operation_id="reception_close_recommendation",
    summary="Stop recommending",
    response=ClosedOut,
)
@idempotent
def close_recommendation(request: HttpRequest, ref: str, body: CloseIn) -> ClosedOut:
    """Done elsewhere, car sold, or not wanted."""
    closed = commands.close_recommendation(recommendation_id=parse_id("rec", ref), reason=body.reason, **who(request))
    return ClosedOut(id=closed.ref, state=closed.state)
