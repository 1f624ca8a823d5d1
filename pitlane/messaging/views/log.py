"""The delivery log and what can be done with one message."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.errors import Missing
from pitlane.core.http import screen
from pitlane.core.ids import public_id

from .. import commands, queries
from ..forms import CHANNELS
from .frame import actor_of, who

FILTERS = ("q", "channel", "template", "day", "customer", "store")


@screen("messaging.view")
def log(request: HttpRequest) -> HttpResponse:
    """What was sent to whom, newest first."""
    frame = accounts.list_frame(queries.MESSAGES, request.GET.dict(), **who(request))
    if frame.onward:
        return redirect(frame.onward)
    chosen = queries.log_filter(request.GET.dict())
    given = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}

    def address(**changed: str) -> str:
        facts = {**dict(frame.hidden), **given, **changed}
        facts = {name: value for name, value in facts.items() if value}
        return f"{reverse('messaging:log')}?{urlencode(facts)}" if facts else reverse("messaging:log")

    order = {"cursor": request.GET.get("cursor") or None, "ascending": frame.ascending}
    found = queries.log_screen(actor_of(request), chosen, address, **order)  # type: ignore[arg-type]
    selects = [
        {"name": "channel", "label": _("渠道"), "options": CHANNELS, "value": chosen.channel},
        {
            "name": "template",
            "label": _("模板"),
            "options": [("", _("全部模板")), *found.templates],
            "value": chosen.template,
        },
    ]
    chips = _chips(chosen, found, address)
    hidden = [(name, given[name]) for name in ("customer",) if name in given]
    context = {
        "found": found,
        "frame": frame,
        "views": found.views,
        "selects": selects,
        "chips": chips,
        "hidden": [*hidden, *([("view", chosen.view)] if chosen.view else []), *frame.hidden],
        "query": chosen.name,
        "day": request.GET.get("day", ""),
        "filtered": bool(given),
        "next_url": address(view=chosen.view, cursor=found.next) if found.next else "",
        "here": "log",
    }
    return render(request, "messaging/log.html", context)


def _chips(chosen: queries.LogFilter, found: queries.LogScreen, address: object) -> list[dict[str, str]]:
    remove = address  # the same address without the customer
    if not chosen.customer_id:
        return []
    ref = public_id("cus", chosen.customer_id)
    return [{"label": _("客户"), "value": found.customer or ref, "remove_url": remove(view=chosen.view, customer="")}]  # type: ignore[operator]


@screen("messaging.view")
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message with its words and its history."""
    return render(request, "messaging/message.html", {"m": queries.message_page(pk, actor_of(request)), "here": "log"})


def _refuse_foreign(request: HttpRequest, pk: int) -> None:
    if not queries.message_for(pk, actor_of(request)):
        raise Missing()


@screen("messaging.send")
@require_POST
def message_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a message that has not gone."""
    _refuse_foreign(request, pk)
    commands.cancel_message(message_id=pk, **who(request))
    messages.success(request, _("已取消发送"))
    return redirect("messaging:message", public_id("msg", pk))


@screen("messaging.send")
@require_POST
def message_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send again what did not get through."""
    _refuse_foreign(request, pk)
    commands.resend(message_id=pk, **who(request))
    messages.success(request, _("已重新排队"))
    return redirect("messaging:message", public_id("msg", pk))


@screen("messaging.send")
@require_POST
def message_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an uncertain message did go out."""
    _refuse_foreign(request, pk)
    commands.settle_uncertain(message_id=pk, **who(request))
    messages.success(request, _("已记为发出"))
    return redirect("messaging:message", public_id("msg", pk))
