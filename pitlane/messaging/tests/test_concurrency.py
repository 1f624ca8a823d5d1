"""Several workers and many people at once: threads with real connections, on whichever database the tests run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pitlane.core.errors import PitlaneError
from pitlane.core.testing import NOON, Shop, together

from .. import commands
from ..models import DeliveryEntry, Message, PhoneCode
from .factories import Post, post, street
from .street import STREET

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(shop: Shop) -> Iterator[Post]:
    with street():
        made = post(shop)
        made.choose("sms", "plain_sms")
        yield made


def race(room: Post, jobs: list[Callable[[], Any]]) -> list[Any]:
    """What each of the jobs answers that begin at the same moment; of a refusal its code."""
    answers = together(room.shop.org_id, jobs)
    return [answer.code if isinstance(answer, PitlaneError) else answer for answer in answers]


def test_two_workers_on_the_same_messages_send_each_once_and_in_order(room: Post) -> None:
    people = [room.customer(f"1380011620{number}", name=f"客户{number}") for number in range(3)]
    for number in range(3):
        for who in people:
            room.send(f"{who.pk}-{number}", customer_id=who.pk, variables={"time": f"第{number}"})
    for _round in range(4):
        race(room, [room.round, room.round])
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    assert len(STREET.taken) == 9 == len({message.message_key for message in STREET.taken})
    for who in people:
        own = [message.text for message in STREET.taken if who.name in message.text]
        assert [f"第{number}" in text for number, text in enumerate(own)] == [True] * 3


def test_one_message_is_claimed_by_one_worker(room: Post) -> None:
    message = room.send(customer_id=room.customer().pk)

    def claim(name: str) -> Callable[[], Any]:
        return lambda: commands.claim_message(message_id=message.pk, claim=name, by=room.by, at=NOON)

    parcels = race(room, [claim("a"), claim("b"), claim("c")])
    assert len([parcel for parcel in parcels if parcel is not None]) == 1


def test_the_same_key_from_two_places_is_one_message(room: Post) -> None:
    who = room.customer()
    made = race(room, [lambda: room.send("one", customer_id=who.pk).pk] * 4)
    assert len(set(made)) == 1 and Message.objects.count() == 1


def test_one_receipt_from_two_hooks_counts_once(room: Post) -> None:
    room.send(customer_id=room.customer().pk)
    room.round()
    facts = {"provider": "plain_sms", "provider_id": "sms-1", "status": "delivered", "reported_at": NOON}
    answers = race(
        room,
        [lambda: commands.take_receipt(**facts, by=room.by, at=NOON)] * 3,  # type: ignore[arg-type]
    )
    assert sorted(answers) == ["known", "known", "taken"]
    assert DeliveryEntry.objects.filter(what="delivered").count() == 1


def test_requests_for_one_phone_at_the_same_moment_send_the_allowed_few(room: Post) -> None:
    def ask() -> str:
        answers = []
        for _request in range(5):
            try:
                facts = {"phone": "13800116217", "purpose": "booking", "code": "123456"}
                commands.request_code(**facts, by=room.by, at=NOON)
                answers.append("sent")
            except PitlaneError as refusal:
                answers.append(refusal.code)
        return ",".join(answers)

    answers = ",".join(race(room, [ask] * 6)).split(",")
    assert (answers.count("sent"), answers.count("too_many")) == (5, 25)
    assert PhoneCode.objects.count() == Message.objects.count() == 5


def test_one_code_entered_in_two_windows_is_right_once(room: Post) -> None:
    facts = {"phone": "13800116217", "purpose": "booking", "code": "123456"}
    commands.request_code(**facts, by=room.by, at=NOON)
    answers = race(room, [lambda: commands.check_code(**facts, by=room.by, at=NOON)] * 4)
    assert sorted(answers) == [False, False, False, True]
