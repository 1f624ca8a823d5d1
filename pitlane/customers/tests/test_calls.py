"""记录来电: who it is, what a stranger said, and that nobody types it twice."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import commands, queries
from pitlane.customers.models import Call, ContactLog, Customer

from . import factories as make
from .conftest import SignIn

NUMBER = "13911112222"
HTMX = {"HX-Request": "true"}
SAID = {"number": NUMBER, "name": "赵先生", "plate": "京n12345", "text": "高速抖动", "next_step": "回电报价"}


def called(shop: Shop, at: datetime, **more: object) -> Call:
    return commands.record_call(**{**SAID, **more}, by=shop.boss(), at=at)


def test_a_stranger_is_written_down_sealed(shop: Shop, at: datetime) -> None:
    call = Call.objects.get(pk=called(shop, at).pk)
    assert (call.masked, call.plate, call.number.reveal()) == ("139****2222", "京N12345", NUMBER)
    assert EventRow.objects.get(kind="customers.CallRecorded").payload == {"call_id": call.pk}
    shown = queries.callers(NUMBER, by=shop.boss())
    assert shown.asked and shown.only is None and shown.waiting == call


@pytest.mark.parametrize(
    "more, field",
    [
        ({"number": "12"}, "phone"),
        ({"number": ""}, "number"),
        ({"text": " "}, "text"),
        ({"next_step": "", "next_on": date(2026, 11, 24)}, "next_step"),
    ],
)
def test_half_a_call_is_refused_at_its_field(shop: Shop, at: datetime, more: dict, field: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refused:
        called(shop, at, **more)
    assert refused.value.field == field


def test_only_whoever_may_edit_customers(shop: Shop, at: datetime) -> None:
    call, by = called(shop, at), shop.actor("customers.view")
    for act in (
        lambda: commands.record_call(**SAID, by=by, at=at),
        lambda: commands.close_call(call_id=call.pk, by=by, at=at),
    ):
        with nothing_changes(), pytest.raises(Forbidden):
            act()
    with pytest.raises(Missing):
        commands.close_call(call_id=call.pk + 99, by=shop.boss(), at=at)


def test_closing_forgets_the_number(shop: Shop, at: datetime) -> None:
    call = commands.close_call(call_id=called(shop, at).pk, outcome="不来了", by=shop.boss(), at=at)
    call.refresh_from_db()
    assert (bool(call.number), call.number_index, call.outcome, call.masked) == (False, "", "不来了", "139****2222")
    with nothing_changes():
        commands.close_call(call_id=call.pk, by=shop.boss(), at=at + timedelta(hours=1))
    with pytest.raises(Missing):
        queries.call_facts(call.pk)


@pytest.mark.parametrize("further", [False, True])
def test_a_card_with_the_number_takes_the_call_over(shop: Shop, at: datetime, further: bool) -> None:
    call = called(shop, at, next_on=at.date())
    other = called(shop, at, number="13911113333")
    owner = make.customer(shop, "赵刚", () if further else (NUMBER,))
    if further:
        commands.add_phone(customer_id=owner.pk, number=NUMBER, by=shop.boss(), at=at)
    talk = ContactLog.objects.get()
    assert (talk.customer_id, talk.channel, talk.text, talk.next_step) == (owner.pk, "call_in", "高速抖动", "回电报价")
    call.refresh_from_db()
    assert (call.customer_id, bool(call.number), call.name) == (owner.pk, False, "")
    assert [row.pk for row in queries.open_calls(by=shop.boss())] == [other.pk]


def test_the_number_or_its_tail_says_who_it_is(shop: Shop, sign_in: SignIn) -> None:
    make.vehicle(shop, make.customer(shop))
    page = sign_in()
    for typed, words in (("13800116217", "这个号码是"), ("6217", "可能是"), ("9999", "没有这个号码的客户"), ("62", "")):
        answer = page.get("/calls/who", {"number": typed}, headers=HTMX).content.decode()
        assert words in answer and ("王建国" in answer) is ("6217" in typed)


def test_the_drawer_keeps_the_page_and_finds_the_right_place(shop: Shop, sign_in: SignIn) -> None:
    owner, client = make.customer(shop), sign_in()
    known = client.post("/calls/new", {"number": "13800116217", "text": "问活动"}, headers=HTMX)
    assert (known.status_code, known["HX-Reswap"]) == (204, "none") and "HX-Redirect" not in known
    assert ContactLog.objects.get(customer=owner).channel == "call_in" and not Call.objects.exists()
    other = client.post("/calls/new", {"number": "13800116217", "text": "司机", "customer": "new"}, headers=HTMX)
    assert other.status_code == 204 and Call.objects.count() == 1
    picked = client.post("/calls/new", {"number": "6217", "text": "改期", "customer": owner.ref}, headers=HTMX)
    assert picked.status_code == 204 and ContactLog.objects.count() == 2
    with nothing_changes():
        wrong = client.post("/calls/new", {"number": "621", "text": "没听清", "name": "周"}, headers=HTMX)
    assert wrong.status_code == 200 and "没听清" in wrong.content.decode()


def test_a_card_from_a_call_needs_no_second_typing(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    call, client = called(shop, at), sign_in()
    page = client.get(f"/customers/new?call={call.ref}").content.decode()
    assert "赵先生" in page and "京N12345" in page and "139****2222" in page and NUMBER not in page
    client.post(f"/customers/new?call={call.ref}", {"kind": "person", "name": "赵刚", "plate": "京N12345"})
    owner = Customer.objects.get()
    assert owner.phones.get().masked == "139****2222" and ContactLog.objects.get().customer_id == owner.pk


def test_the_home_page_shows_whom_to_call_back(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    called(shop, at, next_on=at.date())
    called(shop, at, number="13911113333", name="以后再说", next_on=at.date() + timedelta(days=30))
    page = sign_in().get("/").content.decode()
    assert "赵先生" in page and "回电报价" in page and "以后再说" not in page
    assert page.count('data-key="F8" data-key-label') == 1, "one button, beside the list of all keys"
    assert 'data-key="F8"' in sign_in().get("/customers").content.decode()


def test_programs_record_and_close_calls(shop: Shop, sign_in: SignIn, at: datetime) -> None:
    client = sign_in()
    made = client.post("/api/v1/calls", {**SAID, "next_on": None}, content_type="application/json")
    assert made.status_code == 201 and made.json()["masked"] == "139****2222" and NUMBER not in made.content.decode()
    assert [row["id"] for row in client.get("/api/v1/calls").json()] == [made.json()["id"]]
    path = f"/api/v1/calls/{made.json()['id']}/close"
    assert client.post(path, {"outcome": "已回"}, content_type="application/json").json()["closed_at"]
    assert client.get("/api/v1/calls").json() == []
