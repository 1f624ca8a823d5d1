"""The list of packages and the form of one, with its lines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import PackageForm, PackageLines
from .frame import may_edit, page, ready, who


@screen("catalog.view")
def packages(request: HttpRequest) -> HttpResponse:
    """Work and parts sold under one name."""
    text = request.GET.get("q", "")
    context = {
        "rows": queries.find_packages(text, 200),
        "query": text,
        "placeholder": _("编码、名称、拼音"),
        "clear_url": reverse("catalog:packages") if text else "",
        "may_edit": may_edit(request),
    }
    return render(request, "catalog/packages.html", context)


@screen("catalog.view")
def package(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One package with its lines."""
    card = queries.package_by_id(pk) if pk else None
    form = PackageForm(request.POST or None, initial=_initial(card) if card else None)
    lines = PackageLines(request.POST or None, prefix="line", initial=_lines(card) if card else None)
    if ready(request, form, lines):
        sent = [line for row in lines if (line := row.line())]
        made = attempt(form, commands.save_package, package_id=pk, lines=sent, **form.cleaned_data, **who(request))
        if made is not None:
            messages.success(request, _("已保存套餐 %(name)s") % {"name": made.name})
            return redirect("catalog:packages")
    return page(request, "catalog/package.html", form, lines, card=card, work_list=queries.work_list())


def _initial(card: queries.PackageCard) -> dict[str, Any]:
    facts = {name: getattr(card, name) for name in PackageForm.base_fields}
    return facts | {"makes": "，".join(card.makes), "series": "，".join(card.series)}  # zh-data


def _lines(card: queries.PackageCard) -> list[dict[str, Any]]:
    return [
        {
            "operation": f"{line.operation.code} {line.operation.name}" if line.operation else "",
            "part_code": line.part_code,
            "quantity": f"{line.quantity.normalize():f}",
            "hours": None if line.hours is None else f"{line.hours.normalize():f}",
        }
        for line in card.lines
    ]
