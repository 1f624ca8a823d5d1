"""The cash book, refunds and deposits."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from pitlane.accounts.queries import looking_at, store_by_id
from pitlane.core.api import Page, idempotent
from pitlane.core.ids import parse_id
from pitlane.core.money import Money
from pitlane.customers.queries import customer_card

from .. import commands, queries
from .bills import known_order
from .facts import payment_facts, reader, refund_answer, request_key, who
from .shapes import DepositIn, DepositRefundIn, PaymentOut, RefundIn, RefundOut
from .table import router


@router.get("/billing/payments", response=Page[PaymentOut], operation_id="list_payments", summary="The cash book")
def list_payments(
    request: HttpRequest,
    view: str = "all",
    method: str = "",
    period: str = "",
    text: str = "",
    store: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """Every movement of money of ``store``, else of all stores of the caller, newest first.

    Views: all, payment, deposit, refund, correction.
    """
    chosen = queries.PaymentFilter(view=view, method=method, period=period, text=text, cursor=cursor, limit=limit)
    by = looking_at(reader(request), store)
    found = queries.payment_list(chosen, by, request.now)  # type: ignore[attr-defined]
    return Page[PaymentOut](items=[PaymentOut(**payment_facts(row.payment)) for row in found.rows], next=found.next)


@router.get("/billing/payments/{ref}", response=PaymentOut, operation_id="get_payment", summary="One payment")
def get_payment(request: HttpRequest, ref: str) -> Any:
    """One movement of money and what of it can still be given back."""
    return PaymentOut(**payment_facts(queries.payment_screen(parse_id("pay", ref), reader(request)).row))


@router.post(
    "/billing/payments/{ref}/refunds",
    response={201: RefundOut, 202: RefundOut},
    operation_id="refund_payment",
    summary="Give money back",
)
@idempotent
def refund_payment(request: HttpRequest, ref: str, body: RefundIn) -> Any:
    """201 when the money is back, 202 when the refund now waits for an approval; repeat it afterwards."""
    by = reader(request, "billing.refund")
    done = commands.refund_or_request(
        payment_id=queries.payment_screen(parse_id("pay", ref), by).row.id,
        amount=Money(body.amount_fen),
        reason=body.reason,
        method=body.method,
        request_key=request_key(request, body.request_key),
        **who(request),
    )
    return refund_answer(done)


def _order_place(request: HttpRequest, body: DepositIn | DepositRefundIn) -> dict[str, Any]:
    by = reader(request)
    return {
        "order_id": known_order(body.order, by),
        "store_id": store_by_id(parse_id("sto", body.store)).pk,
        "customer_id": customer_card(parse_id("cus", body.customer)).id,
        "method": body.method,
        "amount": Money(body.amount_fen),
        "request_key": request_key(request, body.request_key),
    }


@router.post("/billing/deposits", response={201: PaymentOut}, operation_id="take_deposit", summary="Take a deposit")
@idempotent
def take_deposit(request: HttpRequest, body: DepositIn) -> Any:
    """Money in advance for an order, to be used on its bill."""
    place = _order_place(request, body)
    made = commands.take_deposit(order_number="", reference=body.reference, **place, **who(request))
    return 201, PaymentOut(**payment_facts(queries.payment_row(made)))


@router.post(
    "/billing/deposits/refunds",
    response={201: RefundOut, 202: RefundOut},
    operation_id="refund_deposit",
    summary="Give an unused deposit back",
)
@idempotent
def refund_deposit(request: HttpRequest, body: DepositRefundIn) -> Any:
    """As a refund: 201 done, 202 waits for an approval."""
    place = _order_place(request, body)
    return refund_answer(commands.refund_deposit_or_request(reason=body.reason, **place, **who(request)))
