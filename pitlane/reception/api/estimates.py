"""Quotes, their answers and their private links over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema
from pydantic import Field

from pitlane.core.access import require
from pitlane.core.api import idempotent
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from .door import SignatureIn, order_of, router, who


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
    found = queries.estimate_screen(pk, **who(request))
    if not request.actor.in_store(found.order.store_id):  # type: ignore[attr-defined]
        raise Missing()
    return _estimate_out(found.estimate)


@router.get(
    "/orders/{ref}/estimates",
    operation_id="reception_estimates",
    summary="All versions of the quote",
    response=list[EstimateOut],
)
def estimates(request: HttpRequest, ref: str) -> list[EstimateOut]:
    """Newest first."""
    order = order_of(request, ref)
    return [_estimate_out(card) for card in queries.estimates_of(order.id, at=request.now)]  # type: ignore[attr-defined]


@router.post(
    "/orders/{ref}/estimates",
    operation_id="reception_send_estimate",
    summary="Freeze and send a quote",
    response={201: EstimateOut},
)
@idempotent
def send_estimate(request: HttpRequest, ref: str, body: SendIn) -> Any:
    """Freezes all undecided lines; older waiting versions are replaced."""
    link = request.build_absolute_uri(reverse("portal:order", args=[body.token]))
    order_id = parse_id("ord", ref)
    made = commands.send_estimate(order_id=order_id, token=body.token, days=body.days, link=link, **who(request))
    return 201, _estimate(request, made.pk)


@router.get(
    "/estimates/{ref}", operation_id="reception_estimate", summary="One version of a quote", response=EstimateOut
)
def estimate(request: HttpRequest, ref: str) -> EstimateOut:
    """With the customer's answers."""
    require(request.actor.may("workshop.view"), "workshop.view")  # type: ignore[attr-defined]
    return _estimate(request, parse_id("est", ref))


@router.post(
    "/estimates/{ref}/decide",
    operation_id="reception_decide_estimate",
    summary="Record the customer's answer",
    response=EstimateOut,
)
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
        **who(request),
    )
    return _estimate(request, pk)


class LinkIn(Schema):
    token: str = Field(min_length=32, max_length=200)


class LinkOut(Schema):
    id: str
    expires_at: datetime


@router.post(
    "/estimates/{ref}/links",
    operation_id="reception_link_estimate",
    summary="Another private link to a quote",
    response={201: LinkOut},
)
@idempotent
def link_estimate(request: HttpRequest, ref: str, body: LinkIn) -> Any:
    """Only the hash of your secret is stored."""
    link = commands.link_estimate(estimate_id=parse_id("est", ref), token=body.token, **who(request))
    return 201, LinkOut(id=link.ref, expires_at=link.expires_at)


@router.post(
    "/orders/{ref}/links",
    operation_id="reception_link_order",
    summary="A private link to follow the visit",
    response={201: LinkOut},
)
@idempotent
def link_order(request: HttpRequest, ref: str, body: LinkIn) -> Any:
    """Progress, photos, quote and bill on the customer's phone."""
    link = commands.link_order(order_id=parse_id("ord", ref), token=body.token, **who(request))
    return 201, LinkOut(id=link.ref, expires_at=link.expires_at)
