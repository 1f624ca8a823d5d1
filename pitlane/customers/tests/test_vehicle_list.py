"""The list of cars: what falls due, whose cars they are, what it costs, what leaves as a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pitlane.core.exports import kind_of
from pitlane.core.testing import Shop
from pitlane.customers import queries
from pitlane.customers.models import Customer, Vehicle

from . import factories as make
from .conftest import SignIn

PLATE = "京A8K326"


def shown(shop: Shop, at: datetime, **given: str) -> list[str]:
    found = queries.vehicle_list(queries.vehicle_filter(given), by=shop.boss(), at=at)
    return [row.plate for row in found.rows]


def test_what_falls_due_within_a_month_is_shown_and_counted(shop: Shop, at: datetime) -> None:
    today = timezone.localdate(at)
    near, late, far = (today + timedelta(days=days) for days in (30, -1, 31))
    car = make.vehicle(shop, make.customer(shop), insurance_until=near, inspection_until=late, warranty_until=far)
    assert [shown(shop, at, view=view) for view in ("", "insurance", "inspection", "warranty")] == [
        [PLATE],
        [PLATE],
        [],
        [],
    ]
    found = queries.vehicle_list(queries.vehicle_filter({"view": "insurance"}), by=shop.boss(), at=at)
    assert [view.count for view in found.views] == ["1", "1", "0", "0"]
    row = found.rows[0]
    assert [due.family for due in (row.insurance, row.inspection, row.warranty)] == ["hold", "bad", ""]
    Vehicle.objects.filter(pk=car.pk).update(warranty_until=late)
    again = queries.vehicle_list(queries.vehicle_filter({}), by=shop.boss(), at=at)
    assert again.rows[0].warranty.family == ""


def test_cars_are_found_by_plate_owner_and_make(shop: Shop, at: datetime) -> None:
    make.vehicle(shop, make.customer(shop), make="大众")
    make.vehicle(shop, plate="京C11111", make="宝马")
    assert shown(shop, at, q="8K326") == shown(shop, at, q="王建国") == shown(shop, at, make="大众") == [PLATE]
    assert shown(shop, at, view="nonsense", make="宝马") == ["京C11111"]
    found = queries.vehicle_list(queries.vehicle_filter({}), by=shop.boss(), at=at)
    assert found.makes == ["大众", "宝马"] or found.makes == ["宝马", "大众"]


def test_numbers_stay_masked_and_others_cars_hidden(shop: Shop, at: datetime, sign_in: SignIn) -> None:
    owner = make.customer(shop)
    make.vehicle(shop, owner)
    html = sign_in("customers.view").get("/vehicles").content.decode()
    assert "王建国" in html and "****" in html and "13800116217" not in html and "what=vehicles" not in html
    seller = sign_in("customers.view", scope="own")
    assert "王建国" not in seller.get("/vehicles").content.decode()
    Customer.objects.filter(pk=owner.pk).update(advisor_id=seller.staff.pk)
    assert "王建国" in seller.get("/vehicles").content.decode()
    assert sign_in("workshop.view").get("/vehicles").status_code == 403


@pytest.mark.parametrize("view", ["", "insurance"])
def test_more_cars_cost_no_more_queries_and_pages_follow(shop: Shop, at: datetime, view: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            queries.vehicle_list(queries.vehicle_filter({"view": view}), by=shop.boss(), at=at)
        return len(caught)

    make.many(shop, 1)
    Vehicle.objects.update(insurance_until=timezone.localdate(at))
    few = cost()
    make.vehicle(shop, plate="京D00001")
    for number in range(5):
        make.vehicle(shop, make.customer(shop, f"车主{number}", (f"1360000000{number}",)), plate=f"京E0000{number}")
    Vehicle.objects.update(insurance_until=timezone.localdate(at))
    assert cost() == few
    seen, cursor = [], None
    while True:
        page = queries.vehicle_list(
            queries.vehicle_filter({"view": view}), by=shop.boss(), at=at, cursor=cursor, limit=2
        )
        seen += [row.ref for row in page.rows]
        if not (cursor := page.next):
            break
    assert len(seen) == len(set(seen)) == Vehicle.objects.count()


def test_the_file_holds_the_cars_that_the_list_shows(shop: Shop, at: datetime, sign_in: SignIn) -> None:
    make.vehicle(shop, make.customer(shop), make="大众")
    make.vehicle(shop, plate="京C11111", make="宝马")
    client = sign_in("customers.view", "customers.export")
    assert "what=vehicles&amp;make=" in client.get("/vehicles?make=大众").content.decode()
    kind = kind_of("vehicles")
    stored = kind.narrow(kind.asked({"what": "vehicles", "make": "大众"}), shop.boss())
    rows = list(kind.rows(stored, False, shop.boss(), at))
    assert kind.count(stored, shop.boss(), at) == 1 and [row[0] for row in rows] == [PLATE]
    assert kind.count(kind.narrow({}, shop.boss()), shop.boss(), at) == 2
    nobody = kind.narrow(kind.asked({"make": "大众"}), replace(shop.boss(), own_only=True, id=10**9))
    assert kind.count(nobody, shop.boss(), at) == 0


def test_the_rail_marks_customers_on_the_pages_of_cars(shop: Shop, sign_in: SignIn) -> None:
    html = sign_in("customers.view").get("/vehicles").content.decode()
    assert 'aria-current="page">车辆' in html and html.count('href="/vehicles"') >= 1
    rail = html.partition('class="pl-rail')[2].partition("</nav>")[0]
    assert 'aria-current="page"' in rail
