"""Amounts are accepted as people write them, and shown so that they can be written again."""

import pytest
from django import forms

from pitlane.core.formfields import MoneyFormField
from pitlane.core.money import Money


class Form(forms.Form):
    amount = MoneyFormField(least=Money(1))
    tip = MoneyFormField(required=False)


@pytest.mark.parametrize("text", ["1200", "1,200", "1200元", "￥1200.00", "１２００"])
def test_ways_to_write_an_amount(text: str) -> None:
    form = Form({"amount": text})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"amount": Money(120000), "tip": None}


@pytest.mark.parametrize("text", ["", "abc", "1,2", "1.234", "0", "-5"])
def test_what_is_not_an_amount_stays_at_its_field(text: str) -> None:
    assert list(Form({"amount": text}).errors) == ["amount"]


def test_an_amount_is_shown_as_it_is_typed() -> None:
    html = str(Form(initial={"amount": Money(120050)})["amount"])
    assert 'value="1200.50"' in html and "data-money" in html
