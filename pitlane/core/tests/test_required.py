"""What a form says of a field that was left empty."""

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


def test_in_english_too() -> None:
    with translation.override("en"):
        assert Entry({}).errors["name"] == ["Please fill this in"]
