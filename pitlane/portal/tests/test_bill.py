"""The bill behind the link: as it was settled, for the owner only, until thirty days after the car left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pitlane.billing import queries as billing
from pitlane.core import jobs
from pitlane.core.errors import Missing
from pitlane.core.links import find_link
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.reception import commands
from pitlane.workshop import commands as workshop
from pitlane.workshop.tests.factories import bench, settled

TOKEN = "bill-token-for-tests-0123456789-abcdefgh"


def test_the_owner_reads_the_bill_and_what_is_left_to_pay(client: Client, shop: Shop) -> None:
    order = settled(bench(shop))
    commands.link_order(order_id=order.pk, token=TOKEN, by=shop.boss(), at=timezone.now())
    page = client.get(f"/p/{TOKEN}/").content.decode()
    assert "看账单" in page and "476.00" in page
    bill = client.get(f"/p/{TOKEN}/bill/")
    text = bill.content.decode()
    assert bill.status_code == 200 and "材料费" in text and "工时费" in text and "肆佰柒拾陆" in text
    assert bill["Referrer-Policy"] == "no-referrer" and len(bill.content) < 30_000


def test_the_link_ends_thirty_days_after_the_car_left(shop: Shop) -> None:
    b = bench(shop)
    order = settled(b)
    commands.link_order(order_id=order.pk, token=TOKEN, by=shop.boss(), at=NOON)
    (bill,) = billing.settlements_for(order.pk)
    workshop.take_payment(
        order_id=order.pk, settlement_id=bill.id, method="card", amount=Money(47600), request_key="a", by=b.by, at=NOON
    )
    workshop.deliver(order_id=order.pk, by=b.by, at=NOON)
    jobs.run_all_now()
    later = timezone.now() + timedelta(days=31)
    assert find_link(TOKEN, at=NOON + timedelta(days=29))
    with pytest.raises(Missing):
        find_link(TOKEN, at=later)
