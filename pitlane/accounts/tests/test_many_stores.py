"""An organisation with very many stores: pages stay as short and as quick as with one, stores are found by typing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.accounts import commands
from pitlane.accounts.finding import sounds_of
from pitlane.accounts.models import ApiKey, Region, Staff, Store
from pitlane.catalog.models import LabourRate
from pitlane.core.access import system
from pitlane.core.ids import public_id
from pitlane.core.testing import NOON, Shop

from .factories import admin, browser, make_role, manager
from .test_views import staff_facts

PAGES = [
    "/",
    "/customers",
    "/organisation/stores/",
    "/organisation/keys/",
    "/organisation/staff/new",
    "/me/stores",
    "/catalog/rates/new",
    "/orders/",
    "/api/v1/me",
    "/api/v1/stores",
]
MANY = 5000


def open_many(shop: Shop, count: int = MANY) -> None:
    north = Region.objects.create(org_id=shop.org_id, name="北区")
    rows = [
        Store(org_id=shop.org_id, code=f"N{n:04d}", name=f"第{n}分店", region=north, sounds=sounds_of("分店"))
        for n in range(count)
    ]
    Store.objects.bulk_create(rows, batch_size=500)


@pytest.mark.parametrize("chosen", ["", "all"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_costs_the_same_at_five_thousand_stores(shop: Shop, address: str, chosen: str) -> None:
    client = browser(admin(shop))
    client.post("/me/store", {"store": chosen or public_id("sto", shop.store_id)})

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
    assert many_queries <= queries + 2 and many_size <= size + 40_000


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


def test_all_stores_and_a_region_are_chosen_and_kept(shop: Shop) -> None:
    open_many(shop, 30)
    client, north = browser(admin(shop)), Region.objects.get(name="北区")
    client.post("/me/store", {"store": "all"})
    assert "全部 32 家门店" in client.get("/customers").content.decode()
    client.post("/me/store", {"store": north.ref})
    assert "北区 · 全部门店" in client.get("/customers").content.decode()
    assert client.get("/customers").wsgi_request.actor.region_id == north.pk


def test_who_has_one_store_has_no_choice(shop: Shop) -> None:
    open_many(shop, 3)
    north, client = Region.objects.get(name="北区"), browser(manager(shop))
    for wanted in ("all", north.ref):
        client.post("/me/store", {"store": wanted})
        assert client.get("/customers").wsgi_request.actor.store_id == shop.store_id
    assert 'value="all"' not in client.get("/customers").content.decode()


def test_programs_page_through_the_stores(shop: Shop) -> None:
    open_many(shop, 120)
    client, seen, cursor = browser(admin(shop)), [], ""
    first = client.get("/api/v1/me").json()
    while True:
        page = client.get(f"/api/v1/stores?cursor={cursor}&limit=50").json()
        seen += [store["code"] for store in page["items"]]
        if not (cursor := page["next"]):
            break
    assert len(seen) == len(set(seen)) == Store.objects.count()
    assert [store["code"] for store in first["stores"]] == seen[:50] and first["more_stores"]
    found = client.get("/api/v1/stores?q=N0007").json()
    assert [store["code"] for store in found["items"]] == ["N0007"]


@pytest.mark.parametrize(("typed", "right"), [("N0007", True), ("第7分店", True), ("分店", False), ("X", False)])
def test_a_rate_is_set_for_a_store_found_by_typing(shop: Shop, typed: str, right: bool) -> None:
    open_many(shop, 30)
    client = browser(admin(shop))
    assert "第7分店" in client.get("/me/stores", {"as": "options", "store": "N0007"}).content.decode()
    posted = {"store": typed, "rate": "120", "valid_from": "2026-11-23"}
    answer = client.post("/catalog/rates/new", posted)
    assert answer.status_code == (302 if right else 422)
    assert [rate.store.code for rate in LabourRate.objects.select_related("store")] == (["N0007"] if right else [])
    if not right:
        assert f'value="{typed}"' in answer.content.decode()


def test_the_staff_list_pages_whatever_its_order(shop: Shop) -> None:
    rows = [Staff(org_id=shop.org_id, login=f"l{n:03d}", name="员工", employee_no=f"E{n:03d}") for n in range(120)]
    Staff.objects.bulk_create(rows)
    for order in ("", "?order=-name"):
        client, seen, address = browser(admin(shop)), [], f"/organisation/staff/{order}"
        while address:
            context = client.get(address).context
            assert len(context["found"].rows) <= 50
            seen += [person.pk for person in context["found"].rows]
            address = f"/organisation/staff/{context['next_url']}" if context["next_url"] else ""
        assert len(seen) == len(set(seen)) == Staff.objects.filter(is_active=True).count()
    assert not client.get("/organisation/staff/?q=E000").context["next_url"]
