"""The store's plan of reminders, and calendars that others subscribe to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.barcodes import qr_svg
from pitlane.core.errors import Missing
from pitlane.core.http import attempt, chosen_store, public, screen
from pitlane.core.tenancy import scope

from .. import commands, policies, queries
from ..forms import PlanForm
from .frame import id_of, new_token, people, who

PLANNED = ("late_minutes", "offer_minutes", "risky_percent", "online", "most_open", "notice")


@screen("appointments.view")
def page(request: HttpRequest) -> HttpResponse:
    """When reminders go out, what counts as a no-show; how well the risk foresees; the calendars handed out."""
    store_id = chosen_store(request)
    may = policies.can_plan(request.actor, store_id)  # type: ignore[attr-defined]
    plan = queries.plan_of(store_id)
    initial: dict[str, Any] = {name: getattr(plan, name) for name in PLANNED}
    initial["overbook_by_risk"], initial["priority_tags"] = plan.overbook_by_risk, " ".join(plan.priority_tags)
    initial["reminders"] = " ".join(f"{minutes / 60:g}" for minutes in plan.reminders)
    form = PlanForm(request.POST or None, initial=initial)
    facts = {"store_id": store_id, **who(request)}
    made = attempt(form, commands.set_plan, **form.cleaned_data, **facts) if form.is_valid() else None
    if made is not None:
        messages.success(request, _("已保存"))
        return redirect("appointments:plan")
    context: dict[str, Any] = {
        "form": form,
        "may": may,
        "measure": queries.measure_of(store_id, request.now),  # type: ignore[attr-defined]
        "habit": queries.habit_of(store_id),
        "feeds": queries.feeds_of(store_id),
        "people": people(request),
        "address": request.session.pop("feed_address", ""),
    }
    return render(request, "appointments/plan.html", context, status=422 if form.is_bound and form.errors else 200)


@screen("appointments.view")
def online(request: HttpRequest) -> HttpResponse:
    """The address and the code of the store's booking page, to print for the counter."""
    store = accounts.store_by_id(chosen_store(request))
    address = f"{settings.PUBLIC_URL}/m/{accounts.house_here().code}/book/{store.code}"
    context = {
        "store": store,
        "address": address,
        "code": qr_svg(address),
        "plan": queries.plan_of(store.pk),
        "back_url": reverse("appointments:plan"),
    }
    return render(request, "appointments/online.html", context)


@require_POST
@screen("appointments.view")
def issue(request: HttpRequest) -> HttpResponse:
    """A new secret address, shown once."""
    token = new_token()
    staff_id = id_of("stf", request.POST.get("staff", ""))
    commands.issue_feed(store_id=chosen_store(request), staff_id=staff_id, token=token, **who(request))
    request.session["feed_address"] = request.build_absolute_uri(reverse("appointments:feed", args=[token]))
    return redirect("appointments:plan")


@require_POST
@screen("appointments.view")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody may read this calendar any more."""
    commands.end_feed(feed_id=pk, **who(request))
    messages.success(request, _("已停用"))
    return redirect("appointments:plan")


@public
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address, as programs read it (RFC 5545)."""
    found = queries.feed_by_token(token)
    if found is None:
        raise Missing()
    with scope(int(found.org_id or 0)):
        body = queries.ical_of(found, at=request.now)  # type: ignore[attr-defined]
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store, private"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
