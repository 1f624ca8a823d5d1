"""When the store is open: the calendar of a year, weekly hours, terms of booking."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pitlane.core.errors import Missing
from pitlane.core.http import attempt, chosen_store, screen

from .. import commands, queries
from ..commands import ShiftInput
from ..forms import DAYS, DayForm, TermsForm, WeekForm
from ..queries.screens import year_screen
from ..reasons import hours_text
from .shared import form_page, may_edit, saved, who

YEARS = (2004, 2100)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Missing() from None


def _year(request: HttpRequest) -> int:
    today = timezone.localdate(request.now).year  # type: ignore[attr-defined]
    text = request.GET.get("year", "")
    return min(max(int(text), YEARS[0]), YEARS[1]) if text.isascii() and text.isdigit() and len(text) < 6 else today


@screen("scheduling.view")
def calendar(request: HttpRequest) -> HttpResponse:
    """The year of the store: holidays, make-up workdays, days of its own; weekly hours and terms beside it."""
    today = timezone.localdate(request.now)  # type: ignore[attr-defined]
    page = year_screen(chosen_store(request), _year(request), today)
    return render(request, "scheduling/calendar.html", {"page": page, "days": DAYS, "may_edit": may_edit(request)})


@screen("scheduling.edit")
def day(request: HttpRequest, day: str) -> HttpResponse:
    """Decide one day."""
    on = _day(day)
    plan = queries.calendar_day(chosen_store(request), on)
    kind = "usual" if plan.open else "closed"
    if plan.source == queries.Source.OWN and plan.open:
        kind = "special"
    form = DayForm(request.POST or None, initial={"kind": kind, "hours": hours_text(plan.hours), "note": plan.note})
    back = f"{reverse('scheduling:calendar')}?year={on.year}"
    if request.method == "POST" and form.is_valid():
        promised = attempt(form, commands.save_day, day=on, **form.cleaned_data, **who(request))
        if promised is not None:
            _tell(request, on, promised)
            return saved(request, back)
    facts: dict[str, Any] = {"form": form, "plan": plan, "cancel_url": back, "own": plan.source == queries.Source.OWN}
    facts["fragment"] = request.headers.get("HX-Request") == "true"
    return render(request, "scheduling/day.html", facts, status=422 if form.errors else 200)


def _tell(request: HttpRequest, on: date, promised: int) -> None:
    """A day that is decided while visits are promised needs somebody to call."""
    text = _("已保存 %(day)s") % {"day": f"{on:%m-%d}"}
    if promised:
        more = ngettext("当天已有 %(n)d 个预约，请核对", "当天已有 %(n)d 个预约，请核对", promised) % {"n": promised}
        messages.warning(request, f"{text}；{more}")  # zh-data
        return
    messages.success(request, text)


@screen("scheduling.edit")
@require_POST
def day_clear(request: HttpRequest, day: str) -> HttpResponse:
    """Take the store's own word on a day back."""
    on = _day(day)
    commands.clear_day(day=on, **who(request))
    messages.success(request, _("%(day)s 已恢复按每周营业时间") % {"day": f"{on:%m-%d}"})
    return redirect(f"{reverse('scheduling:calendar')}?year={on.year}")


@screen("scheduling.edit")
def hours(request: HttpRequest) -> HttpResponse:
    """Replace the store's opening week."""
    known = queries.opening_week(chosen_store(request))
    initial = {f"day_{n}": hours_text(spans) for n, spans in enumerate(known.days)}
    form = WeekForm(request.POST or None, initial=initial)
    back = reverse("scheduling:calendar")
    if request.method == "POST" and form.is_valid():
        week = [ShiftInput(*shift) for shift in form.shifts()]
        if attempt(form, commands.save_hours, hours=week, **who(request)) is not None:
            messages.success(request, _("已保存营业时间"))
            return saved(request, back)
    return form_page(request, form, _("每周营业时间"), back, _("写成 08:30-12:00 13:00-17:30；休息留空"))


@screen("scheduling.edit")
def terms(request: HttpRequest) -> HttpResponse:
    """Change how the store takes bookings."""
    known = queries.terms_of(chosen_store(request))
    initial = {name: getattr(known, name) for name in TermsForm.base_fields}
    form = TermsForm(request.POST or None, initial=initial)
    back = reverse("scheduling:calendar")
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.save_terms, **form.cleaned_data, **who(request))
        if made is not None:
            messages.success(request, _("已保存预约规则"))
            return saved(request, back)
    return form_page(request, form, _("预约规则"), back)
