"""Forms of billing: amounts as clerks type them, and a request key so that a double click pays once."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pitlane.core.formfields import MoneyFormField
from pitlane.core.money import Money

from .ways import Method

TAKEN = [(method.value, method.label) for method in (Method.CASH, Method.CARD, Method.BANK)]


class KeyedForm(forms.Form):
    """A form whose request must count once, however often it is sent."""

    request_key = forms.CharField(max_length=80, widget=forms.HiddenInput)


class RefundForm(KeyedForm):
    """Give money back: how much, which way, why."""

    amount = MoneyFormField(label=_("退款金额"), least=Money(1))
    method = forms.ChoiceField(label=_("退款方式"), choices=TAKEN, required=False)
    reason = forms.CharField(label=_("原因"), max_length=200, widget=forms.Textarea({"rows": 3}))


class WriteOffForm(forms.Form):
    """Propose to give up a debt: how much, why."""

    amount = MoneyFormField(label=_("核销金额"), least=Money(1))
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("写明催收经过和收不回的依据，审批人据此决定"),
    )


class RecoverForm(KeyedForm):
    """Money for what had been written off."""

    amount = MoneyFormField(label=_("收回金额"), least=Money(1))
    method = forms.ChoiceField(label=_("收款方式"), choices=TAKEN, initial=Method.BANK.value)
    reference = forms.CharField(label=_("凭证号"), required=False, max_length=60)


class OpenTillForm(forms.Form):
    """Begin a shift."""

    float_amount = MoneyFormField(
        label=_("备用金"), required=False, help_text=_("开班时抽屉里的零钱，没有可不填"), least=Money(0)
    )


class CloseTillForm(forms.Form):
    """End a shift: what lies there, by method."""

    cash = MoneyFormField(label=_("现金实点"), help_text=_("含备用金"), least=Money(0))
    card = MoneyFormField(label=_("刷卡签购单合计"), required=False)
    bank = MoneyFormField(label=_("银行到账合计"), required=False)
    note = forms.CharField(label=_("说明"), required=False, max_length=200, help_text=_("账款不符时必填"))

    def counted(self) -> dict[str, Money]:
        """The amounts by method; an empty one means that there was none."""
        return {name: self.cleaned_data[name] or Money(0) for name in ("cash", "card", "bank")}


class CreditForm(forms.Form):
    """Terms of a credit account."""

    limit = MoneyFormField(label=_("挂账额度"), least=Money(0))
    days = forms.IntegerField(label=_("账期（天）"), min_value=0, max_value=365, initial=30)


class CreditChangeForm(CreditForm):
    """New terms; an account that is stopped takes no further bills."""

    active = forms.BooleanField(label=_("可以继续挂账"), required=False)


class ClearForm(KeyedForm):
    """销账: one payment for the chosen bills."""

    amount = MoneyFormField(label=_("收款金额"), least=Money(1))
    method = forms.ChoiceField(label=_("收款方式"), choices=TAKEN, initial=Method.BANK.value)
    reference = forms.CharField(label=_("凭证号"), required=False, max_length=60)
    bills = forms.MultipleChoiceField(label=_("结算单"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, bills: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bills"].choices = bills  # type: ignore[attr-defined]


class PeriodForm(forms.Form):
    """From when to when; anything unreadable means: as usual."""

    first = forms.DateField(label=_("从"), required=False, widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("到"), required=False, widget=forms.DateInput({"type": "date"}))

    def span(self) -> tuple[date | None, date | None]:
        """The chosen days, as far as they were readable."""
        self.is_valid()
        return self.cleaned_data.get("first"), self.cleaned_data.get("last")


class DayForm(forms.Form):
    """Which day."""

    day = forms.DateField(required=False)
