"""One order: its page, its steps, its head."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.core import panels
from pitlane.core.errors import Missing, Text
from pitlane.core.files import content_of
from pitlane.core.http import attempt, screen
from pitlane.core.ids import public_id

from .. import commands, queries
from ..forms import HeaderForm, HoldForm, PhotoForm, ReasonForm
from . import actions
from .frame import drawer, link, page, posted, to_order, who

STEPS: dict[str, tuple[Callable[..., Any], Text]] = {
    "finish": (commands.finish_items, gettext_lazy("已转质检")),
    "deliver": (commands.deliver, gettext_lazy("已交车")),
    "close": (commands.close_order, gettext_lazy("已关闭工单")),
    "resume": (commands.resume_order, gettext_lazy("已恢复")),
    "issue": (commands.issue_parts, gettext_lazy("已领料")),
    "inspect_car": (commands.begin_inspection, gettext_lazy("已开始检查")),
}
EXTRA: dict[str, dict[str, Any]] = {"finish": {"item_ids": []}}


@screen("workshop.view")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of one order."""
    found = queries.order_screen(pk, **who(request))
    facts = {**who(request), "order_id": pk, "over": found.over}
    text = request.GET.get("add", "").strip()[:40]
    context = {
        "found": found,
        "order": found.order,
        "card": found.card,
        "steps": found.stages,
        "primary": actions.primary(found),
        "beside": actions.beside(found),
        "menu": actions.menu(found),
        "panels": panels.collect("order", **facts),
        "tab_panels": panels.collect("order_tabs", **facts),
        "check_panels": panels.collect("order_checks", **facts),
        "talk_panels": panels.collect("order_talk", **facts),
        "text": text,
        "offers": queries.find_offers(pk, text) if text else [],
        "again": {"ref": request.GET.get("again", ""), "name": queries.sold_already(pk, request.GET.get("again", ""))},
        "walk_url": link("reception:walkaround", found.card.ref),
        "quote_url": link("reception:quote", found.card.ref),
        "photo_form": PhotoForm(),
        "customer_ref": public_id("cus", found.card.customer_id),
        "vehicle_ref": public_id("veh", found.card.vehicle_id),
    }
    return page(request, "workshop/order.html", context)


@require_POST
@screen("workshop.view")
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A step that needs nothing but the press of its button."""
    if verb not in STEPS:
        raise Missing()
    command, said = STEPS[verb]
    command(order_id=pk, **EXTRA.get(verb, {}), **who(request))
    messages.success(request, str(said))
    return to_order(public_id("ord", pk))


@screen("workshop.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of the order in a drawer."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    found = queries.header_of(pk)
    advisors = [(p.pk, p.name) for p in accounts.staff_with_permission("workshop.open", card.store_id)]
    form = HeaderForm(
        posted(request),
        initial=_initial(found),
        advisors=advisors,
        causes=queries.causes().choices,
        is_comeback=card.order_type == "comeback",
    )
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        version = changes.pop("version")
        if attempt(form, commands.change_order, order_id=pk, version=version, changes=changes, **who(request)):
            messages.success(request, _("已保存工单信息"))
            return to_order(card.ref)
    back = reverse("workshop:order", args=[card.ref])
    return drawer(request, "workshop/header_form.html", {"form": form, "card": card, "cancel_url": back})


def _initial(found: dict[str, Any]) -> dict[str, Any]:
    moment = found["promised_at"]
    return {**found, "promised_at": timezone.localtime(moment) if moment else None}


def _done(form: forms.Form, command: Callable[..., Any], pk: int, request: HttpRequest) -> bool:
    """Call the command with what the form says; whether it was done."""
    attempt(form, command, order_id=pk, **form.cleaned_data, **who(request))
    return not form.errors


@screen("workshop.view")
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the order stands still."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    form = HoldForm(posted(request))
    if request.method == "POST" and form.is_valid() and _done(form, commands.hold_order, pk, request):
        messages.success(request, _("已暂停工单"))
        return to_order(card.ref)
    return drawer(
        request, "workshop/reason_form.html", {"form": form, "card": card, "title": _("暂停工单"), "verb": _("暂停")}
    )


@screen("workshop.cancel")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Void the order with a reason."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid() and _done(form, commands.cancel_order, pk, request):
        messages.success(request, _("已作废工单"))
        return to_order(card.ref)
    return drawer(
        request,
        "workshop/reason_form.html",
        {"form": form, "card": card, "title": _("作废工单"), "verb": _("作废工单"), "bad": True},
    )


@require_POST
@screen("workshop.view")
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Photos of the work, several at once."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    form = PhotoForm(request.POST)
    files = request.FILES.getlist("photos")
    if form.is_valid():
        for upload in files[:12]:
            commands.add_photo(
                order_id=pk,
                content=content_of(upload, "photo"),
                name=upload.name or "photo",
                **form.cleaned_data,
                **who(request),
            )
        messages.success(request, _("已添加 %(n)d 张照片") % {"n": len(files[:12])})
    return redirect(request.headers.get("Referer") or link("workshop:order", card.ref))
