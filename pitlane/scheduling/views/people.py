"""Bays, weekly hours and leave of the chosen store."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts.queries import staff_card
from pitlane.core.errors import Missing
from pitlane.core.http import attempt, chosen_store, screen
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..forms import DAYS, BayForm, LeaveForm, WeekForm
from ..reasons import hours_text
from .shared import form_page, may_edit, saved, who


@screen("scheduling.view")
def bays(request: HttpRequest) -> HttpResponse:
    """The places to work of the chosen store."""
    rows = queries.bays(chosen_store(request), active=None)
    return render(request, "scheduling/bays.html", {"rows": rows, "may_edit": may_edit(request)})


@screen("scheduling.edit")
def bay(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add, correct or close a bay."""
    card = queries.bay_by_id(pk) if pk else None
    if card and not request.actor.in_store(card.store_id):  # type: ignore[attr-defined]
        raise Missing()
    initial = {name: getattr(card, name) for name in BayForm.base_fields} if card else None
    form = BayForm(request.POST or None, initial=initial)
    back, call = reverse("scheduling:bays"), who(request)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.save_bay, bay_id=pk, **form.cleaned_data, **call)
        if made is not None:
            messages.success(request, _("已保存工位 %(name)s") % {"name": made.name})
            return saved(request, back)
    return form_page(request, form, _("修改工位") if card else _("新工位"), back)


@screen("scheduling.view")
def shifts(request: HttpRequest) -> HttpResponse:
    """Who works when, week by week."""
    rows = [(row, [hours_text(hours) for hours in row.days]) for row in queries.weeks_of(chosen_store(request))]
    return render(request, "scheduling/shifts.html", {"rows": rows, "days": DAYS, "may_edit": may_edit(request)})


@screen("scheduling.edit")
def week(request: HttpRequest, ref: str) -> HttpResponse:
    """Replace a person's working week."""
    staff_id = parse_id("stf", ref)
    person = next((row for row in queries.weeks_of(chosen_store(request)) if row.staff_id == staff_id), None)
    if person is None:
        raise Missing()
    initial = {f"day_{n}": hours_text(hours) for n, hours in enumerate(person.days)}
    form = WeekForm(request.POST or None, initial=initial)
    back = reverse("scheduling:shifts")
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.set_shifts, staff_id=staff_id, shifts=form.shifts(), **who(request))
        if made is not None:
            messages.success(request, _("已保存 %(name)s 的班次") % {"name": person.name})
            return saved(request, back)
    return form_page(request, form, _("每周班次"), back, person.name)


@screen("scheduling.view")
def leave(request: HttpRequest) -> HttpResponse:
    """Who is away, now and later."""
    today = timezone.localdate(request.now)  # type: ignore[attr-defined]
    rows = queries.leaves(chosen_store(request), today)
    context = {"rows": rows, "today": today, "may_edit": may_edit(request)}
    return render(request, "scheduling/leave.html", context)


@screen("scheduling.edit")
def leave_form(request: HttpRequest) -> HttpResponse:
    """Say that somebody is away."""
    people = [(row.staff_ref, f"{row.employee_no} {row.name}") for row in queries.weeks_of(chosen_store(request))]
    today = timezone.localdate(request.now)  # type: ignore[attr-defined]
    form = LeaveForm(request.POST or None, people=people, initial={"first_day": today, "last_day": today})
    back = reverse("scheduling:leave")
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        staff_id = parse_id("stf", facts.pop("staff"))
        if attempt(form, commands.record_leave, staff_id=staff_id, **facts, **who(request)) is not None:
            messages.success(request, _("已登记 %(name)s 请假") % {"name": staff_card(staff_id).name})
            return saved(request, back)
    return form_page(request, form, _("登记请假"), back)


@screen("scheduling.edit")
@require_POST
def leave_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The person comes after all."""
    commands.cancel_leave(leave_id=pk, **who(request))
    messages.success(request, _("已销假"))
    return redirect("scheduling:leave")
