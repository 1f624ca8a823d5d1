"""记录来电 (F8): the number shows who it is; somebody new is written down once and called back."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.http import attempt, chosen_store, is_htmx, screen
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..caller import Request
from ..forms import CallForm
from .frame import form_page, onward


@screen("customers.edit")
def record(request: Request) -> HttpResponse:
    """The drawer: it never leads away from what one was doing."""
    chosen_store(request)
    form = CallForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    known = queries.callers(str(form["number"].value() or ""), by=request.actor)
    if request.method == "POST" and form.is_valid() and attempt(form, _keep, given=form, known=known, request=request):
        return _kept(request, _("已记录来电"))
    chosen = form["customer"].value() or (known.only.ref if known.only else "")
    return form_page(
        request,
        form,
        heading=_("记录来电"),
        back=onward(request, "/"),
        template="customers/call_form.html",
        known=known,
        chosen=chosen,
    )


def _keep(*, given: CallForm, known: queries.Callers, request: Request) -> Any:
    """A known caller's words go into their contact log, a stranger's into the calls."""
    facts = given.cleaned_data
    said: dict[str, Any] = {name: facts[name] for name in ("text", "next_step", "next_on")}
    ref = facts["customer"]
    customer_id = parse_id("cus", ref) if ref not in ("", "new") else None
    if not ref and known.only:
        customer_id = known.only.id
    said |= {"by": request.actor, "at": request.now}
    if customer_id:
        return commands.log_contact(customer_id=customer_id, channel="call_in", **said)
    return commands.record_call(number=facts["number"], name=facts["name"], plate=facts["plate"], **said)


def _kept(request: Request, text: str) -> HttpResponse:
    """A drawer closes and leaves the page as it is; a page goes back to where it came from."""
    if is_htmx(request):
        told = json.dumps({"toast": {"text": text}})
        return HttpResponse(status=204, headers={"HX-Reswap": "none", "HX-Trigger": told})
    messages.success(request, text)
    return redirect(onward(request, "/"))


@screen("customers.edit")
def who(request: Request) -> HttpResponse:
    """Who it is, while the number is being typed."""
    known = queries.callers(request.GET.get("number", "")[:30], by=request.actor)
    chosen = known.only.ref if known.only else ""
    return render(request, "customers/_callers.html", {"known": known, "chosen": chosen})


@screen("customers.edit")
@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Called back, nothing more to do."""
    commands.close_call(call_id=pk, outcome=request.POST.get("outcome", ""), by=request.actor, at=request.now)
    messages.success(request, _("来电已处理"))
    return redirect(onward(request, "/"))
