"""Templates: what may stand in them, versions that stay, languages, and sending with everything filled in."""

from __future__ import annotations

from typing import Any

import pytest

from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.testing import NOON, Shop, nothing_changes

from .. import commands, rules
from ..evidence import digest_of
from ..models import Message, Template, TemplateVersion
from ..starting import starting_templates
from ..words import TEMPLATES, VARIABLES
from .factories import Post
from .street import STREET


@pytest.mark.parametrize("code", starting_templates())
def test_the_starting_templates_are_sound(code: str) -> None:
    start = starting_templates()[code]
    assert code in TEMPLATES and set(start.variables) <= set(VARIABLES)
    assert {(words.channel, words.language) for words in start.words} == {
        (channel, language) for channel in ("sms", "wechat", "email") for language in ("zh-hans", "zh-hant", "en")
    }
    for words in start.words:
        problem = rules.text_problem(words.subject, words.body, start.variables, start.required, words.channel)
        assert problem is None, f"{words}: {problem}"


def test_they_are_loaded_once_and_never_touch_what_the_shop_changed(room: Post) -> None:
    ready = Template.objects.get(code="car_ready")
    commands.save_template(
        template_id=ready.pk, name="车好了", purpose="service", variables=["plate"], by=room.by, at=NOON
    )
    Template.objects.get(code="bill_ready").delete()
    assert commands.load_starting_templates(by=room.by, at=NOON) == 1
    assert Template.objects.get(code="car_ready").name == "车好了"
    assert commands.load_starting_templates(by=room.by, at=NOON) == 0


def draft(room: Post, body: str, **facts: Any) -> TemplateVersion:
    template = Template.objects.get(code=facts.pop("code", "quote_waiting"))
    given = {"channel": "sms", "language": "zh-hans", **facts}
    return commands.write_version(template_id=template.pk, body=body, **given, by=room.by, at=NOON)


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        ("", "body_missing", "请填写内容"),
        ("{{link}} {{plat}}", "unknown_variable", "没有变量「plat」"),
        ("您好 {{plate}}", "variable_not_used", "内容里缺少变量 {{link}}"),
        ("{{link} 您好", "braces", "有没写完整的变量"),
        ("{{link}}" + "长" * 500, "too_long", "内容最长 500 个字"),
    ],
)
def test_bad_words_are_refused_at_the_field(room: Post, body: str, code: str, says: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refused:
        draft(room, body)
    assert (refused.value.code, refused.value.field) == (code, "body") and says in str(refused.value)


def test_an_email_needs_a_subject(room: Post) -> None:
    with pytest.raises(Refused) as refused:
        draft(room, "{{link}}", channel="email")
    assert refused.value.field == "subject"


def test_a_draft_is_changed_and_a_published_version_is_not(room: Post) -> None:
    first = draft(room, "请看 {{link}}")
    second = draft(room, "请看报价 {{link}}", provider_template_id="SMS_42")
    assert (first.pk, second.number, second.published_at) == (second.pk, 2, None)
    values = {"count": "3", "amount": "¥1"}
    room.send("a", "quote_waiting", customer_id=room.customer().pk, variables=values)
    published = commands.publish_version(version_id=second.pk, by=room.by, at=NOON)
    assert published.digest == digest_of(published)
    with nothing_changes(), pytest.raises(Conflict):
        commands.publish_version(version_id=second.pk, by=room.by, at=NOON)
    third = draft(room, "再看 {{link}}")
    assert (third.pk != second.pk, third.number) == (True, 3)
    room.send(
        "b", "quote_waiting", customer_id=room.customer("13900000001").pk, variables={"count": "3", "amount": "¥1"}
    )
    room.round()
    assert STREET.texts == ["请看报价 https://x.example/p/1"] * 2
    assert {message.template_id for message in STREET.taken} == {"SMS_42"}
    newest = EventRow.objects.filter(kind="messaging.TemplatePublished").latest("seq").payload
    assert (newest["digest"], newest["number"]) == (published.digest, 2)


def test_a_message_with_a_hole_in_it_is_refused(room: Post) -> None:
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.send(
            key="k", template="phone_code", variables={"minutes": "5"}, address="13800116217", by=room.by, at=NOON
        )
    assert str(refused.value) == "消息缺少「验证码」的内容" and refused.value.facts["variable"] == "code"


def test_values_are_never_read_as_templates(room: Post) -> None:
    room.send(customer_id=room.customer(name="{{link}}").pk, variables={"plate": "{{code}}"})
    room.round()
    assert STREET.texts[0].startswith("{{link}}您好，{{code}} 已约好")


def test_an_unknown_template_a_foreign_customer_and_a_wrong_address(room: Post, other_shop: Shop) -> None:
    cases: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"template": "nonsense", "customer_id": room.customer().pk}, Missing),
        ({"customer_id": 10**9}, Missing),
        ({}, Refused),
        ({"address": "not an address"}, Refused),
        ({"address": "1380011", "channel": "sms"}, Refused),
        ({"address": "a@b.example", "channel": "sms"}, Refused),
        ({"address": "x", "channel": "wechat"}, Refused),
        ({"address": "13800116217", "purpose": "marketing"}, Refused),
    ]
    for facts, error in cases:
        with nothing_changes(), pytest.raises(error):
            room.send("bad", **facts)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"code": "", "name": "x", "purpose": "service", "variables": []}, "code"),
        ({"code": "x", "name": " ", "purpose": "service", "variables": []}, "name"),
        ({"code": "x", "name": "x", "purpose": "spam", "variables": []}, "purpose"),
        ({"code": "x", "name": "x", "purpose": "service", "variables": ["Ä b"]}, "variables"),
        ({"code": "x", "name": "x", "purpose": "service", "variables": ["a"], "required": ["b"]}, "required"),
        ({"code": "car_ready", "name": "x", "purpose": "service", "variables": []}, "code"),
    ],
)
def test_bad_facts_of_a_template_are_refused(room: Post, facts: dict[str, Any], field: str) -> None:
    with nothing_changes(), pytest.raises((Refused, Conflict)) as refused:
        commands.save_template(**facts, by=room.by, at=NOON)
    assert refused.value.field == field


def test_telling_never_stands_in_the_way(room: Post) -> None:
    who = room.customer()
    facts: dict[str, Any] = {"key": "t", "template": "car_ready", "customer_id": who.pk, "variables": {}}
    with nothing_changes():
        assert commands.tell(**facts, by=room.by, at=NOON) is None
    facts["variables"] = {"plate": "京A8K326"}
    made = commands.tell(**facts, by=room.by, at=NOON)
    assert made is not None and made.state == "queued"
    commands.switch_template(template_id=made.template_id, enabled=False, by=room.by, at=NOON)
    assert commands.tell(**{**facts, "key": "u"}, by=room.by, at=NOON) is None


def test_telling_about_somebody_else_is_refused_like_sending(room: Post) -> None:
    with nothing_changes(), pytest.raises(Missing):
        commands.tell(key="t", template="car_ready", customer_id=10**9, variables={"plate": "x"}, by=room.by, at=NOON)
