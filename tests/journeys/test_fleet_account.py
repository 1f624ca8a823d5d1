"""A company with many cars pays at the end of the month."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pitlane.billing import commands as billing
from pitlane.billing import queries as bills
from pitlane.core import doctor, jobs
from pitlane.core.errors import Refused
from pitlane.core.money import ZERO
from pitlane.core.testing import nothing_changes
from pitlane.customers import commands as customers
from pitlane.workshop import commands as workshop

from .cast import Chain
from .visit import Visit

COMPANY = "北京中关村科技园区物业管理服务有限公司"
PLATES = ("京AD12345", "京Q5M208", "京N7R961")


def test_three_cars_one_transfer(chain: Chain, now: datetime) -> None:
    who = {"by": chain.actor("advisor"), "at": now}
    company = customers.create_customer(kind="company", name=COMPANY, phones=["13800116217"], **who)
    cars = [
        customers.create_vehicle(customer_id=company.pk, plate=plate, make="比亚迪", series="秦", **who)
        for plate in PLATES
    ]
    visits = [
        Visit.check_in(chain, now + timedelta(hours=n), vehicle_id=car.pk).complete() for n, car in enumerate(cars)
    ]
    totals = [visit.settle()[0].total for visit in visits]

    with nothing_changes(), pytest.raises(Refused) as refused:
        workshop.charge_order(order_id=visits[0].order_id, request_key="early", **visits[0].by("cashier"))
    assert refused.value.code == "no_credit"
    limit = totals[0] + totals[1] + totals[2]
    billing.open_credit(customer_id=company.pk, limit=limit, days=30, by=chain.actor("finance"), at=visits[2].at)
    for visit in visits:
        workshop.charge_order(order_id=visit.order_id, request_key=f"charge-{visit.order_id}", **visit.by("cashier"))
        assert visit.state == "on_account"
        visit.deliver()
    credit = bills.credit_of(company.pk)
    assert credit is not None and credit.balance == limit and credit.available == ZERO

    end_of_month = now + timedelta(days=8)
    whole = {
        "customer_id": company.pk,
        "method": "bank",
        "amount": limit,
        "settlement_ids": [],
        "request_key": "november",
    }
    first = billing.clear_account(**whole, by=chain.actor("cashier"), at=end_of_month)
    second = billing.clear_account(**whole, by=chain.actor("cashier"), at=end_of_month)
    assert [p.pk for p in first] == [p.pk for p in second] and len(first) == 3
    jobs.run_all_now()
    for visit in visits:
        assert visit.bills[0].due == ZERO
        assert visit.order.paid_at is not None
    credit = bills.credit_of(company.pk)
    assert credit is not None and credit.balance == ZERO
    assert bills.customer_totals(company.pk).spent == limit
    assert doctor.examine() == []


def test_account_has_a_limit(chain: Chain, now: datetime) -> None:
    visit = Visit.check_in(chain, now).complete()
    total = visit.settle()[0].total
    cent_short = type(total)(total.fen - 1)
    billing.open_credit(customer_id=visit.order.customer_id, limit=cent_short, days=30, **visit.by("finance"))
    with nothing_changes(), pytest.raises(Refused) as refused:
        workshop.charge_order(order_id=visit.order_id, request_key="charge", **visit.by("cashier"))
    assert refused.value.code == "credit_limit"
    assert visit.state == "settled"
