"""A car is known in the whole organisation, its orders belong to a store: what other stores read of a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from pitlane.accounts.models import Store
from pitlane.catalog.tests.factories import client_of
from pitlane.core.access import Actor
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.workshop import commands, queries
from pitlane.workshop.models import RepairOrder

from .factories import Bench, bench, opened


@pytest.fixture
def b(shop: Shop) -> Bench:
    return bench(shop)


@pytest.fixture
def far(b: Bench) -> RepairOrder:
    """A visit of the car in another store."""
    line = commands.HistoryLine("labour", "更换水泵", Money(52300))
    visit = commands.HistoryOrder(b.customer_id, b.vehicle_id, NOON - timedelta(days=9), [line])
    made = commands.add_history(store_id=b.shop.other_store_id, orders=[visit], by=b.shop.boss(), at=NOON)
    return RepairOrder.objects.get(pk=made[0])


def reader(b: Bench, **limits: bool) -> Actor:
    return replace(b.shop.actor("workshop.view"), **limits)


def test_a_visit_elsewhere_tells_what_was_done_and_no_more(b: Bench, far: RepairOrder) -> None:
    near = opened(b)
    visits = queries.visits_seen(b.vehicle_id, by=reader(b), limit=9)
    assert [visit.ref for visit in visits] == [near.ref, ""]
    hidden = visits[1]
    assert (hidden.short_number, hidden.total, hidden.label) == ("", None, None)
    assert hidden.lines == ("更换水泵",) and hidden.opened_at == far.opened_at
    assert hidden.store == Store.objects.get(pk=far.store_id).name
    everything = queries.visits_seen(b.vehicle_id, by=b.shop.boss(), limit=9)
    assert [visit.ref for visit in everything] == [near.ref, far.ref]


def test_own_only_people_open_their_own_orders_alone(b: Bench) -> None:
    opened(b)
    assert [visit.ref for visit in queries.visits_seen(b.vehicle_id, by=reader(b, own_only=True), limit=9)] == [""]


def test_the_pages_of_the_car_have_no_way_to_an_order_elsewhere(b: Bench, far: RepairOrder) -> None:
    client = client_of(b.shop, "workshop.view", "customers.view", "reception.checkin")
    vehicle = public_id("veh", b.vehicle_id)
    for address in (f"/vehicles/{vehicle}", f"{reverse('reception:check_in')}?vehicle={vehicle}"):
        page = client.get(address).content.decode()
        assert far.ref not in page and far.short_number not in page and "523.00" not in page, address
        assert Store.objects.get(pk=far.store_id).name in page, address


def test_an_open_order_elsewhere_is_told_without_a_link(b: Bench) -> None:
    running = opened(b)
    RepairOrder.objects.filter(pk=running.pk).update(store_id=b.shop.other_store_id)
    client = client_of(b.shop, "workshop.view", "customers.view", "reception.checkin")
    page = client.get(f"{reverse('reception:check_in')}?vehicle={public_id('veh', b.vehicle_id)}").content.decode()
    name = Store.objects.get(pk=b.shop.other_store_id).name
    assert f"这台车在{name}还有没交车的工单" in page and running.ref not in page
