"""The API: the whole life of an order by public ids, problems as problem+json, repeats change nothing."""

import json
from typing import Any

import pytest
from django.test import Client

from pitlane.accounts.models import Role
from pitlane.core.access import PERMISSIONS
from pitlane.core.ids import public_id
from pitlane.core.testing import Shop
from pitlane.workshop.models import RepairOrder

from .factories import Bench, bench, opened, person, usual_lines

pytestmark = pytest.mark.django_db


class Api:
    """A signed-in program."""

    def __init__(self, client: Client, staff: Any) -> None:
        self.client = client
        client.force_login(staff, backend="pitlane.accounts.backend.StaffBackend")

    def __call__(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        data = json.dumps(body or {}) if method != "GET" else body
        send = getattr(self.client, method.lower())
        kind = {} if method == "GET" else {"content_type": "application/json"}
        return send(f"/api/v1{path}", data, headers=headers, **kind)


@pytest.fixture
def b(shop: Shop) -> Bench:
    return bench(shop)


@pytest.fixture
def api(b: Bench, client: Client) -> Api:
    staff = person(b.shop, "boss", *PERMISSIONS, name="董店长", discount=100)
    Role.objects.filter(code="r-boss").update(data_scope="org")
    return Api(client, staff)


def test_the_whole_life_by_public_ids(b: Bench, api: Api) -> None:
    body = {
        "store": public_id("sto", b.shop.store_id),
        "customer": public_id("cus", b.customer_id),
        "vehicle": public_id("veh", b.vehicle_id),
        "concern": "到期保养",
        "odometer": 62418,
        "lines": [
            {"operation": public_id("opn", b.oil)},
            {"kind": "part", "part": b.filter.ref, "item": "#0"},
            {"kind": "part", "part": b.fluid.ref, "quantity": "4", "item": "#0"},
        ],
    }
    made = api("POST", "/orders", body, key="open-1")
    assert made.status_code == 201
    assert api("POST", "/orders", body, key="open-1").json() == made.json()
    order = made.json()["id"]
    assert RepairOrder.objects.count() == 1 and made.json()["total_fen"] == 47600
    detail = api("GET", f"/orders/{order}").json()
    jobs = [line["id"] for line in detail["lines"] if line["kind"] != "part"]
    answers = {line["id"]: "approve" for line in detail["lines"]}
    assert detail["next"] == "quote" and detail["may"]["decide"]["allowed"]
    tech = public_id("stf", b.tech.pk)
    steps = [
        ("quoted", {}),
        ("decisions", {"decisions": answers}),
        ("dispatch", {"items": jobs, "technicians": [tech]}),
        ("issue", {}),
        ("finish", {"items": jobs, "technician": tech}),
        ("final-check", {"road_test": True}),
    ]
    for path, facts in steps:
        answer = api("POST", f"/orders/{order}/{path}", facts)
        assert answer.status_code in (200, 201), (path, answer.content)
    [bill] = api("POST", f"/orders/{order}/settle", {}, key="s").json()
    assert api("POST", f"/orders/{order}/settle", {}, key="s").json() == [bill]
    pay = {"settlement": bill["id"], "method": "card", "amount_fen": bill["due_fen"], "request_key": "p1"}
    assert api("POST", f"/orders/{order}/payments", pay).status_code == 201
    assert api("POST", f"/orders/{order}/deliver").json()["state"] == "delivered"
    assert api("POST", f"/orders/{order}/close").json()["state"] == "closed"
    texts = [row["text"] for row in api("GET", f"/orders/{order}/history").json()]
    assert "已收款" in texts
    assert api("GET", "/orders", {"view": "all", "limit": 1}).json()["items"][0]["id"] == order
    back = api("GET", f"/vehicles/{body['vehicle']}/comebacks", {"odometer": 63000}).json()
    assert back[0]["order"] == order


def test_problems_are_problem_json(b: Bench, api: Api) -> None:
    order = opened(b, lines=usual_lines(b))
    answer = api("POST", f"/orders/{order.ref}/settle")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["code"] == "wrong_state"
    stale = api("PATCH", f"/orders/{order.ref}", {"title": "x", "version": 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert api("GET", "/orders/ord_nonsense").status_code == 404
    assert api("POST", f"/orders/{order.ref}/lines", {"lines": []}).status_code == 422


def test_lines_findings_and_work_by_api(b: Bench, api: Api) -> None:
    order = opened(b)
    lines = [{"operation": public_id("opn", b.brakes)}, {"kind": "fee", "name": "拖车", "unit_price_fen": 20000}]
    item, fee = api("POST", f"/orders/{order.ref}/lines", {"lines": lines}).json()["ids"]
    assert api("PATCH", f"/orders/{order.ref}/lines/{item}", {"hours": "2"}).status_code == 200
    assert api("POST", f"/orders/{order.ref}/lines/{fee}/remove").status_code == 200
    payers = {"lines": [item], "payers": {"insurer:平安": "0.5", "customer": "0.5"}}
    assert api("POST", f"/orders/{order.ref}/payers", payers).status_code == 200
    asked = api("POST", f"/orders/{order.ref}/house-pays-requests", {"lines": [item], "reason": "善意"})
    assert asked.status_code == 201 and asked.json()["ids"][0].startswith("apv_")
    house = {"lines": [item], "payers": {"internal": "1"}, "approval": asked.json()["ids"][0]}
    assert api("POST", f"/orders/{order.ref}/payers", house).status_code == 200
    assert api("POST", f"/orders/{order.ref}/discount", {"lines": [item], "rate": "0.5"}).status_code == 200
    assert (
        api("POST", f"/orders/{order.ref}/decisions", {"decisions": {item: "approve"}}).json()["state"]
        == "dispatch_pending"
    )
    tech = {"technician": public_id("stf", b.tech.pk)}
    api("POST", f"/orders/{order.ref}/dispatch", {"items": [item], "technicians": [tech["technician"]]})
    assert api("POST", f"/items/{item}/accept", tech).json()["state"] == "accepted"
    assert api("POST", f"/items/{item}/start", tech).json()["state"] == "working"
    assert api("POST", f"/items/{item}/steps/1", tech | {"values": {"左": "2.1"}}).status_code == 200
    assert api("POST", f"/items/{item}/pause", tech | {"reason": "等配件"}).json()["state"] == "paused"
    found = api("POST", f"/orders/{order.ref}/findings", {"text": "片薄", "operation": public_id("opn", b.oil)})
    [finding] = found.json()["ids"]
    extra = api("POST", f"/findings/{finding}/resolution", {"resolution": "proposed"})
    assert len(extra.json()["ids"]) == 1
    assert api("POST", f"/orders/{order.ref}/hold", {"reason": "parts"}).json()["state"] == "on_hold"
    assert api("POST", f"/orders/{order.ref}/resume").json()["state"] == "in_progress"
    board = api("GET", "/workshop/board", {"store": public_id("sto", b.shop.store_id)})
    assert board.json()["lanes"][tech["technician"]] == 2.0


def test_who_may_not_is_told_which_permission_is_missing(b: Bench, client: Client) -> None:
    order = opened(b, lines=usual_lines(b))
    api = Api(client, b.tech)
    answer = api("POST", f"/orders/{order.ref}/cancel", {"reason": "x"})
    assert answer.status_code == 403 and answer.json()["code"] == "forbidden"


def test_many_orders_get_another_advisor_at_once(b: Bench, api: Api) -> None:
    orders = [opened(b) for _ in range(2)]
    advisor = person(b.shop, "advisor", "workshop.view", name="周倩")
    body = {"orders": [order.ref for order in orders], "advisor": public_id("stf", advisor.pk)}
    assert api("POST", "/order-moves", body, key="m").json() == api("POST", "/order-moves", body, key="m").json()
    assert set(RepairOrder.objects.values_list("advisor_id", flat=True)) == {advisor.pk}
    assert api("POST", "/order-moves", {"orders": body["orders"]}).status_code == 422
    assert api("POST", "/order-moves", {**body, "orders": [public_id("ord", 10**9)]}).status_code == 404


def test_the_job_sheet_is_data_too(b: Bench, api: Api) -> None:
    order = opened(b, lines=usual_lines(b))
    sheet = api("GET", f"/orders/{order.ref}/job-sheet").json()
    assert sheet["id"] == order.ref and sheet["store_name"] and len(sheet["lines"]) == len(usual_lines(b))
    assert set(sheet["steps"]) <= {line["id"] for line in sheet["lines"]}
    assert api("GET", f"/orders/{public_id('ord', 10**9)}/job-sheet").status_code == 404
