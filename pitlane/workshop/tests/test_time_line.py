"""The customer's time line tells a visit as one entry, whatever happened in it."""

from __future__ import annotations

from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.customers import commands as customers
from pitlane.customers import queries as customer_reads

from .factories import bench, settled


def test_a_visit_is_one_entry_with_its_steps_state_and_amount(shop: Shop) -> None:
    b = bench(shop)
    order = settled(b)
    customers.log_contact(
        customer_id=b.customer_id, channel="call_out", text="提醒取车", by=shop.boss(), at=NOON, vehicle_id=b.vehicle_id
    )
    story = customer_reads.story(b.customer_id, by=shop.boss(), at=NOON)
    told = [moment for day in story.days for moment in day["items"]]
    visits = [moment for moment in told if moment.number]
    assert len(visits) == 1
    visit = visits[0]
    assert (visit.number, visit.amount) == (order.short_number, Money(order.total.fen))
    assert visit.detail.startswith("接车开单") and " → " in visit.detail and "总检合格" in visit.detail
    assert str(visit.state.text) == "已结算"
    assert [moment.state for moment in told if not moment.number] == [None] * (len(told) - 1)
    assert {tab.key: tab.count for tab in story.tabs}["orders"] == 1


def test_programs_get_every_fact(shop: Shop) -> None:
    b = bench(shop)
    settled(b)
    facts, following = customer_reads.facts(b.customer_id, by=shop.boss(), tab="orders")
    assert len(facts) > 5 and following is None
