"""What the pages have in common: actor and time, drawers, the way back to the order, payers as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from pitlane.core.errors import Refused
from pitlane.core.http import is_htmx

from ..models import RepairOrder


def who(request: HttpRequest) -> dict[str, Any]:
    """Actor and time of the request."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when it was an empty form; None when the page is only shown."""
    return request.POST if request.method == "POST" else None


def drawer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A short edit: beside the page, or a page of its own without JavaScript."""
    return render(request, template, {"fragment": is_htmx(request), "now": request.now, **context})  # type: ignore[attr-defined]


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"now": request.now, **context})  # type: ignore[attr-defined]


def to_order(ref: str, tab: str = "") -> HttpResponse:
    """Back to the order's page."""
    return redirect(reverse("workshop:order", args=[ref]) + (f"#{tab}" if tab else ""))


def order_ref(pk: int) -> str:
    return RepairOrder(pk=pk).ref


def link(name: str, *args: Any) -> str:
    """The address of a page of a higher domain, empty while it is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def payer_words() -> dict[str, str]:
    return {
        _("客户"): "customer",
        _("保险"): "insurer",
        _("厂家"): "maker",
        _("内部"): "internal",
        _("单位"): "fleet",
    }


def read_payers(text: str) -> dict[str, str]:
    """``保险:平安产险 80，客户 20`` as the line keeps it."""
    words = payer_words()
    found: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in re.split(r"[,，;；]", text))):
        match = re.fullmatch(r"([^:：\s]+)(?:[:：]\s*(\S+))?\s+([\d.]+)\s*%?", part)
        if match is None or match[1] not in words:
            raise Refused(_("付款方看不懂，请写成：客户 100"), code="payers", field="payers")
        key = words[match[1]] + (f":{match[2]}" if match[2] else "")
        found[key] = str(round(float(match[3]) / 100, 6))
    return found


def payers_text(payers: Mapping[str, str]) -> str:
    """The payers of a line as one writes them."""
    words = {kind: word for word, kind in payer_words().items()}
    parts = []
    for payer, ratio in payers.items():
        kind, _sep, name = payer.partition(":")
        share = f"{float(ratio) * 100:g}"
        parts.append(f"{words.get(kind, kind)}{':' + name if name else ''} {share}")
    return "，".join(parts)  # zh-data
