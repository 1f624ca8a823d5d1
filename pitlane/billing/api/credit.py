"""Credit accounts: terms, statement, clearing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id
from pitlane.core.money import Money
from pitlane.customers.queries import customer_card

from .. import commands, queries
from .facts import credit_facts, payment_facts, reader, request_key, who
from .shapes import ClearIn, CreditChange, CreditIn, CreditOut, EntryOut, OpenBillOut, PaymentOut, StatementOut
from .table import router


@router.get(
    "/billing/credit-accounts",
    response=list[CreditOut],
    operation_id="list_credit_accounts",
    summary="Credit accounts",
)
def list_credit_accounts(request: HttpRequest) -> Any:
    """The accounts that owe most first."""
    found = queries.credit_list(reader(request), request.now)  # type: ignore[attr-defined]
    return [CreditOut(**credit_facts(row.card)) for row in found.rows]


@router.post(
    "/billing/credit-accounts",
    response={201: CreditOut},
    operation_id="open_credit_account",
    summary="Let a customer pay later",
)
@idempotent
def open_credit_account(request: HttpRequest, body: CreditIn) -> Any:
    """One account for each customer."""
    made = commands.open_credit(
        customer_id=customer_card(parse_id("cus", body.customer)).id,
        limit=Money(body.limit_fen),
        days=body.days,
        **who(request),
    )
    return 201, CreditOut(**credit_facts(queries.credit_card(made)))


@router.get(
    "/billing/credit-accounts/{ref}",
    response=StatementOut,
    operation_id="get_credit_statement",
    summary="Statement of account",
)
def get_credit_statement(request: HttpRequest, ref: str, first: date | None = None, last: date | None = None) -> Any:
    """Opening balance, entries and closing balance of a period, and the bills still open."""
    by = reader(request)
    screen = queries.account_screen(parse_id("crd", ref), by, request.now, first, last)  # type: ignore[attr-defined]
    entries = [
        EntryOut(
            at=entry.at,
            text=str(entry.text),
            reference=entry.reference,
            charged_fen=entry.charged.fen if entry.charged else None,
            cleared_fen=entry.cleared.fen if entry.cleared else None,
            balance_fen=entry.balance.fen,
        )
        for entry in screen.entries
    ]
    bills = [
        OpenBillOut(
            settlement=bill.ref,
            number=bill.short_number,
            order_number=bill.order_number,
            total_fen=bill.total.fen,
            due_fen=bill.due.fen,
            due_on=bill.due_on,
            days_late=bill.days_late,
        )
        for bill in screen.bills
    ]
    return StatementOut(
        **credit_facts(screen.card),
        first=screen.first,
        last=screen.last,
        opening_fen=screen.opening.fen,
        closing_fen=screen.closing.fen,
        overdue_fen=screen.overdue.fen,
        entries=entries,
        bills=bills,
    )


@router.put(
    "/billing/credit-accounts/{ref}",
    response=CreditOut,
    operation_id="change_credit_account",
    summary="Change limit and term",
)
@idempotent
def change_credit_account(request: HttpRequest, ref: str, body: CreditChange) -> Any:
    """A limit below what is owed is refused."""
    made = commands.change_credit(
        account_id=parse_id("crd", ref),
        limit=Money(body.limit_fen),
        days=body.days,
        active=body.active,
        **who(request),
    )
    return CreditOut(**credit_facts(queries.credit_card(made)))


@router.post(
    "/billing/credit-accounts/{ref}/clearings",
    response={201: list[PaymentOut]},
    operation_id="clear_account",
    summary="Clear several bills with one payment",
)
@idempotent
def clear_account(request: HttpRequest, ref: str, body: ClearIn) -> Any:
    """The payment is spread over the bills, the oldest first."""
    account = queries.account_screen(parse_id("crd", ref), reader(request, "billing.pay"), request.now)  # type: ignore[attr-defined]
    made = commands.clear_account(
        customer_id=account.card.customer_id,
        method=body.method,
        amount=Money(body.amount_fen),
        settlement_ids=[parse_id("stl", one) for one in body.settlements],
        reference=body.reference,
        request_key=request_key(request, body.request_key),
        **who(request),
    )
    return 201, [PaymentOut(**payment_facts(queries.payment_row(row))).model_dump(mode="json") for row in made]
