"""Taking money for a bill: several methods, in parts, and never more than is due."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.money import Money

from .. import policies
from ..models import Method, PayerKind, Payment
from . import ledger

TAKEN = (Method.CASH, Method.CARD, Method.BANK)


@command
def take_payment(
    *,
    settlement_id: int,
    method: str,
    amount: Money,
    request_key: str,
    reference: str = "",
    by: Actor,
    at: datetime,
) -> Payment:
    """Receive money for a bill. Repeating the request gives the same payment; a bill is never overpaid."""
    settlement = ledger.locked_settlement(settlement_id)
    require(policies.can_pay(by, settlement.store_id), "billing.pay")
    known = ledger.repeated(
        request_key, settlement_id=settlement.pk, method=method, amount=amount, kind=Payment.Kind.PAYMENT
    )
    if known:
        return known
    check_method(method, settlement.payer_kind)
    ledger.positive(amount)
    return ledger.receive(settlement, method, amount, request_key, reference=reference[:60], by=by, at=at)


def check_method(method: str, payer_kind: str = "") -> None:
    """Only ways in which money really comes in; a deposit and an account have their own commands."""
    internal = method == Method.INTERNAL and payer_kind == PayerKind.INTERNAL
    if method not in TAKEN and not internal:
        raise Refused(_("请选择现金、刷卡或银行转账"), code="method", field="method")
