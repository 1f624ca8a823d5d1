"""Lists as each person sees them: kept views, columns, order; nobody sees or changes another's."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pitlane.accounts import commands, queries
from pitlane.accounts.models import SavedView, Staff
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.listing import LISTS
from pitlane.core.testing import NOON, Shop, nothing_changes

from .factories import actor, browser, make_role, person
from .test_api import Program

ORDERS = LISTS["orders"]


def clerk(shop: Shop) -> Staff:
    role = Staff.objects.count()
    return person(shop, make_role(shop, f"desk{role}", "workshop.view", "workshop.edit", "customers.view"))


def keep(who: Staff, name: str = "我的车", **facts: object) -> SavedView:
    given = {"list_key": "orders", "name": name, "filters": {"view": "in_shop", "q": "京A"}}
    return commands.save_list_view(**{**given, **facts}, by=actor(who), at=NOON)


def test_a_view_keeps_conditions_order_and_columns(shop: Shop) -> None:
    who = clerk(shop)
    view = keep(who, filters={"view": "late", "cursor": "x", "evil": "1"}, order="total", columns=["total", "nonsense"])
    assert (view.filters, view.order) == ({"view": "late"}, "total")
    assert view.columns == ["number", "plate", "total"]
    assert keep(who, "又一个", order="promised; drop").order == ORDERS.start


def test_only_one_view_opens_by_itself(shop: Shop) -> None:
    who = clerk(shop)
    first, second = keep(who, default=True), keep(who, "第二", default=True)
    first.refresh_from_db()
    assert (first.default, second.default) == (False, True)
    commands.change_list_view(view_id=first.pk, default=True, by=actor(who), at=NOON)
    assert SavedView.objects.get(default=True).pk == first.pk


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"name": "  "}, Refused),
        ({"name": "长" * 21}, Refused),
        ({"name": "我的车"}, Conflict),
        ({"list_key": "nowhere"}, Missing),
    ],
)
def test_a_view_that_cannot_be_kept(shop: Shop, facts: dict, error: type) -> None:
    who = clerk(shop)
    keep(who)
    with nothing_changes(), pytest.raises(error):
        keep(who, **facts)


def test_there_are_at_most_twelve(shop: Shop) -> None:
    who = clerk(shop)
    for number in range(12):
        keep(who, f"视图 {number}")
    with nothing_changes(), pytest.raises(Refused):
        keep(who, "第十三")


def test_views_are_of_their_owner_alone(shop: Shop) -> None:
    mine, other = clerk(shop), clerk(shop)
    view = keep(mine)
    for call in (commands.delete_list_view, commands.change_list_view):
        with nothing_changes(), pytest.raises(Missing):
            call(view_id=view.pk, by=actor(other), at=NOON)
    assert queries.kept_views(actor(other)) == []
    assert browser(other).post(f"/me/views/{view.ref}", {"do": "delete"}).status_code == 404
    assert SavedView.objects.filter(pk=view.pk).exists()


def test_nobody_keeps_a_view_of_a_list_they_may_not_see(shop: Shop) -> None:
    stranger = person(shop, make_role(shop, "none", "accounts.view"))
    with nothing_changes(), pytest.raises(Forbidden):
        keep(stranger)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.keep_list(list_key="orders", order="total", by=actor(stranger), at=NOON)


def test_the_list_is_kept_from_its_page(shop: Shop) -> None:
    who = clerk(shop)
    client = browser(who)
    made = client.post(
        "/me/lists/orders/views", {"name": "在厂京A", "query": "view=in_shop&q=京A&sort=total", "default": "1"}
    )
    view = SavedView.objects.get()
    assert parse_qs(urlsplit(made["Location"]).query) == {
        "view": ["in_shop"],
        "q": ["京A"],
        "sort": ["total"],
        "saved": [view.ref],
    }
    shown = client.get(made["Location"])
    assert "在厂京A" in shown.content.decode() and shown.context["frame"].order == "total"
    assert client.get("/orders/")["Location"] == made["Location"]
    assert client.get("/orders/?view=all").status_code == 200
    client.post(f"/me/views/{view.ref}", {"do": "rename", "name": "改了"})
    client.post(f"/me/views/{view.ref}", {"do": "update", "query": "view=late&sort=-total"})
    client.post(f"/me/views/{view.ref}", {"do": "undefault"})
    view.refresh_from_db()
    assert (view.name, view.filters, view.order, view.default) == ("改了", {"view": "late"}, "-total", False)
    assert client.post(f"/me/views/{view.ref}", {"do": "delete"})["Location"] == "/orders/"
    assert not SavedView.objects.exists()


def test_columns_and_order_are_kept_per_person(shop: Shop) -> None:
    who, other = clerk(shop), clerk(shop)
    client = browser(who)
    client.post("/me/lists/orders/arrange", {"columns": ["number", "advisor"], "order": "total", "next": "/orders/"})
    shown = client.get("/orders/").context["frame"]
    assert (shown.shown, shown.order) == (["number", "plate", "advisor"], "total")
    assert Staff.objects.get(pk=who.pk).preferences["lists"]["orders"] == {
        "order": "total",
        "columns": ["number", "plate", "advisor"],
    }
    assert "title" in browser(other).get("/orders/").context["frame"].shown
    assert client.post("/me/lists/orders/arrange", {"order": "-opened"}).status_code == 204
    client.post("/me/lists/orders/arrange", {"usual": "1", "next": "https://elsewhere.example/"})
    assert "title" in client.get("/orders/").context["frame"].shown
    assert client.post("/me/lists/nowhere/arrange", {}).status_code == 404


def test_kept_views_cost_the_same_for_any_number_of_columns(shop: Shop) -> None:
    who = clerk(shop)
    client = browser(who)
    keep(who)
    client.get("/orders/?view=all")
    with CaptureQueriesContext(connection) as usual:
        client.get("/orders/?view=all")
    commands.keep_list(list_key="orders", columns=[one.key for one in ORDERS.columns], by=actor(who), at=NOON)
    with CaptureQueriesContext(connection) as everything:
        client.get("/orders/?view=all")
    assert len(usual) == len(everything)


def call(client: Client, method: str, path: str, body: object = None):
    return client.generic(method, f"/api/v1{path}", json.dumps(body), content_type="application/json")


def test_views_through_the_interface(shop: Shop) -> None:
    client = browser(clerk(shop))
    made = call(
        client, "POST", "/me/views", {"list_key": "orders", "name": "将超时", "filters": {"view": "late"}}
    ).json()
    assert (made["list_key"], made["filters"], made["default"]) == ("orders", {"view": "late"}, False)
    changed = call(client, "PATCH", f"/me/views/{made['id']}", {"order": "total", "default": True}).json()
    assert (changed["order"], changed["default"], changed["name"]) == ("total", True, "将超时")
    assert [view["id"] for view in call(client, "GET", "/me/views").json()] == [made["id"]]
    assert call(client, "DELETE", f"/me/views/{made['id']}").status_code == 204
    assert call(client, "DELETE", f"/me/views/{made['id']}").status_code == 404


def test_a_program_keeps_no_views(shop: Shop) -> None:
    program = Program(shop, "workshop.view")
    with nothing_changes():
        refused = program("POST", "/me/views", {"list_key": "orders", "name": "程序"})
    assert refused.status_code == 403 and program("GET", "/me/views").json() == []
