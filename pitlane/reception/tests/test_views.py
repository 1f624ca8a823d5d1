"""The three steps at the counter and the quote, as a browser without JavaScript meets them."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from pitlane.accounts.models import Role
from pitlane.catalog import commands as catalog
from pitlane.catalog.commands import PackageLineInput
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes
from pitlane.reception import commands, drafts
from pitlane.reception.models import Estimate, Walkaround
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .factories import TOKEN, World, a_person, png, world

DESK = ("reception.*", "workshop.*", "customers.*", "catalog.view", "parts.view", "billing.view")


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


def test_three_steps_lead_from_the_plate_to_the_quote(desk: Client, made: World) -> None:
    first = page(desk, "/reception/check-in/?plate=京A8K326")
    assert "王建国" in first and "13800116217" not in first
    begun = desk.post("/reception/check-in/?plate=京A8K326", {"vehicle": made.car.ref})
    intake = begun["Location"]
    assert "大众 帕萨特" in page(desk, intake)
    opened = desk.post(
        intake, {"order_type": "repair", "concern": "刹车异响", "odometer": "62418", "fuel_level": "60", "go": "next"}
    )
    walk = opened["Location"]
    assert "环车检查" in page(desk, walk)
    drawn = "data:image/png;base64," + b64encode(png()).decode()
    marks = '[{"zone": "roof", "x": 170, "y": 75, "kind": "dent", "note": "3 cm"}]'
    kept = desk.post(walk, {"go": "save", "marks": marks, "belongings": "童车"})
    assert kept["Location"] == walk and "童车" in page(desk, walk)
    done = desk.post(walk, {"go": "sign", "marks": marks, "belongings": "童车", "signature": drawn})
    assert done["Location"].endswith("/quote/")
    row = Walkaround.objects.get()
    assert (row.marks[0]["kind"], bool(row.signature_id), row.order.fuel_level) == ("dent", True, 60)
    assert "客户已签字" in page(desk, walk)


def test_back_loses_nothing(desk: Client, made: World) -> None:
    begun = desk.post("/reception/check-in/?plate=京A8K326", {"vehicle": made.car.ref})
    intake = begun["Location"]
    back = desk.post(intake, {"go": "back", "concern": "还没写完", "order_type": "maintenance"})
    assert "京A" in page(desk, back["Location"])
    again = desk.post(back["Location"], {"vehicle": made.car.ref})
    assert again["Location"] == intake and "还没写完" in page(desk, intake)
    opened = desk.post(intake, {"order_type": "repair", "concern": "异响", "go": "next"})
    changed = desk.post(opened["Location"], {"go": "back", "marks": "[]", "note": "带儿童座椅"})
    assert "异响" in page(desk, changed["Location"])
    onward = desk.post(changed["Location"], {"order_type": "repair", "concern": "制动异响", "go": "next"})
    assert onward["Location"] == opened["Location"] and "带儿童座椅" in page(desk, onward["Location"])
    assert orders.open_order_of(made.car.pk) is not None


def test_a_new_car_is_asked_for_on_the_same_page(desk: Client, shop: Shop) -> None:
    text = page(desk, "/reception/check-in/?plate=京N5Q7T9")
    assert "新客户与车辆" in text and 'value="京N5Q7T9"' in text
    wrong = desk.post("/reception/check-in/?plate=京N5Q7T9", {"plate": "京N5Q7T9", "kind": "person", "name": ""})
    assert wrong.status_code == 422
    begun = desk.post(
        "/reception/check-in/?plate=京N5Q7T9",
        {"plate": "京N5Q7T9", "kind": "person", "name": "陈雨桐", "phone": "13711112222"},
    )
    assert "陈雨桐" in page(desk, begun["Location"])
    opened = desk.post(begun["Location"], {"order_type": "repair", "concern": "异响"})
    assert "5Q7T9" in page(desk, opened["Location"])


def test_a_refusal_of_the_command_keeps_what_was_typed(desk: Client, made: World) -> None:
    begun = desk.post(
        "/reception/check-in/?plate=京N5Q7T9", {"plate": "京N5Q7T9", "kind": "person", "name": "周明", "phone": "123"}
    )
    response = desk.post(begun["Location"], {"order_type": "repair", "concern": "异响"})
    assert response.status_code == 422 and "异响" in response.content.decode()


def test_drafts_are_sealed_and_can_be_dropped(desk: Client, made: World) -> None:
    begun = desk.post(
        "/reception/check-in/?plate=京N5Q7T9",
        {"plate": "京N5Q7T9", "kind": "person", "name": "周明", "phone": "13711112222"},
    )
    assert "周明" not in str(dict(desk.session)) and "13711112222" not in str(dict(desk.session))
    assert "没做完的接车" in page(desk, "/reception/check-in/")
    desk.post(begun["Location"] + "drop")
    assert drafts.waiting(desk.session) == [] and desk.get(begun["Location"]).status_code == 302


def test_the_deep_link_of_the_search_finds_the_car(desk: Client, made: World) -> None:
    assert "王建国" in page(desk, f"/reception/check-in/?vehicle={made.car.ref}")
    assert desk.get("/reception/check-in/?vehicle=veh_madeup123").status_code == 404


def test_a_car_that_is_here_offers_its_order(desk: Client, made: World) -> None:
    order = made.order()
    text = page(desk, "/reception/check-in/?plate=京A8K326")
    assert order.short_number in text and "还没交车" in text


def test_a_fragment_lists_candidates_and_nonsense_says_why(desk: Client, made: World) -> None:
    assert made.car.ref in page(desk, "/reception/check-in/?plate=8K326")
    assert "pl-note is-bad" in page(desk, "/reception/check-in/?plate=???")


def test_the_odometer_that_runs_backwards_is_a_warning(desk: Client, made: World) -> None:
    begun = desk.post("/reception/check-in/?plate=京A8K326", {"vehicle": made.car.ref})
    text = desk.post(
        begun["Location"], {"order_type": "repair", "odometer": "100", "fuel_level": "900"}
    ).content.decode()
    assert "比上次少" in text


def test_the_quote_box_finds_by_initials_and_adds(desk: Client, made: World) -> None:
    order = made.order()
    address = f"/reception/orders/{order.ref}/quote/"
    found = desk.get(address + "find?q=ghqzdp", HTTP_HX_REQUEST="true").content.decode()
    assert "更换前制动片" in found and "<html" not in found
    part = desk.get(address + "find?q=BP-1", HTTP_HX_REQUEST="true").content.decode()
    assert "可用 5" in part
    assert "更换前制动片" in page(desk, address + "find?q=ghqzdp")
    desk.post(address + "add", {"add": made.pads.ref})
    desk.post(address + "add", {"add": made.part.ref, "quantity": "2"})
    lines = orders.lines_of(order.pk)
    assert [(line.name, line.quantity) for line in lines] == [("更换前制动片", lines[0].hours), ("前制动片", 2)]
    desk.post(address + "change", {"key": lines[0].key, f"amount:{lines[0].key}": "2", f"was:{lines[0].key}": "1.5"})
    desk.post(address + "change", {"remove": lines[1].key})
    (line,) = orders.lines_of(order.pk)
    assert line.hours == 2 and line.price_note in page(desk, address)
    with nothing_changes():
        assert desk.post(address + "add", {"add": "nothing"}).status_code in (302, 422)


def test_a_discount_is_typed_in_percent_and_shown_in_yuan(desk: Client, made: World) -> None:
    Role.objects.update(discount_limit=30)
    order = made.order()
    address = f"/reception/orders/{order.ref}/quote/"
    desk.post(address + "add", {"add": made.pads.ref})
    (line,) = orders.lines_of(order.pk)
    asked = {"key": line.key, f"amount:{line.key}": "1.5", f"was:{line.key}": "1.5"}
    desk.post(address + "change", {**asked, f"discount:{line.key}": "10", f"had:{line.key}": ""})
    (line,) = orders.lines_of(order.pk)
    shown = page(desk, address)
    assert line.discount == Money(2400) and f'name="discount:{line.key}" value="10"' in shown and "24.00" in shown
    with nothing_changes():
        desk.post(address + "change", {**asked, f"discount:{line.key}": "10", f"had:{line.key}": "10"})
    desk.post(address + "change", {**asked, f"discount:{line.key}": "", f"had:{line.key}": "10"})
    assert orders.lines_of(order.pk)[0].discount == Money(0)


def test_a_package_is_not_added_twice_by_a_slip_and_goes_in_one_click(desk: Client, made: World, at: datetime) -> None:
    inside = [PackageLineInput(operation_id=made.oil.pk), PackageLineInput(operation_id=made.pads.pk)]
    package = catalog.save_package(code="PK-9", name="安心套餐", lines=inside, by=made.shop.boss(), at=at)
    order = made.order()
    address = f"/reception/orders/{order.ref}/quote/"
    desk.post(address + "add", {"add": package.ref})
    with nothing_changes():
        asked = desk.post(address + "add", {"add": package.ref}, follow=True).content.decode()
    assert "「安心套餐」已经在报价里" in asked and len(orders.lines_of(order.pk)) == 2
    desk.post(address + "add", {"add": package.ref, "twice": "1"})
    assert len(orders.lines_of(order.pk)) == 4
    desk.post(address + "change", {"remove_package": "PK-9"})
    assert orders.lines_of(order.pk) == []


def test_a_finished_order_is_no_editor(desk: Client, made: World, at: datetime) -> None:
    order, _keys = made.quoted()
    workshop.cancel_order(order_id=order.pk, reason="客户不修了", by=made.shop.boss(), at=at)
    shown = page(desk, f"/reception/orders/{order.ref}/quote/")
    assert "报价不能再改" in shown and 'name="remove"' not in shown and 'id="offers"' not in shown
    assert 'id="send"' not in shown
    moved = desk.get(f"/reception/orders/{order.ref}/intake/")
    assert moved.status_code == 302 and moved["Location"].endswith(f"/orders/{order.ref}/")


def test_advice_is_added_with_one_click(desk: Client, made: World) -> None:
    order = made.order()
    desk.post(f"/reception/orders/{order.ref}/advice", {"advice": f"op:{made.oil.pk}"})
    assert [line.name for line in orders.lines_of(order.pk)] == ["小保养"]


def test_the_link_is_shown_once_more_to_its_maker_only(desk: Client, made: World, client: Client) -> None:
    order, _keys = made.quoted()
    sent = desk.post(f"/reception/orders/{order.ref}/quote/send", {"days": "7"})
    text = page(desk, sent["Location"])
    token = re.search(r"/p/([\w-]{43})/", text).group(1)
    assert "data:image/svg+xml" in text and desk.get(f"/p/{token}/").status_code == 200
    assert token not in str(dict(desk.session))
    other = Client()
    other.force_login(a_person(made.shop, *DESK, login="13900000002"), backend="pitlane.accounts.backend.StaffBackend")
    assert token not in page(other, sent["Location"])
    desk.post(sent["Location"] + "link")
    assert token not in page(desk, sent["Location"])


def test_the_customer_answers_at_the_counter(desk: Client, made: World) -> None:
    order, keys = made.quoted()
    made_now = commands.send_estimate(order_id=order.pk, token=TOKEN, by=made.shop.boss(), at=timezone.now())
    address = f"/reception/estimates/{made_now.ref}/sign/"
    assert "更换前制动片" in page(desk, address)
    answers = {f"decision:{keys[0]}": "approve", f"decision:{keys[2]}": "defer", f"amount:{keys[0]}": "1"}
    with nothing_changes():
        refused = desk.post(address, answers)
    assert refused.status_code == 422 and "请签名，或输入姓名代替" in refused.content.decode()
    kept = f'name="decision:{keys[2]}" value="defer" checked'
    assert kept in refused.content.decode(), "a refusal does not turn 下次再做 into 同意"
    assert desk.post(address, {**answers, "signature_typed": "王建国"}).status_code == 302
    row = Estimate.objects.get()
    assert (row.decided_via, row.decided_name, row.decisions[keys[2]]) == ("desk", "王建国", "deferred")
    again = desk.post(address, {**answers, "signature_typed": "王建国"})
    assert again.status_code == 422 and "已经答复" in again.content.decode()
    assert "小保养" in page(desk, f"/reception/check-in/?plate={made.car.plate}")


def test_other_pages_of_the_desk_open(desk: Client, made: World) -> None:
    order, _keys = made.quoted()
    commands.send_estimate(order_id=order.pk, token=TOKEN, by=made.shop.boss(), at=timezone.now())
    assert made.car.plate[2:] in page(desk, "/reception/quote/")
    shared = desk.post(f"/reception/orders/{order.ref}/share")
    assert "/p/" in page(desk, shared["Location"])


@pytest.mark.parametrize(
    "name", ["check-in/", "quote/", "orders/{ref}/walkaround/", "orders/{ref}/quote/", "orders/{ref}/intake/"]
)
def test_without_permission_the_pages_say_so(client: Client, made: World, name: str) -> None:
    order = made.order()
    client.force_login(a_person(made.shop, "workshop.view"), backend="pitlane.accounts.backend.StaffBackend")
    assert client.get("/reception/" + name.format(ref=order.ref)).status_code == 403


def test_orders_of_another_store_are_not_there(client: Client, made: World) -> None:
    person = a_person(made.shop, *DESK)
    person.stores.set([made.shop.other_store_id])
    person.main_store_id = made.shop.other_store_id
    person.save()
    client.force_login(person, backend="pitlane.accounts.backend.StaffBackend")
    estimate = made.sent()
    for address in (
        f"orders/{public_id('ord', estimate.order_id)}/quote/",
        f"orders/{public_id('ord', estimate.order_id)}/walkaround/",
        f"estimates/{estimate.ref}/",
    ):
        assert client.get(f"/reception/{address}").status_code == 404


def test_a_dropped_recommendation_is_gone(desk: Client, made: World) -> None:
    order, keys = made.quoted()
    workshop.decide_lines(order_id=order.pk, decisions={keys[2]: "decline"}, by=made.shop.boss(), at=timezone.now())
    (kept,) = commands.keep_recommendations(
        order_id=order.pk, decisions={keys[2]: "decline"}, by=made.shop.boss(), at=timezone.now()
    )
    desk.post(f"/reception/recommendations/{kept.ref}/close/", {"reason": "别处已做", "next": "https://evil.example/"})
    kept.refresh_from_db()
    assert kept.state == "dropped"
