"""Labour rates, guarantee rules and standard lists for programs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from pitlane.accounts.queries import looking_at
from pitlane.core.api import idempotent
from pitlane.core.ids import public_id
from pitlane.core.money import Money

from .. import commands, queries
from .frame import may_read, optional_id, router, who


class RateIn(Schema):
    """An hour's price from a day on; without a store it is the group's, without class or trade the general one."""

    store: str | None = None
    vehicle_class: str = Field("", max_length=10)
    trade: str = Field("", max_length=12)
    rate_fen: int = Field(ge=0)
    valid_from: date


class RateOut(RateIn):
    id: str
    current: bool


class RuleIn(Schema):
    """How long work of a class is guaranteed from a day on; a shop's promise may not be below the law's."""

    repair_class: str
    km: int | None = Field(None, ge=0)
    days: int | None = Field(None, ge=0)
    statutory: bool = False
    source: str = Field("", max_length=80)
    valid_from: date


class RuleOut(RuleIn):
    id: str
    current: bool


class TermsOut(Schema):
    km: int | None
    days: int | None


class EntryOut(Schema):
    code: str
    name: str
    name_en: str
    data: dict[str, Any]


@router.get("/labour-rates", operation_id="list_labour_rates", response=list[RateOut], summary="Labour rates")
def list_labour_rates(request: HttpRequest, on: date | None = None, store: str = "") -> Any:
    """The group's rates, and those of ``store``, else of all stores of the caller."""
    may_read(request)
    by = looking_at(request.actor, store)  # type: ignore[attr-defined]
    rows = queries.labour_rates(on or timezone.localdate(request.now), by=by)  # type: ignore[attr-defined]
    return [
        RateOut(
            id=row.ref,
            store=public_id("sto", row.store_id) if row.store_id else None,
            vehicle_class=row.vehicle_class,
            trade=row.trade,
            rate_fen=row.rate.fen,
            valid_from=row.valid_from,
            current=row.current,
        )
        for row in rows
    ]


@router.post(
    "/labour-rates", operation_id="set_labour_rate", response={201: RateIn}, summary="Set a labour rate from a day on"
)
@idempotent
def set_labour_rate(request: HttpRequest, body: RateIn) -> Any:
    facts = body.model_dump(exclude={"store", "rate_fen"})
    commands.set_labour_rate(
        store_id=optional_id("sto", body.store), rate=Money(body.rate_fen), **facts, **who(request)
    )
    return 201, body


@router.get("/guarantee-rules", operation_id="list_guarantee_rules", response=list[RuleOut], summary="Guarantee rules")
def list_guarantee_rules(request: HttpRequest, on: date | None = None) -> Any:
    may_read(request)
    rows = queries.guarantee_rules(on or timezone.localdate(request.now))  # type: ignore[attr-defined]
    return [RuleOut(**(asdict(row) | {"id": row.ref})) for row in rows]


@router.get(
    "/guarantee-rules/{repair_class}",
    operation_id="get_guarantee_terms",
    response=TermsOut,
    summary="How long a class of repair is guaranteed",
)
def get_guarantee_terms(request: HttpRequest, repair_class: str, on: date | None = None) -> Any:
    may_read(request)
    terms = queries.guarantee_terms(repair_class, on or timezone.localdate(request.now))  # type: ignore[attr-defined]
    return TermsOut(km=terms.km, days=terms.days)


@router.post(
    "/guarantee-rules",
    operation_id="set_guarantee_rule",
    response={201: RuleIn},
    summary="Set a guarantee rule from a day on",
)
@idempotent
def set_guarantee_rule(request: HttpRequest, body: RuleIn) -> Any:
    commands.set_guarantee_rule(**body.model_dump(), **who(request))
    return 201, body


@router.get(
    "/checklists/{kind}", operation_id="get_checklist", response=list[EntryOut], summary="One of the standard lists"
)
def get_checklist(request: HttpRequest, kind: str) -> Any:
    may_read(request)
    return [asdict(entry) for entry in queries.checklist(kind)]


class EntryIn(Schema):
    """An entry as a whole; ``data`` holds what its list needs, such as ``required`` or ``x`` and ``y``."""

    name: str = Field(max_length=60)
    name_en: str = Field("", max_length=80)
    position: int = Field(0, ge=0, le=9999)
    data: dict[str, Any] = {}
    active: bool = True


@router.put(
    "/checklists/{kind}/{code}",
    operation_id="save_checklist_entry",
    response=EntryOut,
    summary="Set an entry of a list",
)
@idempotent
def save_checklist_entry(request: HttpRequest, kind: str, code: str, body: EntryIn) -> Any:
    """Adds the entry, or replaces it."""
    entry = commands.save_checklist_entry(kind=kind, code=code, **body.model_dump(), **who(request))
    return EntryOut(code=entry.code, name=entry.name, name_en=entry.name_en, data=entry.data)
