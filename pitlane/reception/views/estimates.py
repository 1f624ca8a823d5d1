"""Sending a quote, showing its private link, and taking the answer at the counter."""

from __future__ import annotations

import secrets
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.crypto import Sealed, seal
from pitlane.core.errors import Refused
from pitlane.core.http import attempt, screen
from pitlane.core.ids import public_id
from pitlane.workshop import queries as orders

from .. import commands, queries
from ..forms import SendForm, SignatureForm
from .caller import actor_of, who

SLOT = "private_links"
MOST = 30


def new_token() -> str:
    """256 random bits; only their hash is stored."""
    return secrets.token_urlsafe(32)


def _remember(request: HttpRequest, ref: str, token: str) -> None:
    """The one who made a link can show it again while signed in; it lies sealed in the session."""
    known = dict(request.session.get(SLOT, {}))
    known[ref] = seal(token)
    request.session[SLOT] = dict(list(known.items())[-MOST:])


def _address(request: HttpRequest, ref: str) -> str:
    sealed = request.session.get(SLOT, {}).get(ref)
    if not sealed:
        return ""
    return _url(request, Sealed(sealed).reveal())


def _url(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("portal:order", args=[token]))


def _qr(address: str) -> str:
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=2)) if address else ""


@require_POST
@screen("reception.quote")
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the undecided lines and make the link."""
    form = SendForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请选择有效期"), code="days", field="days")
    token = new_token()
    terms = {"order_id": pk, "token": token, "days": form.cleaned_data["days"]}
    estimate = commands.send_estimate(**terms, link=_url(request, token), **who(request))
    _remember(request, estimate.ref, token)
    messages.success(request, _("已生成报价第 %(n)s 版") % {"n": estimate.number})
    return redirect("reception:estimate", estimate.ref)


@screen("reception.quote")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: link and QR code, what the customer answered, older versions."""
    found = queries.estimate_screen(pk, **who(request))
    address = _address(request, found.estimate.ref)
    context = {"found": found, "address": address, "qr": _qr(address)}
    return render(request, "reception/estimate.html", context)


@require_POST
@screen("reception.quote")
def share(request: HttpRequest, pk: int) -> HttpResponse:
    """A fresh address for the same version."""
    token = new_token()
    commands.link_estimate(estimate_id=pk, token=token, **who(request))
    ref = public_id("est", pk)
    _remember(request, ref, token)
    messages.success(request, _("已生成新链接"))
    return redirect("reception:estimate", ref)


@screen("reception.checkin")
def share_order(request: HttpRequest, pk: int) -> HttpResponse:
    """The address where the owner follows this visit."""
    order = orders.order_for(pk, actor_of(request))
    if request.method == "POST":
        token = new_token()
        commands.link_order(order_id=pk, token=token, **who(request))
        _remember(request, order.ref, token)
        return redirect("reception:share_order", order.ref)
    address = _address(request, order.ref)
    return render(request, "reception/share.html", {"order": order, "address": address, "qr": _qr(address)})


@screen("reception.quote")
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The customer answers on the counter's tablet, or the advisor writes down what was said on the phone."""
    found = queries.estimate_screen(pk, **who(request))
    form = SignatureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decided = attempt(form, commands.decide_estimate, **_answer(request, pk, form))
        if decided:
            messages.success(request, _("已登记客户的答复"))
            return redirect("workshop:order", found.order.ref)
    answers = {name[9:]: value for name, value in request.POST.items() if name.startswith("decision:")}
    rows = [(job, answers.get(job.key, "approve")) for job in found.estimate.jobs]
    context = {"found": found, "form": form, "rows": rows, "by_phone": request.POST.get("via") == "phone"}
    return render(request, "reception/sign.html", context, status=422 if form.errors else 200)


def _answer(request: HttpRequest, pk: int, form: SignatureForm) -> dict[str, Any]:
    """Only decisions and reasons are read from the page; prices stand in the frozen version."""
    via = request.POST.get("via", "desk")
    return {
        "estimate_id": pk,
        "decisions": {name[9:]: str(value) for name, value in request.POST.items() if name.startswith("decision:")},
        "reasons": {
            name[7:]: str(value) for name, value in request.POST.items() if name.startswith("reason:") and value
        },
        "via": via if via in ("desk", "phone") else "desk",
        **form.signed(),
        **who(request),
    }
