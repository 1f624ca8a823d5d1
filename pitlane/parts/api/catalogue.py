"""Parts for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.accounts.queries import looking_at
from pitlane.core.api import MAX_PAGE, PAGE, Page, idempotent
from pitlane.core.ids import parse_id
from pitlane.core.money import Money

from .. import commands, queries
from .frame import may_read, router, who


class PartIn(Schema):
    """A part. ``fits`` names make and series ("大众 朗逸"); empty fits every car."""

    code: str = Field(max_length=40)
    name: str = Field(max_length=80)
    price_fen: int = Field(ge=0)
    oem_no: str = Field("", max_length=40)
    brand: str = Field("", max_length=40)
    grade: str = "branded"
    category: str = Field("", max_length=30)
    unit: str = Field("个", max_length=8)  # zh-data
    barcode: str = Field("", max_length=40)
    fits: list[str] = []
    min_stock: Decimal = Field(Decimal(0), ge=0, max_digits=9, decimal_places=3)
    active: bool = True
    version: int | None = None


class PartOut(PartIn):
    """With the stock in the main warehouse of the store that was asked for, else of all stores of the caller."""

    id: str
    on_hand: Decimal
    reserved: Decimal
    available: Decimal


def part_out(card: queries.PartCard) -> PartOut:
    """The public form of a part."""
    copied = [name for name in PartIn.model_fields if name != "price_fen"]
    facts = {name: getattr(card, name) for name in (*copied, "on_hand", "reserved", "available")}
    return PartOut(id=card.ref, price_fen=card.price.fen, **facts)


def _facts(body: PartIn) -> dict[str, Any]:
    return body.model_dump(exclude={"price_fen"}) | {"price": Money(body.price_fen)}


@router.get("/parts", operation_id="list_parts", response=Page[PartOut], summary="List, search or filter parts")
def list_parts(
    request: HttpRequest,
    q: str = "",
    category: str = "",
    grade: str = "",
    view: str = "",
    fits: str = "",
    cursor: str = "",
    limit: int = PAGE,
    store: str = "",
) -> Any:
    """Stock is that of ``store``, else of all stores of the caller together.

    ``view=low`` is what is low in that store, else what is low in any of them.
    """
    may_read(request)
    by, size = looking_at(request.actor, store), max(1, min(limit, MAX_PAGE))  # type: ignore[attr-defined]
    if fits:
        found, following = queries.stocked(queries.find_parts(q, limit=size, fits=fits), queries.shelves(by)), None
    else:
        page = queries.part_page(by, text=q, category=category, grade=grade, view=view, after=cursor, size=size)
        found, following = page.rows, page.after or None
    return {"items": [part_out(card) for card in found], "next": following}


@router.get("/parts/{ref}", operation_id="get_part", response=PartOut, summary="One part with its stock")
def get_part(request: HttpRequest, ref: str, store: str = "") -> Any:
    may_read(request)
    return part_out(queries.part_here(parse_id("prt", ref), looking_at(request.actor, store)))  # type: ignore[attr-defined]


@router.post("/parts", operation_id="create_part", response={201: PartOut}, summary="Add a part")
@idempotent
def create_part(request: HttpRequest, body: PartIn) -> Any:
    made = commands.save_part(**(_facts(body) | {"version": None}), **who(request))
    return 201, part_out(queries.part_here(made.pk, looking_at(request.actor)))  # type: ignore[attr-defined]


@router.put("/parts/{ref}", operation_id="save_part", response=PartOut, summary="Change a part")
@idempotent
def save_part(request: HttpRequest, ref: str, body: PartIn) -> Any:
    made = commands.save_part(part_id=parse_id("prt", ref), **_facts(body), **who(request))
    return part_out(queries.part_here(made.pk, looking_at(request.actor)))  # type: ignore[attr-defined]


class SubstituteIn(Schema):
    supersedes: bool = False


@router.put("/parts/{ref}/substitutes/{other}", operation_id="set_substitute", summary="Name a substitute")
@idempotent
def set_substitute(request: HttpRequest, ref: str, other: str, body: SubstituteIn) -> dict[str, Any]:
    part_id, other_id = parse_id("prt", ref), parse_id("prt", other)
    commands.set_substitute(part_id=part_id, other_id=other_id, supersedes=body.supersedes, **who(request))
    return {"part": ref, "other": other, "supersedes": body.supersedes}


@router.delete("/parts/{ref}/substitutes/{other}", operation_id="remove_substitute", summary="Remove a substitute")
@idempotent
def remove_substitute(request: HttpRequest, ref: str, other: str) -> dict[str, Any]:
    commands.remove_substitute(part_id=parse_id("prt", ref), other_id=parse_id("prt", other), **who(request))
    return {"part": ref, "other": other}
