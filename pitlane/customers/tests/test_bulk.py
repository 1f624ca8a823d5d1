"""Bringing in many: found first, created only when new, in few statements."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.core import doctor
from pitlane.core.errors import Forbidden
from pitlane.core.models import EventRow
from pitlane.core.search import find
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import commands, queries
from pitlane.customers.models import Customer, Ownership, Vehicle

from . import factories as make


def bring(shop: Shop, at: datetime, **facts):
    return commands.find_or_create_customer(by=shop.actor("customers.import"), at=at, **facts)


def test_a_second_run_finds_everybody(shop: Shop, at: datetime) -> None:
    rows = [
        {"name": "王建国", "phones": ["138 0011 6217"]},
        {"name": "顺达物流（北京）有限公司", "kind": "company"},
        {"name": "王建国", "phones": ["13900000002"]},
    ]
    first = [bring(shop, at, **row) for row in rows]
    assert [found.created for found in first] == [True, True, True]
    with nothing_changes():
        assert [bring(shop, at, **row).id for row in rows] == [found.id for found in first]


def test_a_family_shares_a_number_but_is_not_one_person(shop: Shop, at: datetime) -> None:
    ids = {bring(shop, at, name=name, phones=["13800116217"]).id for name in ("王建国", "李思敏", "王建国")}
    assert len(ids) == 2


def test_somebody_without_number_is_known_by_the_importers_key_only(shop: Shop, at: datetime) -> None:
    first = bring(shop, at, name="王XXXX")
    assert bring(shop, at, name="王XXXX").created
    assert bring(shop, at, name="王XXXX", known_id=first.id) == commands.Found(first.id, False)


def test_cars_are_found_by_vin_then_plate(shop: Shop, at: datetime) -> None:
    by, owner = shop.actor("customers.import"), bring(shop, at, name="王建国", phones=["13800116217"])
    car = commands.find_or_create_vehicle(plate="京A8K326", by=by, at=at, facts={"make": "大众"})
    again = commands.find_or_create_vehicle(plate="京a 8k326", customer_id=owner.id, on=date(2020, 1, 1), by=by, at=at)
    assert (again.id, again.created) == (car.id, False)
    assert Ownership.objects.get().since == date(2020, 1, 1)
    masked = [
        commands.find_or_create_vehicle(plate="KA03MFXXXX", plate_kind="foreign", by=by, at=at).created
        for _ in range(2)
    ]
    assert masked == [True, True]
    known = Vehicle.objects.filter(plate="KA03MFXXXX").first()
    found = commands.find_or_create_vehicle(plate="KA03MFXXXX", plate_kind="foreign", known_id=known.pk, by=by, at=at)
    assert found == commands.Found(known.pk, False)


def test_bringing_in_needs_the_permission(shop: Shop, at: datetime) -> None:
    by = shop.actor("customers.view")
    with nothing_changes(), pytest.raises(Forbidden):
        commands.find_or_create_customer(name="王建国", by=by, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.find_or_create_vehicle(plate="京A8K326", by=by, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.add_many(rows=[commands.NewCustomer("王建国")], by=by, at=at)


def test_many_take_hardly_more_statements_than_few(shop: Shop, at: datetime) -> None:
    make.many(shop, 1)
    with CaptureQueriesContext(connection) as few:
        commands.add_many(rows=_rows(3, 100), by=shop.boss(), at=at)
    with CaptureQueriesContext(connection) as many:
        commands.add_many(rows=_rows(60, 200), by=shop.boss(), at=at)
    assert len(many) <= 2 * len(few)  # SQLite cuts large inserts into several
    assert Customer.objects.count() == 64 and doctor.examine() == []
    assert len(find("13600000205", by=shop.boss(), kinds=["customer"])["customer"]) == 1
    assert EventRow.objects.filter(kind="customers.VehicleCreated").count() == 64


def _rows(count: int, start: int) -> list[commands.NewCustomer]:
    return [
        commands.NewCustomer(
            f"客户{n}",
            (f"136{n:08d}",),
            vehicles=(commands.NewVehicle(f"京C{n:05d}", odometer=n),),
            consents={"service": True},
        )
        for n in range(start, start + count)
    ]


def test_a_found_customer_costs_one_query(shop: Shop, at: datetime) -> None:
    bring(shop, at, name="王建国", phones=["13800116217"])
    with CaptureQueriesContext(connection) as context:
        bring(shop, at, name="王建国", phones=["13800116217"])
    assert len([q for q in context if "SAVEPOINT" not in q["sql"]]) == 1


def test_cards_for_other_domains(shop: Shop, at: datetime) -> None:
    ids = make.many(shop, 3)
    cards = queries.customer_cards(ids)
    assert cards[ids[0]].phone == "139****0000" and cards[ids[0]].tags == ("老客户",)
    car = queries.find_by_plate("京b·00001")
    assert (car.owner_id, queries.owner_of(car.id).name) == (ids[1], "客户1")
    assert [c.ref for c in queries.find_by_phone("139-0000-0001")] == [cards[ids[1]].ref]
    assert queries.primary_phone(ids[1]).reveal() == "13900000001"
    assert [r.km for r in queries.readings(car.id)] == [1]
    assert queries.vehicles_of(ids[1])[0].plate == "京B00001" and queries.find_by_vin(make.VIN) is None
