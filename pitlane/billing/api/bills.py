"""Bills: list, detail, what an order costs, taking money for one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor
from pitlane.core.api import Page, idempotent
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id
from pitlane.core.money import Money

from .. import commands, queries
from .facts import line_facts, payment_facts, reader, request_key, settlement_facts, who
from .shapes import AmountIn, KeyIn, LineOut, OrderMoneyOut, PaymentIn, PaymentOut, SettlementDetail, SettlementOut
from .table import router


def _detail(request: HttpRequest, ref: str) -> SettlementDetail:
    screen = queries.settlement_screen(parse_id("stl", ref), reader(request), request.now)  # type: ignore[attr-defined]
    return SettlementDetail(
        **settlement_facts(screen.card),
        lines=[LineOut(**line_facts(row)) for part in screen.parts for row in part.rows],
        parts_fen={part.code: part.subtotal.fen for part in screen.parts},
        payments=[PaymentOut(**payment_facts(row)) for row in screen.payments],
        deposit_fen=screen.deposit.fen,
        reversed_by=screen.reversal.ref if screen.reversal else None,
        reverses=screen.reversed_bill.ref if screen.reversed_bill else None,
    )


@router.get("/billing/settlements", response=Page[SettlementOut], operation_id="list_settlements", summary="List bills")
def list_settlements(
    request: HttpRequest,
    view: str = "all",
    text: str = "",
    payer_kind: str = "",
    period: str = "",
    customer: str = "",
    store: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """Bills of ``store``, else of all stores of the caller, newest first.

    Views: due, partial, on_account, today, all.
    """
    chosen = queries.ListFilter(
        view=view,
        text=text,
        payer_kind=payer_kind,
        period=period,
        customer_id=parse_id("cus", customer) if customer else None,
        cursor=cursor,
        limit=limit,
    )
    by = accounts.looking_at(reader(request), store)
    found = queries.settlement_list(chosen, by, request.now)  # type: ignore[attr-defined]
    return Page[SettlementOut](items=[SettlementOut(**settlement_facts(card)) for card in found.rows], next=found.next)


@router.get(
    "/billing/settlements/{ref}",
    response=SettlementDetail,
    operation_id="get_settlement",
    summary="One bill with lines",
)
def get_settlement(request: HttpRequest, ref: str) -> Any:
    """A bill with explained lines, six-part subtotals and payments."""
    return _detail(request, ref)


@router.get(
    "/billing/orders/{order}/money",
    response=OrderMoneyOut,
    operation_id="get_order_money",
    summary="The money of an order over all payers",
)
def get_order_money(request: HttpRequest, order: str) -> Any:
    """Total, paid, due, on account and deposit of one repair order."""
    by = reader(request)
    money = queries.order_money(known_order(order, by))
    names = ("total", "paid", "due", "on_account", "deposit")
    return OrderMoneyOut(
        settled=money.settled,
        all_paid=money.all_paid,
        covered=money.covered,
        settlements=[SettlementOut(**settlement_facts(card)) for card in money.settlements],
        **{f"{name}_fen": getattr(money, name).fen for name in names},
    )


def known_order(ref: str, by: Actor) -> int:
    """An order of this organisation in a store of the caller."""
    order_id = parse_id("ord", ref)
    if not queries.order_known(order_id, by):
        raise Missing()
    return order_id


@router.post(
    "/billing/settlements/{ref}/payments",
    response={201: PaymentOut},
    operation_id="take_payment",
    summary="Receive money for a bill",
)
@idempotent
def take_payment(request: HttpRequest, ref: str, body: PaymentIn) -> Any:
    """Part payments are fine; more than is due is a conflict. Repeating a request key gives the same payment."""
    made = commands.take_payment(
        settlement_id=_seen(request, ref),
        method=body.method,
        amount=Money(body.amount_fen),
        reference=body.reference,
        request_key=request_key(request, body.request_key),
        **who(request),
    )
    return 201, PaymentOut(**payment_facts(queries.payment_row(made)))


def _seen(request: HttpRequest, ref: str) -> int:
    """A bill that the caller may see; what lies in a foreign store does not exist."""
    settlement_id = parse_id("stl", ref)
    queries.check_visible(settlement_id, request.actor)  # type: ignore[attr-defined]
    return settlement_id


@router.post(
    "/billing/settlements/{ref}/deposit",
    response={201: PaymentOut},
    operation_id="apply_deposit",
    summary="Pay with the order's deposit",
)
@idempotent
def apply_deposit(request: HttpRequest, ref: str, body: AmountIn) -> Any:
    """Use what the payer left as a deposit for this order."""
    made = commands.apply_deposit(
        settlement_id=_seen(request, ref),
        amount=Money(body.amount_fen),
        request_key=request_key(request, body.request_key),
        **who(request),
    )
    return 201, PaymentOut(**payment_facts(queries.payment_row(made)))


@router.post(
    "/billing/settlements/{ref}/charge",
    response=SettlementOut,
    operation_id="charge_account",
    summary="Put a bill on account",
)
@idempotent
def charge_account(request: HttpRequest, ref: str, body: KeyIn) -> Any:
    """What is due goes on the payer's credit account, within its limit."""
    made = commands.charge_account(
        settlement_id=_seen(request, ref), request_key=request_key(request, body.request_key), **who(request)
    )
    return SettlementOut(**settlement_facts(queries.settlement_card(made)))
