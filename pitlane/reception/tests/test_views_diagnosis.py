"""Diagnosis on the pages: while typing, at the order, in the quote, in the knowledge; and over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pitlane.core.ids import public_id
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.reception import commands, queries
from pitlane.reception.models import DiagnosisAnswer, FaultReading, OwnCause
from pitlane.workshop import queries as orders

from .factories import World, a_person, world

DESK = ("reception.*", "workshop.*", "customers.*", "catalog.view", "parts.view", "billing.view")
PADS = "pads_front|BR-001"


@pytest.fixture
def made(shop: Shop) -> World:
    return world(shop)


@pytest.fixture
def desk(client: Client, shop: Shop) -> Client:
    client.force_login(a_person(shop, *DESK), backend="pitlane.accounts.backend.StaffBackend")
    return client


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def begun(desk: Client, made: World) -> str:
    """The address of step two for the known car."""
    return desk.post("/reception/check-in/?plate=京A8K326", {"vehicle": made.car.ref})["Location"]


def test_the_intake_suggests_while_typing_and_without_javascript(desk: Client, made: World) -> None:
    intake = begun(desk, made)
    assert "写下客户描述或故障码" in page(desk, intake)
    with nothing_changes():
        part = desk.post(f"{intake}diagnosis", {"concern": "刹车吱吱叫", "fault_codes": "p0302 P0Z"}).content.decode()
    assert "前制动片磨损" in part and "检测到 2 缸失火" in part and "「P0Z」不是故障码" in part
    typed = {"concern": "刹车吱吱叫", "go": "diagnose", "odometer": "62418", "diagnosis": PADS}
    again = desk.post(intake, typed)
    assert again.status_code == 302
    shown = page(desk, intake)
    assert "前制动片磨损" in shown and f'value="{PADS}" checked' in shown and "刹车吱吱叫" in shown


def test_ticked_suggestions_and_codes_come_with_the_order(desk: Client, made: World) -> None:
    intake = begun(desk, made)
    facts = {"order_type": "repair", "concern": "刹车吱吱叫", "odometer": "62418", "fuel_level": "60", "go": "next"}
    wrong = desk.post(intake, facts | {"fault_codes": "P0ZZZ"})
    assert wrong.status_code == 422 and "不是故障码" in wrong.content.decode() and not FaultReading.objects.exists()
    desk.post(intake, facts | {"fault_codes": "c0034", "diagnosis": [PADS, PADS]})
    order = orders.open_order_of(made.car.pk)
    assert order is not None
    assert [line.name for line in orders.lines_of(order.id)] == ["更换前制动片"]
    assert queries.codes_of(order.id) == ("C0034",) and DiagnosisAnswer.objects.get().accepted


def test_the_order_leads_to_suggestions_that_are_taken_or_refused(desk: Client, made: World) -> None:
    order = made.order(concern="刹车吱吱叫")
    address = f"/reception/orders/{order.ref}/diagnosis/"
    assert address in page(desk, f"/orders/{order.ref}/")
    shown = page(desk, address)
    assert "前制动片磨损" in shown and "描述中的「制动尖叫」" in shown and "测四轮制动片厚度" in shown
    assert desk.post(address, {"codes": "P0ZZZ"}).status_code == 422
    assert desk.post(address, {"codes": "U0121"}).status_code == 302
    assert "与制动防抱死控制模块失去通信" in page(desk, address)
    refused = desk.post(f"{address}answer", {"refuse": PADS, "reason": "刚换过"})
    assert refused["Location"].endswith(address) and "刚换过" in page(desk, address)
    desk.post(f"{address}answer", {"accept": PADS})
    assert "已采纳" in page(desk, address)
    assert [line.name for line in orders.lines_of(order.pk)] == ["更换前制动片"]
    assert "诊断建议" in page(desk, f"/reception/orders/{order.ref}/quote/")


@pytest.mark.parametrize("text", ["", "😀", "<script>alert(1)</script>", "' OR 1=1 --", "hello", "刹" * 500])
def test_any_text_gives_a_page(desk: Client, made: World, text: str) -> None:
    order = made.order(concern=text)
    shown = page(desk, f"/reception/orders/{order.ref}/diagnosis/")
    assert "<script>alert" not in shown


def test_the_knowledge_is_browsed_and_written(desk: Client, made: World) -> None:
    assert "检测到 4 缸失火" in page(desk, "/reception/knowledge/?q=P0304")
    assert "火花塞老化" in page(desk, "/reception/knowledge/?q=火花塞")
    assert "没有找到" in page(desk, "/reception/knowledge/?q=没有这样的词")
    facts = {"name": "滑门卡滞", "operation": "ma-001", "words": "滑门拉不动\n侧门卡住", "active": "on"}
    assert desk.post("/reception/knowledge/new/", facts | {"operation": "XX"}).status_code == 422
    assert desk.post("/reception/knowledge/new/", facts).status_code == 302
    kept = OwnCause.objects.get()
    assert kept.words == ["滑门拉不动", "侧门卡住"]
    assert "侧门卡住" in page(desk, f"/reception/knowledge/{kept.ref}/")
    assert desk.post(f"/reception/knowledge/{kept.ref}/", facts | {"active": ""}).status_code == 302
    assert "停用" in page(desk, "/reception/knowledge/?q=滑门")


def test_who_may_not_sees_nothing(client: Client, shop: Shop, made: World) -> None:
    order = made.order()
    client.force_login(a_person(shop, "workshop.view"), backend="pitlane.accounts.backend.StaffBackend")
    for address in (f"/reception/orders/{order.ref}/diagnosis/", "/reception/knowledge/", "/reception/knowledge/new/"):
        assert client.get(address).status_code == 403
    with nothing_changes():
        sent = client.post(f"/reception/orders/{order.ref}/diagnosis/answer", {"accept": PADS})
    assert sent.status_code == 403


def test_the_query_count_does_not_grow_with_what_was_learned(made: World) -> None:
    order, by = made.order(concern="刹车吱吱叫，怠速抖动"), made.shop.boss()

    def count() -> int:
        with CaptureQueriesContext(connection) as queries_made:
            queries.diagnosis_of(order.pk, by=by, at=NOON)
        return len(queries_made)

    few = count()
    for n in range(12):
        commands.save_own_cause(name=f"条目{n}", words=["刹车吱吱叫"], operation_id=made.oil.pk, by=by, at=NOON)
    commands.accept_suggestion(order_id=order.pk, cause="pads_front", operation="BR-001", by=by, at=NOON)
    assert count() == few


def test_programs_diagnose_accept_refuse_and_teach(desk: Client, made: World) -> None:
    def send(path: str, body: Any, status: int = 200, method: str = "post") -> Any:
        response = getattr(desk, method)(f"/api/v1{path}", json.dumps(body), content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    found = send("/diagnosis", {"text": "刹车吱吱叫", "codes": "P0ZZZ C0034", "vehicle": made.car.ref})
    assert found["not_codes"] == ["P0ZZZ"] and found["codes"][0]["meaning"] == "右前轮速传感器故障"
    assert "pads_front" in {each["cause"] for each in found["suggestions"]}
    order = made.order(concern="刹车吱吱叫")
    noted = send(f"/orders/{order.ref}/fault-codes", {"codes": "C0034"})
    assert noted == desk.get(f"/api/v1/orders/{order.ref}/diagnosis").json()
    assert send(f"/orders/{order.ref}/fault-codes", {"codes": "XYZ"}, 422)["code"] == "fault_code"
    answer = {"cause": "pads_front", "operation": "BR-001"}
    assert send(f"/orders/{order.ref}/diagnosis/refuse", answer | {"reason": "刚换"})["accepted"] is False
    assert len(send(f"/orders/{order.ref}/diagnosis/accept", answer)["keys"]) == 1
    assert desk.get("/api/v1/fault-codes?q=P0301").json()[0]["meaning"] == "检测到 1 缸失火"
    own = {"name": "滑门", "words": ["滑门拉不动"], "operation": public_id("opn", made.oil.pk)}
    kept = send("/fault-causes", own, 201)
    assert send(f"/fault-causes/{kept['id']}", own | {"active": False}, method="put")["active"] is False
    assert [each["id"] for each in desk.get("/api/v1/fault-causes").json()] == [kept["id"]]
