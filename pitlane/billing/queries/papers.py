"""What is printed: the statement in the trade's six-part form, and the receipt of one payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor, visible
from pitlane.core.chinese import capital_amount
from pitlane.core.errors import Missing, Text
from pitlane.core.money import Money, total

from ..models import Method, PayerKind, Payment, Settlement, SettlementLine
from .screen import PartGroup, PaymentRow, part_groups, payment_row, payment_rows
from .settlements import SettlementCard, bill_for, settlement_card


@dataclass(frozen=True, slots=True)
class Paper:
    """结算清单: the six parts with subtotals, customer's own parts, old parts, capitals, guarantee."""

    card: SettlementCard
    bill: Settlement
    facts: dict[str, Any]
    opened_at: datetime | None
    completed_at: datetime | None
    store: Any
    parts: list[PartGroup]
    supplied: list[SettlementLine]
    returned: list[SettlementLine]
    waived: list[SettlementLine]
    guaranteed: list[SettlementLine]
    listed: Money
    capital: str
    payments: list[PaymentRow]


def _paper(bill: Settlement) -> Paper:
    lines = list(bill.lines.order_by("position"))
    return Paper(
        card=settlement_card(bill),
        bill=bill,
        facts=bill.facts,
        opened_at=parse_datetime(bill.facts.get("opened_at") or ""),
        completed_at=parse_datetime(bill.facts.get("completed_at") or ""),
        store=store_by_id(bill.store_id),
        parts=part_groups(lines),
        supplied=[line for line in lines if line.customer_supplied],
        returned=[line for line in lines if line.old_part == "return"],
        waived=[line for line in lines if line.old_part == "waive"],
        guaranteed=[line for line in lines if line.guarantee_days or line.guarantee_km],
        listed=total(line.share for line in lines),
        capital=capital_amount(bill.total.fen),
        payments=payment_rows(list(bill.payments.exclude(method=Method.WRITE_OFF).order_by("pk"))),
    )


def statement(settlement_id: int, by: Actor) -> Paper:
    """The statement of one bill, for staff who may see its store."""
    return _paper(bill_for(settlement_id, by))


def statements_for_order(order_id: int) -> list[Paper]:
    """The bills of an order that its owner pays: what a customer may read behind a private link."""
    own = (PayerKind.CUSTOMER, PayerKind.FLEET)
    rows = Settlement.objects.filter(order_id=order_id, payer_kind__in=own, reverses=None).exclude(state="reversed")
    return [_paper(bill) for bill in rows.order_by("position")]


@dataclass(frozen=True, slots=True)
class Receipt:
    """The 80 mm slip of one payment or refund."""

    row: PaymentRow
    name: Text
    settlement: SettlementCard | None
    store: Any
    capital: str


def receipt(payment_id: int, by: Actor) -> Receipt:
    """The slip of one movement of money."""
    rows = Payment.objects.filter(visible(by), pk=payment_id).select_related("settlement", "customer", "store")
    payment = rows.first()
    if payment is None:
        raise Missing()
    bill = payment.settlement
    return Receipt(
        row=payment_row(payment),
        name=bill.payer_name if bill else payment.customer.name,
        settlement=settlement_card(bill) if bill else None,
        store=payment.store,
        capital=capital_amount(payment.amount.fen),
    )
