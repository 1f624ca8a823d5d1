"""The doctor finds words that were changed and messages whose log does not bear them out."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from pitlane.core import doctor

from .. import commands
from ..models import DeliveryEntry, Message, TemplateVersion
from .factories import Post


def found(*names: str) -> list[str]:
    return [trouble.text for trouble in doctor.examine([*names])]


def test_a_healthy_shop(room: Post) -> None:
    room.send(customer_id=room.customer().pk)
    room.round()
    facts = {"provider": "plain_sms", "provider_id": "sms-1", "status": "delivered", "reported_at": room.clock()}
    commands.take_receipt(**facts, by=room.by, at=room.clock())  # type: ignore[arg-type]
    assert found("message_templates", "messages") == []


def test_changed_words(room: Post) -> None:
    TemplateVersion.objects.filter(template__code="car_ready", channel="sms", language="en").update(body="free cars")
    assert found("message_templates") == ["version 1 differs from what was published"]


def test_messages_without_their_log(room: Post) -> None:
    sent = room.send("a", customer_id=room.customer().pk)
    room.round()
    DeliveryEntry.objects.filter(message=sent, what="accepted").delete()
    hanging = room.send("b", customer_id=room.customer("13900000001").pk)
    commands.claim_message(message_id=hanging.pk, claim="x", by=room.by, at=room.clock())
    assert len(found("messages")) == 2
    Message.objects.filter(pk=hanging.pk).update(claimed_at=timezone.now() - timedelta(minutes=5))
    Message.objects.filter(pk=sent.pk).update(state="delivered")
    assert len(found("messages")) == 2
