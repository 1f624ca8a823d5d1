"""From the outbox to the sandbox and back, with retries, receipts and forgeries."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pitlane.messaging.events import ProviderChosen
from pitlane.messaging.models import Message, ProviderSetting, StrayReceipt
from pitlane.messaging.tests.factories import TOKEN, Post, again, log

from .. import jobs
from ..reactions import connect_sandbox
from ..sandbox.postman import Letter, letter
from ..sandbox.providers import STANDS, account_of, bring_receipts
from ..sandbox.server import Sandbox
from ..sandbox.store import TOKEN as SIGNING
from ..sandbox.store import Hook
from ..wechat_account.receipts import signature


def taken(sandbox: Sandbox, room: Post) -> list[str]:
    return [one.text for one in reversed(sandbox.store.recent(account_of(room.shop.org_id)))]


def letters(sandbox: Sandbox, provider: str) -> list[Letter]:
    """What the sandbox would tell now."""
    hook = Hook(reverse(f"integrations:{provider}", args=[TOKEN]), SIGNING)
    return [letter(one, hook) for one in sandbox.store.owed(9e9)]


def deliver(made: Letter) -> int:
    return Client().post(made.url, made.body, content_type=made.content_type).status_code


def test_a_message_arrives_and_is_reported_once(room: Post, sandbox: Sandbox) -> None:
    message = room.send(customer_id=room.customer().pk)
    room.round()
    assert again(message).state == "accepted"
    [receipt] = letters(sandbox, "sandbox_tencent_sms")
    assert [deliver(receipt), deliver(receipt)] == [200, 200]
    assert again(message).state == "delivered"
    assert log(message) == ["queued", "attempt", "accepted", "delivered"]


def test_down_for_an_hour_loses_nothing_and_keeps_the_order(room: Post, sandbox: Sandbox) -> None:
    who = room.customer()
    sandbox.store.set_fault("tencent_sms", "down")
    sent = [room.send(f"k{n}", customer_id=who.pk, variables={"time": f"第{n}"}) for n in range(4)]
    for _step in range(12):
        room.round()
        room.clock.wait(minutes=5)
    assert taken(sandbox, room) == [] and {again(one).state for one in sent} == {"queued"}
    assert ProviderSetting.objects.get(channel="sms").last_failure
    sandbox.store.set_fault("tencent_sms", "")
    for _step in range(8):
        room.round()
        room.clock.wait(minutes=5)
    assert {again(one).state for one in sent} == {"accepted"}
    assert [f"第{n}" in text for n, text in enumerate(taken(sandbox, room))] == [True] * 4


def test_wrong_keys_stand_on_the_page_and_the_message_waits(room: Post, desk: Client, sandbox: Sandbox) -> None:
    room.choose("sms", "sandbox_tencent_sms", secret="wrong")
    message = room.send(customer_id=room.customer().pk)
    room.round()
    assert again(message).state == "queued"
    assert "SecretKey 不对" in desk.get(reverse("messaging:channels")).content.decode()
    room.choose("sms", "sandbox_tencent_sms", secret="pitlane-sandbox")
    room.round()
    assert again(message).state == "accepted"


def test_a_lost_answer_is_looked_up_and_nothing_goes_twice(room: Post, sandbox: Sandbox) -> None:
    room.choose("sms", "sandbox_aliyun_sms", secret="")
    sandbox.store.set_fault("aliyun_sms", "silent")
    message = room.send(customer_id=room.customer().pk)
    room.round()
    assert again(message).state in ("uncertain", "accepted")
    assert len(taken(sandbox, room)) == 1
    sandbox.store.set_fault("aliyun_sms", "")
    [receipt] = letters(sandbox, "sandbox_aliyun_sms")
    assert deliver(receipt) == 200
    assert again(message).state == "delivered"


def test_no_number_then_mail(room: Post, sandbox: Sandbox) -> None:
    who = room.customer("13800110000", email="wang@example.com")
    message = room.send(customer_id=who.pk)
    for _step in range(3):
        room.round()
        room.clock.wait(minutes=1)
    assert (again(message).state, again(message).channel) == ("accepted", "email")
    assert len(taken(sandbox, room)) == 1


@pytest.mark.parametrize("provider", ["sandbox_tencent_sms", "sandbox_aliyun_sms"])
def test_a_report_of_failure(room: Post, sandbox: Sandbox, provider: str) -> None:
    room.choose("sms", provider, secret="")
    message = room.send(customer_id=room.customer("13800110001").pk)
    room.round()
    [receipt] = letters(sandbox, provider)
    assert deliver(receipt) == 200
    assert "failed" in log(message) and again(message).state != "delivered"


def test_receipts_are_fetched_where_nobody_can_call(room: Post, sandbox: Sandbox) -> None:
    good, bad = room.send(customer_id=room.customer().pk), room.send("k2", customer_id=room.customer("13800110001").pk)
    room.round()
    ProviderSetting.objects.update(last_success_at=timezone.now())
    assert [jobs.collect(), jobs.collect()] == [2, 0]
    assert again(good).state == "delivered" and "failed" in log(bad)
    sandbox.store.set_fault("tencent_sms", "down")
    assert jobs.collect() == 0


def test_a_receipt_that_nobody_knows_is_kept_aside(room: Post) -> None:
    rows = [
        {
            "sid": "2640:9",
            "report_status": "SUCCESS",
            "user_receive_time": "0001-01-01 00:00:00",
            "errmsg": "\x00\ud800",
        }
    ]
    url = reverse("integrations:sandbox_tencent_sms", args=[TOKEN])
    for _twice in range(2):
        assert Client().post(url, json.dumps(rows), content_type="application/json").status_code == 200
    assert StrayReceipt.objects.count() == 1


def test_a_late_receipt_still_counts(room: Post, sandbox: Sandbox) -> None:
    message = room.send(customer_id=room.customer().pk)
    room.round()
    room.clock.wait(days=3)
    [receipt] = letters(sandbox, "sandbox_tencent_sms")
    assert deliver(receipt) == 200
    assert again(message).state == "delivered"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"[{}]", b"nonsense", b'[{"sid": 5, "report_status": "SUCCESS"}]', b"[" * 100_000]
)
@pytest.mark.parametrize("provider", ["sandbox_tencent_sms", "sandbox_aliyun_sms"])
def test_what_no_service_sends_changes_nothing(room: Post, provider: str, body: bytes) -> None:
    room.choose("sms", provider, secret="")
    url = reverse(f"integrations:{provider}", args=[TOKEN])
    assert Client().post(url, body, content_type="application/json").status_code == 400
    assert StrayReceipt.objects.count() == 0


def test_a_forged_hook_finds_nobody(room: Post, sandbox: Sandbox) -> None:
    message = room.send(customer_id=room.customer().pk)
    room.round()
    [receipt] = letters(sandbox, "sandbox_tencent_sms")
    for forged in ("x" * 43, TOKEN + "x", TOKEN[:-1]):
        url = reverse("integrations:sandbox_tencent_sms", args=[forged])
        assert Client().post(url, receipt.body, content_type="application/json").status_code == 404
    other = reverse("integrations:sandbox_aliyun_sms", args=[TOKEN])
    assert Client().post(other, receipt.body, content_type="application/json").status_code == 404
    assert again(message).state == "accepted"


def test_wechat_proves_itself_by_its_token(room: Post, sandbox: Sandbox) -> None:
    url = reverse("integrations:sandbox_wechat_account", args=[TOKEN])
    right = {"timestamp": "1", "nonce": "n", "signature": signature(SIGNING, "1", "n")}
    hello = Client().get(url, {**right, "echostr": "42"})
    assert (hello.status_code, hello.content) == (200, b"42")
    assert Client().get(url, {**right, "nonce": "m", "echostr": "42"}).status_code == 403
    assert Client().post(url, b"<xml/>", content_type="text/xml").status_code == 403
    signed = f"{url}?timestamp=1&nonce=n&signature={right['signature']}"
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>'
    for body in (b"", b"<xml>", bomb, b"<xml><Event>TEMPLATESENDJOBFINISH</Event><MsgID>x</MsgID></xml>"):
        assert Client().post(signed, body, content_type="text/xml").status_code == 400
    assert Client().post(signed, b"<xml><Event>CLICK</Event></xml>", content_type="text/xml").content == b"success"


def test_the_sandbox_knows_where_to_report_when_it_is_chosen(room: Post, sandbox: Sandbox) -> None:
    for channel, provider in (("sms", "sandbox_tencent_sms"), ("sms", "notebook_sms"), ("email", "sandbox_smtp")):
        connect_sandbox(event=ProviderChosen(channel, provider), by=room.by, at=room.clock())
    hook = sandbox.store.hook_of("tencent_sms", account_of(room.shop.org_id))
    assert hook == Hook(reverse("integrations:sandbox_tencent_sms", args=[TOKEN]), SIGNING)


@pytest.mark.django_db(transaction=True)
def test_the_postman_comes_by_himself(room: Post, sandbox: Sandbox, live_server: object) -> None:
    bring_receipts(STANDS["sandbox_tencent_sms"], room.shop.org_id, "x" * 43)
    message = room.send(customer_id=room.customer().pk)
    room.round()
    web = type(sandbox.postman)(sandbox.store, str(live_server))
    assert web.round() == 0
    [one] = sandbox.store.recent(account_of(room.shop.org_id))
    assert (one.tries, one.told) == (1, None)
    sandbox.store.note_unheard(one.id, one.at - timedelta(hours=1).total_seconds())
    bring_receipts(STANDS["sandbox_tencent_sms"], room.shop.org_id, TOKEN)
    assert web.round() == 1
    assert Message.objects.get(pk=message.pk).state == "delivered"
