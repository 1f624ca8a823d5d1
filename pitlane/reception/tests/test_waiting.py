"""What waits for an answer: the bell of the top bar and the list of quotes, in one store and in several."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pitlane.accounts.models import Store
from pitlane.catalog.tests.factories import client_of
from pitlane.core.ids import public_id
from pitlane.core.testing import Shop

from .factories import World, world

PERMISSIONS = ("reception.checkin", "reception.quote", "workshop.view", "customers.view")
EMPTY = "现在没有等你处理的事"


@pytest.fixture
def made(shop: Shop) -> World:
    return world(shop)


def bell_of(client: Client, address: str = "/customers") -> str:
    page = client.get(address).content.decode()
    found = re.search(r'<details class="pl-menu pl-bell".*?</details>', page, re.S)
    assert found
    return found.group()


def test_the_bell_counts_and_leads_to_what_waits(shop: Shop, made: World) -> None:
    client = client_of(shop, *PERMISSIONS)
    empty = bell_of(client)
    assert EMPTY in empty and "<em>" not in empty and 'aria-label="等你处理，0 项"' in empty
    made.sent()
    waits = bell_of(client)
    assert 'aria-label="等你处理，1 项"' in waits and "<em>" in waits and EMPTY not in waits
    assert re.search(r'href="/reception/quote/".*等客户确认的报价.*<span class="pl-count">1</span>', waits)
    assert client.get("/reception/quote/").status_code == 200


def test_the_bell_opens_without_a_mouse_or_a_script(shop: Shop) -> None:
    bell = bell_of(client_of(shop, *PERMISSIONS))
    assert bell.startswith("<details") and re.search(r"<summary [^>]*aria-label=", bell)


def test_the_bell_shows_no_store_but_ones_own(shop: Shop, made: World) -> None:
    made.sent()
    assert EMPTY in bell_of(client_of(shop, *PERMISSIONS, store_id=shop.other_store_id))


def test_the_bell_asks_nothing_that_the_rail_has_not_asked(shop: Shop, made: World) -> None:
    made.sent()
    client = client_of(shop, *PERMISSIONS)
    client.get("/customers")
    with CaptureQueriesContext(connection) as asked:
        client.get("/customers")
    assert sum("reception_estimate" in query["sql"] for query in asked) == 1


def test_quotes_of_all_stores_are_narrowed_to_one(shop: Shop, made: World) -> None:
    estimate = made.sent()
    client = client_of(shop, *PERMISSIONS, scope="org")
    client.post("/me/store", {"store": "all"})
    whole = client.get("/reception/quote/").content.decode()
    assert estimate.ref in whole and Store.objects.get(pk=shop.store_id).name in whole.split("<main")[1]
    for store_id, seen in ((shop.store_id, True), (shop.other_store_id, False)):
        page = client.get(f"/reception/quote/?store={public_id('sto', store_id)}").content.decode()
        assert (estimate.ref in page) is seen
    client.post("/me/store", {"store": public_id("sto", shop.store_id)})
    assert 'name="store" aria-label' not in client.get("/reception/quote/").content.decode()
