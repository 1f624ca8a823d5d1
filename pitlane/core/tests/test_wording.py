"""What a form says of a field that was left empty or filled in wrongly."""

from __future__ import annotations

from django import forms
from django.utils import translation

from pitlane.core.formfields import MoneyFormField


class Entry(forms.Form):
    name = forms.CharField()
    on = forms.DateField()
    amount = MoneyFormField()
    kind = forms.ChoiceField(choices=[("a", "A")])
    tags = forms.MultipleChoiceField(choices=[("a", "A")])
    code = forms.CharField(error_messages={"required": "请填写短信里的验证码"})


def test_every_form_asks_in_the_words_of_the_house() -> None:
    said = {name: errors[0] for name, errors in Entry({}).errors.items()}
    asked, choose = "请填写这一项", "请选择一项"
    assert said == {
        "name": asked, "on": asked, "amount": asked, "kind": choose, "tags": choose, "code": "请填写短信里的验证码",
    }  # fmt: skip


class Numbers(forms.Form):
    name = forms.CharField(max_length=5)
    pin = forms.CharField(min_length=4)
    km = forms.IntegerField(min_value=0, max_value=100)
    hours = forms.DecimalField(max_digits=3, decimal_places=1)
    on = forms.DateField()
    clock = forms.TimeField()
    mail = forms.EmailField()


def said(**typed: str) -> dict[str, str]:
    return {name: errors[0] for name, errors in Numbers(typed).errors.items() if name in typed}


def test_a_wrong_entry_is_answered_in_the_words_of_the_house() -> None:
    assert said(name="长" * 10_000, pin="1", km="abc", hours="abc", on="abc", clock="abc", mail="abc") == {
        "name": "最多 5 个字，现在是 10000 个",
        "pin": "至少 4 个字，现在是 1 个",
        "km": "请填写整数，例如 12",
        "hours": "请填写数字，例如 1.5",
        "on": "请填写日期，例如 2026-05-20",
        "clock": "请填写时间，例如 08:30",
        "mail": "邮箱格式不对，例如 name@example.com",
    }
    assert said(km="-5", hours="1.25") == {"km": "不能小于 0", "hours": "小数最多 1 位"}
    assert said(km="101", hours="1234") == {"km": "不能大于 100", "hours": "数字太长：最多 3 位"}


def test_a_refused_amount_is_repeated_in_short() -> None:
    answer = Entry({"amount": "长" * 10_000}).errors["amount"][0]
    assert "不是金额" in answer and len(answer) < 80


def test_in_english_too() -> None:
    with translation.override("en"):
        assert Entry({}).errors["name"] == ["Please fill this in"]
        assert said(km="101", name="longer") == {"km": "At most 100", "name": "At most 5 characters, now 6"}
