"""Form controls inside table cells, for documents with several lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
FIGURES = (forms.DecimalField, forms.IntegerField)


@register.simple_tag
def cell(bound: BoundField) -> SafeString:
    """A control inside a table cell: its name is read aloud, its error stands under it."""
    widget = bound.field.widget
    look = "pl-check" if isinstance(widget, forms.CheckboxInput) else "pl-input"
    right = " r" if isinstance(bound.field, FIGURES) or "data-money" in widget.attrs else ""
    attrs: dict[str, Any] = {**widget.attrs, "class": look + right, "aria-label": bound.label}
    if look == "pl-input":
        attrs["autocomplete"] = "off"
    if not bound.errors:
        return bound.as_widget(attrs=attrs)
    attrs |= {"aria-invalid": "true", "aria-describedby": f"{bound.auto_id}-error"}
    error = format_html('<div class="pl-err" id="{}-error"><span>{}</span></div>', bound.auto_id, bound.errors[0])
    return format_html("{}{}", bound.as_widget(attrs=attrs), error)


@register.filter
def plain(value: Decimal) -> str:
    """A figure without idle zeros: 4.5, not 4.500."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
