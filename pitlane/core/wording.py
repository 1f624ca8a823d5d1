"""What every form says of a wrong entry: the sentences of the house, not those of the framework."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _

NUMBER = _("请填写数字，例如 1.5")
INVALID = (
    (forms.IntegerField, _("请填写整数，例如 12")),
    (forms.FloatField, NUMBER),
    (forms.DecimalField, NUMBER),
    (forms.DateField, _("请填写日期，例如 2026-05-20")),
    (forms.TimeField, _("请填写时间，例如 08:30")),
    (forms.DateTimeField, _("请填写日期和时间，例如 2026-05-20 08:30")),
)
LIMITS = (
    (validators.MaxLengthValidator, _("最多 %(limit_value)s 个字，现在是 %(show_value)s 个")),
    (validators.MinLengthValidator, _("至少 %(limit_value)s 个字，现在是 %(show_value)s 个")),
    (validators.MaxValueValidator, _("不能大于 %(limit_value)s")),
    (validators.MinValueValidator, _("不能小于 %(limit_value)s")),
    (validators.EmailValidator, _("邮箱格式不对，例如 name@example.com")),
)
DIGITS: dict[str, Any] = {
    "invalid": NUMBER,
    "max_digits": _("数字太长：最多 %(max)s 位"),
    "max_decimal_places": _("小数最多 %(max)s 位"),
    "max_whole_digits": _("整数部分最多 %(max)s 位"),
}


def speak() -> None:
    """Have all forms, also those still to be written, tell the clerk what to enter in the words of the shop."""
    forms.Field.default_error_messages["required"] = _("请填写这一项")
    for choosing in (forms.ChoiceField, forms.ModelChoiceField):
        choosing.default_error_messages["required"] = _("请选择一项")
    for field, said in INVALID:
        field.default_error_messages["invalid"] = said
    for validator, said in LIMITS:
        validator.message = said
    validators.DecimalValidator.messages = DIGITS
