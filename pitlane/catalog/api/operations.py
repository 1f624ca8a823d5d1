"""Labour operations for programs."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.api import MAX_PAGE, PAGE, Page, idempotent
from pitlane.core.ids import parse_id

from .. import commands, queries
from .frame import may_read, optional_money, router, who


class OperationIn(Schema):
    """A labour operation. ``version`` is what the editor saw; a stale one is answered 409."""

    code: str = Field(max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field("", max_length=80)
    trade: str = Field(max_length=12)
    category: str = Field(max_length=20)
    standard_hours: Decimal = Field(ge=0, max_digits=6, decimal_places=3)
    skill: str = Field("", max_length=20)
    skill_level: int = Field(1, ge=1, le=5)
    bay_type: str = Field("", max_length=12)
    repair_class: str = "minor"
    statement_part: str = "labour"
    fixed_price_fen: int | None = Field(None, ge=0)
    steps: list[dict[str, Any]] = []
    standard: str = Field("", max_length=300)
    active: bool = True
    online: bool = False
    version: int | None = None


class OperationOut(OperationIn):
    id: str


def operation_out(card: queries.OperationCard) -> OperationOut:
    """The public form of an operation."""
    facts = asdict(card)
    price = card.fixed_price.fen if card.fixed_price is not None else None
    return OperationOut(**(facts | {"id": card.ref, "fixed_price_fen": price}))


def _operation_facts(body: OperationIn) -> dict[str, Any]:
    facts = body.model_dump(exclude={"fixed_price_fen"})
    return facts | {"fixed_price": optional_money(body.fixed_price_fen)}


@router.get(
    "/operations",
    operation_id="list_operations",
    response=Page[OperationOut],
    summary="List or search labour operations",
)
def list_operations(request: HttpRequest, q: str = "", trade: str = "", cursor: str = "", limit: int = PAGE) -> Any:
    may_read(request)
    size = max(1, min(limit, MAX_PAGE))
    rows = queries.operation_filter(q, trade=trade)
    rows = rows if q.strip() or not cursor else rows.filter(code__gt=cursor)
    found = [queries.operation_card(row) for row in rows[: size + 1]]
    more = len(found) > size and not q.strip()
    return {"items": [operation_out(card) for card in found[:size]], "next": found[size - 1].code if more else None}


@router.get("/operations/{ref}", operation_id="get_operation", response=OperationOut, summary="One labour operation")
def get_operation(request: HttpRequest, ref: str) -> Any:
    may_read(request)
    return operation_out(queries.operation_by_id(parse_id("opn", ref)))


@router.post(
    "/operations", operation_id="create_operation", response={201: OperationOut}, summary="Add a labour operation"
)
@idempotent
def create_operation(request: HttpRequest, body: OperationIn) -> Any:
    facts = _operation_facts(body) | {"version": None}
    made = commands.save_operation(**facts, **who(request))
    return 201, operation_out(queries.operation_by_id(made.pk))


@router.put(
    "/operations/{ref}", operation_id="save_operation", response=OperationOut, summary="Change a labour operation"
)
@idempotent
def save_operation(request: HttpRequest, ref: str, body: OperationIn) -> Any:
    made = commands.save_operation(operation_id=parse_id("opn", ref), **_operation_facts(body), **who(request))
    return operation_out(queries.operation_by_id(made.pk))


class LoadedOut(Schema):
    """How many rows were added; what existed was left alone."""

    operations: int
    packages: int
    schedules: int
    rates: int
    guarantees: int
    checklists: int


@router.post(
    "/starting-catalogue",
    operation_id="load_starting_catalogue",
    response=LoadedOut,
    summary="Load the catalogue that ships with the program",
)
@idempotent
def load_starting_catalogue(request: HttpRequest) -> Any:
    return commands.load_starting_catalogue(**who(request))
