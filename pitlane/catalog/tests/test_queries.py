"""Reads of the catalogue: what is found by typing, which price and promise count on a day, what a car needs."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.catalog import commands, queries
from pitlane.core.errors import Missing, Refused
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop

from . import factories

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["小保养", "xby", "xiaobaoyang", "ma-001", "MA001", "机滤", "机滤 小保", "jilv", "ＭＡ－００１"]
)
def test_an_operation_is_found_by(shop: Shop, text: str) -> None:
    factories.operation(shop)
    factories.operation(shop, code="BR-001", name="更换前制动片")
    assert [card.code for card in queries.find_operations(text)] == ["MA-001"]


@pytest.mark.parametrize("text", ["变速箱", "xbyz", "%", "_", "小保养 前制动"])
def test_an_operation_is_not_found_by(shop: Shop, text: str) -> None:
    factories.operation(shop)
    assert queries.find_operations(text) == []


def test_what_begins_with_the_text_comes_first_and_inactive_work_is_gone(shop: Shop) -> None:
    factories.operation(shop, code="A-1", name="拆装机油泵")
    factories.operation(shop, code="A-2", name="机油更换")
    factories.operation(shop, code="A-3", name="机油停用", active=False)
    assert [card.code for card in queries.find_operations("机油")] == ["A-2", "A-1"]
    assert [card.code for card in queries.find_operations("a1")] == ["A-1"]


def test_other_organisations_work_is_missing(shop: Shop, other_shop: Shop) -> None:
    with scope(other_shop.org_id):
        foreign = factories.operation(other_shop)
    assert queries.find_operations("") == []
    with pytest.raises(Missing):
        queries.operation_by_id(foreign.pk)


def test_packages_for_a_car_begin_with_the_most_specific(shop: Shop) -> None:
    factories.package(shop, code="P-ALL", name="通用")
    factories.package(shop, code="P-VW", name="大众", makes=["大众"])
    factories.package(shop, code="P-LY", name="朗逸", makes=["大众"], series=["朗逸"], fuels=["petrol"])
    factories.package(shop, code="P-TY", name="丰田", makes=["丰田"])
    found = queries.find_packages("", make="大众", series="朗逸", fuel="petrol")
    assert [card.code for card in found] == ["P-LY", "P-VW", "P-ALL"]
    assert found[0].hours and found[0].lines[1].part_code == "OL-03"


@pytest.mark.parametrize(
    ("store", "vehicle_class", "trade", "on", "fen"),
    [
        (1, "premium", "paint", DAY, 28000),
        (1, "premium", "tyre", DAY, 24000),
        (1, "premium", "tyre", date(2025, 6, 1), 20000),
        (1, "economy", "paint", DAY, 18000),
        (2, "premium", "paint", DAY, 30000),
    ],
    ids=["class and trade", "class", "an older day", "usual class for an unpriced one", "the store's own first"],
)
def test_the_rate_that_counts(shop: Shop, store: int, vehicle_class: str, trade: str, on: date, fen: int) -> None:
    factories.rate(shop, 20000, vehicle_class="premium", valid_from=date(2025, 1, 1))
    factories.rate(shop, 24000, vehicle_class="premium")
    factories.rate(shop, 28000, vehicle_class="premium", trade="paint")
    factories.rate(shop, 99900, vehicle_class="premium", trade="paint", valid_from=date(2027, 1, 1))
    factories.rate(shop, 16000, vehicle_class="standard")
    factories.rate(shop, 18000, vehicle_class="standard", trade="paint")
    factories.rate(shop, 30000, vehicle_class="premium", store_id=shop.other_store_id)
    store_id = shop.store_id if store == 1 else shop.other_store_id
    assert queries.rate_for(store_id, vehicle_class, trade, on) == Money(fen)


def test_without_any_rate_the_shop_is_told(shop: Shop) -> None:
    with pytest.raises(Refused) as refusal:
        queries.rate_for(shop.store_id, "standard", "body", DAY)
    assert refusal.value.code == "no_rate"


def test_the_longer_promise_counts_and_never_less_than_the_law(shop: Shop) -> None:
    rule = {"repair_class": "minor", "by": shop.boss(), "at": NOON}
    assert queries.guarantee_terms("minor", DAY) == (None, None)
    commands.set_guarantee_rule(km=2000, days=10, valid_from=date(2016, 1, 1), statutory=True, **rule)
    assert queries.guarantee_terms("minor", DAY) == (2000, 10)
    commands.set_guarantee_rule(km=10000, days=180, valid_from=date(2026, 1, 1), **rule)
    assert queries.guarantee_terms("minor", date(2025, 12, 31)) == (2000, 10)
    assert queries.guarantee_terms("minor", DAY) == (10000, 180)
    commands.set_guarantee_rule(km=20000, days=100, valid_from=date(2026, 6, 1), statutory=True, **rule)
    assert queries.guarantee_terms("minor", DAY) == (20000, 180)
    assert [rule.current for rule in queries.guarantee_rules(DAY)] == [True, False, True]


def test_the_most_specific_schedule_counts(shop: Shop) -> None:
    commands.load_starting_catalogue(by=shop.boss(), at=NOON)
    general = queries.schedule_for("无名", "某车", "petrol")
    assert {need.item.code for need in general} >= {"oil", "brake_fluid"}
    assert all(need.operation_id or need.package_id for need in general)
    special = next(plan for plan in queries.schedules() if plan.series)
    assert queries.schedule_for(special.make, special.series, special.fuel) == list(special.needs)
    assert queries.schedule_for("无名", "某车", "water") == []
    due = queries.due_for("无名", "某车", "petrol", readings=[queries.Reading(DAY, 62000)], history=[], today=DAY)
    assert {need.item.code for need, _item in due} <= {need.item.code for need in general}


def test_lists_come_in_their_order(shop: Shop) -> None:
    commands.load_starting_catalogue(by=shop.boss(), at=NOON)
    for kind in ("reception", "zone", "damage", "inspection", "hold_reason", "decline_reason", "cause_code"):
        assert queries.checklist(kind), kind
    assert queries.checklist("reception")[0].data["required"] is True


def count(read) -> int:
    with CaptureQueriesContext(connection) as context:
        read()
    return len(context)


@pytest.mark.parametrize(
    "read",
    [
        lambda: queries.find_operations("", 50),
        lambda: queries.find_packages("", 50),
        lambda: queries.find_packages("", 50, make="大众"),
        lambda: queries.labour_rates(DAY),
        lambda: queries.schedules(),
    ],
    ids=["operations", "packages", "packages for a car", "rates", "schedules"],
)
def test_one_row_costs_as_many_queries_as_thirty(shop: Shop, read) -> None:
    def grow(numbers: range) -> None:
        for n in numbers:
            work = factories.operation(shop, code=f"W-{n}")
            factories.package(shop, code=f"P-{n}")
            factories.rate(shop, 100, valid_from=date(2020, 1, 1 + n), store_id=shop.store_id)
            commands.save_schedule(
                code=f"S-{n}",
                name="计划",
                items=[commands.ScheduleItemInput("oil", "机油", every_km=5000, operation_id=work.pk)],
                by=shop.boss(),
                at=NOON,
            )

    grow(range(1))
    one = count(read)
    grow(range(1, 30))
    assert count(read) == one


def test_the_menu_for_customers_holds_what_is_ticked_and_fits(shop: Shop) -> None:
    factories.package(shop, "PK-1", "全车检查", online=True)
    factories.package(shop, "PK-2", "小保养（大众）", online=True, makes=["大众"])
    factories.package(shop, "PK-3", "内部套餐")
    factories.package(shop, "PK-4", "停用套餐", online=True, active=False)
    factories.operation(shop, "MA-9", "换机油", online=True)
    assert [one.code for one in queries.online_packages()] == ["PK-1"]
    assert [one.code for one in queries.online_packages(make="大众")] == ["PK-1", "PK-2"]
    assert [one.code for one in queries.online_packages(make="丰田")] == ["PK-1"]
    assert [one.code for one in queries.online_operations()] == ["MA-9"]


def test_the_rates_of_a_menu_are_those_of_the_counter(shop: Shop) -> None:
    for key in ({}, {"vehicle_class": "luxury"}, {"trade": "paint", "store_id": shop.store_id}):
        factories.rate(shop, 10000 + 5000 * len(key), **key)
    rates = queries.rates_of(shop.store_id, NOON.date())
    for kind in ("", "standard", "luxury"):
        for trade in ("mechanical", "paint"):
            assert rates.rate(kind, trade) == queries.rate_for(shop.store_id, kind, trade, NOON.date())
    assert rates.varies("mechanical") and not queries.Rates(()).varies("mechanical")
    assert queries.Rates(()).rate("", "paint") is None
