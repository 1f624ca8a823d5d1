"""The customer's own data: how to be told, what it may be used for, a copy of it, the request to erase it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pitlane.accounts.queries import House
from pitlane.core.errors import Missing
from pitlane.core.http import attempt
from pitlane.customers import commands as customers
from pitlane.customers.queries import CustomerCard, sections_file
from pitlane.messaging import commands as messaging
from pitlane.messaging.queries import wishes_of

from . import commands, queries
from .doorkeeper import MOST_MISSES, count_miss, misses, too_many
from .forms import CodeForm, ErasureForm, PhoneForm, WishesForm
from .members import Visitor, my_page
from .sign_in_views import send_code

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _person(visitor: Visitor, ref: str) -> CustomerCard:
    """Which of the people with this number is meant; only theirs exist here."""
    for card in visitor.people:
        if ref == card.ref:
            return card
    raise Missing()


def _address(house: House, card: CustomerCard) -> str:
    return reverse("portal:my_data", args=[house.code, card.ref])


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: HttpRequest, *, house: House, visitor: Visitor, ref: str) -> HttpResponse:
    """Wishes and consents, with the ways to a copy and to erasure below."""
    card = _person(visitor, ref)
    if request.method != "POST":
        return _show(request, house, visitor, card, done=request.GET.get("done", ""))
    form = WishesForm(request.POST)
    if form.is_valid() and _save(request, visitor, card, form):
        return redirect(f"{_address(house, card)}?done=saved")
    return _show(request, house, visitor, card, 422, form=form)


def _save(request: HttpRequest, visitor: Visitor, card: CustomerCard, form: WishesForm) -> bool:
    facts = {"customer_id": card.id, **form.facts()}
    attempt(form, commands.save_wishes, **facts, by=visitor.actor(card.id), at=request.now)  # type: ignore[attr-defined]
    return form.is_valid()


def _show(
    request: HttpRequest, house: House, visitor: Visitor, card: CustomerCard, status: int = 200, **more: Any
) -> HttpResponse:
    page = queries.my_data(card)
    form = more.pop("form", None) or WishesForm(initial=WishesForm.known(wishes_of(card.id), page.agreements))
    context = {
        "house": house,
        "visitor": visitor,
        "page": page,
        "form": form,
        "quiet": [form["quiet_from"], form["quiet_to"]],
        "agreed": _agreed(page, form["consents"].value() or []),
        "erasure": ErasureForm(),
        "code_form": CodeForm(),
        **more,
    }
    return render(request, "portal/my/data.html", context, status=status)


def _agreed(page: queries.MyData, ticked: Sequence[str]) -> list[dict[str, Any]]:
    """What may be agreed to, in words that say what happens then."""
    words = {
        "service": _("用短信或微信通知保养、年检、保险到期"),
        "marketing": _("发送优惠和活动"),
        "photo": _("展示我的车的维修照片"),
        "sharing": _("与整车厂共享维修信息"),
    }
    return [
        {
            "purpose": row.purpose,
            "text": words[row.purpose],
            "yes": row.purpose in ticked,
            "granted": row.granted,
            "at": row.at,
        }
        for row in page.agreements
        if row.purpose in words
    ]


@my_page
@require_POST
def ask_code(request: HttpRequest, *, house: House, visitor: Visitor, ref: str) -> HttpResponse:
    """A fresh code before a copy of everything leaves: the phone may lie unlocked on a table."""
    card = _person(visitor, ref)
    form = PhoneForm({"phone": visitor.phone.reveal()})
    if not form.is_valid() or not send_code(request, house, form, commands.MY_DATA):
        return _show(request, house, visitor, card, 422, problem=next(iter(form.errors.values()))[0])
    return redirect(f"{_address(house, card)}?done=code#copy")


@my_page
@require_POST
def copy(request: HttpRequest, *, house: House, visitor: Visitor, ref: str) -> HttpResponseBase:
    """Everything about one person as a file, for that person, after a fresh code."""
    card = _person(visitor, ref)
    if misses(request) >= MOST_MISSES:
        return too_many(request)
    form, actor = CodeForm(request.POST), visitor.actor(card.id)
    facts = {"phone": visitor.phone.reveal(), "purpose": commands.MY_DATA}
    if form.is_valid() and not messaging.check_code(
        **facts,
        code=form.cleaned_data["code"],
        by=actor,
        at=request.now,  # type: ignore[attr-defined]
    ):
        count_miss(request)
        form.add_error("code", _("验证码不对或已过期，请核对，或重新获取"))
    if not form.is_valid():
        return _show(request, house, visitor, card, 422, code_form=form, done="code")
    sections = customers.subject_access(customer_id=card.id, by=actor, at=request.now)  # type: ignore[attr-defined]
    if request.POST.get("format") == "json":
        body = json.dumps(sections, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder).encode()
        return _attachment(body, "application/json", f"{card.ref}.json")
    return _attachment(sections_file(sections), XLSX, f"{card.ref}.xlsx")


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@my_page
@require_POST
def erase(request: HttpRequest, *, house: House, visitor: Visitor, ref: str) -> HttpResponse:
    """Ask for erasure; people of the shop decide."""
    card, form = _person(visitor, ref), ErasureForm(request.POST)
    if form.is_valid():
        facts = {"customer_id": card.id, "reason": form.cleaned_data["reason"]}
        attempt(form, commands.request_erasure, **facts, by=visitor.actor(card.id), at=request.now)  # type: ignore[attr-defined]
    if not form.is_valid():
        return _show(request, house, visitor, card, 422, erasure=form)
    return redirect(f"{_address(house, card)}?done=erasure#erasure")
