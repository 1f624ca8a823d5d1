"""Taking money for a bill: several methods, in parts, and never more than is due."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.money import Money

from .. import ledger, policies
from ..models import Payment


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
    ledger.check_method(method, settlement.payer_kind)
    ledger.positive(amount)
    return ledger.receive(settlement, method, amount, request_key, reference=reference[:60], by=by, at=at)
