"""One-time codes: limits that hold, codes that are right once, and answers that betray nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pitlane.core.errors import Refused
from pitlane.core.testing import NOON, nothing_changes

from .. import commands, queries
from ..models import CodeCount, Message, PhoneCode
from .factories import Post
from .street import STREET

PHONE = "13800116217"


def ask(room: Post, phone: str = PHONE, code: str = "482915", purpose: str = "booking", address: str = "") -> datetime:
    facts = {"phone": phone, "code": code, "purpose": purpose, "address": address}
    return commands.request_code(**facts, by=room.by, at=room.clock())


def check(room: Post, code: str, phone: str = PHONE, purpose: str = "booking") -> bool:
    return commands.check_code(phone=phone, purpose=purpose, code=code, by=room.by, at=room.clock())


def test_a_code_is_right_once(room: Post) -> None:
    assert ask(room, "138 0011 6217") == NOON + timedelta(minutes=5)
    room.round()
    assert STREET.texts == ["验证码 482915，5 分钟内有效。请勿告诉他人。jc 连锁"]
    assert [check(room, "482915"), check(room, "482915")] == [True, False]


def test_neither_the_code_nor_the_number_is_kept(room: Post) -> None:
    ask(room)
    kept = str(PhoneCode.objects.values().get()) + str(list(CodeCount.objects.values()))
    assert "482915" not in kept and PHONE not in kept


@pytest.mark.parametrize(
    ("phone", "purpose", "code"),
    [
        (PHONE, "booking", "482916"),
        (PHONE, "booking", ""),
        (PHONE, "my", "482915"),
        ("13800116218", "booking", "482915"),
    ],
)
def test_a_forged_code_or_one_for_something_else_is_wrong(room: Post, phone: str, purpose: str, code: str) -> None:
    ask(room)
    assert check(room, code, phone, purpose) is False
    assert check(room, "482915") is True


def test_an_expired_code_is_wrong(room: Post) -> None:
    ask(room)
    room.clock.wait(minutes=5)
    assert check(room, "482915") is False


def test_a_newer_code_replaces_the_older(room: Post) -> None:
    ask(room, code="111111")
    ask(room, code="222222")
    assert [check(room, "111111"), check(room, "222222")] == [False, True]


def test_after_five_wrong_tries_the_right_code_is_void_too(room: Post) -> None:
    ask(room)
    assert not any(check(room, f"00000{number}") for number in range(5))
    assert check(room, "482915") is False


def test_a_flood_of_requests_for_one_phone_sends_the_allowed_few(room: Post) -> None:
    answers = {"sent": 0, "too_many": 0}
    for _request in range(600):
        try:
            ask(room)
            answers["sent"] += 1
        except Refused as refusal:
            answers[refusal.code] += 1
    assert answers == {"sent": 5, "too_many": 595}
    assert Message.objects.count() == PhoneCode.objects.count() == 5
    room.clock.wait(hours=1)
    ask(room)


def test_the_day_the_network_address_and_the_whole_shop_have_limits_too(room: Post) -> None:
    limits = {"codes_per_phone_day": 6, "codes_per_address_hour": 3, "codes_per_hour": 8}
    commands.set_rules(quiet_from=None, quiet_to=None, limits=limits, by=room.by, at=NOON)
    sent = 0
    for hour in range(3):
        for _request in range(4):
            try:
                ask(room)
                sent += 1
            except Refused:
                assert hour == 1
        room.clock.wait(hours=1)
        if hour == 1:
            break
    assert sent == 6
    room.clock.wait(days=1)
    for number in range(3):
        ask(room, f"1390000000{number}", address="203.0.113.9")
    with nothing_changes(), pytest.raises(Refused) as refused:
        ask(room, "13900000009", address="203.0.113.9")
    assert refused.value.code == "too_many"
    for number in range(5):
        ask(room, f"1370000000{number}", address=f"198.51.100.{number}")
    with pytest.raises(Refused):
        ask(room, "13600000000", address="192.0.2.1")


def test_the_answer_is_the_same_for_known_and_unknown_numbers(room: Post) -> None:
    room.customer(PHONE)
    assert ask(room) == ask(room, "13900000000")
    assert check(room, "1", "13700000000") is check(room, "1") is False


def test_a_wrong_number_or_no_channel_is_said_at_the_field(room: Post) -> None:
    with nothing_changes(), pytest.raises(Refused) as refused:
        ask(room, "1380")
    assert (refused.value.field, str(refused.value)) == ("phone", "位数太少：手机号应为 11 位，固定电话应带区号")
    commands.stop_channel(channel="sms", by=room.by, at=NOON)
    with pytest.raises(Refused) as refused:
        ask(room)
    assert refused.value.code == "no_channel"


@pytest.mark.parametrize(
    "phone", ["+852 6123 4567", "0044 7911 123456", "+1 415 555 0100", "010-12345678", "4008001234"]
)
def test_codes_go_to_mainland_mobiles_only(room: Post, phone: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refused:
        ask(room, phone)
    assert (refused.value.code, refused.value.field) == ("not_mobile", "phone")
    assert str(refused.value) == "验证码只能发到中国大陆手机号，其他号码请打电话给门店"
    ask(room, "+86 138 0011 6217")


def test_the_shop_has_a_daily_ceiling_that_the_health_page_shows(room: Post) -> None:
    commands.set_rules(quiet_from=None, quiet_to=None, limits={"codes_per_day": 2}, by=room.by, at=NOON)
    says = [row.says for row in queries.channel_health(room.clock()) if row.channel == "sms"]
    assert "上限" not in says[0]
    ask(room, "13900000001")
    room.clock.wait(hours=1)
    ask(room, "13900000002")
    with nothing_changes(), pytest.raises(Refused) as refused:
        ask(room, "13900000003")
    assert (refused.value.code, refused.value.field) == ("day_full", "phone")
    assert str(refused.value) == "门店今天的验证码已发完，请明天再试或打电话给门店"
    says = [row.says for row in queries.channel_health(room.clock()) if row.channel == "sms"]
    assert says == ["今天的验证码已达上限，车主今天不能用手机号登录；可在发送规则里调高"]
    room.clock.wait(days=1)
    ask(room, "13900000003")


def test_what_is_over_is_forgotten(room: Post) -> None:
    ask(room)
    room.clock.wait(days=8)
    assert commands.forget_codes(by=room.by, at=room.clock()) == 1
    assert not CodeCount.objects.exists()
