"""What requests for approval are about, for the person who decides: the debt or payment with today's figures."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.approvals import NOTHING, Matter
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id
from pitlane.core.money import Money, total

from ..models import CreditAccount, Payment, Settlement
from .settlements import bill_for


def write_off_matter(subject: str, by: Actor) -> Matter:
    """Who owes what since when: one bill, or all that stands on an account."""
    if subject.startswith(f"{Settlement.id_prefix}_"):
        bill = bill_for(parse_id(Settlement.id_prefix, subject), by)
        return _about(bill.payer_name, [bill], _link("billing:settlement", bill.ref, by))
    rows = CreditAccount.objects.select_related("customer").filter(pk=parse_id(CreditAccount.id_prefix, subject))
    account = rows.first()
    if account is None:
        raise Missing()
    bills = Settlement.objects.filter(payer_id=account.customer_id, state="on_account").order_by("settled_at")
    return _about(account.customer.name, list(bills), _link("billing:credit_account", account.ref, by))


def _about(debtor: str, bills: list[Settlement], url: str) -> Matter:
    oldest = min((bill.settled_at for bill in bills), default=None)
    facts: list[tuple[Any, Any]] = [
        (_("付款方"), debtor),
        (_("结算金额"), total(bill.total for bill in bills)),
        (_("已收"), total(bill.received for bill in bills)),
        (_("未收"), total(bill.due for bill in bills)),
    ]
    if oldest:
        facts.append((_("最早结算"), f"{timezone.localtime(oldest):%Y-%m-%d}"))
    return Matter(url, tuple(facts))


def refund_matter(subject: str, by: Actor) -> Matter:
    """The bill whose payment is to go back; a deposit has none yet."""
    if not subject.startswith(f"{Payment.id_prefix}_"):
        return NOTHING
    payment = Payment.objects.filter(pk=parse_id(Payment.id_prefix, subject)).first()
    if payment is None or payment.settlement_id is None:
        return NOTHING
    bill = bill_for(payment.settlement_id, by)
    facts: tuple[tuple[Any, Money | str], ...] = ((_("付款方"), bill.payer_name), (_("原收款"), payment.amount))
    return Matter(_link("billing:settlement", bill.ref, by), facts)


def _link(name: str, ref: str, by: Actor) -> str:
    return reverse(name, args=[ref]) if by.may("billing.view") else ""
