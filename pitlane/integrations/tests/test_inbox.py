"""The page that shows what the sandbox took."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from pitlane.messaging.tests.factories import Post

from ..queries import split_links
from ..sandbox.server import Sandbox


def test_shows_words_and_links_but_no_number(room: Post, desk: Client) -> None:
    room.send(customer_id=room.customer().pk)
    room.send("k2", customer_id=room.customer("13800116218", name="李四").pk)
    room.round()
    page = desk.get(reverse("integrations:inbox"))
    text = page.content.decode()
    assert page.status_code == 200 and 'href="https://x.example/p/1"' in text
    assert "138****6217" in text and "13800116217" not in text
    key = next(one.key for one in page.context["s"].recipients if one.name.endswith("6218"))
    only = desk.get(reverse("integrations:inbox"), {"to": key}).context["s"]
    assert [item.recipient for item in only.items] == ["138****6218"]


def test_the_tab_is_there_only_with_a_sandbox(room: Post, desk: Client) -> None:
    assert reverse("integrations:inbox") in desk.get(reverse("messaging:log")).content.decode()
    for channel in ("sms", "wechat", "email"):
        room.choose(channel, f"notebook_{channel}")
    assert reverse("integrations:inbox") not in desk.get(reverse("messaging:log")).content.decode()
    assert desk.get(reverse("integrations:inbox")).status_code == 404
    assert desk.post(reverse("integrations:fault"), {"wire": "smtp", "mode": "down"}).status_code == 404


def test_faults_are_switched_on_the_page(room: Post, desk: Client, sandbox: Sandbox) -> None:
    url = reverse("integrations:fault")
    assert desk.post(url, {"wire": "tencent_sms", "mode": "slow"}).status_code == 302
    assert sandbox.store.faults() == {"tencent_sms": "slow"}
    for wrong in ({"wire": "x", "mode": "slow"}, {"wire": "smtp", "mode": "x"}):
        assert desk.post(url, wrong).status_code == 404
    desk.post(url, {"wire": "tencent_sms", "mode": ""})
    assert sandbox.store.faults() == {}


def test_links_are_found_in_chinese_sentences() -> None:
    parts = split_links("改期：https://x.example/p/1。电话 010-1 http://y.example")
    assert [part.text for part in parts if part.link] == ["https://x.example/p/1", "http://y.example"]
    assert "".join(part.text for part in parts) == "改期：https://x.example/p/1。电话 010-1 http://y.example"
