"""What the pages of messages ask while they are drawn."""

from __future__ import annotations

from django import template

from .. import queries

register = template.Library()


@register.simple_tag
def sandbox_inbox() -> str:
    """The address of the sandbox's inbox, where one is in use."""
    return queries.sandbox_inbox()
