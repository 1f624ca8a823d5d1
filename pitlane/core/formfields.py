"""Form fields for values of the trade, so that every form reads and shows them the same way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .money import Money, MoneyError, parse


class MoneyInput(forms.TextInput):
    """Right-aligned amount; the page tidies it while the clerk types."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"data-money": True, "inputmode": "decimal", **(attrs or {})})


class MoneyFormField(forms.CharField):
    """An amount as clerks write it: ``1200``, ``1,200``, ``1200元``, ``￥1200``. Cleans to ``Money``, empty to None."""

    widget = MoneyInput

    def __init__(self, *, least: Money | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.least = least

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse(text)
        except MoneyError as error:
            raise ValidationError(str(error), code=error.code) from error

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if value is not None and self.least is not None and value < self.least:
            text = _("不能小于 %(least)s")
            raise ValidationError(text, code="too_small", params={"least": self.least})

    def run_validators(self, value: Any) -> None:
        """Limits of length and characters are about text; an amount has its own."""

    def prepare_value(self, value: Any) -> Any:
        return str(value.yuan) if isinstance(value, Money) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True
