"""The programs' door: keys, scopes, stores, idempotency, problem+json."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pitlane.accounts import commands
from pitlane.accounts.models import ApiKey, Role, Staff, Store
from pitlane.core.access import system
from pitlane.core.ids import public_id
from pitlane.core.testing import Shop, nothing_changes

from .factories import PASSWORD, actor, admin, browser, make_role, manager, person, starting_role
from .test_approvals import ask


class Program:
    """A caller with an API key."""

    def __init__(self, shop: Shop, *scopes: str, stores: tuple[int, ...] = (), **facts: object) -> None:
        self.secret = f"pl_{ApiKey.unscoped.count()}-{'-'.join(scopes)}"
        commands.issue_api_key(
            name="测试程序",
            scopes=list(scopes),
            store_ids=stores,
            secret=self.secret,
            by=system(shop.org_id),
            at=timezone.now(),
            **facts,
        )

    def __call__(self, method: str, path: str, body: object = None, **headers: str):
        return Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.secret}", **headers},
        )


def test_me_tells_a_program_what_it_may(shop: Shop) -> None:
    answer = Program(shop, "accounts.view", stores=(shop.store_id,))("GET", "/me").json()
    assert (answer["kind"], answer["permissions"], answer["all_stores"]) == ("key", ["accounts.view"], False)
    assert [s["code"] for s in answer["stores"]] == ["S0"] and answer["organisation"] == public_id("org", shop.org_id)


def test_a_browser_is_known_by_its_session(shop: Shop) -> None:
    assert browser(admin(shop)).get("/api/v1/me").json()["kind"] == "staff"


def test_a_browser_must_prove_that_it_meant_the_call(shop: Shop) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Staff.objects.get(pk=admin(shop).pk), backend="pitlane.accounts.backend.StaffBackend")
    store = {"code": "YZ", "name": "亦庄店"}
    with nothing_changes():
        answer = client.post("/api/v1/stores", store, content_type="application/json")
    assert answer.status_code == 403 and answer["Content-Type"] == "application/problem+json"


def test_nobody_without_a_live_key(shop: Shop) -> None:
    expired = Program(shop, "*", expires_at=timezone.now() - timedelta(seconds=1))
    revoked = Program(shop, "*")
    commands.revoke_api_key(key_id=ApiKey.objects.last().pk, by=shop.boss(), at=timezone.now())
    wrong = {"headers": {"Authorization": "Bearer pl_wrong"}}
    answers = [expired("GET", "/me"), revoked("GET", "/me"), Client().get("/api/v1/me")]
    answers += [Client().get("/api/v1/me", **wrong), browser(admin(shop)).get("/api/v1/me", **wrong)]
    assert [a.status_code for a in answers] == [401] * 5
    assert answers[0]["Content-Type"] == "application/problem+json" and answers[0].json()["code"] == "not_signed_in"


@pytest.mark.parametrize(
    "method, path, body",
    [
        ("GET", "/staff", None),
        ("GET", "/roles", None),
        ("GET", "/keys", None),
        ("GET", "/events", None),
        ("POST", "/stores", {"code": "YZ", "name": "x"}),
        ("POST", "/keys", {"name": "x", "scopes": ["accounts.view"]}),
    ],
)
def test_without_the_scope_the_answer_names_it(shop: Shop, method: str, path: str, body: object) -> None:
    program = Program(shop, "core.jobs")
    with nothing_changes():
        answer = program(method, path, body)
    assert answer.status_code == 403 and answer.json()["code"] == "forbidden"
    assert answer.json()["facts"]["permission"].startswith("accounts.")


def test_stores_are_opened_once_for_one_key(shop: Shop) -> None:
    program, store = Program(shop, "*"), {"code": "YZ", "name": "亦庄店", "region": "南区"}
    first = program("POST", "/stores", store, **{"Idempotency-Key": "a"})
    again = program("POST", "/stores", store, **{"Idempotency-Key": "a"})
    assert first.status_code == again.status_code == 200 and first.json() == again.json()
    assert first.json()["region"] == "南区" and Store.objects.filter(code="YZ").count() == 1
    other = program("POST", "/stores", {**store, "code": "TZ"}, **{"Idempotency-Key": "a"})
    assert other.status_code == 409 and other.json()["code"] == "idempotency_mismatch"
    changed = program("PATCH", f"/stores/{first.json()['id']}", {"address": "东路 1 号"})
    assert (changed.json()["address"], changed.json()["name"]) == ("东路 1 号", "亦庄店")
    assert program("POST", "/stores", {"code": "yz", "name": "x"}).status_code == 422
    assert program("PATCH", f"/stores/{public_id('sto', 10**9)}", {}).status_code == 404


def test_people_are_listed_taken_on_and_changed(shop: Shop) -> None:
    program, role = Program(shop, "*"), make_role(shop, "desk", "accounts.view")
    facts = {"login": "li", "name": "李娜", "employee_no": "Z9", "password": PASSWORD}
    links = {"roles": [role.ref], "stores": [public_id("sto", shop.store_id)]}
    made = program("POST", "/staff", {**facts, **links})
    assert made.status_code == 200 and made.json()["roles"] == [role.ref] and "password" not in made.json()
    path = f"/staff/{made.json()['id']}"
    skills = [{"skill": "hv", "level": 2, "certificate": "C1", "valid_until": "2027-01-01"}]
    assert program("PUT", f"{path}/skills", skills).json()["skills"] == skills
    assert program("PATCH", path, {"active": False, "name": "李小娜"}).json()["active"] is False
    assert program("GET", path).json()["name"] == "李小娜"
    assert program("POST", f"{path}/sign-out").status_code == 200
    for _ in range(3):
        person(shop, role)
    first = program("GET", "/staff?limit=2").json()
    second = program("GET", f"/staff?limit=2&cursor={first['next']}").json()
    assert len(first["items"]) == 2 and len(second["items"]) == 1 and second["next"] is None
    assert program("GET", "/staff?cursor=x").status_code == 422
    assert program("POST", "/staff", {**facts, **links, "roles": ["rol_x"]}).status_code == 404
    assert Program(shop, "*", stores=(shop.other_store_id,))("GET", path).status_code == 404
    assert [r["code"] for r in program("GET", "/roles").json()] == list(
        Role.objects.order_by("pk").values_list("code", flat=True)
    )


def test_approvals_wait_and_are_decided(shop: Shop) -> None:
    boss, advisor = manager(shop), person(shop, starting_role(shop, "advisor"))
    asked, own = ask(shop, actor(advisor), timezone.now()), ask(shop, actor(boss), timezone.now(), subject="x")
    client = browser(boss)
    waiting = client.get("/api/v1/approvals").json()
    assert [(a["id"], a["amount_fen"], a["requested_by"]) for a in waiting] == [(asked.ref, 20000, advisor.ref)]
    decide = {"data": {"approve": True}, "content_type": "application/json"}
    assert client.post(f"/api/v1/approvals/{asked.ref}/decide", **decide).json()["state"] == "approved"
    assert client.post(f"/api/v1/approvals/{own.ref}/decide", **decide).status_code == 403
    assert client.get(f"/api/v1/approvals/{asked.ref}").json()["decided_by"] == boss.ref


def test_keys_are_issued_listed_and_closed(shop: Shop) -> None:
    client = browser(admin(shop))
    given = {"name": "BI", "scopes": ["accounts.audit"], "stores": [public_id("sto", shop.store_id)]}
    made = client.post("/api/v1/keys", given, content_type="application/json").json()
    assert made["secret"].startswith("pl_") and made["stores"] == given["stores"]
    assert all("secret" not in key for key in client.get("/api/v1/keys").json())
    assert client.post(f"/api/v1/keys/{made['id']}/revoke").json()["revoked_at"]


def test_the_feed_of_facts_is_followed_by_number(shop: Shop) -> None:
    program = Program(shop, "accounts.audit")
    person(shop)
    first = program("GET", "/events?limit=1").json()
    rest = program("GET", f"/events?after={first['next']}").json()
    assert [e["seq"] for e in [*first["items"], *rest["items"]]] == [1, 2]
    assert rest["items"][0]["kind"] == "accounts.StaffChanged" and rest["items"][0]["sentence"]
    assert program("GET", f"/events?after={rest['next']}").json() == {"items": [], "next": None}
    ask(shop, shop.boss(), timezone.now())
    near = Program(shop, "accounts.audit", stores=(shop.store_id,))("GET", "/events").json()["items"]
    assert {e["store"] for e in near} == {public_id("sto", shop.store_id)}


def test_the_document_names_every_operation(shop: Shop) -> None:
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    operations = [op for path in paths.values() for op in path.values()]
    names = [op["operationId"] for op in operations]
    assert len(names) == len(set(names)) and all(op["summary"] for op in operations)
    assert {"me", "list_staff", "decide_approval", "issue_key", "list_events"} <= set(names)


def test_a_key_that_is_asked_for_twice_is_one_key(shop: Shop) -> None:
    program, wanted = Program(shop, "*"), {"name": "财务系统", "scopes": ["accounts.view"]}
    answers = [program("POST", "/keys", wanted, **{"Idempotency-Key": "k"}).json() for _ in range(2)]
    assert answers[0] == answers[1] and answers[0]["secret"].startswith("pl_")
    assert ApiKey.objects.filter(name="财务系统").count() == 1
