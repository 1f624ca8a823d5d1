"""The catalogue for programs: what goes in comes out, refusals are problem+json, nothing without permission."""

import json

import pytest

from pitlane.catalog.models import Operation
from pitlane.core.testing import Shop, nothing_changes

from . import factories

WORK = {"code": "MA-001", "name": "小保养", "trade": "mechanical", "category": "保养", "standard_hours": "0.6"}


def send(client, method: str, path: str, body: dict, **headers: str):
    return getattr(client, method)(
        f"/api/v1{path}", json.dumps(body, default=str), content_type="application/json", headers=headers
    )


def test_operations_are_written_read_and_found(shop: Shop) -> None:
    client = factories.client_of(shop, "catalog.view", "catalog.edit")
    made = send(client, "post", "/operations", {**WORK, "steps": [{"text": "放油", "photo": True}]})
    assert made.status_code == 201, made.content
    ref = made.json()["id"]
    assert made.json() | {"standard_hours": "0.600", "version": 1} == made.json()
    changed = send(client, "put", f"/operations/{ref}", {**WORK, "fixed_price_fen": 9900, "version": 1})
    assert changed.json()["fixed_price_fen"] == 9900
    stale = send(client, "put", f"/operations/{ref}", {**WORK, "version": 1})
    assert (stale.status_code, stale.headers["Content-Type"]) == (409, "application/problem+json")
    assert [item["id"] for item in client.get("/api/v1/operations?q=xby").json()["items"]] == [ref]
    assert client.get(f"/api/v1/operations/{ref}").json()["name"] == "小保养"
    assert client.get("/api/v1/operations/opn_unknown1").status_code == 404


def test_a_repeated_key_writes_once(shop: Shop) -> None:
    client = factories.client_of(shop, "catalog.view", "catalog.edit")
    answers = [send(client, "post", "/operations", WORK, **{"Idempotency-Key": "k1"}) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Operation.objects.count() == 1


def test_lists_page_by_code(shop: Shop) -> None:
    for n in range(5):
        factories.operation(shop, code=f"W-{n}")
    client = factories.client_of(shop, "catalog.view")
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"/api/v1/operations?limit=2&cursor={cursor}").json()
        seen += [item["code"] for item in page["items"]]
        cursor = page["next"]
    assert seen == [f"W-{n}" for n in range(5)]


def test_packages_schedules_prices_and_lists(shop: Shop) -> None:
    client = factories.client_of(shop, "catalog.view", "catalog.edit", scope="org")
    work = send(client, "post", "/operations", WORK).json()["id"]
    lines = [{"operation": work, "hours": "0.5"}, {"part_code": "OL-03", "quantity": "4"}]
    package = send(client, "post", "/packages", {"code": "PK-1", "name": "套餐", "price_fen": 46800, "lines": lines})
    assert package.status_code == 201, package.content
    ref = package.json()["id"]
    changed = send(client, "put", f"/packages/{ref}", {"code": "PK-1", "name": "套餐甲", "lines": lines[:1]})
    assert (changed.json()["name"], len(changed.json()["lines"])) == ("套餐甲", 1)
    assert client.get(f"/api/v1/packages/{ref}").json()["lines"][0]["operation"] == work
    assert len(client.get("/api/v1/packages?make=大众").json()) == 1
    plan = {"code": "SC-1", "name": "汽油车", "fuel": "petrol"}
    needs = [{"code": "oil", "name": "机油", "every_km": 7500, "operation": work}]
    made = send(client, "post", "/schedules", {**plan, "needs": needs})
    assert made.status_code == 201, made.content
    assert send(client, "put", f"/schedules/{made.json()['id']}", {**plan, "needs": needs}).status_code == 200
    assert client.get("/api/v1/schedules/match?fuel=petrol").json()[0]["operation"] == work
    assert len(client.get("/api/v1/schedules").json()) == 1
    rate = send(client, "post", "/labour-rates", {"rate_fen": 16000, "valid_from": "2026-01-01"})
    assert rate.status_code == 201, rate.content
    assert client.get("/api/v1/labour-rates").json()[0]["rate_fen"] == 16000
    law = {"repair_class": "minor", "km": 2000, "days": 10, "valid_from": "2016-01-01", "statutory": True}
    assert send(client, "post", "/guarantee-rules", law).status_code == 201
    low = send(client, "post", "/guarantee-rules", {**law, "km": 1, "statutory": False})
    assert (low.status_code, low.json()["code"], low.json()["field"]) == (422, "below_statutory", "km")
    assert client.get("/api/v1/guarantee-rules/minor?on=2026-11-23").json() == {"km": 2000, "days": 10}
    assert client.get("/api/v1/guarantee-rules").json()[0]["current"] is True
    assert client.get("/api/v1/checklists/reception").json() == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "/operations", WORK),
        ("post", "/packages", {"code": "P", "name": "P", "lines": [{"part_code": "X"}]}),
        ("post", "/schedules", {"code": "S", "name": "S", "needs": [{"code": "oil", "name": "油", "every_km": 1}]}),
        ("post", "/labour-rates", {"rate_fen": 1, "valid_from": "2026-01-01"}),
        ("post", "/guarantee-rules", {"repair_class": "minor", "km": 9, "days": 9, "valid_from": "2026-01-01"}),
    ],
)
def test_readers_cannot_write(shop: Shop, method: str, path: str, body: dict) -> None:
    client = factories.client_of(shop, "catalog.view")
    with nothing_changes():
        assert send(client, method, path, body).status_code == 403


READS = (
    *("/operations", "/packages", "/schedules", "/schedules/match", "/labour-rates", "/guarantee-rules"),
    *("/guarantee-rules/minor", "/checklists/zone", "/operations/opn_i5qzsjb7", "/packages/pkg_i5qzsjb7"),
)


@pytest.mark.parametrize("path", READS)
def test_nothing_is_read_without_permission(shop: Shop, path: str) -> None:
    assert factories.client_of(shop, "parts.view").get(f"/api/v1{path}").status_code == 403


def test_the_starting_catalogue_is_loaded_once(shop: Shop) -> None:
    client, reader = factories.client_of(shop, "catalog.edit"), factories.client_of(shop, "catalog.view")
    assert send(client, "post", "/starting-catalogue", {}).json()["operations"] == Operation.objects.count() > 100
    assert set(send(client, "post", "/starting-catalogue", {}).json().values()) == {0}
    with nothing_changes():
        assert send(reader, "post", "/starting-catalogue", {}).status_code == 403
