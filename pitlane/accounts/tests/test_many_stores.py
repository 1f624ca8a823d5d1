"""An organisation with very many stores: pages stay as short and as quick as with one, stores are found by typing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.accounts import commands
from pitlane.accounts.finding import sounds_of
from pitlane.accounts.models import ApiKey, Region, Staff, Store
from pitlane.core.access import system
from pitlane.core.testing import NOON, Shop

from .factories import admin, browser, make_role, manager
from .test_views import staff_facts

PAGES = ["/", "/customers", "/organisation/stores/", "/organisation/keys/", "/organisation/staff/new", "/me/stores"]
MANY = 5000


def open_many(shop: Shop, count: int = MANY) -> None:
    north = Region.objects.create(org_id=shop.org_id, name="北区")
    rows = [
        Store(org_id=shop.org_id, code=f"N{n:04d}", name=f"第{n}分店", region=north, sounds=sounds_of("分店"))
        for n in range(count)
    ]
    Store.objects.bulk_create(rows, batch_size=500)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_costs_the_same_at_five_thousand_stores(shop: Shop, address: str) -> None:
    client = browser(admin(shop))

    def cost() -> tuple[int, int]:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = client.get(address)
        assert page.status_code == 200
        return len(asked), len(page.content)

    queries, size = cost()
    open_many(shop)
    many_queries, many_size = cost()
    assert many_queries <= queries + 2 and many_size <= size + 60_000


def test_the_top_bar_shows_what_was_used_last(shop: Shop) -> None:
    open_many(shop, 30)
    client, last = browser(admin(shop)), Store.objects.get(code="N0029")
    assert "第29分店" not in client.get("/customers").content.decode()
    client.post("/me/store", {"store": last.ref})
    page = client.get("/customers").content.decode()
    assert "第29分店" in page and "第28分店" not in page and 'hx-get="/me/stores"' in page


@pytest.mark.parametrize("typed", ["S77", "亦庄", "yizhuang", "yz", "东区"])
def test_a_store_is_found_by_code_name_pinyin_or_region(shop: Shop, typed: str) -> None:
    open_many(shop, 30)
    facts = {"code": "S77", "name": "亦庄店", "region": "东区"}
    commands.save_store(facts=facts, by=system(shop.org_id), at=NOON)
    client = browser(admin(shop))
    whole = client.get("/me/stores", {"q": typed, "next": "/orders/"}).content.decode()
    part = client.get("/me/stores", {"q": typed}, headers={"HX-Request": "true"}).content.decode()
    assert "亦庄店" in part and "分店" not in part and "<html" not in part
    assert "亦庄店" in whole and 'value="/orders/"' in whole


def test_only_own_stores_are_found_and_taken(shop: Shop) -> None:
    open_many(shop, 30)
    client, far = browser(manager(shop)), Store.objects.get(code="N0001")
    assert "第1分店" not in client.get("/me/stores", {"q": "N0001"}).content.decode()
    assert "第1分店" not in client.get("/organisation/stores/pick", {"store_q": "N0001"}).content.decode()
    client.post("/me/store", {"store": far.ref})
    assert client.session.get("store") != far.pk
    given = staff_facts(shop, make_role(shop, "x"), stores="", more_stores="N0001")
    assert client.post("/organisation/staff/new", given).status_code == 422 and not Staff.objects.filter(login="zhang")


def test_the_store_list_pages_by_code(shop: Shop) -> None:
    open_many(shop, 120)
    client, seen, address = browser(admin(shop)), 0, "/organisation/stores/"
    while address:
        context = client.get(address).context
        seen += len(context["found"].rows)
        address = f"/organisation/stores/{context['next_url']}" if context["next_url"] else ""
    assert seen == Store.objects.count()


def test_stores_are_ticked_by_search_or_typed_as_codes(shop: Shop) -> None:
    open_many(shop, 30)
    client, one = browser(admin(shop)), Store.objects.get(code="N0003")
    found = client.get("/organisation/stores/pick", {"store_q": "N0004", "stores": one.ref}).content.decode()
    assert found.count("checked") == 1 and "第3分店" in found and "第4分店" in found
    given = {"name": "财务系统", "scopes": "accounts.view", "stores": one.ref}
    wrong = client.post("/organisation/keys/", {**given, "more_stores": "N0005 XX"})
    assert wrong.status_code == 422 and "XX" in wrong.content.decode() and "第3分店" in wrong.content.decode()
    client.post("/organisation/keys/", {**given, "more_stores": "N0005，N0006"})
    assert {store.code for store in ApiKey.objects.get().stores.all()} == {"N0003", "N0005", "N0006"}
