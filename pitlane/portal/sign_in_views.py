"""Signing in on the customer's own pages: the phone, the code, and out again. No JavaScript needed.

Known and unknown phones get the same answers, and so does whoever asks too often: a code goes out only while the
limits of messaging allow it.
"""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pitlane.accounts.queries import House
from pitlane.core.access import Actor, customer
from pitlane.core.crypto import Sealed, seal
from pitlane.core.errors import Refused
from pitlane.core.http import attempt
from pitlane.core.phones import mask_phone
from pitlane.messaging import commands as messaging

from . import commands
from .doorkeeper import MOST_MISSES, count_miss, misses, too_many
from .forms import CodeForm, PhoneForm
from .members import (
    Visitor,
    asked,
    asking,
    forget_browser,
    house_page,
    keep_signed_in,
    my_page,
    note_asking,
    onward,
    sign_in_url,
)


def _stranger(house: House) -> Actor:
    return customer(house.id, 0, _("车主"))


@house_page
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest, *, house: House, visitor: Visitor | None) -> HttpResponse:
    """The phone; then a code is on its way."""
    back = onward(request, house)
    if request.method != "POST":
        return redirect(back) if visitor else _ask(request, house, PhoneForm(), back)
    again = asking(request, house) if "again" in request.POST else ""
    form = PhoneForm({"phone": again} if again else request.POST)
    if not form.is_valid() or not send_code(request, house, form, commands.SIGN_IN):
        return _ask(request, house, form, back, 422)
    query = {"next": back, **({"again": "1"} if again else {})}
    response = redirect(f"{reverse('portal:my_code', args=[house.code])}?{urlencode(query)}")
    note_asking(response, house, form.cleaned_data["phone"])
    return response


def _ask(request: HttpRequest, house: House, form: PhoneForm, back: str, status: int = 200) -> HttpResponse:
    context = {"house": house, "form": form, "next": back}
    return render(request, "portal/my/sign_in.html", context, status=status)


def send_code(request: HttpRequest, house: House, form: PhoneForm, purpose: str) -> bool:
    """Send a code to the form's phone; False when the form has to say why not. Too many asked for look like sent."""
    try:
        attempt(
            form,
            _request,
            phone=form.cleaned_data["phone"],
            purpose=purpose,
            code=f"{secrets.randbelow(10**6):06d}",
            address=request.META.get("REMOTE_ADDR", ""),
            language=(get_language() or "").lower(),
            by=_stranger(house),
            at=request.now,  # type: ignore[attr-defined]
        )
    except _TooMany:
        return True
    return form.is_valid()


class _TooMany(Exception):
    """The limits of messaging held a code back."""


def _request(**facts: object) -> None:
    try:
        messaging.request_code(**facts)  # type: ignore[arg-type]
    except Refused as refused:
        if refused.code == "too_many":
            raise _TooMany from refused
        raise


@house_page
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, *, house: House, visitor: Visitor | None) -> HttpResponseBase:
    """The code from the message; then the page somebody came for."""
    back, phone = onward(request, house), asking(request, house)
    if not phone:
        return redirect(back if visitor else sign_in_url(house, back))
    if request.method != "POST":
        return _type_code(request, house, CodeForm(), back, phone)
    if misses(request) >= MOST_MISSES:
        return too_many(request)
    form, secret = CodeForm(request.POST), secrets.token_urlsafe(32)
    if not form.is_valid():
        return _type_code(request, house, form, back, phone, 422)
    opened = commands.sign_in(
        phone=phone,
        code=form.cleaned_data["code"],
        token=secret,
        device=request.META.get("HTTP_USER_AGENT", ""),
        by=_stranger(house),
        at=request.now,  # type: ignore[attr-defined]
    )
    if opened is None:
        count_miss(request)
        form.add_error("code", _("验证码不对或已过期，请核对，或重新获取"))
        return _type_code(request, house, form, back, phone, 422)
    if visitor is not None:
        commands.sign_out(session_id=visitor.session_id, by=visitor.actor(), at=request.now)  # type: ignore[attr-defined]
    response = redirect(back)
    keep_signed_in(response, house, opened, secret, Sealed(seal(phone)), request)
    asked(response, house)
    return response


def _type_code(
    request: HttpRequest, house: House, form: CodeForm, back: str, phone: str, status: int = 200
) -> HttpResponse:
    context = {
        "house": house,
        "form": form,
        "next": back,
        "masked": mask_phone(phone),
        "again": "again" in request.GET,
    }
    return render(request, "portal/my/code.html", context, status=status)


@my_page
@require_POST
def sign_out(request: HttpRequest, *, house: House, visitor: Visitor) -> HttpResponse:
    """End the session of this browser, or of every browser with this phone."""
    facts = {"session_id": visitor.session_id, "by": visitor.actor(), "at": request.now}  # type: ignore[attr-defined]
    if "everywhere" in request.POST:
        commands.sign_out_everywhere(**facts, customer_ids=visitor.customer_ids)
    else:
        commands.sign_out(**facts)
    response = redirect(sign_in_url(house))
    forget_browser(response, house)
    return response
