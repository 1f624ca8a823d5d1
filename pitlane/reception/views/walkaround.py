"""Step three: the walk-around beside the car, kept as often as wanted, then signed."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pitlane.core import files
from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import WalkaroundForm
from .caller import who
from .steps import steps

MOST_PHOTOS = 12


@screen("reception.checkin")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks, checklist, belongings and photos; 完成接车 signs and goes on to the quote."""
    found = queries.walkaround_screen(pk, **who(request))
    form = _form(request, found)
    if request.method == "POST" and form.is_valid():
        if request.POST.get("go") == "back":
            attempt(form, _keep, request=request, pk=pk, filled=form)
            if not form.errors:
                return redirect("reception:change_intake", found.order.ref)
        elif attempt(form, _finish if request.POST.get("go") == "sign" else _keep, request=request, pk=pk, filled=form):
            return _next(request, found)
    if form.is_bound:
        found = queries.walkaround_screen(pk, answers=_answers(request), **who(request))
    context = {
        "found": found,
        "form": form,
        "steps": steps(3),
        "marks": form["marks"].value() or json.dumps(found.marks_json, ensure_ascii=False),
        "refused": bool(form.errors),
    }
    return render(request, "reception/walkaround.html", context, status=422 if form.errors else 200)


def _form(request: HttpRequest, found: Any) -> WalkaroundForm:
    card = found.card
    initial = {
        "belongings": card.belongings,
        "note": card.note,
        "key_place": card.key_place,
        "fuel_level": card.fuel_level,
        "odometer": card.odometer,
    }
    return WalkaroundForm(request.POST or None, initial=initial, needed=queries.needed_fields())


def _answers(request: HttpRequest) -> dict[str, str]:
    """``check:RC-01=ok`` of the page as the command wants it."""
    return {name[6:]: str(value) for name, value in request.POST.items() if name.startswith("check:") and value}


def _keep(*, request: HttpRequest, pk: int, filled: WalkaroundForm) -> Any:
    """Save what was noted so far, with new photos."""
    caller = who(request)
    kept = commands.save_walkaround(order_id=pk, checks=_answers(request), **filled.facts(), **caller)
    for photo in request.FILES.getlist("photos")[:MOST_PHOTOS]:
        commands.add_walkaround_photo(
            order_id=pk, content=files.content_of(photo, "photo"), name=photo.name or "photo", **caller
        )
    return kept


def _finish(*, request: HttpRequest, pk: int, filled: WalkaroundForm) -> Any:
    """Save and have it signed."""
    _keep(request=request, pk=pk, filled=filled)
    return commands.sign_walkaround(order_id=pk, **filled.signed(), **who(request))


def _next(request: HttpRequest, found: Any) -> HttpResponse:
    if request.POST.get("go") == "sign":
        messages.success(request, _("已完成接车，客户已签字"))
        return redirect("reception:quote", found.order.ref)
    messages.success(request, _("已保存环检"))
    return redirect("reception:walkaround", found.order.ref)
