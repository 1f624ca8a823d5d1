"""Every list that a domain declares: each column has a cell, each order an index and an answer, each count works."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pitlane.accounts import commands, queries
from pitlane.accounts.models import Staff
from pitlane.accounts.tests.factories import actor, admin, browser
from pitlane.core.listing import LISTS, Spec, address
from pitlane.core.testing import Shop

from .routes import Ids

pytestmark = pytest.mark.django_db
WIDEST = {
    "appointments": {"view": "all"},
    "orders": {"view": "all"},
    "bills": {"view": "all", "period": ""},
    "payments": {"period": ""},
}


@pytest.fixture
def boss(shop: Shop, house: Ids) -> Staff:
    return admin(shop)


@pytest.fixture
def client(boss: Staff) -> Client:
    return browser(boss)


def keys(spec: Spec) -> list[str]:
    return [column.key for column in spec.columns]


@pytest.mark.parametrize("name", sorted(LISTS))
def test_each_column_is_drawn(name: str, boss: Staff, client: Client) -> None:
    spec = LISTS[name]
    commands.keep_list(list_key=name, columns=keys(spec), by=actor(boss), at=timezone.now())
    html = client.get(address(spec, WIDEST.get(name, {"q": ""}))).content.decode()
    head, _, body = html.partition("<tbody>")
    first = body.split("</tr>")[0]
    drawn = first.count("<td") - first.count('<td class="t"') - first.count('<td class="m"')
    assert head.count("<th ") == drawn == len(spec.columns)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_each_order_is_answered_and_shown(name: str, boss: Staff, client: Client) -> None:
    spec = LISTS[name]
    commands.keep_list(list_key=name, columns=keys(spec), by=actor(boss), at=timezone.now())
    for order in (sign + key for key in spec.sorts for sign in ("", "-")):
        shown = client.get(address(spec, {**WIDEST.get(name, {"q": ""}), "sort": order}))
        assert shown.status_code == 200 and shown.context["frame"].order == order
        assert f'aria-sort="{"descending" if order.startswith("-") else "ascending"}"' in shown.content.decode()


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_kept_view_is_counted_and_opens(name: str, boss: Staff, client: Client) -> None:
    spec, by, now = LISTS[name], actor(boss), timezone.now()
    wide = WIDEST.get(name, {})
    commands.save_list_view(list_key=name, name="全都要", filters=wide, default=True, by=by, at=now)
    frame = queries.list_frame(spec, {}, by=by, at=now)
    assert int(frame.saved[0].count) >= 1
    opened = client.get(address(spec, {}).rstrip("?"))
    assert opened["Location"] == frame.onward
    assert "全都要" in client.get(opened["Location"]).content.decode()


@pytest.mark.parametrize("name", sorted(LISTS))
def test_more_columns_cost_no_more_queries(name: str, boss: Staff, client: Client) -> None:
    spec = LISTS[name]
    page = address(spec, WIDEST.get(name, {"q": ""}))
    client.get(page)
    with CaptureQueriesContext(connection) as usual:
        client.get(page)
    commands.keep_list(list_key=name, columns=keys(spec), by=actor(boss), at=timezone.now())
    with CaptureQueriesContext(connection) as all_of_them:
        client.get(page)
    assert len(all_of_them) == len(usual)
