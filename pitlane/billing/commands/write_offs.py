"""坏账核销: what a payer will never pay is given up with somebody else's approval; a late payment brings it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from pitlane.accounts.commands import request_approval, use_approval
from pitlane.accounts.queries import approval_by_id, approval_for
from pitlane.core.access import SYSTEM_NAME, Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.ids import parse_id
from pitlane.core.money import Money, total

from .. import ledger, policies
from ..approving import WRITE_OFF, WRITE_OFF_PERMISSION
from ..events import DebtRecovered, DebtWrittenOff
from ..models import CreditAccount, Method, Payment, Settlement
from ..states import PAYABLE


@command
def request_write_off(*, settlement_id: int, amount: Money, reason: str, by: Actor, at: datetime) -> Any:
    """Propose to give up what one bill still owes, all or a part; the bill stays as it is until somebody agrees."""
    bill = ledger.locked_settlement(settlement_id)
    require(policies.can_write_off(by, bill.store_id), "billing.write_off")
    ledger.positive(amount)
    _check_open(bill, amount)
    _check_alone(bill.ref, amount)
    facts = {"amount": amount, "number": bill.short_number}
    return request_approval(
        kind=WRITE_OFF,
        permission=WRITE_OFF_PERMISSION,
        subject=bill.ref,
        summary=_("坏账核销 %(amount)s · 结算单 %(number)s") % facts,
        reason=reason,
        amount=amount,
        store_id=bill.store_id,
        order_id=bill.order_id,
        customer_id=bill.debtor_id,
        by=by,
        at=at,
    )


@command
def request_account_write_off(*, account_id: int, amount: Money, reason: str, by: Actor, at: datetime) -> Any:
    """The same for all that a customer has on account: a fleet that is gone does not pay bill by bill.

    Debts of several stores are given up by who decides for all of them.
    """
    account: CreditAccount | None = CreditAccount.objects.filter(pk=account_id).first()
    if account is None:
        raise Missing()
    bills = ledger.bills_on_account(account.customer_id)
    stores = {bill.store_id for bill in bills}
    allowed = by.may("billing.write_off") and all(policies.can_write_off(by, store) for store in stores)
    require(allowed, "billing.write_off")
    ledger.positive(amount)
    _check_owed(bills, amount)
    _check_alone(account.ref, amount)
    facts = {"amount": amount, "count": len(ledger.oldest_first(bills, amount))}
    return request_approval(
        kind=WRITE_OFF,
        permission=WRITE_OFF_PERMISSION,
        subject=account.ref,
        summary=_("坏账核销 %(amount)s · 挂账结算单 %(count)s 张") % facts,
        reason=reason,
        amount=amount,
        store_id=stores.pop() if len(stores) == 1 else None,
        customer_id=account.customer_id,
        by=by,
        at=at,
    )


def _check_open(bill: Settlement, amount: Money) -> None:
    if bill.state not in PAYABLE or not bill.due:
        raise Conflict(_("这张结算单没有待收的钱，不用核销"), code="nothing_due")
    _check_owed([bill], amount)


def _check_owed(bills: list[Settlement], amount: Money) -> None:
    owed = total(bill.due for bill in bills)
    if amount > owed:
        text = _("只欠 %(owed)s，不能核销 %(amount)s") % {"owed": owed, "amount": amount}
        raise Conflict(text, code="write_off_too_much", field="amount", due=owed.fen)


def _check_alone(subject: str, amount: Money) -> None:
    """One question at a time: two open requests about one debt could not both be granted."""
    known = approval_for(WRITE_OFF, subject)
    if known and known.state == "requested" and known.amount != amount:
        raise Refused(_("已有一项核销申请在等审批，请先撤回"), code="write_off_waits", field="amount")


@command
def carry_out_write_off(*, approval_id: int, by: Actor, at: datetime) -> list[Payment]:
    """Give up exactly what was approved, of what is open now; the oldest bills first where several were meant."""
    approval = approval_by_id(approval_id)
    require(policies.can_approve_write_off(by, approval.store_id), WRITE_OFF_PERMISSION)
    amount: Money = approval.amount or Money(0)
    bills = _meant(approval.subject, approval.store_id, amount)
    use_approval(approval_id=approval.pk, kind=WRITE_OFF, subject=approval.subject, amount=amount, by=by, at=at)
    parts = ledger.oldest_first(bills, amount)
    return [_write_off(bill, part, approval, turn, by, at) for turn, (bill, part) in enumerate(parts)]


def _meant(subject: str, store_id: int | None, amount: Money) -> list[Settlement]:
    """The bills that a request is about, locked, as far as they are still open for so much."""
    if subject.startswith(f"{Settlement.id_prefix}_"):
        bill = ledger.locked_settlement(parse_id(Settlement.id_prefix, subject))
        _check_open(bill, amount)
        return [bill]
    account = CreditAccount.objects.filter(pk=parse_id(CreditAccount.id_prefix, subject)).first()
    if account is None:
        raise Missing()
    bills = [b for b in ledger.bills_on_account(account.customer_id) if store_id in (None, b.store_id)]
    _check_owed(bills, amount)
    return bills


def _write_off(bill: Settlement, amount: Money, approval: Any, turn: int, by: Actor, at: datetime) -> Payment:
    payment = ledger.enter(
        bill,
        Method.WRITE_OFF,
        amount,
        f"write_off:{approval.pk}:{turn}",
        reason=approval.reason,
        received_by=approval.requested_by.name if approval.requested_by else SYSTEM_NAME,
        approved_by=by.name,
        approval_id=approval.pk,
        by=by,
        at=at,
    )
    given_up = DebtWrittenOff(
        **ledger.about(bill),
        payment_id=payment.pk,
        approval_id=approval.pk,
        amount_fen=amount.fen,
        due_fen=bill.due.fen,
    )
    record(given_up, by=by, at=at)
    if not bill.due:
        ledger.tell_paid(bill, by, at)
    return payment


@command
def recover_write_off(
    *, payment_id: int, method: str, amount: Money, request_key: str, reference: str = "", by: Actor, at: datetime
) -> Payment:
    """坏账收回: the debtor pays after all. So much of the write-off is taken back and real money takes its place."""
    given_up: Payment | None = Payment.objects.filter(pk=payment_id).first()
    if given_up is None:
        raise Missing()
    if given_up.method != Method.WRITE_OFF or given_up.kind != Payment.Kind.PAYMENT or given_up.settlement_id is None:
        raise Refused(_("这不是坏账核销"), code="not_written_off")
    bill = ledger.locked_settlement(given_up.settlement_id)
    require(policies.can_pay(by, bill.store_id), "billing.pay")
    wanted = {"settlement_id": bill.pk, "method": method, "amount": amount, "kind": Payment.Kind.PAYMENT}
    if known := ledger.repeated(request_key, **wanted):
        return known
    ledger.check_method(method)
    ledger.positive(amount)
    _take_back(bill, given_up, amount)
    facts: dict[str, Any] = {
        "store_id": bill.store_id,
        "settlement": bill,
        "order_id": bill.order_id,
        "customer_id": bill.debtor_id,
        "reference": reference[:60],
        "by": by,
        "at": at,
    }
    ledger.write_payment(
        kind=Payment.Kind.CORRECTION,
        method=Method.WRITE_OFF,
        amount=-amount,
        request_key=f"{request_key}#back",
        corrects=given_up,
        **facts,
    )
    payment = ledger.write_payment(
        kind=Payment.Kind.PAYMENT, method=method, amount=amount, request_key=request_key, **facts
    )
    recovered = DebtRecovered(
        **ledger.about(bill),
        payment_id=payment.pk,
        written_off_id=given_up.pk,
        method=method,
        amount_fen=amount.fen,
    )
    record(recovered, by=by, at=at)
    return payment


def _take_back(bill: Settlement, given_up: Payment, amount: Money) -> None:
    """Lower what is written off by one guarded statement; what is paid stays, because money replaces it at once."""
    left = given_up.amount + total(given_up.corrections.values_list("amount", flat=True))
    rows = Settlement.objects.filter(pk=bill.pk, written_off__gte=amount.fen).exclude(state="reversed")
    if amount > left or not rows.update(written_off=F("written_off") - amount.fen):
        if bill.state == "reversed":
            raise Conflict(_("这张结算单已反结算，不能再收款"), code="reversed")
        text = _("这笔核销最多还能收回 %(left)s") % {"left": min(left, bill.written_off)}
        raise Conflict(text, code="recovered_too_much", field="amount", left=left.fen)
    bill.written_off = bill.written_off - amount
