"""The queue of the parts clerk: hand out, take back, cancel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pitlane.core.http import attempt, screen
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..costing import plain
from ..forms import ReturnForm
from .frame import form_page, saved, who

VIEWS = ("ready", "short", "issued")


@screen("parts.view")
def queue(request: HttpRequest) -> HttpResponse:
    """What orders of this store want, what is missing, what went out."""
    by = request.actor  # type: ignore[attr-defined]
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "ready"
    page = queries.queue(by, view=view, store=request.GET.get("store", ""))
    context = {
        "page": page,
        "view": view,
        "views": _views(view, page.counts),
        "stores": page.stores,
        "may_issue": by.may("parts.issue", by.store_id),
    }
    return render(request, "parts/queue.html", context)


def _views(current: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {"ready": (_("待出库"), "move"), "short": (_("缺件"), "hold"), "issued": (_("已出库"), "")}
    return [
        {
            "label": label,
            "url": f"{reverse('parts:requisitions')}?view={key}",
            "count": counts[key],
            "family": family,
            "current": key == current,
        }
        for key, (label, family) in labels.items()
    ]


@screen("parts.issue")
@require_POST
def issue(request: HttpRequest) -> HttpResponse:
    """Hand out one requisition or the ticked ones together."""
    refs = request.POST.getlist("ids")
    if not refs:
        return redirect("parts:requisitions")
    cards = [queries.requisition_by_id(parse_id("req", ref), request.actor) for ref in refs[:200]]  # type: ignore[attr-defined]
    made = commands.issue_many(demands=[card.demand for card in cards], **who(request))
    text = ngettext("已出库 %(n)d 项", "已出库 %(n)d 项", len(made)) % {"n": len(made)}
    messages.success(request, text)
    return redirect("parts:requisitions")


@screen("parts.issue")
def return_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what the workshop did not use."""
    card = queries.requisition_by_id(pk, request.actor)  # type: ignore[attr-defined]
    form = ReturnForm(request.POST or None, initial={"quantity": plain(card.used)})
    back = f"{reverse('parts:requisitions')}?view=issued"
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.return_part, demand=card.demand, **form.cleaned_data, **who(request))
        if made is not None:
            messages.success(request, _("已退料 %(name)s") % {"name": card.part_name})
            return saved(request, back)
    return form_page(request, "parts/return.html", form, card=card, cancel_url=back)


@screen("parts.issue")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Free what nobody wants any more."""
    card = queries.requisition_by_id(pk, request.actor)  # type: ignore[attr-defined]
    commands.cancel_requisition(demand=card.demand, **who(request))
    messages.success(request, _("已取消领料 %(name)s") % {"name": card.part_name})
    return redirect("parts:requisitions")
