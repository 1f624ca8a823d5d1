"""Deposits: money paid for an order before its bill, used on the bill or given back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing
from pitlane.core.events import record
from pitlane.core.money import Money

from .. import approving, ledger, policies
from ..events import DepositRefunded, DepositTaken
from ..models import Method, Payment


@command
def take_deposit(
    *,
    order_id: int,
    order_number: str,
    store_id: int,
    customer_id: int,
    method: str,
    amount: Money,
    request_key: str,
    reference: str = "",
    vehicle_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Payment:
    """Take money in advance, for example before an expensive part is ordered."""
    require(policies.can_pay(by, store_id), "billing.pay")
    ledger.check_method(method)
    ledger.positive(amount)
    deposit = ledger.locked_deposit(order_id, customer_id, by.org_id)
    wanted: dict[str, Any] = {"order_id": order_id, "customer_id": customer_id, "method": method, "amount": amount}
    if known := ledger.repeated(request_key, kind=Payment.Kind.DEPOSIT, **wanted):
        return known
    ledger.add_to_deposit(deposit, amount)
    payment = ledger.write_payment(
        kind=Payment.Kind.DEPOSIT,
        store_id=store_id,
        request_key=request_key,
        reference=(reference or order_number)[:60],
        by=by,
        at=at,
        **wanted,
    )
    taken = DepositTaken(
        payment_id=payment.pk,
        store_id=store_id,
        customer_id=customer_id,
        vehicle_id=vehicle_id,
        order_id=order_id,
        method=method,
        amount_fen=amount.fen,
        balance_fen=deposit.balance.fen,
    )
    record(taken, by=by, at=at)
    return payment


@command
def apply_deposit(*, settlement_id: int, amount: Money, request_key: str, by: Actor, at: datetime) -> Payment:
    """Pay a bill, or part of it, with the deposit its payer left for this order."""
    settlement = ledger.locked_settlement(settlement_id)
    require(policies.can_pay(by, settlement.store_id), "billing.pay")
    wanted = {"settlement_id": settlement.pk, "method": Method.DEPOSIT, "amount": amount}
    if known := ledger.repeated(request_key, kind=Payment.Kind.PAYMENT, **wanted):
        return known
    ledger.positive(amount)
    return ledger.receive(settlement, Method.DEPOSIT, amount, request_key, by=by, at=at)


@command
def refund_deposit(
    *,
    order_id: int,
    customer_id: int,
    store_id: int,
    method: str,
    amount: Money,
    reason: str,
    request_key: str,
    approval_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Payment:
    """Give back what is left of a deposit when the work is not done after all."""
    require(policies.can_refund(by, store_id), "billing.refund")
    ledger.check_method(method)
    ledger.positive(amount)
    deposit = ledger.locked_deposit(order_id, customer_id, by.org_id)
    wanted: dict[str, Any] = {"order_id": order_id, "customer_id": customer_id, "method": method, "amount": -amount}
    if known := ledger.repeated(request_key, kind=Payment.Kind.REFUND, **wanted):
        return known
    _check_taken_here(order_id, customer_id, store_id)
    subject = approving.deposit_subject(order_id, customer_id)
    approving.spend("refund", subject, approval_id, amount, by=by, at=at)
    ledger.add_to_deposit(deposit, -amount)
    payment = ledger.write_payment(
        kind=Payment.Kind.REFUND,
        store_id=store_id,
        request_key=request_key,
        reason=reason[:200],
        giver=approving.giver(by),
        approval_id=approval_id,
        by=by,
        at=at,
        **wanted,
    )
    approving.check_small(payment, subject)
    given = DepositRefunded(
        payment_id=payment.pk,
        store_id=store_id,
        customer_id=customer_id,
        order_id=order_id,
        method=method,
        amount_fen=amount.fen,
        balance_fen=deposit.balance.fen,
    )
    record(given, by=by, at=at)
    return payment


def _check_taken_here(order_id: int, customer_id: int, store_id: int) -> None:
    """A deposit goes back from the store that holds it, by that store's limits and people."""
    if not Payment.objects.filter(order_id=order_id, customer_id=customer_id, store_id=store_id).exists():
        raise Missing(_("这家门店没有收过这笔定金"))
