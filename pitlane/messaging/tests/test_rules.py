"""The pure decisions of messaging, as tables."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from .. import rules

NIGHT = (time(21), time(8))


@pytest.mark.parametrize(
    ("now", "hours", "end"),
    [
        ("2026-11-23T20:59", NIGHT, None),
        ("2026-11-23T21:00", NIGHT, "2026-11-24T08:00"),
        ("2026-11-24T00:00", NIGHT, "2026-11-24T08:00"),
        ("2026-11-24T07:59", NIGHT, "2026-11-24T08:00"),
        ("2026-11-24T08:00", NIGHT, None),
        ("2026-12-31T23:30", NIGHT, "2027-01-01T08:00"),
        ("2026-11-23T12:30", (time(12), time(14)), "2026-11-23T14:00"),
        ("2026-11-23T14:00", (time(12), time(14)), None),
        ("2026-11-23T12:30", (None, None), None),
        ("2026-11-23T12:30", (time(9), time(9)), None),
    ],
)
def test_quiet_hours(now: str, hours: tuple[time | None, time | None], end: str | None) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    expected = datetime.fromisoformat(end).replace(tzinfo=zone) if end else None
    assert rules.quiet_until(datetime.fromisoformat(now).replace(tzinfo=zone), *hours) == expected


def test_quiet_hours_that_touch_are_added_up() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    now = datetime(2026, 11, 23, 22, tzinfo=zone)
    assert rules.latest_end(now, NIGHT, (time(7), time(10))) == datetime(2026, 11, 24, 10, tzinfo=zone)
    assert rules.latest_end(datetime(2026, 11, 23, 15, tzinfo=zone), NIGHT, (None, None)) is None


@pytest.mark.parametrize(
    ("wished", "able", "tried", "plan"),
    [
        ([], {"sms", "wechat", "email"}, [], ["wechat", "sms", "email"]),
        (["email"], {"sms", "email"}, [], ["email", "sms"]),
        (["email"], {"sms", "email"}, ["email"], ["sms"]),
        (["wechat"], {"sms"}, ["sms"], []),
    ],
)
def test_which_channel_comes_next(wished: list[str], able: set[str], tried: list[str], plan: list[str]) -> None:
    assert rules.channel_plan(wished, ["wechat", "sms", "email"], able, tried) == plan


@pytest.mark.parametrize(
    ("purpose", "consent", "off", "enabled", "reason"),
    [
        ("service", None, [], True, None),
        ("service", False, [], True, "opted_out"),
        ("service", True, ["service"], True, "opted_out"),
        ("marketing", None, [], True, "no_consent"),
        ("marketing", True, [], True, None),
        ("marketing", False, [], True, "opted_out"),
        ("marketing", True, ["marketing"], True, "opted_out"),
        ("code", False, ["service"], True, None),
        ("code", None, [], False, "template_off"),
    ],
)
def test_who_may_be_written_to(
    purpose: str, consent: bool | None, off: list[str], enabled: bool, reason: str | None
) -> None:
    assert rules.objection(purpose, consents={purpose: consent}, purposes_off=off, enabled=enabled) == reason


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("13800116217", "sms"),
        ("+852 6123 4567", "sms"),
        ("a@b.example", "email"),
        ("a@b", None),
        ("12", None),
        ("a b@c.example", None),
    ],
)
def test_what_kind_of_address_it_is(address: str, kind: str | None) -> None:
    assert rules.kind_of(address) == kind


def test_masks_leave_enough_to_recognise() -> None:
    masks = [("sms", "13800116217"), ("email", "wang@example.com"), ("wechat", "oABCDEF123")]
    assert [rules.mask_address(*case) for case in masks] == ["138****6217", "w***@example.com", "oABC****"]


def test_waiting_grows_and_never_undercuts_the_provider() -> None:
    waits = [rules.back_off(tries).total_seconds() for tries in range(0, 10)]
    assert waits == sorted(waits) and waits[0] == 15 and waits[-1] == 900
    assert rules.back_off(1, 3600).total_seconds() == 3600 and rules.back_off(1, 10**9).total_seconds() == 86400


@pytest.mark.parametrize(
    ("length", "sign", "parts"),
    [(70, "", 1), (71, "", 2), (66, "车坊", 1), (67, "车坊", 2), (134, "", 2), (135, "", 3)],
)
def test_how_many_messages_a_text_costs(length: int, sign: str, parts: int) -> None:
    assert rules.sms_parts("字" * length, sign) == parts
