"""Other services for a booking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pitlane.core.errors import Missing
from pitlane.core.http import attempt, is_htmx, screen

from .. import commands, queries
from ..forms import ServicesForm
from .frame import done, who


@screen("appointments.book")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick other work; what it does to the time is said before it is saved."""
    card = queries.appointment_for(pk, **who(request))
    form = ServicesForm(request.POST or None, initial={"version": card.version})
    chosen = request.POST.getlist("services") if request.method == "POST" else None
    if form.is_valid():
        facts: dict[str, Any] = {"services": chosen, "version": form.cleaned_data["version"]}
        if attempt(form, commands.change_services, appointment_id=pk, **facts, **who(request)):
            messages.success(request, _("项目已改"))
            return done(request, reverse("appointments:detail", args=[card.ref]))
    context = {
        "form": form,
        "a": card,
        "fragment": is_htmx(request),
        "heading": _("改项目"),
        "change": _change(request, pk, chosen),
    }
    return render(request, "appointments/services.html", context, status=422 if form.errors else 200)


@screen("appointments.book")
@require_GET
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """Services and what stands against them again, after something was ticked or typed."""
    card = queries.appointment_for(pk, **who(request))
    found = _change(request, pk, request.GET.getlist("services"))
    return render(request, "appointments/_services.html", {"change": found, "a": card})


def _change(request: HttpRequest, pk: int, chosen: list[str] | None) -> queries.ServiceChange:
    text = request.GET.get("find", "").strip()[:40]
    try:
        return queries.service_change(pk, chosen, text, at=request.now)  # type: ignore[attr-defined]
    except Missing:
        return queries.service_change(pk, None, text, at=request.now)  # type: ignore[attr-defined]
