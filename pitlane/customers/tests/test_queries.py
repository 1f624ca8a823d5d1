"""Screens read with the same number of queries at 1 and at 30 rows, and only through indexes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.core import panels, search
from pitlane.core.panels import Panel
from pitlane.core.states import Label
from pitlane.core.testing import Shop
from pitlane.customers import commands, queries
from pitlane.customers.models import Customer
from pitlane.customers.queries import CustomerFilter

from . import factories as make

WRONG_DIGIT = "LSVAA4188C2187732"


def count(call) -> int:
    with CaptureQueriesContext(connection) as context:
        call()
    return len(context)


def fill(shop: Shop, owner: Customer, office: str, many: int, at: datetime) -> None:
    for number in range(many):
        make.vehicle(shop, owner, f"京{office}{number:05d}")
        commands.log_contact(
            customer_id=owner.pk,
            channel="note",
            text="x",
            next_step="y",
            by=shop.boss(),
            at=at + timedelta(minutes=number),
        )
        commands.give_consent(customer_id=owner.pk, purpose="photo", granted=True, by=shop.boss(), at=at)


def test_the_360_view_costs_the_same_for_everybody(shop: Shop, at: datetime, monkeypatch) -> None:
    monkeypatch.setattr(panels, "SLOTS", {})
    small, large = make.customer(shop), make.customer(shop, "李思敏", ("18612340932",))
    fill(shop, small, "C", 1, at)
    fill(shop, large, "D", 30, at)
    one = count(lambda: queries.customer_360(small.pk, by=shop.boss(), at=at))
    thirty = count(lambda: queries.customer_360(large.pk, by=shop.boss(), at=at))
    assert thirty <= one <= 18
    shown = queries.customer_360(large.pk, by=shop.boss(), at=at)
    assert (len(shown.cars), shown.more_cars, len(shown.next_steps)) == (20, 10, 5)


def test_the_list_costs_the_same_for_one_and_thirty(shop: Shop, at: datetime, monkeypatch) -> None:
    monkeypatch.setattr(panels, "SLOTS", {})
    make.many(shop, 1)
    one = count(lambda: queries.customer_list(CustomerFilter(), by=shop.boss(), at=at))
    commands.add_many(
        rows=[
            commands.NewCustomer(
                f"王{n}", (f"136{n:08d}",), vehicles=(commands.NewVehicle(f"京C{n:05d}"),), tags=("a",)
            )
            for n in range(30)
        ],
        by=shop.boss(),
        at=at,
    )
    assert count(lambda: queries.customer_list(CustomerFilter(), by=shop.boss(), at=at)) == one <= 16


def test_views_count_and_narrow(shop: Shop, at: datetime) -> None:
    owner = make.customer(shop)
    make.vehicle(shop, owner, insurance_until=at.date() + timedelta(days=12))
    make.customer(shop, "顺达物流", (), kind="company")
    commands.log_contact(
        customer_id=owner.pk, channel="note", next_step="回电", next_on=at.date(), by=shop.boss(), at=at
    )
    shown = queries.customer_list(CustomerFilter(view="expiring"), by=shop.boss(), at=at)
    assert [row.name for row in shown.rows] == ["王建国"]
    counts = {view.key: view.count for view in shown.views}
    assert counts == {"": "2", "mine": "0", "company": "1", "follow": "1", "expiring": "1", "gaps": "2"}


def test_own_only_roles_see_their_own(shop: Shop, at: datetime) -> None:
    make.customer(shop)
    own = shop.actor("customers.view")
    narrow = type(own)(**{name: getattr(own, name) for name in own.__slots__} | {"own_only": True})
    assert queries.customer_list(CustomerFilter(), by=narrow, at=at).rows == []


def test_the_story_hides_other_stores_and_silent_events(shop: Shop, at: datetime) -> None:
    owner = make.customer(shop)
    commands.reveal(customer_id=owner.pk, what="phone", by=shop.boss(), at=at)
    told = [m.title for day in queries.story(owner.pk, by=shop.boss(), at=at).days for m in day["items"]]
    assert told == ["建立客户档案"]
    profile = queries.story(owner.pk, by=shop.boss(), at=at, tab="profile")
    assert [m.title for day in profile.days for m in day["items"]] == ["查看了完整的电话", "建立客户档案"]


def test_higher_domains_show_states_and_cards(shop: Shop, at: datetime, monkeypatch) -> None:
    owner = make.customer(shop)
    car = make.vehicle(shop, owner)
    working = Label("move", "施工中")
    monkeypatch.setitem(
        panels.SLOTS,
        "vehicle_badges",
        [lambda *, vehicle_ids, **_: Panel("b", "", {"badges": dict.fromkeys(vehicle_ids, working)})],
    )
    monkeypatch.setitem(
        panels.SLOTS,
        "customer360",
        [lambda *, vehicle_ids, **_: Panel("o", "x.html", {"ids": vehicle_ids}, place="head")],
    )
    shown = queries.customer_360(owner.pk, by=shop.boss(), at=at)
    assert shown.cars[0].card.badge == working and shown.panels["head"][0].context == {"ids": [car.pk]}
    assert search.panel("326", shop.boss())[0]["rows"][0]["pill"] == working
    assert queries.customer_list(CustomerFilter(), by=shop.boss(), at=at).rows[0].car.badge == working


def test_findings_while_typing(shop: Shop, at: datetime) -> None:
    make.customer(shop)
    make.customer(shop, "顺达物流（北京）有限公司", ("13500003266",), kind="company")
    make.vehicle(shop, vin=make.VIN)

    def codes(**typed) -> list[tuple[str, bool]]:
        return [(found.code, found.blocks) for found in queries.entry_checks(**typed, by=shop.boss())]

    assert codes(name="王健国") == [("similar_name", False)]
    assert codes(name="王建国", phones=["138 0011 6217"]) == [("same_phone", True)]
    assert codes(name="北京顺达物流有限公司", company=True) == [("similar_name", False)]
    assert codes(plate="京A8K326") == [("same_plate", True)]
    assert codes(plate="京A8K32") == [("plate_short", True)]
    assert codes(vin=make.VIN)[0] == ("same_vin", True)
    assert codes(vin=WRONG_DIGIT) == [("vin_check", False)]
    assert codes(name="李思敏", phones=["13911112222"]) == []


def test_new_customers_of_the_month_are_told_by_source(shop: Shop, at: datetime) -> None:
    for number, (source, days) in enumerate([("wechat", 0), ("wechat", 1), ("phone", 2), ("phone", 32), ("", 59)]):
        person = make.customer(shop, phones=(f"1380011620{number}",), source=source)
        Customer.objects.filter(pk=person.pk).update(created_at=at - timedelta(days=days))
    found = queries.newcomers(by=shop.boss(), at=at)
    assert (found.count, found.before) == (3, 1)
    assert [(row.source, row.count, row.percent) for row in found.sources] == [("wechat", 2, 66), ("phone", 1, 33)]
    assert count(lambda: queries.newcomers(by=shop.boss(), at=at)) == 1


def test_new_customers_stand_on_the_home_page_of_who_does_not_work_on_cars(shop: Shop, at: datetime) -> None:
    keys = {one.key for one in panels.collect("home", by=shop.actor("customers.view"), at=at, store_id=shop.store_id)}
    assert "newcomers" in keys
    desk = shop.actor("customers.view", "workshop.view")
    assert "newcomers" not in {one.key for one in panels.collect("home", by=desk, at=at, store_id=shop.store_id)}
