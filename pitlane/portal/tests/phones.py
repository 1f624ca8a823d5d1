"""Signing in on the customer's own pages as a person with a phone does it."""

from __future__ import annotations

import json

from django.test import Client
from django.utils import timezone

from pitlane.core.testing import Shop
from pitlane.messaging import commands as messaging
from pitlane.messaging.models import Message

PHONE = "13800116217"


def open_sms(shop: Shop) -> None:
    """The shop can send text messages."""
    facts = {"channel": "sms", "provider": "notebook_sms", "fields": {}, "hook_token": "h" * 40}
    messaging.set_provider(**facts, by=shop.boss(), at=timezone.now())


def last_code() -> str:
    """What stands in the newest message."""
    return str(json.loads(Message.objects.latest("pk").variables.reveal())["code"])


def sign_in(client: Client, code: str = "jc", phone: str = PHONE, back: str = "") -> str:
    """Ask, read the message, type the code; where it leads."""
    client.post(f"/m/{code}/sign-in", {"phone": phone, "next": back})
    answer = client.post(f"/m/{code}/sign-in/code", {"code": last_code(), "next": back})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]
