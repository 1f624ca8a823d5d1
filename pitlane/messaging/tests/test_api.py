"""The API of messaging."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from pitlane.accounts.tests.factories import BACKEND, person, starting_role
from pitlane.core.ids import public_id

from ..models import Message
from .factories import Post
from .street import STREET


@pytest.fixture
def api(room: Post) -> Client:
    client = Client()
    client.force_login(person(room.shop, starting_role(room.shop, "admin")), backend=BACKEND)
    return client


def call(client: Client, method: str, path: str, body: dict[str, Any] | None = None, key: str = "") -> HttpResponse:
    headers = {"Idempotency-Key": key} if key else {}
    data = json.dumps(body) if body is not None else ""
    return client.generic(method, f"/api/v1{path}", data, content_type="application/json", headers=headers)


def test_a_message_is_sent_once_and_followed(api: Client, room: Post) -> None:
    who = room.customer()
    body = {"key": "x1", "template": "car_ready", "customer": who.ref, "variables": {"plate": "京A8K326"}}
    made = call(api, "POST", "/messages", body, key="once")
    assert made.status_code == 201 and made.json()["recipient"] == "138****6217"
    assert call(api, "POST", "/messages", body).json()["id"] == made.json()["id"] and Message.objects.count() == 1
    room.clock.wait(days=30)
    room.round()
    one = call(api, "GET", f"/messages/{made.json()['id']}").json()
    assert one["state"] == "accepted" and [entry["what"] for entry in one["entries"]][-1] == "accepted"
    assert "13800116217" not in str(one) and len(STREET.taken) == 1
    assert call(api, "POST", f"/messages/{one['id']}/cancel").status_code == 422
    assert len(call(api, "GET", f"/messages?view=sent&customer={who.ref}").json()["items"]) == 1
    assert call(api, "GET", "/messages?view=lost").json()["items"] == []


def test_problems_name_the_field(api: Client, room: Post) -> None:
    body: dict[str, Any] = {"key": "x", "template": "phone_code", "address": "13800116217", "variables": {}}
    refused = call(api, "POST", "/messages", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "variable_missing")
    assert call(api, "POST", "/messages", {**body, "template": "nothing"}).status_code == 404
    assert call(api, "GET", f"/messages/{public_id('msg', 10**9)}").status_code == 404


def test_templates_channels_rules_and_preferences(api: Client, room: Post) -> None:
    listed = call(api, "GET", "/message-templates").json()
    ref = next(one["id"] for one in listed if one["code"] == "car_ready")
    words = {"channel": "sms", "language": "zh-hans", "body": "{{plate}} 好了", "publish": True}
    written = call(api, "POST", f"/message-templates/{ref}/versions", words)
    assert written.status_code == 201 and written.json()["number"] == 2
    wrong = call(api, "POST", f"/message-templates/{ref}/versions", {**words, "body": "{{x}}"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "body")
    own = {"code": "spring", "name": "春季", "purpose": "marketing", "variables": ["plate"]}
    assert call(api, "POST", "/message-templates", own).status_code == 201
    assert call(api, "PUT", f"/message-templates/{ref}", {"enabled": False}).json()["enabled"] is False
    chosen = call(api, "PUT", "/message-channels/email", {"provider": "plain_email", "fields": {"secret": "hush"}})
    assert chosen.json()["provider"] == "plain_email" and "hush" not in chosen.content.decode()
    assert [row["provider"] for row in call(api, "GET", "/message-channels").json()] == ["plain_sms", "", "plain_email"]
    assert call(api, "PUT", "/message-channels/sms", {"provider": "nobody"}).status_code == 404
    rules = {"quiet_from": "22:00", "quiet_to": "07:00", "limits": {"service_per_day": 3}}
    assert call(api, "PUT", "/message-rules", rules).json()["limits"]["service_per_day"] == 3
    assert call(api, "GET", "/message-rules").json()["quiet_to"] == "07:00:00"
    path = f"/customers/{room.customer().ref}/message-preference"
    assert call(api, "PUT", path, {"channels": ["email"], "language": "en"}).json()["channels"] == ["email"]
    assert call(api, "GET", path).json()["language"] == "en"


def test_an_uncertain_message_is_settled_or_sent_again(api: Client, room: Post) -> None:
    STREET.mood = "silent"
    first, second = (room.send(f"k{n}", customer_id=room.customer(f"1390000000{n}").pk) for n in (1, 2))
    for _round in range(2):
        room.clock.wait(minutes=1)
        room.round()
    assert call(api, "POST", f"/messages/{first.ref}/settle").json()["state"] == "accepted"
    assert call(api, "POST", f"/messages/{second.ref}/resend").json()["state"] == "queued"
