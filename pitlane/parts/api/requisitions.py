"""Requisitions for programs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.access import require
from pitlane.core.api import PAGE, Page, idempotent, keyset
from pitlane.core.ids import parse_id, public_id

from .. import commands, policies, queries
from ..commands import Demand
from .frame import Quantity, may_read, router, who


class DemandIn(Schema):
    """``demand`` is the caller's own key of the wish; asking it again changes part or quantity.

    Parts for an order are asked for with the order's lines, not here.
    """

    demand: str = Field(min_length=1, max_length=32)
    warehouse: str
    part: str
    quantity: Decimal = Quantity


class ReturnIn(Schema):
    quantity: Decimal = Quantity
    reason: str = Field("", max_length=120)


class RequisitionOut(Schema):
    id: str
    demand: str
    order: str | None
    warehouse: str
    part: str
    part_code: str
    part_name: str
    quantity: Decimal
    issued: Decimal
    returned: Decimal
    state: str
    cost_fen: int | None
    created_at: datetime
    changed_at: datetime


def requisition_out(card: queries.RequisitionCard, cost: bool) -> RequisitionOut:
    """The public form of a requisition."""
    copied = ("demand", "part_code", "part_name", "quantity", "issued", "returned", "state", "created_at", "changed_at")
    return RequisitionOut(
        id=card.ref,
        order=public_id("ord", card.order_id) if card.order_id else None,
        warehouse=public_id("whs", card.warehouse_id),
        part=card.part_ref,
        cost_fen=card.cost.fen if cost else None,
        **{name: getattr(card, name) for name in copied},
    )


def _seen(request: HttpRequest, ref: str) -> queries.RequisitionCard:
    return queries.requisition_by_id(parse_id("req", ref), request.actor)  # type: ignore[attr-defined]


def _may_handle(request: HttpRequest, store_id: int) -> None:
    """A program that holds or frees stock on its own account needs the clerk's permission."""
    require(policies.can_issue(request.actor, store_id), "parts.issue")  # type: ignore[attr-defined]


def _answer(request: HttpRequest, requisition_id: int) -> RequisitionOut:
    by = request.actor  # type: ignore[attr-defined]
    card = queries.requisition_by_id(requisition_id, by)
    return requisition_out(card, policies.can_see_cost(by, card.store_id))


@router.get("/requisitions", operation_id="list_requisitions", response=Page[RequisitionOut], summary="Requisitions")
def list_requisitions(
    request: HttpRequest, state: str = "", order: str | None = None, cursor: str = "", limit: int = PAGE
) -> Any:
    may_read(request)
    by = request.actor  # type: ignore[attr-defined]
    rows = queries.requisition_rows(by)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(order_id=parse_id("ord", order)) if order else rows
    found, following = keyset(rows, cursor, limit, ("changed_at", "id"))
    cost = policies.can_see_cost(by)
    return {"items": [requisition_out(queries.requisition_card(row), cost) for row in found], "next": following}


@router.get("/requisitions/{ref}", operation_id="get_requisition", response=RequisitionOut, summary="One requisition")
def get_requisition(request: HttpRequest, ref: str) -> Any:
    may_read(request)
    return _answer(request, _seen(request, ref).id)


@router.post("/requisitions", operation_id="require_part", response={201: RequisitionOut}, summary="Ask for parts")
@idempotent
def require_part(request: HttpRequest, body: DemandIn) -> Any:
    warehouse = queries.warehouse_by_id(parse_id("whs", body.warehouse), request.actor)  # type: ignore[attr-defined]
    _may_handle(request, warehouse.store_id)
    wish = Demand(f"api:{body.demand}", parse_id("prt", body.part), body.quantity)
    made = commands.require_parts(demands=[wish], order_id=None, warehouse_id=warehouse.pk, **who(request))[0]
    return 201, _answer(request, made.pk)


@router.post(
    "/requisitions/{ref}/issue",
    operation_id="issue_parts",
    response=RequisitionOut,
    summary="Hand out what was reserved",
)
@idempotent
def issue_parts(request: HttpRequest, ref: str) -> Any:
    made = commands.issue(demand=_seen(request, ref).demand, **who(request))
    return _answer(request, made.pk)


@router.post(
    "/requisitions/{ref}/return", operation_id="return_parts", response=RequisitionOut, summary="Take parts back"
)
@idempotent
def return_parts(request: HttpRequest, ref: str, body: ReturnIn) -> Any:
    card = _seen(request, ref)
    commands.return_part(demand=card.demand, quantity=body.quantity, reason=body.reason, **who(request))
    return _answer(request, card.id)


@router.post(
    "/requisitions/{ref}/cancel",
    operation_id="cancel_requisition",
    response=RequisitionOut,
    summary="Cancel a requisition",
)
@idempotent
def cancel_requisition(request: HttpRequest, ref: str) -> Any:
    card = _seen(request, ref)
    _may_handle(request, card.store_id)
    commands.cancel_requisition(demand=card.demand, **who(request))
    return _answer(request, card.id)


class IssueIn(Schema):
    """The requisitions to hand out together."""

    requisitions: list[str] = Field(min_length=1, max_length=200)


@router.post(
    "/requisition-issues",
    operation_id="issue_many",
    response=list[RequisitionOut],
    summary="Hand out several requisitions, all or none",
)
@idempotent
def issue_many(request: HttpRequest, body: IssueIn) -> Any:
    cards = [_seen(request, ref) for ref in body.requisitions]
    for card in cards:
        _may_handle(request, card.store_id)
    made = commands.issue_many(demands=[card.demand for card in cards], **who(request))
    return [_answer(request, row.pk) for row in made]
