"""Money that goes back: a refund with somebody else's approval, a settlement taken back and made again, a deposit."""

from __future__ import annotations

from datetime import datetime

import pytest

from pitlane.accounts import commands as accounts
from pitlane.billing import commands as billing
from pitlane.billing import queries as bills
from pitlane.core import doctor, jobs
from pitlane.core.errors import Forbidden, PitlaneError, Refused
from pitlane.core.money import ZERO, Money
from pitlane.core.testing import nothing_changes
from pitlane.workshop import commands as workshop

from .cast import Chain
from .visit import Visit, part


def yuan(amount: int) -> Money:
    return Money(amount * 100)


def test_refund_needs_another_person(chain: Chain, now: datetime) -> None:
    visit = Visit.check_in(chain, now).complete()
    visit.settle()
    payment = visit.pay()
    assert visit.state == "paid"
    wanted = {"payment_id": payment.pk, "amount": yuan(50), "reason": "少做一项", "request_key": "refund-1"}

    asked = billing.refund_or_request(**wanted, **visit.by("cashier"))
    assert asked.payment is None and asked.approval is not None
    with nothing_changes(), pytest.raises(Refused):
        billing.refund_payment(**wanted, **visit.by("cashier"))
    with nothing_changes(), pytest.raises(Forbidden):
        accounts.decide_approval(approval_id=asked.approval.pk, approve=True, **visit.by("cashier"))
    accounts.decide_approval(approval_id=asked.approval.pk, approve=True, **visit.by("manager"))

    given = billing.refund_or_request(**wanted, **visit.by("cashier"))
    assert given.payment is not None and given.payment.amount == -yuan(50)
    again = billing.refund_payment(**wanted, approval_id=None, **visit.by("cashier"))
    assert again.pk == given.payment.pk, "the same request gives the same refund"
    jobs.run_all_now()
    assert visit.state == "settled", "the order is due again"
    assert visit.bills[0].due == yuan(50)

    visit.pay(method="card")
    assert visit.state == "paid"
    assert doctor.examine() == []


def test_settlement_taken_back_and_made_again(chain: Chain, now: datetime) -> None:
    visit = Visit.check_in(chain, now).complete()
    visit.settle()
    paid = visit.bills[0].total
    visit.pay()
    with nothing_changes(), pytest.raises(PitlaneError):
        workshop.reopen_order(order_id=visit.order_id, reason="开错", approval_id=None, **visit.by("manager"))

    approval = workshop.request_reopen(order_id=visit.order_id, reason="漏记一项配件", **visit.by("manager"))
    accounts.decide_approval(approval_id=approval, approve=True, **visit.by("finance"))
    workshop.reopen_order(order_id=visit.order_id, reason="漏记一项配件", approval_id=approval, **visit.by("manager"))
    assert visit.state == "reopened"
    assert bills.deposit_of(visit.order_id, visit.order.customer_id) == paid, "the money waits as a deposit"

    keys = visit.add([part("OL-03")])
    workshop.decide_lines(order_id=visit.order_id, decisions=dict.fromkeys(keys, "approve"), **visit.by("advisor"))
    visit.issue()
    if visit.state != "reopened":
        visit.work().inspect()
    made = visit.settle()
    assert [bill.round for bill in visit.bills] == [2]
    assert made[0].total > paid
    workshop.use_deposit(
        order_id=visit.order_id, settlement_id=made[0].pk, amount=paid, request_key="again", **visit.by("cashier")
    )
    assert visit.state == "settled"
    visit.pay()
    assert visit.state == "paid"
    everything = bills.settlements_for(visit.order_id, all_rounds=True)
    assert sum((bill.total.fen for bill in everything), 0) == made[0].total.fen, "old bill and its opposite cancel out"
    visit.deliver()
    jobs.run_all_now()
    assert doctor.examine() == []


def test_deposit_is_used_on_the_bill(chain: Chain, now: datetime) -> None:
    visit = Visit.check_in(chain, now)
    order = visit.order
    billing.take_deposit(
        order_id=order.pk,
        order_number=order.number,
        store_id=order.store_id,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        method="cash",
        amount=yuan(100),
        request_key="deposit",
        **visit.by("cashier"),
    )
    visit.complete()
    made = visit.settle()
    with nothing_changes(), pytest.raises(PitlaneError):
        workshop.use_deposit(
            order_id=order.pk, settlement_id=made[0].pk, amount=yuan(101), request_key="use", **visit.by("cashier")
        )
    workshop.use_deposit(
        order_id=order.pk, settlement_id=made[0].pk, amount=yuan(100), request_key="use-2", **visit.by("cashier")
    )
    assert visit.bills[0].due == made[0].total - yuan(100)
    visit.pay()
    assert visit.state == "paid"
    assert bills.deposit_of(order.pk, order.customer_id) == ZERO
    jobs.run_all_now()
    assert doctor.examine() == []
