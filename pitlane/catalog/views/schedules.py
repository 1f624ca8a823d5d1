"""Maintenance schedules and the form of one, with its needs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import Needs, ScheduleForm
from .frame import may_edit, page, ready, who

RHYTHM = ("code", "name", "every_km", "every_months", "first_km", "first_months")


@screen("catalog.view")
def schedules(request: HttpRequest) -> HttpResponse:
    """What kinds of cars need, when."""
    return render(request, "catalog/schedules.html", {"rows": queries.schedules(), "may_edit": may_edit(request)})


@screen("catalog.view")
def schedule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One schedule with its needs."""
    card = queries.schedule_by_id(pk) if pk else None
    initial = {name: getattr(card, name) for name in ScheduleForm.base_fields} if card else None
    form = ScheduleForm(request.POST or None, initial=initial)
    work, offers = queries.work_list(), queries.package_list()
    lines = Needs(request.POST or None, prefix="need", initial=_needs(card) if card else None)
    if ready(request, form, lines):
        sent = [item for row in lines if (item := row.item())]
        made = attempt(form, commands.save_schedule, schedule_id=pk, items=sent, **form.cleaned_data, **who(request))
        if made is not None:
            messages.success(request, _("已保存保养计划 %(name)s") % {"name": made.name})
            return redirect("catalog:schedules")
    return page(request, "catalog/schedule.html", form, lines, card=card, work_list=work, package_list=offers)


def _needs(card: queries.ScheduleCard) -> list[dict[str, Any]]:
    return [
        {name: getattr(need.item, name) for name in RHYTHM}
        | {"operation": need.operation_name and f"{need.operation_code} {need.operation_name}"}
        | {"package": need.package_name and f"{need.package_code} {need.package_name}"}
        for need in card.needs
    ]
