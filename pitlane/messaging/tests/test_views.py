"""The pages of messaging: filters, editor, settings that keep secrets, and the same number of queries for any list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pitlane.accounts.tests.factories import BACKEND, person, starting_role
from pitlane.core.ids import public_id
from pitlane.core.testing import NOON

from .. import commands, queries
from ..models import Message, ProviderSetting, SendingRules, Template, TemplateVersion
from .factories import Post, again
from .street import STREET


@pytest.fixture
def desk(room: Post) -> Client:
    """The head of the shop at a browser."""
    client = Client()
    client.force_login(person(room.shop, starting_role(room.shop, "admin")), backend=BACKEND)
    return client


def get(client: Client, name: str, /, *args: Any, **query: str) -> HttpResponse:
    return client.get(reverse(f"messaging:{name}", args=args), query)


def post(client: Client, name: str, /, *args: Any, **data: Any) -> HttpResponse:
    return client.post(reverse(f"messaging:{name}", args=args), data)


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_the_log_is_filtered(desk: Client, room: Post) -> None:
    who, other = room.customer(name="王建国"), room.customer("13900000001", name="李娜")
    room.send("a", customer_id=who.pk)
    room.send("b", "car_ready", customer_id=other.pk)
    room.round()
    room.send("c", "car_ready", customer_id=room.customer("").pk)
    assert text(get(desk, "log")).count("138****6217") == 2  # table and card
    cases: list[tuple[dict[str, str], int]] = [
        ({}, 3),
        ({"view": "sent"}, 2),
        ({"view": "lost"}, 1),
        ({"channel": "email"}, 0),
        ({"template": "car_ready"}, 2),
        ({"day": "2026-11-23"}, 3),
        ({"day": "2026-11-22"}, 0),
        ({"day": "nonsense"}, 3),
        ({"q": "李"}, 1),
        ({"customer": who.ref}, 1),
    ]
    for query, count in cases:
        page = get(desk, "log", **query)
        assert (page.status_code, len(page.context["found"].rows)) == (200, count), query
    assert get(desk, "log", customer="cus_nonsense").status_code == 404
    assert "清除条件" in text(get(desk, "log", channel="email"))


def test_the_log_needs_the_same_number_of_queries_for_any_length(desk: Client, room: Post) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert get(desk, "log").status_code == 200
        return len(caught)

    room.send("first", customer_id=room.customer().pk)
    count()
    few = count()
    for number in range(30):
        room.send(f"k{number}", customer_id=room.customer(f"139000000{number:02d}").pk)
    assert count() == few


def test_a_message_page_shows_words_history_and_buttons(desk: Client, room: Post) -> None:
    message = room.send(customer_id=room.customer().pk, store_id=room.shop.store_id)
    page = text(get(desk, "message", message.ref))
    assert "王建国您好，京A8K326 已约好" in page and "取消发送" in page and "13800116217" not in page
    assert post(desk, "message_cancel", message.ref).status_code == 302
    assert again(message).state == "cancelled"
    assert get(desk, "message", message.ref).context["m"].actions == []


def test_an_uncertain_message_asks_for_a_decision(desk: Client, room: Post) -> None:
    STREET.mood = "silent"
    message = room.send(customer_id=room.customer().pk)
    room.round()
    page = text(get(desk, "message", message.ref))
    assert "不会自动重发" in page and "确认已发出" in page and "重新发送" in page
    assert post(desk, "message_settle", message.ref).status_code == 302
    assert again(message).state == "accepted"


def test_a_code_is_not_readable_in_the_log(desk: Client, room: Post) -> None:
    commands.request_code(phone="13800116217", purpose="booking", code="482915", by=room.by, at=NOON)
    page = text(get(desk, "message", Message.objects.get().ref))
    assert "482915" not in page and "验证码的内容不显示" in page


def test_words_are_drafted_previewed_and_published(desk: Client, room: Post) -> None:
    ready = Template.objects.get(code="car_ready")
    where = (ready.ref, "sms", "zh-hans")
    sample = text(post(desk, "preview", ready.ref, "sms", body="{{plate}} 好了 {{nothing}}"))
    assert "京A8K326 好了" in sample and "没有变量「nothing」" in sample
    wrong = post(desk, "editor", *where, body="{{plat}}", do="publish")
    assert wrong.status_code == 422 and "没有变量「plat」" in text(wrong) and "{{plat}}" in text(wrong)
    assert TemplateVersion.objects.filter(template=ready, channel="sms", language="zh-hans").count() == 1
    assert post(desk, "editor", *where, body="{{plate}} 好了", do="draft").status_code == 302
    assert TemplateVersion.objects.get(published_at=None).body == "{{plate}} 好了"
    assert post(desk, "editor", *where, body="{{plate}} 可以取了", do="publish").status_code == 302
    assert queries.editor(ready.pk, "sms", "zh-hans").published.number == 2  # type: ignore[union-attr]
    assert "可以取了" in text(get(desk, "template", ready.ref)) and "第 2 版" in text(get(desk, "editor", *where))
    assert get(desk, "editor", ready.ref, "pigeon", "en").status_code == 404


def test_templates_are_listed_made_switched_and_loaded(desk: Client, room: Post) -> None:
    assert "候补有空位" in text(get(desk, "templates"))
    made = post(desk, "template_new", code="spring", name="春季检测", purpose="marketing", variables="customer, plate")
    assert made.status_code == 302 and Template.objects.get(code="spring").variables == ["customer", "plate"]
    taken = post(desk, "template_new", code="spring", name="x", purpose="marketing", variables="")
    assert taken.status_code == 422 and "已有同样代码的模板" in text(taken)
    ref = Template.objects.get(code="spring").ref
    post(desk, "template_facts", ref, name="春检", purpose="marketing", variables="plate", required="")
    post(desk, "switch", ref, enabled="0")
    changed = Template.objects.get(code="spring")
    assert (changed.name, changed.variables, changed.enabled) == ("春检", ["plate"], False)
    assert post(desk, "load").status_code == 302


def test_secrets_are_saved_and_never_shown(desk: Client, room: Post) -> None:
    page = text(get(desk, "channel", "sms"))
    assert "right" not in page and "已保存，不再显示" in page
    assert post(desk, "channel", "sms", provider="plain_sms", secret="", sign="车坊").status_code == 302
    assert queries.settings_of(ProviderSetting.objects.get()) == {"secret": "right", "sign": "车坊"}
    missing = post(desk, "channel", "email", provider="plain_email", secret="")
    assert missing.status_code == 422 and not ProviderSetting.objects.filter(channel="email").exists()


def test_wrong_keys_are_said_in_clear_words(desk: Client, room: Post) -> None:
    answer = desk.post(
        reverse("messaging:channel", args=["sms"]), {"provider": "plain_sms", "secret": "wrong"}, follow=True
    )
    assert "服务商说设置不对：the key is not known" in text(answer)
    page = text(get(desk, "channels"))
    assert "设置有误" in page and "密钥或设置不对，消息在等待：the key is not known" in page
    post(desk, "channel", "sms", provider="plain_sms", secret="right")
    post(desk, "check", "sms")
    assert "密钥或设置不对" not in text(get(desk, "channels"))


def test_a_trial_message_goes_to_the_given_number(desk: Client, room: Post) -> None:
    assert post(desk, "trial", "sms", address="13900000009").status_code == 302
    message = Message.objects.get()
    assert (message.address_masked, message.template.code) == ("139****0009", "car_ready")
    assert post(desk, "trial", "sms", address="").status_code == 302 and Message.objects.count() == 1
    assert post(desk, "trial", "pigeon", address="13900000009").status_code == 404


def test_a_channel_is_stopped(desk: Client, room: Post) -> None:
    assert post(desk, "stop", "sms").status_code == 302
    assert not ProviderSetting.objects.exists()
    assert "未设置" in text(get(desk, "channels"))


def test_rules_are_set(desk: Client, room: Post) -> None:
    form = get(desk, "rules").context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    given = {**data, "quiet_from": "22:00", "quiet_to": "07:30", "sign_name": "车坊", "service_per_day": "7"}
    assert post(desk, "rules", **given).status_code == 302
    house = SendingRules.objects.get()
    assert (f"{house.quiet_from:%H:%M}", house.service_per_day, house.channels[0]) == ("22:00", 7, "wechat")
    wrong = post(desk, "rules", **{**given, "quiet_to": ""})
    assert wrong.status_code == 422 and "免打扰时间要同时填写开始和结束" in text(wrong)


def test_a_customers_preference_is_edited_on_the_360_page(desk: Client, room: Post) -> None:
    who = room.customer()
    room.send(customer_id=who.pk)
    url = reverse("customers:detail", args=[who.ref])
    assert "由门店决定" in text(desk.get(url)) and "预约确认" in text(desk.get(url))
    given = {"channels": "email", "language": "en", "purposes_off": ["marketing"], "quiet_from": "", "quiet_to": ""}
    assert post(desk, "preference", who.ref, **given).status_code == 302
    wishes = queries.wishes_of(who.pk)
    assert (wishes.channels, wishes.language, wishes.purposes_off) == (("email",), "en", ("marketing",))
    assert "营销消息" in text(desk.get(url))
    assert get(desk, "preference", public_id("cus", 10**9)).status_code == 404


def test_an_advisor_sees_the_log_of_his_stores_and_no_settings(room: Post) -> None:
    client = Client()
    client.force_login(person(room.shop, starting_role(room.shop, "advisor"), login="adv"), backend=BACKEND)
    mine = room.send("a", customer_id=room.customer().pk, store_id=room.shop.store_id)
    foreign = room.send("b", customer_id=room.customer("13900000001").pk, store_id=room.shop.other_store_id)
    assert len(get(client, "log").context["found"].rows) == 1
    assert get(client, "message", mine.ref).status_code == 200
    assert get(client, "message", foreign.ref).status_code == 404
    assert post(client, "message_cancel", foreign.ref).status_code == 404
    for name, args in (("templates", ()), ("channels", ()), ("rules", ()), ("channel", ("sms",))):
        assert get(client, name, *args).status_code == 403


def test_the_rail_counts_what_needs_a_decision(desk: Client, room: Post) -> None:
    assert queries.needs_decision(room.by) == 0
    STREET.mood = "silent"
    room.send(customer_id=room.customer().pk, not_before=NOON - timedelta(hours=1))
    room.round()
    assert queries.needs_decision(room.by) == 1 and queries.needs_decision(room.shop.actor("messaging.view")) == 0
