"""REST: public ids, masked numbers, problems as problem+json, one effect per idempotency key."""

from __future__ import annotations

from datetime import datetime

import pytest

from pitlane.accounts.commands import decide_approval
from pitlane.accounts.models import Approval
from pitlane.accounts.tests.factories import person
from pitlane.accounts.tests.test_api import Program
from pitlane.core.access import system
from pitlane.core.models import EventRow
from pitlane.core.testing import Shop
from pitlane.customers.commands import make_export
from pitlane.customers.models import Customer, Export

from . import factories as make
from .conftest import SignIn

NUMBER = "13800116217"
API = "/api/v1"


def send(client, method: str, path: str, body=None, **headers: str):
    call = getattr(client, method)
    return call(f"{API}{path}", body if body is not None else {}, content_type="application/json", headers=headers)


def test_the_life_of_a_customer_by_programs(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in()
    body = {
        "name": "李思敏",
        "phones": ["18612340932"],
        "tags": ["车友"],
        "wechat": "lsm",
        "consents": {"service": True},
    }
    made = send(client, "post", "/customers", body)
    assert made.status_code == 201, made.content
    card = made.json()
    assert card["phone"] == "186****0932" and card["id"].startswith("cus_") and "wechat" not in card
    changed = send(client, "patch", f"/customers/{card['id']}", {"version": card["version"], "note": "爱喝美式"})
    assert changed.json()["note"] == "爱喝美式" and Customer.objects.get().wechat.reveal() == "lsm"
    late = send(client, "patch", f"/customers/{card['id']}", {"version": card["version"], "note": "x"})
    assert (late.status_code, late.json()["code"]) == (409, "changed_meanwhile")
    phone = send(client, "post", f"/customers/{card['id']}/phones", {"number": "13912345678"}).json()
    assert send(client, "post", f"/customers/{card['id']}/phones/{phone['id']}/primary").status_code == 204
    assert [p["masked"] for p in client.get(f"{API}/customers/{card['id']}/phones").json()] == [
        "139****5678",
        "186****0932",
    ]
    assert send(client, "delete", f"/customers/{card['id']}/phones/{phone['id']}").status_code == 204
    day = send(client, "post", f"/customers/{card['id']}/dates", {"label": "纪念日", "on": "2005-05-20"}).json()
    assert send(client, "delete", f"/customers/{card['id']}/dates/{day['id']}").status_code == 204
    assert send(client, "put", f"/customers/{card['id']}/tags", ["周末"]).json()["tags"] == ["周末"]
    assert (
        send(client, "post", f"/customers/{card['id']}/consents", {"purpose": "photo", "granted": False}).status_code
        == 204
    )
    contact = send(client, "post", f"/customers/{card['id']}/contacts", {"channel": "note", "next_step": "报价"}).json()
    assert send(client, "post", f"/contacts/{contact['id']}/finish").json()["next_done_at"]
    assert len(client.get(f"{API}/customers/{card['id']}/contacts").json()["items"]) == 1
    assert len(client.get(f"{API}/customers/{card['id']}/timeline").json()["items"]) > 5
    assert send(client, "post", f"/customers/{card['id']}/reveal").json() == {"what": "phone", "value": "18612340932"}
    reads = EventRow.objects.count()
    again = [send(client, "post", f"/customers/{card['id']}/reveal", **{"Idempotency-Key": "r"}) for _ in range(2)]
    assert again[0].json() == again[1].json() and EventRow.objects.count() == reads + 1
    assert "18612340932" in send(client, "post", f"/customers/{card['id']}/subject-access").content.decode()
    assert send(client, "post", f"/customers/{card['id']}/erase", {"reason": "本人要求"}).status_code == 204
    assert client.get(f"{API}/customers/{card['id']}").json()["status"] == "erased"


def test_the_list_is_masked_and_paged(shop: Shop, sign_in: SignIn) -> None:
    make.many(shop, 3)
    client = sign_in()
    first = client.get(f"{API}/customers?limit=2").json()
    rest = client.get(f"{API}/customers?limit=2&cursor={first['next']}").json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert "****" in first["items"][0]["phone"] and first["items"][0]["plate"]
    assert [row["name"] for row in client.get(f"{API}/customers?q=00000001").json()["items"]] == ["客户1"]


def test_the_life_of_a_car_by_programs(shop: Shop, sign_in: SignIn) -> None:
    owner, buyer = make.customer(shop), make.customer(shop, "李思敏", ("18612340932",))
    client = sign_in()
    car = send(client, "post", "/vehicles", {"customer": owner.ref, "plate": "京A8K326", "odometer": 60000}).json()
    assert (car["owner_name"], car["odometer"]) == ("王建国", 60000)
    path = f"/vehicles/{car['id']}"
    assert send(client, "patch", path, {"version": 1, "series": "途观"}).json()["series"] == "途观"
    assert send(client, "post", f"{path}/transfer", {"customer": buyer.ref}).json()["owner_name"] == "李思敏"
    assert send(client, "put", f"{path}/driver", {"customer": owner.ref}).json()["driver_name"] == "王建国"
    assert send(client, "post", f"{path}/odometer", {"km": 600000}).json()["doubtful"] is True
    assert len(client.get(f"{API}{path}/odometer").json()) == 2
    assert client.get(f"{API}/vehicles?plate=京a·8k326").json()[0]["id"] == car["id"]
    assert client.get(f"{API}{path}").json()["plate_kind"] == "blue"
    assert client.get(f"{API}/customers/{buyer.ref}/vehicles").json()[0]["id"] == car["id"]


def test_checks_for_programs(shop: Shop, sign_in: SignIn) -> None:
    known = make.customer(shop)
    found = send(sign_in(), "post", "/customers/checks", {"name": "王健国", "phones": [NUMBER], "plate": "京A8"}).json()
    assert {(row["field"], row["known"]) for row in found} == {("phone", known.ref), ("plate", "")}


def test_a_repeated_key_has_one_effect(shop: Shop, sign_in: SignIn) -> None:
    client = sign_in()
    body = {"name": "李思敏", "phones": ["18612340932"]}
    answers = [send(client, "post", "/customers", body, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert answers[0].content == answers[1].content and Customer.objects.count() == 1


def test_refusals_are_problems(shop: Shop, sign_in: SignIn) -> None:
    known = make.customer(shop)
    answer = send(sign_in(), "post", "/customers", {"name": "李思敏", "phones": [NUMBER]})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["field"]) == (422, "customer_duplicate", "phone")
    assert known.ref in problem["facts"]["duplicates"] and answer["Content-Type"].startswith("application/problem+json")


CALLS = [
    ("get", "/customers"),
    ("get", "/customers/{cus}"),
    ("get", "/customers/{cus}/phones"),
    ("get", "/customers/{cus}/timeline"),
    ("get", "/customers/{cus}/contacts"),
    ("get", "/customers/{cus}/vehicles"),
    ("get", "/vehicles"),
    ("get", "/vehicles/{veh}"),
    ("get", "/vehicles/{veh}/odometer"),
    ("post", "/customers/{cus}/reveal"),
    ("post", "/customers/{cus}/subject-access"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_calls_need_permission(shop: Shop, sign_in: SignIn, method: str, path: str) -> None:
    owner = make.customer(shop)
    car = make.vehicle(shop, owner)
    events = EventRow.objects.count()
    answer = send(sign_in("workshop.view"), method, path.format(cus=owner.ref, veh=car.ref))
    assert answer.status_code == 403 and EventRow.objects.count() == events


def test_an_export_by_programs_waits_for_approval(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    make.customer(shop)
    client = sign_in("customers.view", "customers.export")
    made = send(client, "post", "/customer-exports", {"reason": "对账"}).json()
    assert (made["rows"], made["started"], made["ready"]) == (1, False, False)
    assert client.get(f"{API}/customer-exports/{made['id']}").status_code == 200
    refused = send(client, "post", f"/customer-exports/{made['id']}/start")
    assert refused.status_code == 422
    assert sign_in("customers.export").get(f"{API}/customer-exports/{made['id']}").status_code == 404


def test_the_key_that_asked_takes_the_file_and_no_other(shop: Shop, at: datetime) -> None:
    make.customer(shop)
    asking, other = Program(shop, "customers.view", "customers.export"), Program(shop, "customers.export")
    made = asking("POST", "/customer-exports", {"reason": "对账"}).json()
    path = f"/customer-exports/{made['id']}"
    assert asking("GET", f"{path}/file").status_code == 404 and asking("POST", f"{path}/start").status_code == 422
    approval = Approval.objects.get()
    decide_approval(approval_id=approval.pk, approve=True, by=shop.boss(person(shop).pk), at=at)
    assert asking("POST", f"{path}/start").json()["started"] is True
    make_export(export_id=Export.objects.get().pk, by=system(shop.org_id), at=at)
    file = asking("GET", f"{path}/file")
    assert file.status_code == 200 and b"".join(file.streaming_content)[:2] == b"PK"
    for stranger in (other, Program(shop, "customers.view")):
        assert stranger("GET", f"{path}/file").status_code in (403, 404)
        assert stranger("POST", f"{path}/start").status_code in (403, 404)
