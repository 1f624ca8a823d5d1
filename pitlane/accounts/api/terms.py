"""How a store bills, for programs that set shops up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from pitlane.core.api import idempotent
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..terms import StoreTerms
from .frame import call, may

router = Router()


class TermsOut(Schema):
    """Tax (a share: 0.06 is 6 %), small change (1, 10, 100 or 1000 fen), what passes without approval, the till."""

    tax_rate: Decimal
    prices_include_tax: bool
    round_off_fen: int
    refund_without_approval_fen: int
    adjust_without_approval_fen: int
    till_must_be_opened: bool


class TermsIn(Schema):
    """Only what is sent is changed."""

    tax_rate: Decimal | None = Field(None, ge=0, lt=1, max_digits=6, decimal_places=4)
    prices_include_tax: bool | None = None
    round_off_fen: int | None = None
    refund_without_approval_fen: int | None = Field(None, ge=0)
    adjust_without_approval_fen: int | None = Field(None, ge=0)
    till_must_be_opened: bool | None = None


@router.get("/stores/{store}/terms", response=TermsOut, operation_id="get_store_terms", summary="How a store bills")
def get_store_terms(request: HttpRequest, store: str) -> StoreTerms:
    store_id = parse_id("sto", store)
    if not may(request, "accounts.view").in_store(store_id):
        raise Missing()
    return StoreTerms.of(queries.store_by_id(store_id).settings)


@router.patch(
    "/stores/{store}/terms", response=TermsOut, operation_id="set_store_terms", summary="Change how a store bills"
)
@idempotent
def set_store_terms(request: HttpRequest, store: str, data: TermsIn) -> StoreTerms:
    changes: dict[str, Any] = data.dict(exclude_none=True)
    saved = commands.set_store_terms(store_id=parse_id("sto", store), changes=changes, **call(request))
    return StoreTerms.of(saved.settings)
