"""Service packages for programs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.api import MAX_PAGE, PAGE, idempotent
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..commands import PackageLineInput
from .frame import may_read, optional_id, optional_money, router, who


class PackageLine(Schema):
    """An operation (with hours where they differ from the standard) or a part by its code."""

    operation: str | None = None
    part_code: str = Field("", max_length=40)
    quantity: Decimal = Field(Decimal(1), gt=0, max_digits=9, decimal_places=3)
    hours: Decimal | None = Field(None, ge=0, max_digits=6, decimal_places=3)


class PackageIn(Schema):
    code: str = Field(max_length=20)
    name: str = Field(max_length=60)
    name_en: str = Field("", max_length=80)
    price_fen: int | None = Field(None, ge=0)
    makes: list[str] = []
    series: list[str] = []
    fuels: list[str] = []
    lines: list[PackageLine]
    active: bool = True
    online: bool = False
    version: int | None = None


class PackageOut(PackageIn):
    id: str


def package_out(card: queries.PackageCard) -> PackageOut:
    """The public form of a package."""
    lines = [
        PackageLine(
            operation=line.operation.ref if line.operation else None,
            part_code=line.part_code,
            quantity=line.quantity,
            hours=line.hours,
        )
        for line in card.lines
    ]
    copied = ("code", "name", "name_en", "makes", "series", "fuels", "active", "online", "version")
    facts = {name: getattr(card, name) for name in copied}
    return PackageOut(id=card.ref, price_fen=card.price.fen if card.price is not None else None, lines=lines, **facts)


def _package_facts(body: PackageIn) -> dict[str, Any]:
    lines = [
        PackageLineInput(optional_id("opn", line.operation), line.part_code, line.quantity, line.hours)
        for line in body.lines
    ]
    facts = body.model_dump(exclude={"price_fen", "lines"})
    return facts | {"price": optional_money(body.price_fen), "lines": lines}


@router.get(
    "/packages",
    operation_id="list_packages",
    response=list[PackageOut],
    summary="List or search packages, for a car when one is named",
)
def list_packages(
    request: HttpRequest, q: str = "", make: str = "", series: str = "", fuel: str = "", limit: int = PAGE
) -> Any:
    may_read(request)
    found = queries.find_packages(q, max(1, min(limit, MAX_PAGE)), make=make, series=series, fuel=fuel)
    return [package_out(card) for card in found]


@router.get("/packages/{ref}", operation_id="get_package", response=PackageOut, summary="One package")
def get_package(request: HttpRequest, ref: str) -> Any:
    may_read(request)
    return package_out(queries.package_by_id(parse_id("pkg", ref)))


@router.post("/packages", operation_id="create_package", response={201: PackageOut}, summary="Add a package")
@idempotent
def create_package(request: HttpRequest, body: PackageIn) -> Any:
    made = commands.save_package(**(_package_facts(body) | {"version": None}), **who(request))
    return 201, package_out(queries.package_by_id(made.pk))


@router.put("/packages/{ref}", operation_id="save_package", response=PackageOut, summary="Change a package")
@idempotent
def save_package(request: HttpRequest, ref: str, body: PackageIn) -> Any:
    made = commands.save_package(package_id=parse_id("pkg", ref), **_package_facts(body), **who(request))
    return package_out(queries.package_by_id(made.pk))
