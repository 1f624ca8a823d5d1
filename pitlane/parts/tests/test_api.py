"""Parts for programs: the day of one part through the API, cost hidden, other stores and organisations unseen."""

import pytest

from pitlane.accounts.models import Store
from pitlane.accounts.tests.test_api import Program
from pitlane.catalog.tests.factories import client_of
from pitlane.catalog.tests.test_api import send
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes

from . import factories

CLERK = ("parts.view", "parts.edit", "parts.cost", "parts.receive", "parts.issue", "parts.adjust")


def test_the_day_of_one_part(shop: Shop) -> None:
    client = client_of(shop, *CLERK)
    store = Store.objects.get(pk=shop.store_id).ref
    house = send(client, "post", "/warehouses", {"store": store, "name": "主仓"}).json()
    assert house["main"] is True
    made = send(client, "post", "/parts", {"code": "OF-1", "name": "机油滤清器", "price_fen": 4200})
    assert made.status_code == 201, made.content
    part = made.json()["id"]
    other = send(client, "post", "/parts", {"code": "OF-2", "name": "机滤", "price_fen": 4200}).json()["id"]
    assert send(client, "put", f"/parts/{part}/substitutes/{other}", {"supersedes": True}).status_code == 200
    assert client.delete(f"/api/v1/parts/{part}/substitutes/{other}").status_code == 200
    body = {"code": "OF-1", "name": "机油滤清器", "price_fen": 4500, "version": 1}
    assert send(client, "put", f"/parts/{part}", body).json()["price_fen"] == 4500
    receipt = {
        "warehouse": house["id"],
        "supplier": "京东养车",
        "lines": [{"part": part, "quantity": "3", "unit_cost_fen": 2000, "bin": "A-1"}],
    }
    answers = [send(client, "post", "/receipts", receipt, **{"Idempotency-Key": "r1"}) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].content
    assert answers[0].json()[0]["value_fen"] == 6000
    wish = {"demand": "shop-1", "warehouse": house["id"], "part": part, "quantity": "2"}
    wanted = send(client, "post", "/requisitions", wish).json()
    assert wanted["state"] == "reserved"
    ref = wanted["id"]
    assert send(client, "post", f"/requisitions/{ref}/issue", {}).json()["cost_fen"] == 4000
    back = send(client, "post", f"/requisitions/{ref}/return", {"quantity": "1", "reason": "多领"}).json()
    assert (back["state"], back["cost_fen"]) == ("partly_returned", 2000)
    refused = send(client, "post", f"/requisitions/{ref}/cancel", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "already_issued")
    count = {"warehouse": house["id"], "part": part, "counted": "1", "reason": "盘点"}
    assert send(client, "post", "/adjustments", count).json()["quantity"] == "-1.000"
    assert send(client, "post", "/adjustments", count).json() is None
    stock = client.get(f"/api/v1/warehouses/{house['id']}/stock").json()
    assert stock[0] | {"on_hand": "1.000", "value_fen": 2000, "bin": "A-1"} == stock[0]
    past = client.get(f"/api/v1/warehouses/{house['id']}/stock?on=2020-01-01").json()
    assert past == []
    kinds = [row["kind"] for row in client.get(f"/api/v1/movements?part={part}").json()["items"]]
    assert kinds == ["adjust", "return", "issue", "reserve", "receipt"]
    assert client.get("/api/v1/requisitions?state=partly_returned").json()["items"][0]["id"] == ref
    assert client.get(f"/api/v1/requisitions/{ref}").json()["demand"] == "api:shop-1"
    assert client.get("/api/v1/parts?q=jylqq").json()["items"][0]["available"] == "1.000"
    assert len(client.get("/api/v1/warehouses").json()) == 1


def test_cost_is_hidden_from_whoever_may_not_see_it(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "2")
    factories.want(shop, house, item, "order_part:1")
    client = client_of(shop, "parts.view")
    assert client.get("/api/v1/movements").json()["items"][0]["value_fen"] is None
    assert client.get(f"/api/v1/warehouses/{house.ref}/stock").json()[0]["value_fen"] is None
    assert client.get("/api/v1/requisitions").json()["items"][0]["cost_fen"] is None


