"""Every page with all stores chosen: none fails, lists show the stores one may see, work asks for one of them."""

from __future__ import annotations

import pytest
from django.http import HttpResponse

from pitlane.accounts.models import Region, Staff, Store
from pitlane.accounts.tests.factories import person, starting_role
from pitlane.core.ids import public_id
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop

from .routes import Ids, pages
from .walker import Walker, each_page, flaws, undone

CHOOSE = "/me/stores"
OF_A_STORE = ("ord", "stl", "pay", "til", "apt", "req", "est", "msg", "whs", "bay", "cor", "apv")
ASKS = {
    "appointments/calendar/",
    "appointments/new/",
    "appointments/new/choices",
    "appointments/online/",
    "appointments/peaks/",
    "appointments/settings/",
    "billing/day/",
    "calls/new",
    "parts/receive",
    "quality/report/",
    "reception/check-in/",
    "scheduling/",
    "scheduling/bays/new",
    "scheduling/calendar/",
    "scheduling/capacity/",
    "scheduling/hours/",
    "scheduling/leave/",
    "scheduling/leave/new",
    "scheduling/shifts/",
    "scheduling/shifts/<str:ref>/",
    "scheduling/terms/",
    "workshop/",
}
PARTS_OF_FORMS = {"appointments/new/choices", "scheduling/shifts/<str:ref>/"}
SHOWN = {
    "/orders/?view=all": ("ord",),
    "/billing/?view=all&period=": ("stl",),
    "/billing/payments/?period=": ("pay",),
    "/billing/till/": (),
    "/appointments/?view=all": ("apt",),
    "/messages/": ("msg",),
    "/reception/quote/": ("est",),
    "/approvals/": ("apv",),
    "/parts/requisitions?view=ready": (),
}


def everywhere(who: Staff) -> Walker:
    """Somebody who has chosen all stores."""
    walker = Walker(who)
    walker.client.post("/me/store", {"store": "all"})
    assert walker.client.session["store"] == "all"
    return walker


@pytest.fixture
def third(shop: Shop) -> int:
    with scope(shop.org_id):
        return int(Store.objects.create(org_id=shop.org_id, code="Z9", name="第三店").pk)


def manager_of(shop: Shop, *stores: int) -> Staff:
    who = person(shop, starting_role(shop, "manager"), store_id=stores[0])
    who.stores.set(stores)
    return who


def text_of(answer: HttpResponse) -> str:
    return "" if answer.streaming else answer.content.decode(errors="replace")


def test_no_page_fails_and_work_asks_for_the_store(shop: Shop, house: Ids) -> None:
    walker = everywhere(person(shop, starting_role(shop, "admin")))
    found = flaws(each_page(walker, house, "GET", "POST"), lambda _what, status: status < 500)
    assert not found, found
    asking = set()
    for page in pages():
        if page.public or page.kinds:
            continue
        with undone():
            answer = walker.client.get(page.path(house))
        if answer.status_code == 302 and answer["Location"].startswith(CHOOSE):
            asking.add(page.pattern)
    assert asking == ASKS, asking ^ ASKS


@pytest.mark.parametrize("pattern", sorted(ASKS - PARTS_OF_FORMS))
def test_the_choice_leads_to_the_page_wanted(shop: Shop, house: Ids, pattern: str) -> None:
    walker = everywhere(person(shop, starting_role(shop, "admin")))
    asked = walker.client.get(f"/{pattern}")
    choice = walker.client.get(asked["Location"])
    assert choice.status_code == 200 and 'name="store" value="all"' not in text_of(choice).split("<main")[1]
    posted = {"store": public_id("sto", shop.store_id), "next": choice.context["next"]}
    there = walker.client.post("/me/store", posted)
    assert there["Location"] == f"/{pattern}" and walker.client.get(there["Location"]).status_code == 200


def test_lists_show_the_rows_of_all_my_stores(shop: Shop, house: Ids) -> None:
    client = everywhere(manager_of(shop, shop.other_store_id, shop.store_id)).client
    with scope(shop.org_id):
        name = Store.objects.get(pk=shop.store_id).name
    for address, kinds in SHOWN.items():
        text = text_of(client.get(address))
        missing = [kind for kind in kinds if house[kind] not in text]
        assert not missing, (address, missing)
        assert not kinds or name in text.split("<main")[1], address
    other = public_id("sto", shop.other_store_id)
    for address, kinds in SHOWN.items():
        mark = "&" if "?" in address else "?"
        narrowed = text_of(client.get(f"{address}{mark}store={other}"))
        assert not [kind for kind in kinds if house[kind] in narrowed and kind != "apv"], address


def test_a_forbidden_store_shows_on_no_page(shop: Shop, house: Ids, third: int) -> None:
    client = everywhere(manager_of(shop, shop.other_store_id, third)).client
    marks = [house[kind] for kind in OF_A_STORE] + [public_id("sto", shop.store_id)]
    own = {public_id("sto", shop.other_store_id), public_id("sto", third)}
    assert not own & set(marks)
    for page in pages():
        if page.public or page.kinds & set(OF_A_STORE):
            continue
        with undone():
            answer = client.get(page.path(house))
        told = [mark for mark in marks if mark in text_of(answer) and mark not in page.path(house)]
        assert not told, (page.pattern, told)
    for address in SHOWN:
        told = [mark for mark in marks if mark in text_of(client.get(address))]
        assert not told, (address, told)
    forced = text_of(client.get(f"/orders/?view=all&store={public_id('sto', shop.store_id)}"))
    assert house["ord"] not in forced


def test_another_organisation_shows_on_no_page(shop: Shop, other_shop: Shop, house: Ids) -> None:
    with scope(other_shop.org_id):
        client = everywhere(person(other_shop, starting_role(other_shop, "admin"))).client
        for page in pages():
            if page.public or page.kinds:
                continue
            with undone():
                text = text_of(client.get(page.path(house)))
            told = [ref for ref in house.values() if ref in text and ref not in page.path(house)]
            assert not told, (page.pattern, told)


def test_a_region_is_the_stores_in_it(shop: Shop, house: Ids, third: int) -> None:
    with scope(shop.org_id):
        north, south = (Region.objects.create(org_id=shop.org_id, name=name) for name in ("北区", "南区"))
        Store.objects.filter(pk=shop.store_id).update(region=north)
        Store.objects.filter(pk__in=[shop.other_store_id, third]).update(region=south)
    walker = everywhere(person(shop, starting_role(shop, "admin")))
    for region, seen in ((north, True), (south, False)):
        walker.client.post("/me/store", {"store": region.ref})
        for address, kinds in SHOWN.items():
            text = text_of(walker.client.get(address))
            assert not [kind for kind in kinds if (house[kind] in text) is not seen and kind != "apv"], (address, seen)
        found = flaws(each_page(walker, house, "GET"), lambda _what, status: status < 500)
        assert not found, found
