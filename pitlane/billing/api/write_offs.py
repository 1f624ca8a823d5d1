"""Debts given up, and money that comes after all."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id
from pitlane.core.money import Money

from .. import commands, queries
from .facts import payment_facts, reader, request_key, who
from .shapes import ApprovalAsked, PaymentIn, PaymentOut, WriteOffIn
from .table import router


def _proposal(body: WriteOffIn) -> dict[str, Any]:
    return {"amount": Money(body.amount_fen), "reason": body.reason}


@router.post(
    "/billing/settlements/{ref}/write-offs",
    response={202: ApprovalAsked},
    operation_id="request_write_off",
    summary="Propose to give up what a bill owes",
)
@idempotent
def request_write_off(request: HttpRequest, ref: str, body: WriteOffIn) -> Any:
    """Always 202: somebody else decides, and with the yes the bill is closed by exactly this amount."""
    settlement_id = parse_id("stl", ref)
    queries.check_visible(settlement_id, reader(request, "billing.write_off"))
    asked = commands.request_write_off(settlement_id=settlement_id, **_proposal(body), **who(request))
    return 202, ApprovalAsked(approval=asked.ref)


@router.post(
    "/billing/credit-accounts/{ref}/write-offs",
    response={202: ApprovalAsked},
    operation_id="request_account_write_off",
    summary="Propose to give up what stands on an account",
)
@idempotent
def request_account_write_off(request: HttpRequest, ref: str, body: WriteOffIn) -> Any:
    """The oldest bills first. Debts in several stores are decided by who decides for the whole organisation."""
    reader(request, "billing.write_off")
    account_id = parse_id("crd", ref)
    asked = commands.request_account_write_off(account_id=account_id, **_proposal(body), **who(request))
    return 202, ApprovalAsked(approval=asked.ref)


@router.post(
    "/billing/payments/{ref}/recoveries",
    response={201: PaymentOut},
    operation_id="recover_write_off",
    summary="Receive money that had been written off",
)
@idempotent
def recover_write_off(request: HttpRequest, ref: str, body: PaymentIn) -> Any:
    """``ref`` is a payment with the method ``write_off``; so much of it is taken back as comes in."""
    by = reader(request, "billing.pay")
    made = commands.recover_write_off(
        payment_id=queries.payment_screen(parse_id("pay", ref), by).row.id,
        method=body.method,
        amount=Money(body.amount_fen),
        reference=body.reference,
        request_key=request_key(request, body.request_key),
        **who(request),
    )
    return 201, PaymentOut(**payment_facts(queries.payment_row(made)))
