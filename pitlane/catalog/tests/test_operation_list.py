"""The list of operations: narrowed, paged by code, the retired ones apart, at the same cost however long."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from pitlane.accounts.tests.factories import browser, make_role, person
from pitlane.catalog.models import Operation
from pitlane.catalog.queries import find_operations
from pitlane.core.testing import Shop


def add(shop: Shop, *codes: str, **facts: Any) -> None:
    rows = [Operation(org_id=shop.org_id, code=code, name=f"项目{code}", **FACTS | facts) for code in codes]
    Operation.objects.bulk_create(rows)


FACTS: dict[str, Any] = {"trade": "mechanical", "category": "保养", "standard_hours": 1}


@pytest.fixture
def client(shop: Shop) -> Client:
    return browser(person(shop, make_role(shop, "desk", "catalog.view")))


def codes(client: Client, address: str) -> list[str]:
    return re.findall(r'pl-link pl-num" href="[^"]*">([^<]+)<', client.get(address).content.decode())


def test_pages_follow_by_code_both_ways(shop: Shop, client: Client) -> None:
    names = [f"Z-{number:03d}" for number in range(60)]
    add(shop, *names)
    for order in ("code", "-code"):
        first = client.get(f"/catalog/?sort={order}")
        seen = codes(client, f"/catalog/?sort={order}")
        seen += codes(client, f"/catalog/{first.context['next_url']}")
        assert seen == (names if order == "code" else names[::-1])


def test_conditions_narrow_and_the_retired_stand_apart(shop: Shop, client: Client) -> None:
    add(shop, "A-1")
    add(shop, "B-1", category="轮胎")
    add(shop, "C-1", active=False)
    assert codes(client, "/catalog/?q=") == ["A-1", "B-1"]
    assert codes(client, "/catalog/?category=轮胎") == ["B-1"]
    assert codes(client, "/catalog/?state=retired") == ["C-1"]
    assert codes(client, "/catalog/?trade=nonsense") == ["A-1", "B-1"]


def test_more_operations_cost_no_more_queries(shop: Shop, client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/catalog/?q=")
        return len(caught)

    add(shop, "A-1")
    cost()
    few = cost()
    add(shop, *(f"B-{number}" for number in range(9)))
    assert cost() == few
    assert browser(person(shop, make_role(shop, "none", "workshop.view"))).get("/catalog/").status_code == 403


def test_the_english_interface_shows_english_names_where_there_are_some(shop: Shop, client: Client) -> None:
    add(shop, "A-1", name_en="Change oil")
    add(shop, "B-1")
    told = {}
    for language in ("en", "zh-hans"):
        with override(language):
            told[language] = [row.title for row in find_operations()]
    assert told == {"en": ["Change oil", "项目B-1"], "zh-hans": ["项目A-1", "项目B-1"]}
