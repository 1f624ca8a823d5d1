"""Settling, paying, on account, unsettling: composed from billing so that the order moves with its money."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id, public_id
from pitlane.core.money import Money

from .. import commands
from .schemas import Created, Done, Reason, done, parsed, router, who


class SettleIn(Schema):
    """``unissued_reason`` where approved parts were not taken from the shelf; names for payers without one."""

    unissued_reason: str = Field("", max_length=80)
    payer_names: dict[str, str] = {}
    version: int | None = None


class BillOut(Schema):
    id: str
    number: str
    payer_kind: str
    payer_name: str
    state: str
    total_fen: int
    due_fen: int


@router.post(
    "/orders/{order}/settle", operation_id="workshop_settle_order", summary="Settle", response={201: list[BillOut]}
)
@idempotent
def settle_order(request: HttpRequest, order: str, body: SettleIn) -> Any:
    made = commands.settle_order(order_id=parse_id("ord", order), **body.dict(), **who(request))
    return 201, [
        BillOut(
            id=bill.ref,
            number=bill.number,
            payer_kind=bill.payer_kind,
            payer_name=bill.payer_name,
            state=bill.state,
            total_fen=bill.total.fen,
            due_fen=bill.due.fen,
        ).dict()
        for bill in made
    ]


class PaymentIn(Schema):
    """``request_key`` makes a repeated request take the money once."""

    settlement: str
    method: str
    amount_fen: int = Field(gt=0, le=10**12)
    request_key: str = Field(min_length=1, max_length=80)
    reference: str = Field("", max_length=60)


class PaymentOut(Schema):
    id: str
    number: str
    amount_fen: int


@router.post(
    "/orders/{order}/payments", operation_id="workshop_take_payment", summary="Take money", response={201: PaymentOut}
)
@idempotent
def take_payment(request: HttpRequest, order: str, body: PaymentIn) -> Any:
    payment = commands.take_payment(
        order_id=parse_id("ord", order),
        settlement_id=parse_id("stl", body.settlement),
        method=body.method,
        amount=Money(body.amount_fen),
        request_key=body.request_key,
        reference=body.reference,
        **who(request),
    )
    return 201, PaymentOut(id=payment.ref, number=payment.number, amount_fen=payment.amount.fen)


class DepositIn(Schema):
    settlement: str
    amount_fen: int = Field(gt=0, le=10**12)
    request_key: str = Field(min_length=1, max_length=80)


@router.post(
    "/orders/{order}/deposit-use",
    operation_id="workshop_use_deposit",
    summary="Pay from the deposit",
    response={201: PaymentOut},
)
@idempotent
def use_deposit(request: HttpRequest, order: str, body: DepositIn) -> Any:
    payment = commands.use_deposit(
        order_id=parse_id("ord", order),
        settlement_id=parse_id("stl", body.settlement),
        amount=Money(body.amount_fen),
        request_key=body.request_key,
        **who(request),
    )
    return 201, PaymentOut(id=payment.ref, number=payment.number, amount_fen=payment.amount.fen)


class ChargeIn(Schema):
    """One bill, or all that are open."""

    settlement: str | None = None
    request_key: str = Field(min_length=1, max_length=60)


@router.post("/orders/{order}/charge", operation_id="workshop_charge_order", summary="Put on account", response=Done)
@idempotent
def charge_order(request: HttpRequest, order: str, body: ChargeIn) -> Any:
    charged = commands.charge_order(
        order_id=parse_id("ord", order),
        settlement_id=parsed("stl", body.settlement),
        request_key=body.request_key,
        **who(request),
    )
    return done(charged)


@router.post(
    "/orders/{order}/reopen-requests",
    operation_id="workshop_request_reopen",
    summary="Ask to unsettle",
    response={201: Created},
)
@idempotent
def request_reopen(request: HttpRequest, order: str, body: Reason) -> Any:
    approval = commands.request_reopen(order_id=parse_id("ord", order), reason=body.reason, **who(request))
    return 201, Created(ids=[public_id("apv", approval)])


class ReopenIn(Reason):
    approval: str


@router.post(
    "/orders/{order}/reopen", operation_id="workshop_reopen_order", summary="Take the settlement back", response=Done
)
@idempotent
def reopen_order(request: HttpRequest, order: str, body: ReopenIn) -> Any:
    reopened = commands.reopen_order(
        order_id=parse_id("ord", order),
        reason=body.reason,
        approval_id=parse_id("apv", body.approval),
        **who(request),
    )
    return done(reopened)
