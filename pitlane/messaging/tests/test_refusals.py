"""Who may not, and what settings and preferences refuse; a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from pitlane.core import access
from pitlane.core.access import Actor
from pitlane.core.errors import Forbidden, Missing, PitlaneError, Refused
from pitlane.core.testing import NOON, nothing_changes

from .. import commands
from ..models import ProviderSetting, Template, TemplateVersion
from ..queries.sealed import settings_of
from .factories import TOKEN, Post, again
from .street import STREET

NOT_ALLOWED: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (commands.load_starting_templates, {}),
    (commands.save_template, {"code": "x", "name": "x", "purpose": "service", "variables": []}),
    (commands.switch_template, {"template_id": 0, "enabled": False}),
    (commands.write_version, {"template_id": 0, "channel": "sms", "language": "zh-hans", "body": "{{plate}}"}),
    (commands.publish_version, {"version_id": 0}),
    (commands.write_message, {"key": "x", "template": "car_ready", "variables": {}, "address": "13800138000"}),
    (commands.cancel_message, {"message_id": 0}),
    (commands.resend, {"message_id": 0}),
    (commands.settle_uncertain, {"message_id": 0}),
    (commands.claim_message, {"message_id": 0, "claim": "x"}),
    (commands.take_over, {"message_id": 0, "claim": "x"}),
    (commands.note_accepted, {"message_id": 0, "provider": "x", "channel": "sms", "provider_id": "1"}),
    (commands.note_temporary, {"message_id": 0, "claim": "x", "reason": "x"}),
    (commands.note_rejected, {"message_id": 0, "claim": "x", "reason": "x"}),
    (commands.note_misconfigured, {"message_id": 0, "claim": "x", "reason": "x"}),
    (commands.note_uncertain, {"message_id": 0, "claim": "x", "reason": "x"}),
    (
        commands.take_receipt,
        {"provider": "x", "provider_id": "1", "status": "delivered", "reported_at": NOON},
    ),
    (commands.settle_strays, {}),
    (commands.set_provider, {"channel": "sms", "provider": "plain_sms", "fields": {}, "hook_token": TOKEN}),
    (commands.stop_channel, {"channel": "sms"}),
    (commands.note_check, {"channel": "sms"}),
    (commands.set_rules, {"quiet_from": None, "quiet_to": None}),
    (commands.set_preference, {"customer_id": 0}),
    (commands.note_address, {"customer_id": 0, "channel": "wechat", "address": "oABCDEF"}),
    (commands.forget_recipient, {"customer_id": 0}),
    (commands.request_code, {"phone": "13800138000", "purpose": "booking", "code": "1"}),
    (commands.check_code, {"phone": "13800138000", "purpose": "booking", "code": "1"}),
    (commands.forget_codes, {}),
]


@pytest.fixture
def ids(room: Post) -> dict[str, int]:
    who = room.customer()
    message = room.send(customer_id=who.pk)
    draft = commands.write_version(
        template_id=message.template_id, channel="sms", language="en", body="{{time}} {{link}}", by=room.by, at=NOON
    )
    return {
        "customer_id": who.pk,
        "message_id": message.pk,
        "template_id": message.template_id,
        "version_id": draft.pk,
    }


@pytest.mark.parametrize(("command", "facts"), NOT_ALLOWED, ids=lambda value: getattr(value, "__name__", ""))
def test_nobody_without_the_permission(
    room: Post, ids: dict[str, int], command: Callable[..., Any], facts: dict[str, Any]
) -> None:
    given = {name: ids.get(name, value) for name, value in facts.items()}
    with nothing_changes(), pytest.raises(Forbidden):
        command(**given, by=room.shop.actor("workshop.view"), at=NOON)


def test_marketing_needs_the_right_to_send_and_so_does_taking_it_back(room: Post) -> None:
    facts = {"code": "spring", "name": "春季", "purpose": "marketing", "variables": []}
    offer = commands.save_template(**facts, by=room.by, at=NOON)
    words = {"template_id": offer.pk, "channel": "sms", "language": "zh-hans", "body": "春季检测"}
    draft = commands.write_version(**words, by=room.by, at=NOON)
    commands.publish_version(version_id=draft.pk, by=room.by, at=NOON)
    room.send("m", "spring", customer_id=room.customer().pk, subject="act_1")
    clerk = room.shop.actor("workshop.view")
    with nothing_changes(), pytest.raises(Forbidden):
        commands.send(key="n", template=offer.code, variables={}, address="13800138000", by=clerk, at=NOON)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.cancel(subject="act_1", by=clerk, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.cancel(by=room.by, at=NOON)


MISSING: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (command, facts)
    for command, facts in NOT_ALLOWED
    if {"message_id", "template_id", "version_id", "customer_id"} & set(facts)
    and command is not commands.forget_recipient
]


@pytest.mark.parametrize(("command", "facts"), MISSING, ids=lambda value: getattr(value, "__name__", ""))
def test_what_does_not_exist_here_is_missing(room: Post, command: Callable[..., Any], facts: dict[str, Any]) -> None:
    with nothing_changes(), pytest.raises(Missing):
        command(**facts, by=room.by, at=NOON)


def test_a_customer_sets_his_own_preference_and_nobody_elses(room: Post, ids: dict[str, int]) -> None:
    own = access.customer(room.shop.org_id, ids["customer_id"], "王建国")
    made = commands.set_preference(customer_id=ids["customer_id"], channels=["sms"], by=own, at=NOON)
    assert made.channels == ["sms"]
    stranger: Actor = access.customer(room.shop.org_id, ids["customer_id"] + 1, "别人")
    with nothing_changes(), pytest.raises(Forbidden):
        commands.set_preference(customer_id=ids["customer_id"], by=stranger, at=NOON)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"channels": ["pigeon"]}, "channels"),
        ({"purposes_off": ["code"]}, "purposes_off"),
        ({"quiet_from": time(9)}, "quiet_to"),
        ({"language": "xx"}, "language"),
    ],
)
def test_a_preference_that_makes_no_sense(room: Post, ids: dict[str, int], facts: dict[str, Any], field: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.set_preference(customer_id=ids["customer_id"], **facts, by=room.by, at=NOON)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"quiet_from": time(9), "quiet_to": None}, "quiet_to"),
        ({"channels": ["pigeon"]}, "channels"),
        ({"limits": {"service_per_day": 0}}, "service_per_day"),
        ({"limits": {"codes_per_phone_hour": 10**6}}, "codes_per_phone_hour"),
    ],
)
def test_rules_that_make_no_sense(room: Post, facts: dict[str, Any], field: str) -> None:
    given = {"quiet_from": None, "quiet_to": None, **facts}
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.set_rules(**given, by=room.by, at=NOON)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("channel", "provider", "fields", "field"),
    [
        ("sms", "nobody", {}, "provider"),
        ("email", "plain_sms", {}, "provider"),
        ("pigeon", "plain_sms", {}, "provider"),
        ("email", "plain_email", {}, "secret"),
    ],
)
def test_a_provider_that_cannot_be_chosen(
    room: Post, channel: str, provider: str, fields: dict[str, str], field: str
) -> None:
    facts = {"channel": channel, "provider": provider, "fields": fields, "hook_token": TOKEN}
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.set_provider(**facts, by=room.by, at=NOON)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_secret_left_empty_stays_and_another_provider_does_not_inherit_it(room: Post) -> None:
    room.choose("sms", "plain_sms", secret="", sign="车坊")
    setting = ProviderSetting.objects.get()
    assert settings_of(setting) == {"secret": "right", "sign": "车坊"} and "right" not in setting.fields.token
    with pytest.raises(Refused):
        room.choose("sms", "askable_sms", secret="")


def test_only_what_waits_can_be_stopped_and_only_what_is_lost_sent_again(room: Post, ids: dict[str, int]) -> None:
    room.round()
    for command in (commands.cancel_message, commands.resend, commands.settle_uncertain):
        with nothing_changes(), pytest.raises(PitlaneError):
            command(message_id=ids["message_id"], by=room.by, at=NOON)


def test_sending_again_needs_an_address(room: Post) -> None:
    lost = room.send("lost", customer_id=room.customer("").pk)
    with nothing_changes(), pytest.raises(Refused):
        commands.resend(message_id=lost.pk, by=room.by, at=NOON)
    assert again(lost).state == "given_up" and not STREET.taken


def test_an_unknown_status_of_a_receipt(room: Post) -> None:
    facts = {"provider": "plain_sms", "provider_id": "1", "status": "eaten", "reported_at": NOON - timedelta(days=1)}
    with nothing_changes(), pytest.raises(Refused):
        commands.take_receipt(**facts, by=room.by, at=NOON)  # type: ignore[arg-type]


def test_words_in_a_language_or_channel_that_does_not_exist(room: Post) -> None:
    template = Template.objects.get(code="car_ready")
    for channel, language in (("pigeon", "en"), ("sms", "xx")):
        facts = {"template_id": template.pk, "channel": channel, "language": language, "body": "{{plate}}"}
        with nothing_changes(), pytest.raises(Missing):
            commands.write_version(**facts, by=room.by, at=NOON)
    assert TemplateVersion.objects.filter(published_at=None).count() == 0
