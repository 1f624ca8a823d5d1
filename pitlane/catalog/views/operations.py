"""The list of labour operations and the form of one, with its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import OperationForm, StepForm, Steps
from ..models import Trade
from .frame import may_edit, page, ready, who

NARROWING = ("q", "trade", "category", "state")


@screen("catalog.view")
def operations(request: HttpRequest) -> HttpResponse:
    """What the shop does, by code, name, pinyin, trade and category; in use, or retired."""
    given = request.GET.dict()
    frame = accounts.list_frame(queries.OPERATIONS, given, **who(request))
    if frame.onward:
        return redirect(frame.onward)
    rows, following, count = queries.operation_page(given, frame)
    context = {
        "rows": rows,
        "frame": frame,
        "count": count,
        "query": given.get("q", ""),
        "placeholder": _("编码、名称、拼音"),
        "selects": _selects(given),
        "hidden": frame.hidden,
        "clear_url": reverse("catalog:operations") + "?q=" if any(given.get(name) for name in NARROWING) else "",
        "next_url": _next(request, following) if following else "",
        "prev_url": frame.here if given.get("cursor") else "",
        "may_edit": may_edit(request),
    }
    return render(request, "catalog/operations.html", context)


def _selects(given: dict[str, str]) -> list[dict[str, Any]]:
    trades = [("", _("全部")), *Trade.choices]
    states = [("", _("在用")), (queries.RETIRED, _("已停用"))]
    categories = [("", _("全部")), *((name, name) for name in queries.categories())]
    return [
        {"name": "trade", "label": _("工种"), "options": trades, "value": given.get("trade", "")},
        {"name": "state", "label": _("状态"), "options": states, "value": given.get("state", "")},
        {"name": "category", "label": _("类别"), "options": categories, "value": given.get("category", "")},
    ]


def _next(request: HttpRequest, cursor: str) -> str:
    query = request.GET.copy()
    query["cursor"] = cursor
    return f"?{query.urlencode()}"


@screen("catalog.view")
def operation(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One operation with its steps; whoever may only look gets no save button."""
    card = queries.operation_by_id(pk) if pk else None
    form = OperationForm(request.POST or None, initial=_initial(card) if card else None)
    steps = [StepForm.initial_of(step) for step in card.steps] if card else None
    lines = Steps(request.POST or None, prefix="step", initial=steps)
    if ready(request, form, lines):
        sent = [line.step() for line in lines if line.cleaned_data.get("text")]
        made = attempt(form, commands.save_operation, operation_id=pk, steps=sent, **form.cleaned_data, **who(request))
        if made is not None:
            messages.success(request, _("已保存项目 %(name)s") % {"name": made.name})
            return redirect("catalog:operations")
    return page(request, "catalog/operation.html", form, lines, card=card, categories=queries.categories())


def _initial(card: queries.OperationCard) -> dict[str, Any]:
    facts = {name: getattr(card, name) for name in OperationForm.base_fields}
    return facts | {"standard_hours": f"{card.standard_hours.normalize():f}"}


@screen("catalog.edit")
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Begin with the catalogue that ships with the program."""
    loaded = commands.load_starting_catalogue(**who(request))
    messages.success(request, _("已载入 %(n)s 个项目") % {"n": loaded["operations"]})
    return redirect("catalog:operations")
