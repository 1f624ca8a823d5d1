"""Quantities on the parts pages."""

from __future__ import annotations

from decimal import Decimal

from django import template

from pitlane.core.templatetags.wording import MINUS

from ..costing import plain

register = template.Library()


@register.simple_tag
def quantity(value: Decimal, sign: bool = False) -> str:
    """A quantity as people write it: 4.5, not 4.500; ``sign`` shows whether it came or went."""
    text = plain(abs(value))
    return (MINUS if value < 0 else "+" if sign and value > 0 else "") + text
