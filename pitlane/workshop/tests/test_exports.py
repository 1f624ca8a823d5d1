"""Orders leave the house by the one way out, and only those of the stores that the person sees."""

from datetime import datetime, timedelta
from decimal import Decimal

from pitlane.accounts.tests.factories import browser, make_role, person
from pitlane.core import files
from pitlane.core.access import system
from pitlane.core.testing import Shop
from pitlane.customers import jobs
from pitlane.customers.models import Export
from pitlane.workshop import exports, queries
from pitlane.workshop.models import RepairOrder

from .factories import bench, opened

RIGHTS = ("workshop.view", "customers.view", "customers.export", "accounts.approve_export")


def test_orders_leave_as_a_file_with_mark_and_masked_phones(shop: Shop, at: datetime) -> None:
    order = opened(bench(shop))
    client = browser(person(shop, make_role(shop, "boss", *RIGHTS)))
    assert "what=orders" in client.get("/orders/").content.decode()
    form = client.get("/customers/exports/new?what=orders").content.decode()
    assert 'name="since"' in form and "导出工单" in form
    wish = {"file_format": "csv", "reason": "对账", "since": "2000-01-01"}
    answer = client.post("/customers/exports/new?what=orders", wish)
    export = Export.objects.get()
    assert (export.what, export.rows, export.filters["since"]) == ("orders", 1, "2000-01-01")
    jobs.make_export(export_id=export.pk, by=system(shop.org_id), at=at)
    assert "工单" in client.get(answer["Location"]).content.decode()
    export.refresh_from_db()
    head, line = files.read(export.file).decode("utf-8-sig").splitlines()
    assert head.startswith("工单号,门店") and line.startswith(order.number) and export.ref in line
    assert "****" in line


def test_only_seen_stores_wanted_days_and_own_orders_leave(shop: Shop, at: datetime) -> None:
    order = opened(bench(shop))
    boss = shop.boss()
    day = order.opened_at.date()
    cases = [
        ({}, 1),
        ({"stores": [shop.other_store_id]}, 0),
        ({"stores": [shop.store_id]}, 1),
        ({"own_id": 10**9}, 0),
        ({"since": (day + timedelta(days=2)).isoformat()}, 0),
        ({"until": (day - timedelta(days=2)).isoformat()}, 0),
    ]
    assert [queries.count_exported_orders(given, boss, at) for given, _count in cases] == [n for _given, n in cases]
    kind = exports.ORDERS
    assert kind.narrow({"stores": None}, shop.actor("workshop.view"))["stores"] == [shop.store_id]


def test_unknown_money_leaves_as_nothing(shop: Shop, at: datetime) -> None:
    order = opened(bench(shop))
    places = [queries.order_header().index(name) for name in ("工时费", "合计")]

    def sums() -> list[object]:
        row = next(queries.order_rows({}, False, shop.boss(), at))
        return [row[place] for place in places]

    assert all(isinstance(amount, Decimal) for amount in sums())
    RepairOrder.objects.filter(pk=order.pk).update(unpriced=True)
    assert sums() == ["", ""]


def test_the_file_holds_what_the_list_shows(shop: Shop, at: datetime) -> None:
    order = opened(bench(shop))
    me = person(shop, make_role(shop, "boss", *RIGHTS))
    client, kind = browser(me), exports.ORDERS
    page = client.get("/orders/", {"view": "in_shop", "q": order.short_number, "cursor": ""}).content.decode()
    asked = f"/customers/exports/new?what=orders&amp;view=in_shop&amp;q={order.short_number}"
    assert (
        asked in page and "只导出列表里符合当前条件的记录" in client.get(asked.replace("&amp;", "&")).content.decode()
    )
    cases = [({"view": "in_shop"}, 1), ({"view": "mine"}, 0), ({"type": "rework"}, 0), ({"q": "没有这张单"}, 0)]
    by, system_by = shop.actor(*RIGHTS, staff_id=me.pk), system(shop.org_id)
    for given, count in cases:
        stored = kind.narrow(kind.asked({"what": "orders", **given}), by)
        assert kind.count(stored, by, at) == kind.count(stored, system_by, at) == count, given
    RepairOrder.objects.filter(pk=order.pk).update(advisor_id=me.pk)
    stored = kind.narrow(kind.asked({"view": "mine"}), by)
    assert stored["shown"] == [shop.store_id] and kind.count(stored, system_by, at) == 1
    assert kind.narrow(stored, shop.actor(*RIGHTS, store_id=shop.other_store_id))["shown"] == [shop.store_id]
    assert (
        "export" not in browser(person(shop, make_role(shop, "desk", "workshop.view"))).get("/orders/").content.decode()
    )
