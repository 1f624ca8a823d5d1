"""The way of a message from the shop to the customer, and everything that can go wrong on it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from pitlane.core.models import EventRow, Job
from pitlane.core.testing import NOON
from pitlane.customers import commands as customers

from .. import commands, queries, rules
from ..models import Message, ProviderSetting
from .factories import Post, again, log
from .street import STREET


def events(name: str) -> list[dict[str, object]]:
    return list(EventRow.objects.filter(kind=f"messaging.{name}").order_by("seq").values_list("payload", flat=True))


def test_a_message_goes_out_once_with_its_words(room: Post) -> None:
    who = room.customer()
    first = room.send(customer_id=who.pk, store_id=room.shop.store_id, subject="apt_1")
    assert room.send(customer_id=who.pk).pk == first.pk
    assert Job.objects.filter(name="pitlane.messaging.jobs.deliver").count() == 1
    room.round()
    room.round()
    [sent] = STREET.taken
    assert sent.address == "13800116217" and sent.message_key == first.ref
    assert sent.text.startswith("王建国您好，京A8K326 已约好 周四 09:30 到望京店做小保养")
    assert sent.variables[0] == ("customer", "王建国") and sent.url == "https://x.example/p/1"
    done = again(first)
    assert (done.state, done.address_masked, done.provider_id) == ("accepted", "138****6217", "sms-1")
    assert log(done) == ["queued", "attempt", "accepted"]
    assert [event["customer_id"] for event in events("MessageSent")] == [who.pk]


def test_neither_number_nor_words_stand_in_the_clear(room: Post) -> None:
    message = room.send(customer_id=room.customer().pk)
    raw = Message.objects.filter(pk=message.pk).values_list("address", "variables").get()
    assert "13800116217" not in raw[0].token and "京A8K326" not in raw[1].token
    assert not any("13800116217" in str(event) for event in events("MessageSent"))


def test_a_reminder_waits_for_its_time_and_is_cancelled_with_its_subject(room: Post) -> None:
    who = room.customer()
    tomorrow = NOON + timedelta(days=1)
    early = room.send("a", customer_id=who.pk, subject="apt_1", not_before=tomorrow)
    late = room.send("b", customer_id=who.pk, subject="apt_2", not_before=tomorrow)
    assert room.round() == 0
    assert commands.cancel(subject="apt_1", by=room.by, at=NOON) == 1
    assert commands.cancel(subject="apt_1", by=room.by, at=NOON) == 0
    room.clock.wait(days=1)
    room.round()
    assert (again(early).state, again(late).state, STREET.calls) == ("cancelled", "accepted", 1)


def test_a_provider_that_is_down_for_an_hour_loses_nothing_and_keeps_the_order(room: Post) -> None:
    people = [room.customer(f"138001162{number:02d}", name=f"客户{number}") for number in range(3)]
    STREET.mood = "down"
    for number in range(4):
        for who in people:
            room.send(f"{who.pk}-{number}", customer_id=who.pk, variables={"time": f"第{number}"})
    for _minute in range(60):
        room.round()
        room.clock.wait(minutes=1)
    assert STREET.taken == [] and STREET.calls < 40
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}
    STREET.mood = "well"
    for _minute in range(20):
        room.round()
        room.clock.wait(minutes=1)
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}
    for who in people:
        own = [message.text for message in STREET.taken if who.name in message.text]
        assert [f"第{number}" in text for number, text in enumerate(own)] == [True] * 4
    setting = ProviderSetting.objects.get()
    assert (setting.failures, setting.paused_until, setting.last_failure) == (0, None, "connection refused")


def test_many_messages_behind_one_that_waits_keep_nobody_from_his(room: Post) -> None:
    stuck, other = room.customer("13900000001"), room.customer("13900000002")
    for number in range(6):
        room.send(f"s{number}", customer_id=stuck.pk)
    last = room.send("other", customer_id=other.pk)
    assert len(queries.due(room.clock(), limit=2)) == 2 and last.pk in queries.due(room.clock(), limit=2)
    room.round()
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}


def test_the_providers_own_waiting_time_is_kept(room: Post) -> None:
    STREET.mood = "busy"
    room.send(customer_id=room.customer().pk)
    room.round()
    STREET.mood = "well"
    room.clock.wait(minutes=29)
    room.round()
    assert STREET.calls == 1
    room.clock.wait(minutes=2)
    room.round()
    assert STREET.calls == 2 and len(STREET.taken) == 1


def test_after_hours_without_success_the_next_channel_takes_over(room: Post) -> None:
    room.choose("email", "safe_email")
    who = room.customer(email="wang@example.com")
    message = room.send(customer_id=who.pk)
    STREET.bad_numbers.clear()
    STREET.mood = "down"
    room.round()
    room.clock.wait(hours=5)
    room.round()
    assert again(message).channel == "sms"
    room.clock.wait(hours=2)
    room.round()
    waiting = again(message)
    assert (waiting.channel, waiting.state, waiting.tried, waiting.address_masked) == (
        "email",
        "queued",
        ["sms"],
        "w***@example.com",
    )
    STREET.mood = "well"
    room.clock.wait(minutes=20)
    room.round()
    assert again(message).state == "accepted" and STREET.taken[0].subject == "预约已确认：周四 09:30"


def test_a_wrong_number_goes_to_the_next_channel_and_then_to_a_person(room: Post) -> None:
    STREET.bad_numbers = {"13800116217", "wang@example.com"}
    room.choose("email", "plain_email")
    message = room.send(customer_id=room.customer(email="wang@example.com").pk, subject="apt_9")
    room.round()
    room.clock.wait(seconds=1)
    room.round()
    lost = again(message)
    assert (lost.state, lost.reason, lost.tried) == ("given_up", "rejected", ["sms", "email"])
    [event] = events("MessageGivenUp")
    assert (event["key"], event["subject"], event["reason"]) == ("k1", "apt_9", "rejected")
    assert log(lost) == ["queued", "attempt", "rejected", "next", "attempt", "rejected", "given_up"]


def test_wrong_keys_stop_the_channel_and_right_ones_let_everything_go(room: Post) -> None:
    room.choose("sms", "plain_sms", secret="wrong")
    messages = [room.send(f"k{number}", customer_id=room.customer(f"1380011620{number}").pk) for number in range(3)]
    room.round()
    setting = ProviderSetting.objects.get()
    assert (setting.trouble, STREET.calls) == ("the key is not known", 1)
    assert len(events("ChannelStopped")) == 1
    room.clock.wait(hours=8)
    for _round in range(3):
        room.round()
    assert STREET.calls == 2 and len(events("ChannelStopped")) == 1
    assert {again(message).state for message in messages} == {"queued"}
    room.choose("sms", "plain_sms")
    room.round()
    assert {again(message).state for message in messages} == {
        "accepted"
    } and ProviderSetting.objects.get().trouble == ""


def test_quiet_hours_across_midnight_put_a_message_off_to_the_morning(room: Post) -> None:
    room.clock.now = datetime.fromisoformat("2026-11-23T23:30:00+08:00")
    message = room.send(customer_id=room.customer().pk)
    code = commands.request_code(phone="13900000000", purpose="booking", code="123456", by=room.by, at=room.clock())
    room.round()
    assert STREET.texts == ["验证码 123456，5 分钟内有效。请勿告诉他人。jc 连锁"] and code
    assert again(message).next_try_at == datetime.fromisoformat("2026-11-24T08:00:00+08:00")
    room.clock.now = datetime.fromisoformat("2026-11-24T07:59:00+08:00")
    room.round()
    room.clock.wait(minutes=1)
    room.round()
    assert again(message).state == "accepted" and log(message) == ["queued", "postponed", "attempt", "accepted"]


def test_the_customers_own_quiet_hours_count_too(room: Post) -> None:
    who = room.customer()
    wish = {"customer_id": who.pk, "quiet_from": time(11, 0), "quiet_to": time(14, 0)}
    commands.set_preference(**wish, by=room.by, at=NOON)
    message = room.send(customer_id=who.pk)
    room.round()
    assert again(message).next_try_at == datetime.fromisoformat("2026-11-23T14:00:00+08:00") and not STREET.taken


def test_consent_withdrawn_while_queued_stops_the_message(room: Post) -> None:
    who = room.customer()
    consent = {"customer_id": who.pk, "purpose": "marketing", "by": room.by}
    customers.give_consent(**consent, granted=True, via="desk", at=NOON)
    facts = {"code": "spring", "name": "春季活动", "purpose": "marketing", "variables": ["customer"]}
    offer = commands.save_template(**facts, by=room.by, at=NOON)
    words = commands.write_version(
        template_id=offer.pk, channel="sms", language="zh-hans", body="{{customer}}好", by=room.by, at=NOON
    )
    commands.publish_version(version_id=words.pk, by=room.by, at=NOON)
    tomorrow = NOON + timedelta(days=1)
    message = room.send("m", "spring", customer_id=who.pk, not_before=tomorrow)
    customers.give_consent(**consent, granted=False, via="desk", at=NOON + timedelta(hours=1))
    room.clock.wait(days=1)
    room.round()
    stopped = again(message)
    assert (stopped.state, stopped.reason, STREET.calls) == ("suppressed", "opted_out", 0)
    assert [event["reason"] for event in events("MessageSuppressed")] == ["opted_out"]


@pytest.mark.parametrize("way", ["consent", "preference", "template"])
def test_who_does_not_want_service_messages_gets_none(room: Post, way: str) -> None:
    who = room.customer()
    message = room.send(customer_id=who.pk)
    if way == "consent":
        customers.give_consent(customer_id=who.pk, purpose="service", granted=False, via="desk", by=room.by, at=NOON)
    elif way == "preference":
        commands.set_preference(customer_id=who.pk, purposes_off=["service"], by=room.by, at=NOON)
    else:
        commands.switch_template(template_id=message.template_id, enabled=False, by=room.by, at=NOON)
    room.round()
    assert again(message).state == "suppressed" and not STREET.taken


def test_nobody_gets_more_than_the_shop_allows(room: Post) -> None:
    who = room.customer()
    commands.set_rules(quiet_from=None, quiet_to=None, limits={"service_per_day": 2}, by=room.by, at=NOON)
    for number in range(3):
        room.send(f"k{number}", customer_id=who.pk)
    room.round()
    assert list(Message.objects.order_by("pk").values_list("state", "reason")) == [
        ("accepted", ""),
        ("accepted", ""),
        ("suppressed", "too_many"),
    ]


def test_too_late_is_not_sent_at_all(room: Post) -> None:
    message = room.send(customer_id=room.customer().pk, expires_at=NOON + timedelta(hours=1))
    room.clock.wait(hours=2)
    room.round()
    assert (again(message).state, again(message).reason, STREET.calls) == ("given_up", "expired", 0)


def test_without_a_channel_nothing_waits_forever_and_without_an_address_somebody_must_call(room: Post) -> None:
    unreachable = room.send("a", customer_id=room.customer("").pk)
    assert (unreachable.state, unreachable.reason) == ("given_up", "no_address")
    commands.stop_channel(channel="sms", by=room.by, at=NOON)
    silent = room.send("b", customer_id=room.customer("13900000001").pk)
    assert (silent.state, silent.reason) == ("suppressed", "no_channel")


def test_the_customers_language_and_channel_are_used(room: Post) -> None:
    room.choose("email", "safe_email")
    who = room.customer(email="wang@example.com")
    commands.set_preference(customer_id=who.pk, channels=["email"], language="en", by=room.by, at=NOON)
    room.send(customer_id=who.pk, store_id=room.shop.store_id)
    room.round()
    assert STREET.taken[0].subject == "Booked for 周四 09:30" and STREET.taken[0].address == "wang@example.com"


@pytest.mark.parametrize(
    ("provider", "mood", "state", "sent"),
    [
        ("plain_sms", "silent", "uncertain", 1),
        ("plain_sms", "broken", "uncertain", 1),
        ("askable_sms", "silent", "accepted", 1),
        ("safe_sms", "silent", "queued", 1),
    ],
)
def test_a_lost_answer_is_never_sent_twice(room: Post, provider: str, mood: str, state: str, sent: int) -> None:
    room.choose("sms", provider)
    message = room.send(customer_id=room.customer().pk)
    STREET.mood = mood
    room.round()
    assert again(message).state == state
    STREET.mood = "well"
    room.clock.wait(hours=1)
    room.round()
    assert len(STREET.taken) == sent
    assert again(message).state == ("uncertain" if state == "uncertain" else "accepted")


@pytest.mark.parametrize(
    ("provider", "went", "state", "sent"),
    [
        ("plain_sms", True, "uncertain", 1),
        ("plain_sms", False, "uncertain", 0),
        ("askable_sms", True, "accepted", 1),
        ("askable_sms", False, "accepted", 1),
        ("safe_sms", True, "accepted", 1),
        ("safe_sms", False, "accepted", 1),
    ],
)
def test_a_worker_killed_around_the_network_leaves_a_message_that_is_taken_over(
    room: Post, provider: str, went: bool, state: str, sent: int
) -> None:
    room.choose("sms", provider)
    message = room.send(customer_id=room.customer().pk)
    parcel = commands.claim_message(message_id=message.pk, claim="dead", by=room.by, at=room.clock())
    assert parcel is not None and again(message).state == "sending"
    if went:
        STREET.taken.append(parcel.outgoing)
    room.clock.wait(minutes=4)
    room.round()
    assert again(message).state == "sending"
    for _minute in range(5):
        room.clock.wait(minutes=2)
        room.round()
    assert (again(message).state, len(STREET.taken)) == (state, sent)


def test_a_slow_worker_that_comes_back_after_all_is_believed(room: Post) -> None:
    message = room.send(customer_id=room.customer().pk)
    commands.claim_message(message_id=message.pk, claim="slow", by=room.by, at=room.clock())
    room.clock.wait(minutes=6)
    room.round()
    assert again(message).state == "uncertain"
    facts = {"message_id": message.pk, "provider": "plain_sms", "channel": "sms", "provider_id": "sms-77"}
    commands.note_accepted(**facts, by=room.by, at=room.clock())
    assert again(message).state == "accepted"


def test_an_uncertain_message_is_decided_by_a_person(room: Post) -> None:
    STREET.mood = "silent"
    first, second = (room.send(f"k{number}", customer_id=room.customer(f"1380011620{number}").pk) for number in (1, 2))
    for _minute in range(3):
        room.round()
        room.clock.wait(minutes=1)
    commands.settle_uncertain(message_id=first.pk, by=room.by, at=room.clock())
    STREET.mood = "well"
    commands.resend(message_id=second.pk, by=room.by, at=room.clock())
    room.round()
    assert (again(first).state, again(second).state, len(STREET.taken)) == ("accepted", "accepted", 3)


def test_an_erased_person_gets_nothing_and_leaves_no_words(room: Post) -> None:
    who = room.customer()
    sent = room.send("a", customer_id=who.pk)
    room.round()
    later = room.send("b", customer_id=who.pk, not_before=NOON + timedelta(days=1))
    commands.note_address(customer_id=who.pk, channel="wechat", address="oABCDEF123", by=room.by, at=NOON)
    commands.forget_recipient(customer_id=who.pk, by=room.by, at=NOON)
    room.clock.wait(days=1)
    room.round()
    assert (again(sent).state, again(later).state, STREET.calls) == ("accepted", "cancelled", 1)
    assert not again(sent).variables and not again(sent).address and again(sent).address_masked == ""


def test_patience_and_lease_fit_together() -> None:
    assert timedelta(minutes=1) < rules.LEASE < rules.PATIENCE