def test_other_stores_and_organisations_are_unseen(shop: Shop, other_shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "2")
    wanted = factories.want(shop, house, item, "order_part:1")
    there = client_of(shop, *CLERK, store_id=shop.other_store_id)
    with scope(other_shop.org_id):
        abroad = client_of(other_shop, *CLERK, scope="org")
    receipt = {"warehouse": house.ref, "lines": [{"part": item.ref, "quantity": "1", "unit_cost_fen": 1}]}
    for client in (there, abroad):
        assert client.get("/api/v1/movements").json()["items"] == []
        assert client.get("/api/v1/requisitions").json()["items"] == []
        assert client.get(f"/api/v1/requisitions/{wanted.ref}").status_code == 404
        assert client.get(f"/api/v1/warehouses/{house.ref}/stock").status_code == 404
        with nothing_changes():
            assert send(client, "post", "/receipts", receipt).status_code in (403, 404)
            assert send(client, "post", f"/requisitions/{wanted.ref}/issue", {}).status_code == 404
    assert abroad.get(f"/api/v1/parts/{item.ref}").status_code == 404


def test_viewers_change_nothing(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "2")
    ref = factories.want(shop, house, item, "order_part:1").ref
    client = client_of(shop, "parts.view")
    place = {"warehouse": house.ref, "part": item.ref}
    calls = [
        ("post", "/parts", {"code": "N", "name": "新", "price_fen": 1}),
        ("put", f"/parts/{item.ref}", {"code": "N", "name": "新", "price_fen": 1}),
        ("post", "/warehouses", {"store": Store.objects.get(pk=shop.store_id).ref, "name": "新仓"}),
        ("post", "/receipts", {**place, "lines": [{"part": item.ref, "quantity": "1", "unit_cost_fen": 1}]}),
        ("post", "/adjustments", {**place, "quantity": "1", "reason": "盘点"}),
        ("post", "/requisitions", {**place, "demand": "x", "quantity": "1"}),
        ("post", f"/requisitions/{ref}/issue", {}),
        ("post", f"/requisitions/{ref}/cancel", {}),
        ("post", f"/requisitions/{ref}/return", {"quantity": "1"}),
    ]
    for method, path, body in calls:
        with nothing_changes():
            assert send(client, method, path, body).status_code == 403, path


@pytest.mark.parametrize("path", ["/parts", "/parts/prt_i5qzsjb7", "/warehouses", "/movements", "/requisitions"])
def test_nothing_is_read_without_permission(shop: Shop, path: str) -> None:
    assert client_of(shop, "catalog.view").get(f"/api/v1{path}").status_code == 403


def test_parts_page_by_code(shop: Shop) -> None:
    for n in range(5):
        factories.part(shop, code=f"P-{n}")
    client = client_of(shop, "parts.view")
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/parts?limit=2&cursor={cursor}").json()
        seen += [item["code"] for item in page["items"]]
        cursor = page["next"]
    assert seen == [f"P-{n}" for n in range(5)]


def test_the_stock_is_that_of_the_store_asked_or_of_all_that_the_key_may_see(shop: Shop) -> None:
    item = factories.part(shop)
    for store_id, quantity in ((shop.store_id, "3"), (shop.other_store_id, "4")):
        factories.stock(shop, factories.warehouse(shop, store_id), item, quantity)
    here, there = (Store.objects.get(pk=pk).ref for pk in (shop.store_id, shop.other_store_id))
    everywhere, local = Program(shop, "parts.view"), Program(shop, "parts.view", stores=(shop.store_id,))
    for path in (f"/parts/{item.ref}", "/parts", "/parts?q=机油"):
        mark = "&" if "?" in path else "?"
        for program, query, on_hand in (
            (everywhere, "", "7.000"),
            (everywhere, f"{mark}store={there}", "4.000"),
            (local, "", "3.000"),
            (local, f"{mark}store={here}", "3.000"),
        ):
            answer = program("GET", f"{path}{query}").json()
            assert (answer["items"][0] if "items" in answer else answer)["on_hand"] == on_hand
        assert local("GET", f"{path}{mark}store={there}").status_code == 404


def test_several_requisitions_are_handed_out_together_or_not_at_all(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "3")
    refs = [factories.want(shop, house, item, f"api:{number}").ref for number in (1, 2)]
    client, viewer = client_of(shop, "parts.view", "parts.issue"), client_of(shop, "parts.view")
    with nothing_changes():
        assert send(client, "post", "/requisition-issues", {"requisitions": [*refs, "req_unknown1"]}).status_code == 404
        assert send(viewer, "post", "/requisition-issues", {"requisitions": refs}).status_code == 403
    made = send(client, "post", "/requisition-issues", {"requisitions": refs}).json()
    assert [(row["id"], row["state"]) for row in made] == [(ref, "issued") for ref in refs]
