"""The page of one bill: its lines in the six parts with their reasons, its money, its story, what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from pitlane.accounts.queries import approval_for
from pitlane.core.access import Actor
from pitlane.core.errors import Text
from pitlane.core.events import KINDS
from pitlane.core.models import EventRow
from pitlane.core.money import ZERO, Money, total
from pitlane.core.sentences import Sentence

from .. import policies
from ..approving import WRITE_OFF
from ..bills import sum_parts, why_line
from ..models import Method, Payment, Settlement, SettlementLine
from ..pricing import PART_NAMES
from .settlements import SettlementCard, bill_for, settlement_card, usable_deposit


@dataclass(frozen=True, slots=True)
class May:
    """An action: allowed, or why not."""

    allowed: bool
    why: Text = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line with the steps of its price."""

    line: SettlementLine
    why: list[Sentence]


@dataclass(frozen=True, slots=True)
class PartGroup:
    """One of the six charge parts with its lines and subtotal."""

    code: str
    name: str
    rows: list[LineRow]
    subtotal: Money


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """One movement of money on the bill; ``left`` is what could still be given back, of a write-off what could still
    be recovered."""

    id: int
    ref: str
    number: str
    kind: str
    kind_label: Text
    method: str
    method_label: Text
    amount: Money
    reference: str
    reason: str
    batch: str
    at: datetime
    by: str
    approved_by: str
    left: Money

    @property
    def given_up(self) -> bool:
        """Was this a write-off, in which no money moved?"""
        return self.method == Method.WRITE_OFF

    @property
    def refundable(self) -> Money:
        """What could be paid out: nothing of a write-off."""
        return ZERO if self.given_up else self.left


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the bill's story."""

    at: datetime
    icon: str
    family: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SettlementScreen:
    """All that the page of a bill shows."""

    card: SettlementCard
    bill: Settlement
    parts: list[PartGroup]
    payments: list[PaymentRow]
    siblings: list[SettlementCard]
    story: list[Told]
    deposit: Money
    reversal: SettlementCard | None
    reversed_bill: SettlementCard | None
    listed: Money
    may: dict[str, May]
    write_off: Any


def part_groups(lines: list[SettlementLine]) -> list[PartGroup]:
    """The lines under the six heads of the trade's form."""
    rows = [LineRow(line, why_line(line)) for line in lines]
    return [
        PartGroup(code, _(PART_NAMES[code]), [row for row in rows if row.line.part_of_form == code], subtotal)
        for code, subtotal in sum_parts(lines).items()
    ]


def payment_row(payment: Payment, back: Money = ZERO) -> PaymentRow:
    """One movement of money; ``back`` is what was already given back of it (negative)."""
    return PaymentRow(
        id=payment.pk,
        ref=payment.ref,
        number=payment.number,
        kind=payment.kind,
        kind_label=_kind(payment),
        method=payment.method,
        method_label=Method(payment.method).label,
        amount=payment.amount,
        reference=payment.reference,
        reason=payment.reason,
        batch=payment.batch,
        at=payment.received_at,
        by=payment.received_by,
        approved_by=payment.approved_by,
        left=payment.amount + back if payment.kind == Payment.Kind.PAYMENT else ZERO,
    )


def _kind(payment: Payment) -> Text:
    if payment.method == Method.WRITE_OFF:
        return Method.WRITE_OFF.label if payment.kind == Payment.Kind.PAYMENT else _("核销收回")
    return Payment.Kind(payment.kind).label


def payment_rows(payments: list[Payment]) -> list[PaymentRow]:
    """The movements of one bill, each with what is left of it."""
    back: dict[int, Money] = {}
    for payment in payments:
        if payment.corrects_id:
            back[payment.corrects_id] = back.get(payment.corrects_id, ZERO) + payment.amount
    return [payment_row(payment, back.get(payment.pk, ZERO)) for payment in payments]


def settlement_screen(settlement_id: int, by: Actor, at: datetime) -> SettlementScreen:
    """The page of one bill; a fixed number of queries whatever its length."""
    bill = bill_for(settlement_id, by)
    lines = list(bill.lines.order_by("position"))
    of_order = list(Settlement.objects.filter(order_id=bill.order_id).order_by("round", "position", "pk"))
    others = {other.pk: settlement_card(other) for other in of_order}
    negative = next((other for other in of_order if other.reverses_id == bill.pk), None)
    payments = list(bill.payments.order_by("pk"))
    asked = approval_for(WRITE_OFF, bill.ref)
    waits = asked if asked is not None and asked.state == "requested" else None
    return SettlementScreen(
        card=settlement_card(bill),
        bill=bill,
        parts=part_groups(lines),
        payments=payment_rows(payments),
        siblings=[card for pk, card in others.items() if pk != bill.pk],
        story=_story(bill),
        deposit=usable_deposit(bill),
        reversal=others.get(negative.pk) if negative else None,
        reversed_bill=others.get(bill.reverses_id or 0),
        listed=total(line.list_amount for line in lines),
        may=_may(bill, by, bool(waits)),
        write_off=waits,
    )


def _may(bill: Settlement, by: Actor, waits: bool) -> dict[str, May]:
    over = bill.state == "reversed"
    settled_why = _("已反结算") if over else _("已付清")
    pay = bill.due.fen > 0
    return {
        "pay": May(pay and policies.can_pay(by, bill.store_id), settled_why if not pay else _("没有收款权限")),
        "refund": May(
            bill.state in ("paid", "partial") and policies.can_refund(by, bill.store_id),
            _("没有退款权限") if bill.paid and not over else _("没有可退的收款"),
        ),
        "write_off": May(
            pay and not waits and policies.can_write_off(by, bill.store_id),
            settled_why if not pay else _("已有核销申请在等审批") if waits else _("没有申请坏账核销的权限"),
        ),
        "recover": May(bool(bill.written_off) and policies.can_pay(by, bill.store_id), _("没有收款权限")),
        "reverse": May(
            not over and policies.can_reverse(by, bill.store_id), settled_why if over else _("没有反结算权限")
        ),
    }


def _story(bill: Settlement) -> list[Told]:
    told = Q(kind__startswith="billing.") | Q(kind__startswith="accounts.Approval")
    rows = EventRow.objects.filter(told, order_id=bill.order_id).order_by("-seq")[:100]
    mine = [row for row in rows if row.payload.get("settlement_id") in (None, bill.pk)]
    return [_told(row) for row in mine]


def _told(row: EventRow) -> Told:
    event = KINDS[row.kind](**row.payload)
    return Told(row.at, event.icon, event.family, event.sentence(), row.actor_name)
