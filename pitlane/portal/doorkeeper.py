"""Who comes in by a private link: the secret is the key, guessing is slow, nothing is left behind on the phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from pitlane.core.access import customer
from pitlane.core.errors import Missing
from pitlane.core.http import public
from pitlane.core.links import find_link
from pitlane.core.peers import network_of
from pitlane.core.tallies import take, taken
from pitlane.core.tenancy import scope

View = Callable[..., HttpResponseBase]
MOST_MISSES = 20
MISS_SECONDS = 600
MOST_COUNTED = 1_000  # pages differ in how many misses they bear, so counting goes on beyond the strictest of them
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store, private",
}


def private_link(view: View) -> View:
    """A page behind ``/p/<token>/``: opens the link's organisation and hands the view the link and its customer.

    Forms need no further token: the address itself is a secret of 256 bits that no other site knows, and with
    no-referrer a browser sends no origin that could be compared.
    """

    @wraps(view)
    def run(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        response = _answer(view, request, token, **kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return csrf_exempt(public(run))


def _answer(view: View, request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
    if misses(request) >= MOST_MISSES:
        return too_many(request)
    try:
        link = find_link(token, at=request.now)  # type: ignore[attr-defined]
    except Missing:
        count_miss(request)
        return nothing_here(request)
    org_id = int(link.org_id or 0)
    with scope(org_id):
        actor = customer(org_id, link.customer_id or 0, _("车主"))
        try:
            return view(request, link=link, actor=actor, token=token, **kwargs)
        except Missing:
            return nothing_here(request)


def _name(request: HttpRequest, what: str) -> str:
    return f"portal-{what}:{network_of(request.META.get('REMOTE_ADDR', ''))}"


def _take(request: HttpRequest, what: str, most: int) -> bool:
    at = request.now  # type: ignore[attr-defined]
    return take(_name(request, what), most, span=timedelta(seconds=MISS_SECONDS), at=at)


def misses(request: HttpRequest) -> int:
    """How often somebody in this network guessed wrongly lately."""
    return taken(_name(request, "miss"), at=request.now)  # type: ignore[attr-defined]


def count_miss(request: HttpRequest) -> None:
    """One more wrong guess: a made-up link, a wrong code."""
    _take(request, "miss", MOST_COUNTED)


def too_often(request: HttpRequest, what: str, most: int) -> bool:
    """Count one more of something from this network; true when it was too many in the last minutes."""
    return not _take(request, what, most)


def nothing_here(request: HttpRequest) -> HttpResponseBase:
    """One page for unknown, expired, withdrawn and foreign links: nobody learns which it was."""
    context = {
        "title": _("这个链接打不开"),
        "text": _("链接可能已过期或没有复制完整。请联系门店，让服务顾问重新发给您。"),
    }
    return render(request, "portal/closed.html", context, status=404)


def too_many(request: HttpRequest) -> HttpResponseBase:
    """Somebody tries addresses."""
    context = {"title": _("打开得太频繁"), "text": _("请过十分钟再试，或直接联系门店。")}
    response = render(request, "portal/closed.html", context, status=429)
    response.headers["Retry-After"] = str(MISS_SECONDS)
    return response
