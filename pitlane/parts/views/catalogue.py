"""The list of parts, the page of one part, and its form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.http import attempt, screen
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..costing import plain
from ..forms import PartForm, SubstituteForm
from ..models import Part
from .frame import form_page, saved, who


@screen("parts.view")
def part_list(request: HttpRequest) -> HttpResponse:
    """Parts of the organisation with the stock of the chosen store."""
    given, call = request.GET.dict(), who(request)
    frame = accounts.list_frame(queries.PARTS, given, **call)
    if frame.onward:
        return redirect(frame.onward)
    asked: dict[str, Any] = queries.part_conditions(given)
    text, view = asked["text"], asked["view"]
    place: dict[str, Any] = {name: given.get(name, "") for name in ("after", "before")}
    page = queries.part_page(call["by"], falling=not frame.ascending, **asked, **place)
    context = {
        "page": page,
        "frame": frame,
        "query": text,
        "placeholder": _("编码、OE 号、条码、名称、拼音"),
        "views": _views(view, page.low_count),
        "selects": _selects(asked),
        "hidden": [*([("view", view)] if view else []), *frame.hidden],
        "clear_url": f"?view={view}" if text or asked["category"] or asked["grade"] or asked["store"] else "",
        "bulk_actions": [
            {"label": _("打印标签"), "icon": "printer", "url": f"{reverse('parts:labels')}?{request.GET.urlencode()}"}
        ],
        "next_url": _paged(request, after=page.after),
        "prev_url": _paged(request, before=page.before),
        "stores": accounts.store_filter(call["by"], asked["store"]),
        "warehouse": call["by"].store_id is None or queries.has_warehouse(call["by"].store_id),
    }
    return render(request, "parts/list.html", context)


def _views(current: str, low: int) -> list[dict[str, Any]]:
    labels = {"": _("全部"), "low": _("低库存"), "stocked": _("有库存"), "inactive": _("已停用")}
    return [
        {
            "label": label,
            "url": f"?view={key}",
            "count": low if key == "low" else None,
            "family": "hold",
            "current": key == current,
        }
        for key, label in labels.items()
    ]


def _selects(asked: dict[str, str]) -> list[dict[str, Any]]:
    categories = [("", _("全部")), *((name, name) for name in queries.categories())]
    grades = [("", _("全部")), *Part.Grade.choices]
    return [
        {"name": "category", "label": _("类别"), "options": categories, "value": asked["category"]},
        {"name": "grade", "label": _("品质"), "options": grades, "value": asked["grade"]},
    ]


def _paged(request: HttpRequest, **place: str) -> str:
    name, code = next(iter(place.items()))
    if not code:
        return ""
    query = request.GET.copy()
    for old in ("after", "before"):
        query.pop(old, None)
    query[name] = code
    return f"?{query.urlencode()}"


@screen("parts.view")
def find(request: HttpRequest) -> JsonResponse:
    """Suggestions while somebody types a part."""
    by = request.actor  # type: ignore[attr-defined]
    found = queries.find_parts(request.GET.get("q", ""), by.store_id, 12, fits=request.GET.get("fits", ""))
    found = queries.stocked(found, queries.shelves(by)) if by.store_id is None else found
    return JsonResponse({"parts": [_suggestion(card) for card in found]})


def _suggestion(card: queries.PartCard) -> dict[str, Any]:
    return {
        "ref": card.ref,
        "code": card.code,
        "name": card.name,
        "detail": " · ".join(filter(None, [card.oem_no, card.brand, str(card.grade_label)])),
        "price": str(card.price.yuan),
        "unit": card.unit,
        "bin": card.bin,
        "available": plain(card.available),
    }


@screen("parts.view")
def part_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One part: stock per warehouse, who waits for it, the ledger, what may stand in."""
    shown = queries.part_screen(pk, by=request.actor)  # type: ignore[attr-defined]
    return render(
        request, "parts/part.html", {"screen": shown, "part": shown.part, "substitute_form": SubstituteForm()}
    )


@screen("parts.edit")
def part_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or correct a part."""
    card = queries.part_by_id(pk) if pk else None
    form = PartForm(request.POST or None, initial=PartForm.initial_of(card) if card else None)
    back = reverse("parts:detail", args=[pk]) if pk else reverse("parts:list")
    if request.method == "POST" and form.is_valid():
        part = attempt(form, commands.save_part, part_id=pk, **form.cleaned_data, **who(request))
        if part is not None:
            messages.success(request, _("已保存配件 %(name)s") % {"name": part.name})
            return saved(request, reverse("parts:detail", args=[part.pk]))
    context = {"card": card, "cancel_url": back, "categories": queries.categories()}
    return form_page(request, "parts/form.html", form, **context)


@screen("parts.edit")
@require_POST
def substitutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Name or remove a part that may stand in for this one."""
    page = reverse("parts:detail", args=[queries.part_by_id(pk).ref])
    if removed := request.POST.get("remove"):
        commands.remove_substitute(part_id=pk, other_id=parse_id("prt", removed), **who(request))
        messages.success(request, _("已取消通用件"))
        return redirect(page)
    form = SubstituteForm(request.POST)
    if form.is_valid():
        facts = {"other_id": form.cleaned_data["other"].id, "supersedes": form.cleaned_data["supersedes"]}
        if attempt(form, commands.set_substitute, part_id=pk, **facts, **who(request)) is not None:
            messages.success(request, _("已登记通用件"))
            return redirect(page)
    for errors in form.errors.values():
        messages.error(request, str(errors[0]))
    return redirect(page)
