"""Receipts: twice, late, in the wrong order, before their message is known, about messages that nobody knows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pitlane.core.errors import Missing
from pitlane.core.testing import NOON, Shop

from .. import commands, queries
from ..models import DeliveryEntry, Message, StrayReceipt
from .factories import TOKEN, Post, again, log
from .street import STREET


def receipt(room: Post, provider_id: str = "sms-1", status: str = "delivered", **facts: object) -> str:
    given = {"provider": "plain_sms", "reported_at": room.clock(), **facts}
    return commands.take_receipt(provider_id=provider_id, status=status, **given, by=room.by, at=room.clock())  # type: ignore[arg-type]


def sent(room: Post, key: str = "k1", phone: str = "13800116217", **facts: str) -> Message:
    message = room.send(key, customer_id=room.customer(phone, **facts).pk)
    room.round()
    return again(message)


def test_a_receipt_counts_once(room: Post) -> None:
    message = sent(room)
    assert [receipt(room), receipt(room), receipt(room)] == ["taken", "known", "known"]
    assert (again(message).state, again(message).delivered_at) == ("delivered", NOON)
    assert log(message) == ["queued", "attempt", "accepted", "delivered"]


def test_a_late_failure_does_not_undo_what_arrived(room: Post) -> None:
    message = sent(room)
    receipt(room)
    assert receipt(room, status="failed", code="X", reported_at=NOON - timedelta(minutes=1)) == "taken"
    assert again(message).state == "delivered" and log(message)[-1] == "failed"


def test_a_failure_moves_to_the_next_channel_and_a_late_success_stops_it(room: Post) -> None:
    room.choose("email", "safe_email")
    message = sent(room, email="wang@example.com")
    receipt(room, status="failed", detail="absent")
    assert (again(message).state, again(message).channel) == ("queued", "email")
    receipt(room)
    room.clock.wait(hours=1)
    room.round()
    assert again(message).state == "delivered" and len(STREET.taken) == 1


def test_a_failure_on_the_last_channel_is_given_up_and_a_late_success_is_still_believed(room: Post) -> None:
    message = sent(room)
    receipt(room, status="failed", detail="absent")
    assert (again(message).state, again(message).reason, again(message).detail) == ("given_up", "bounced", "absent")
    receipt(room)
    assert again(message).state == "delivered"


def test_an_unknown_receipt_is_kept_aside_once(room: Post) -> None:
    assert [receipt(room, "nobody"), receipt(room, "nobody")] == ["stray", "stray"]
    stray = StrayReceipt.objects.get()
    assert (stray.provider_id, stray.used_at) == ("nobody", None)
    room.clock.wait(days=4)
    room.round()
    assert not DeliveryEntry.objects.exists()


def test_a_receipt_that_is_faster_than_our_record_counts_when_the_message_is_known(room: Post) -> None:
    message = room.send(customer_id=room.customer().pk)
    parcel = commands.claim_message(message_id=message.pk, claim="c", by=room.by, at=NOON)
    assert parcel is not None and receipt(room, "sms-9") == "stray"
    facts = {"message_id": message.pk, "provider": "plain_sms", "channel": "sms", "provider_id": "sms-9"}
    commands.note_accepted(**facts, by=room.by, at=NOON)
    assert again(message).state == "delivered" and StrayReceipt.objects.get().used_at == NOON


def test_a_receipt_that_crossed_our_record_is_matched_by_the_next_round(room: Post) -> None:
    message = sent(room)
    facts = {"provider": "plain_sms", "provider_id": "sms-1", "status": "delivered"}
    StrayReceipt.objects.create(**facts, reported_at=NOON, received_at=NOON)
    room.round()
    assert again(message).state == "delivered"
    assert commands.settle_strays(by=room.by, at=NOON) == 0


def test_our_own_key_in_a_receipt_settles_an_uncertain_message(room: Post) -> None:
    STREET.mood = "silent"
    message = sent(room)
    assert message.state == "uncertain"
    assert receipt(room, "sms-1", message_key=message.ref) == "taken"
    assert again(message).state == "delivered"
    assert receipt(room, "sms-2", message_key="msg_nonsense") == "stray"


def test_a_receipt_from_the_future_is_dated_now(room: Post) -> None:
    message = sent(room)
    receipt(room, reported_at=NOON + timedelta(days=3))
    assert again(message).delivered_at == NOON


def test_a_hook_finds_its_organisation_and_nobody_elses(room: Post, other_shop: Shop) -> None:
    found = queries.hook(TOKEN, "plain_sms")
    assert (found.org_id, found.settings) == (room.shop.org_id, {"secret": "right", "sign": ""})
    assert "right" not in repr(found)
    for token, provider in (("", "plain_sms"), ("x" * 45, "plain_sms"), (TOKEN, "askable_sms")):
        with pytest.raises(Missing):
            queries.hook(token, provider)
