"""The doctor names the bill, account, deposit or payment whose figures do not add up."""

from datetime import datetime

import pytest

from pitlane.billing import commands
from pitlane.billing.models import CreditAccount, DepositBalance, Payment, Settlement, SettlementLine
from pitlane.core.testing import Shop

from .factories import a_customer, on_account, paid, settled, troubles, yuan


def whole_day(shop: Shop, at: datetime) -> None:
    customer = a_customer()
    paid(shop, settled(shop, customer), 100)
    on_account(shop, 200, 8)
    facts = {"order_id": 9, "order_number": "W", "store_id": shop.store_id, "customer_id": customer.pk}
    commands.take_deposit(**facts, method="card", amount=yuan(50), request_key="d", by=shop.boss(), at=at)


@pytest.mark.parametrize(
    "model, change, check",
    [
        (Settlement, {"paid": 1}, "billing_settlements"),
        (Settlement, {"state": "reversed"}, "billing_reversals"),
        (SettlementLine, {"share": 1}, "billing_settlements"),
        (CreditAccount, {"balance": 1}, "billing_credit"),
        (DepositBalance, {"balance": 1}, "billing_deposits"),
        (Payment, {"amount": 1}, "billing_settlements"),
    ],
)
def test_a_changed_figure_is_seen(shop: Shop, at: datetime, model: type, change: dict, check: str) -> None:
    whole_day(shop, at)
    assert troubles() == []
    model.objects.update(**change)
    assert check in {trouble.check for trouble in troubles()}
