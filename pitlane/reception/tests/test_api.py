"""The API of reception: every object and action, with keys, idempotency and problem+json."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pitlane.core.ids import public_id
from pitlane.core.testing import Shop, nothing_changes
from pitlane.reception.models import Estimate
from pitlane.workshop import queries as orders

from .factories import TOKEN, World, a_person, png, world

DESK = ("reception.*", "workshop.*", "customers.*", "catalog.view", "parts.view")
API = "/api/v1"


@pytest.fixture
def made(shop: Shop) -> World:
    return world(shop)


class Caller:
    """A signed-in program."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> Any:
        response = self.client.get(API + path)
        assert response.status_code == status, response.content
        return response.json() if response.content else None

    def send(self, path: str, body: Any, status: int = 200, method: str = "post", key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        call = getattr(self.client, method)
        response = call(API + path, json.dumps(body), content_type="application/json", headers=headers)
        assert response.status_code == status, response.content
        return response.json()


@pytest.fixture
def api(client: Client, shop: Shop) -> Caller:
    client.force_login(a_person(shop, *DESK), backend="pitlane.accounts.backend.StaffBackend")
    return Caller(client)


def check_in(api: Caller, made: World, **facts: Any) -> Any:
    body = {"store": public_id("sto", made.shop.store_id), "vehicle": made.car.ref, "odometer": 62418} | facts
    return api.send("/reception/check-ins", body, 201)


def test_a_car_goes_from_the_door_to_the_answer(api: Caller, made: World) -> None:
    advice = f"{made.oil.ref}"
    order = check_in(api, made, concern="异响", advice=[advice])["id"]
    checked = {"marks": [{"zone": "roof", "x": 100, "y": 75, "kind": "dent"}], "checks": {}, "belongings": "童车"}
    assert api.send(f"/orders/{order}/walkaround", checked, method="put")["marks"][0]["label"] == "车顶 凹陷"
    signed = api.send(f"/orders/{order}/walkaround/sign", {"signature_png": b64encode(png()).decode()})
    assert signed["signed_at"] and api.get(f"/orders/{order}/walkaround")["belongings"] == "童车"
    sent = api.send(f"/orders/{order}/estimates", {"token": TOKEN}, 201)
    assert (sent["total_fen"], sent["state"], TOKEN in str(sent)) == (9600, "sent", False)
    key = sent["lines"][0]["key"]
    decided = api.send(
        f"/estimates/{sent['id']}/decide", {"decisions": {key: "defer"}, "name": "王建国", "via": "phone"}
    )
    assert (decided["state"], decided["decided_via"], decided["lines"][0]["decision"]) == (
        "decided",
        "phone",
        "deferred",
    )
    (kept,) = api.get(f"/vehicles/{made.car.ref}/recommendations")
    assert (kept["name"], kept["decision"], kept["amount_fen"]) == ("小保养", "deferred", 9600)
    (proposal,) = api.get(f"/vehicles/{made.car.ref}/advice")
    assert (proposal["key"], proposal["source"], proposal["addable"]) == (kept["id"], "kept", True)
    assert len(api.send(f"/orders/{order}/advice", {"advice": [proposal["key"]]})["keys"]) == 1
    assert api.get(f"/vehicles/{made.car.ref}/recommendations") == []


def test_the_same_key_answers_twice_and_acts_once(api: Caller, made: World) -> None:
    order, keys = made.quoted()
    body = {"token": TOKEN}
    first = api.send(f"/orders/{order.ref}/estimates", body, 201, key="send-1")
    with nothing_changes():
        assert api.send(f"/orders/{order.ref}/estimates", body, 201, key="send-1") == first
    answer = {"decisions": dict.fromkeys([keys[0], keys[2]], "approve"), "name": "王"}
    api.send(f"/estimates/{first['id']}/decide", answer)
    with nothing_changes():
        assert api.send(f"/estimates/{first['id']}/decide", answer, 409)["code"] == "already_decided"


def test_a_new_customer_with_a_new_car(api: Caller, made: World) -> None:
    facts = {"new_customer": {"name": "周明", "phone": "13711112222"}, "new_vehicle": {"plate": "京N5Q7T9"}}
    order = check_in(api, made, vehicle=None, odometer=None, **facts)
    assert order["state"] == "checked_in"
    problem = api.send("/reception/check-ins", {"store": public_id("sto", made.shop.store_id)}, 422)
    assert problem["code"] == "owner_missing" and problem["type"].startswith("urn:pitlane:")


def test_links_photos_and_versions(api: Caller, made: World) -> None:
    estimate = made.sent()
    order = public_id("ord", estimate.order_id)
    for path in (f"/estimates/{estimate.ref}/links", f"/orders/{order}/links"):
        assert api.send(path, {"token": path.ljust(40, "x")}, 201)["id"].startswith("lnk_")
    assert api.send(f"/orders/{order}/links", {"token": "short"}, 422)["code"] == "invalid"
    assert [each["number"] for each in api.get(f"/orders/{order}/estimates")] == [1]
    assert api.get(f"/estimates/{estimate.ref}")["digest"] == estimate.digest
    photo = SimpleUploadedFile("front.png", png(), content_type="image/png")
    assert api.client.post(f"{API}/orders/{order}/walkaround/photos", {"photo": photo}).status_code == 201
    lie = SimpleUploadedFile("front.png", b"MZ\x90\x00", content_type="image/png")
    with nothing_changes():
        assert api.client.post(f"{API}/orders/{order}/walkaround/photos", {"photo": lie}).status_code == 422
    assert api.client.get(f"{API}/orders/{order}/walkaround").status_code == 204


def test_recommendations_are_taken_and_closed(api: Caller, made: World) -> None:
    estimate = made.sent()
    jobs = [line["key"] for line in estimate.lines if not line["parent"]]
    api.send(f"/estimates/{estimate.ref}/decide", {"decisions": dict.fromkeys(jobs, "decline"), "name": "王"})
    first, second = api.get(f"/vehicles/{made.car.ref}/recommendations")
    order = public_id("ord", estimate.order_id)
    assert api.send(f"/recommendations/{first['id']}/take", {"order": order})["keys"]
    assert api.send(f"/recommendations/{second['id']}/close", {"reason": "已卖车"})["state"] == "dropped"
    states = {each["state"] for each in api.get(f"/vehicles/{made.car.ref}/recommendations?all=true")}
    assert states == {"taken", "dropped"}


def test_bad_pictures_and_strange_ids_are_problems(api: Caller, made: World) -> None:
    estimate = made.sent()
    order = public_id("ord", estimate.order_id)
    with nothing_changes():
        assert (
            api.send(f"/estimates/{estimate.ref}/decide", {"decisions": {}, "name": "王"}, 422)["code"] == "undecided"
        )
        bad = {"signature_png": "###"}
        assert api.send(f"/estimates/{estimate.ref}/decide", {"decisions": {}, **bad}, 422)["code"] == "signature"
        assert api.get("/estimates/est_madeup99", 404)["code"] == "missing"
        assert api.send(f"/orders/{order}/advice", {"advice": ["drop table"]}, 422)["code"] == "unknown_advice"


@pytest.mark.parametrize("granted", [(), ("workshop.view",)])
def test_without_permission_everything_is_refused(client: Client, made: World, granted: tuple[str, ...]) -> None:
    estimate = made.sent()
    order = public_id("ord", estimate.order_id)
    client.force_login(a_person(made.shop, *granted), backend="pitlane.accounts.backend.StaffBackend")
    api = Caller(client)
    unseen = 403 if granted else 404
    with nothing_changes():
        api.send(f"/orders/{order}/estimates", {"token": "x" * 40}, unseen)
        api.send(f"/estimates/{estimate.ref}/decide", {"decisions": {}, "name": "王"}, unseen)
        api.send(f"/orders/{order}/walkaround", {}, unseen, method="put")
        check = {"store": public_id("sto", made.shop.store_id), "vehicle": made.car.ref, "despite_open": True}
        api.send("/reception/check-ins", check, 403)
    if not granted:
        api.get(f"/orders/{order}/estimates", 403)
        api.get(f"/vehicles/{made.car.ref}/advice", 403)


def test_another_store_sees_nothing(client: Client, made: World) -> None:
    estimate = made.sent()
    person = a_person(made.shop, *DESK)
    person.stores.set([made.shop.other_store_id])
    client.force_login(person, backend="pitlane.accounts.backend.StaffBackend")
    order = public_id("ord", estimate.order_id)
    for path in (f"/orders/{order}/estimates", f"/estimates/{estimate.ref}", f"/orders/{order}/walkaround"):
        Caller(client).get(path, 404)
    assert Estimate.objects.get().state == "sent" and orders.order_for(estimate.order_id)
