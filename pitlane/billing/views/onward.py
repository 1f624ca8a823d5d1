"""Addresses that billing's pages lead to, also those of domains above it that may be absent."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from pitlane.core.ids import public_id


def onward(name: str, prefix: str, pk: int | None) -> str:
    """The address of a page of another domain, or nothing where that domain is not installed."""
    if pk is None:
        return ""
    try:
        return reverse(name, args=[public_id(prefix, pk)])
    except NoReverseMatch:
        return ""


def order_url(order_id: int | None, name: str = "workshop:order") -> str:
    """The repair order behind a bill."""
    return onward(name, "ord", order_id)


def changed_query(request: HttpRequest, **changes: str | None) -> str:
    """The present address with other filters; the page always starts anew."""
    query = request.GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


def next_query(request: HttpRequest, cursor: str | None) -> str:
    """The following page of a list, or nothing at its end."""
    if not cursor:
        return ""
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"
