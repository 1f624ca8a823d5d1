"""Refunds: money back for a payment, whole or in part, with somebody else's approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from pitlane.accounts.commands import request_approval
from pitlane.accounts.queries import approval_for
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import Money, total

from .. import approving, ledger, policies
from ..events import RefundMade
from ..models import DepositBalance, Method, Payment, Settlement
from ..states import SETTLEMENT
from .deposits import refund_deposit


@dataclass(frozen=True, slots=True)
class Refund:
    """What the refund button led to: the money is back, or the request waits for a decision."""

    payment: Payment | None = None
    approval: Any = None


def _payment(payment_id: int) -> tuple[Payment, Settlement]:
    found: Payment | None = Payment.objects.filter(pk=payment_id).first()
    if found is None:
        raise Missing()
    if found.kind != Payment.Kind.PAYMENT or found.settlement_id is None:
        raise Refused(_("只有结算单的收款可以这样退款"), code="not_refundable")
    if found.method == Method.WRITE_OFF:
        raise Refused(_("坏账核销没有收到钱，不能退款"), code="written_off")
    return found, ledger.locked_settlement(found.settlement_id)


def _refundable(payment: Payment) -> Money:
    """What is left of a payment after earlier refunds."""
    return payment.amount + total(payment.corrections.values_list("amount", flat=True))


@command
def refund_payment(
    *,
    payment_id: int,
    amount: Money,
    reason: str,
    request_key: str,
    approval_id: int | None = None,
    method: str | None = None,
    by: Actor,
    at: datetime,
) -> Payment:
    """Give back all or part of a payment. The bill is due again by that much."""
    payment, settlement = _payment(payment_id)
    require(policies.can_refund(by, settlement.store_id), "billing.refund")
    if known := ledger.repeated(request_key, corrects_id=payment.pk, amount=-amount, kind=Payment.Kind.REFUND):
        return known
    way = _way_back(payment, method)
    _check(payment, settlement, amount, reason)
    subject = approving.refund_subject(payment.ref)
    approving.spend("refund", subject, approval_id, amount, by=by, at=at)
    _lower_paid(settlement, amount)
    if way == Method.DEPOSIT:
        ledger.add_to_deposit(ledger.locked_deposit(settlement.order_id, payment.customer_id, by.org_id), amount)
    back = ledger.write_payment(
        kind=Payment.Kind.REFUND,
        method=way,
        amount=-amount,
        store_id=settlement.store_id,
        settlement=settlement,
        order_id=settlement.order_id,
        customer_id=payment.customer_id,
        request_key=request_key,
        reason=reason.strip()[:200],
        corrects=payment,
        giver=approving.giver(by),
        approval_id=approval_id,
        by=by,
        at=at,
    )
    approving.check_small(back, subject)
    made = RefundMade(
        **ledger.about(settlement),
        payment_id=payment.pk,
        refund_id=back.pk,
        method=way,
        amount_fen=amount.fen,
        state=settlement.state,
    )
    record(made, by=by, at=at)
    return back


def _way_back(payment: Payment, method: str | None) -> str:
    """Money goes back the way it came, or as agreed; what came from a deposit returns to it."""
    if payment.method == Method.DEPOSIT:
        return Method.DEPOSIT.value
    way = method or payment.method
    if way not in ledger.TAKEN:
        raise Refused(_("请选择现金、刷卡或银行转账"), code="method", field="method")
    return way


def _check(payment: Payment, settlement: Settlement, amount: Money, reason: str) -> None:
    ledger.positive(amount)
    if not reason.strip():
        raise Refused(_("请写明退款原因"), code="reason", field="reason")
    if settlement.state not in ("paid", "partial"):
        text = _("「%(state)s」的结算单不能退款") % {"state": SETTLEMENT.label(settlement.state).text}
        raise Refused(text, code="wrong_state")
    left = _refundable(payment)
    if amount > left:
        text = _("这笔收款最多还能退 %(left)s") % {"left": left}
        raise Conflict(text, code="refund_too_much", field="amount", left=left.fen)


def _lower_paid(settlement: Settlement, amount: Money) -> None:
    rows = Settlement.objects.filter(pk=settlement.pk, paid__gte=amount.fen)
    if not rows.update(paid=F("paid") - amount.fen):
        raise Conflict(_("已收金额不足，不能退款"), code="refund_too_much", field="amount")
    settlement.paid = settlement.paid - amount
    SETTLEMENT.apply(settlement, "refund_some" if settlement.paid else "refund_all")
    settlement.save(update_fields=["state"])


@command
def refund_or_request(
    *,
    payment_id: int,
    amount: Money,
    reason: str,
    request_key: str,
    method: str | None = None,
    by: Actor,
    at: datetime,
) -> Refund:
    """What the button does: refund where that is approved or small enough, else ask for the approval.

    A deposit goes back as far as it is not used yet.
    """
    found = Payment.objects.filter(pk=payment_id, kind=Payment.Kind.DEPOSIT).first()
    if found:
        place: dict[str, Any] = {
            "order_id": found.order_id,
            "customer_id": found.customer_id,
            "store_id": found.store_id,
        }
        way: dict[str, Any] = {
            "method": method or found.method,
            "amount": amount,
            "reason": reason,
            "request_key": request_key,
        }
        return refund_deposit_or_request(**place, **way, by=by, at=at)
    payment, settlement = _payment(payment_id)
    require(policies.can_refund(by, settlement.store_id), "billing.refund")
    _check(payment, settlement, amount, reason)
    granted = _granted(approving.refund_subject(payment.ref), amount)
    if granted or approving.without_approval(amount, settlement.store_id, settlement.order_id, by=by, at=at):
        return Refund(
            payment=refund_payment(
                payment_id=payment_id,
                amount=amount,
                reason=reason,
                request_key=request_key,
                approval_id=granted,
                method=method,
                by=by,
                at=at,
            )
        )
    summary = _("退款 %(amount)s · 结算单 %(number)s") % {"amount": amount, "number": settlement.short_number}
    return Refund(
        approval=request_approval(
            kind="refund",
            permission=approving.PERMISSION,
            subject=approving.refund_subject(payment.ref),
            summary=summary,
            reason=reason,
            amount=amount,
            store_id=settlement.store_id,
            order_id=settlement.order_id,
            customer_id=payment.customer_id,
            by=by,
            at=at,
        )
    )


def _granted(subject: str, amount: Money) -> int | None:
    """An approval that covers this amount and is not used yet."""
    found = approval_for("refund", subject)
    if found and found.state == "approved" and (found.amount is None or amount <= found.amount):
        return int(found.pk)
    return None


@command
def refund_deposit_or_request(
    *,
    order_id: int,
    customer_id: int,
    store_id: int,
    method: str,
    amount: Money,
    reason: str,
    request_key: str,
    by: Actor,
    at: datetime,
) -> Refund:
    """The same for a deposit: give it back where that is approved, else ask."""
    require(policies.can_refund(by, store_id), "billing.refund")
    subject = approving.deposit_subject(order_id, customer_id)
    granted = _granted(subject, amount)
    ledger.positive(amount)
    held = DepositBalance.objects.filter(order_id=order_id, customer_id=customer_id).first()
    if held is None or amount > held.balance:
        raise Conflict(_("定金余额不足"), code="deposit_short", field="amount")
    facts: dict[str, Any] = {"order_id": order_id, "customer_id": customer_id, "store_id": store_id, "reason": reason}
    if granted or approving.without_approval(amount, store_id, order_id, by=by, at=at):
        back = refund_deposit(
            **facts, method=method, amount=amount, request_key=request_key, approval_id=granted, by=by, at=at
        )
        return Refund(payment=back)
    asked = request_approval(
        **facts,
        kind="refund",
        permission=approving.PERMISSION,
        subject=subject,
        summary=_("退定金 %(amount)s") % {"amount": amount},
        amount=amount,
        by=by,
        at=at,
    )
    return Refund(approval=asked)
