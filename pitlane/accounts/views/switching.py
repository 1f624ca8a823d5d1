"""The store switcher: work in one store, look at those of a region or at all; and the question which store."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from pitlane.core.access import Actor
from pitlane.core.http import is_htmx, signed_in
from pitlane.core.ids import parse_id

from .. import choice, queries
from ..context import RECENT
from .sign_in import onward

MOST_RECENT = 10
SUGGESTED = 12


@require_POST
@signed_in
def switch_store(request: HttpRequest) -> HttpResponse:
    """Choose the store to work in, a region or all stores; only what the actor may see is accepted."""
    wanted = request.POST.get("store", "")
    if wanted.startswith("sto_"):
        _one(request, parse_id("sto", wanted))
    elif (kept := _several(request.actor, wanted)) is not None:  # type: ignore[attr-defined]
        request.session["store"] = kept
    return HttpResponseRedirect(onward(request))


def _one(request: HttpRequest, chosen: int) -> None:
    if queries.may_choose(request.actor, chosen):  # type: ignore[attr-defined]
        used = [chosen, *(pk for pk in request.session.get(RECENT, ()) if pk != chosen)]
        request.session["store"], request.session[RECENT] = chosen, used[:MOST_RECENT]


def _several(by: Actor, wanted: str) -> str | None:
    if wanted == choice.ALL:
        return choice.ALL if queries.has_several(by) else None
    region_id = parse_id("reg", wanted)
    return choice.region(region_id) if queries.may_choose_region(by, region_id) else None


@require_GET
@signed_in
def choose_store(request: HttpRequest) -> HttpResponse:
    """Find one of many stores: rows for the box in the top bar, a page without JavaScript.

    A page that works in one store sends whoever looks at several here (``wanted``): then only stores are offered.
    """
    by: Actor = request.actor  # type: ignore[attr-defined]
    text, wanted = request.GET.get("q", "")[:40], request.GET.get("wanted") == "1"
    if request.GET.get("as") == "options":  # what a form suggests while a store is typed
        found = queries.find_stores(by, request.GET.get("store", "")[:40], limit=SUGGESTED)
        return render(request, "accounts/_store_options.html", {"found": found})
    context = {
        "found": queries.find_stores(by, text, request.GET.get("cursor")),
        "regions": [] if wanted or request.GET.get("cursor") else queries.regions_of(by, text),
        "everything": not wanted and not text and queries.has_several(by),
        "query": text,
        "wanted": wanted,
        "next": onward(request),
    }
    return render(request, "accounts/_store_rows.html" if is_htmx(request) else "accounts/choose_store.html", context)
