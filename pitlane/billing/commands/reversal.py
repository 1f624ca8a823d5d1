"""反结算: a settled bill is never edited; it is cancelled by its exact opposite and the order is settled anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.commands import request_approval
from pitlane.accounts.queries import store_code
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import ZERO, Money, total
from pitlane.core.numbers import next_number

from .. import approving, ledger, policies
from ..events import SettlementReversed
from ..models import Method, PayerKind, Payment, Settlement, SettlementLine
from ..states import SETTLEMENT

NEGATED = ("quantity", "list_amount", "discount", "tax", "amount", "share", "cost")
SAME = (
    "store_id", "order_id", "order_number", "customer_id", "vehicle_id", "payer_kind", "payer_name", "payer_id",
    "round", "position", "odometer", "facts",
)  # fmt: skip


def _active(order_id: int) -> list[Settlement]:
    rows = Settlement.objects.select_for_update().filter(order_id=order_id, reverses=None).exclude(state="reversed")
    found = list(rows.order_by("pk"))
    if not found:
        raise Missing(_("这张工单没有可以反结算的结算单"))
    return found


@command
def request_reversal(*, order_id: int, reason: str, by: Actor, at: datetime) -> Any:
    """Ask that an order's bills be reversed."""
    bills = _active(order_id)
    require(policies.can_reverse(by, bills[0].store_id), "billing.reverse")
    amount = total(bill.total for bill in bills)
    return request_approval(
        kind="reverse",
        permission=approving.PERMISSION,
        subject=approving.reversal_subject(order_id),
        summary=_("反结算 %(number)s，合计 %(amount)s") % {"number": bills[0].order_number, "amount": amount},
        reason=reason,
        amount=amount,
        store_id=bills[0].store_id,
        order_id=order_id,
        customer_id=bills[0].customer_id,
        by=by,
        at=at,
    )


@command
def reverse_settlements(
    *, order_id: int, reason: str, approval_id: int | None, by: Actor, at: datetime
) -> list[Settlement]:
    """Reverse all bills of an order. What was paid becomes its deposit, what was on account is released, and what was
    written off is due again with the next bill."""
    bills = _active(order_id)
    require(policies.can_reverse(by, bills[0].store_id), "billing.reverse")
    if not reason.strip():
        raise Refused(_("请写明反结算原因"), code="reason", field="reason")
    amount = total(bill.total for bill in bills)
    subject = approving.reversal_subject(order_id)
    approving.spend("reverse", subject, approval_id, amount, by=by, at=at)
    return [_reverse(bill, reason.strip()[:200], by, at) for bill in bills]


def _reverse(bill: Settlement, reason: str, by: Actor, at: datetime) -> Settlement:
    received, written_off, owed = bill.received, bill.written_off, bill.due
    released = ledger.free_credit(bill, owed, None, at) if bill.state == "on_account" else ZERO
    SETTLEMENT.apply(bill, "reverse")
    bill.reversed_at, bill.reason, bill.paid, bill.written_off = at, reason, ZERO, ZERO
    bill.save(update_fields=["state", "reversed_at", "reason", "paid", "written_off"])
    if written_off:
        _correct(bill, Method.WRITE_OFF, written_off, f"reversal:{bill.pk}:write_off", reason, by, at)
    to_deposit = _give_up_paid(bill, received, reason, by, at) if received else ZERO
    negative = _negative(bill, reason, by, at)
    reversed_ = SettlementReversed(
        **ledger.about(bill),
        negative_id=negative.pk,
        total_fen=bill.total.fen,
        to_deposit_fen=to_deposit.fen,
        released_fen=released.fen,
    )
    record(reversed_, by=by, at=at)
    return negative


def _give_up_paid(bill: Settlement, paid: Money, reason: str, by: Actor, at: datetime) -> Money:
    """The money stays in the house: it leaves the bill and waits as the payer's deposit for the next one."""
    internal = bill.payer_kind == PayerKind.INTERNAL
    if not internal:
        ledger.add_to_deposit(ledger.locked_deposit(bill.order_id, bill.debtor_id, by.org_id), paid)
    way = Method.INTERNAL if internal else Method.DEPOSIT
    _correct(bill, way, paid, f"reversal:{bill.pk}", reason, by, at)
    return ZERO if internal else paid


def _correct(bill: Settlement, method: str, amount: Money, key: str, reason: str, by: Actor, at: datetime) -> None:
    """The row of the cash book that takes an amount off a reversed bill."""
    ledger.write_payment(
        kind=Payment.Kind.CORRECTION,
        method=method,
        amount=-amount,
        store_id=bill.store_id,
        settlement=bill,
        order_id=bill.order_id,
        customer_id=bill.debtor_id,
        request_key=key,
        reason=reason,
        by=by,
        at=at,
    )


def _negative(bill: Settlement, reason: str, by: Actor, at: datetime) -> Settlement:
    number = next_number(
        kind="J", store_id=bill.store_id, store_code=store_code(bill.store_id), day=timezone.localtime(at).date()
    )
    made = Settlement(
        org_id=by.org_id,
        number=number.full,
        short_number=number.short,
        total=-bill.total,
        discount=-bill.discount,
        tax=-bill.tax,
        rounding=-bill.rounding,
        cost=-bill.cost,
        reason=reason,
        paid=ZERO,
        written_off=ZERO,
        reverses=bill,
        settled_at=at,
        settled_by=by.name,
        reversed_at=at,
        **{name: getattr(bill, name) for name in SAME},
    )
    SETTLEMENT.apply(made, "reverse")
    made.save()
    lines = list(bill.lines.all())
    for line in lines:
        line.pk, line.settlement = None, made
        line._state.adding = True
        for name in NEGATED:
            setattr(line, name, -getattr(line, name))
    SettlementLine.objects.bulk_create(lines)
    return made
