"""The page behind the link of an appointment: say that you come, take another time, or cancel. No JavaScript needed."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pitlane.appointments import commands as appointments
from pitlane.appointments import queries as booked
from pitlane.core.access import Actor
from pitlane.core.errors import Missing, PitlaneError, Refused
from pitlane.core.models import PrivateLink

from . import queries
from .doorkeeper import private_link

PURPOSE = "appointment"


def _checked(link: PrivateLink) -> int:
    """Only links that were made for an appointment open one."""
    if link.purpose != PURPOSE:
        raise Missing()
    return int(link.subject_id)


@private_link
@require_http_methods(["GET", "HEAD"])
def visit(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """When and where, and what can be done about it."""
    return _show(request, link, token, done=request.GET.get("done", ""))


def _show(request: HttpRequest, link: PrivateLink, token: str, status: int = 200, **more: Any) -> HttpResponse:
    page = queries.visit_page(_checked(link), at=request.now)  # type: ignore[attr-defined]
    return render(request, "portal/visit.html", {"page": page, "a": page.card, "token": token, **more}, status=status)


def _act(
    request: HttpRequest, link: PrivateLink, token: str, done: str, command: Any, facts: dict[str, Any]
) -> HttpResponse:
    """One command; a refusal is said on the page, and nothing is lost."""
    known = {"appointment_id": _checked(link), "at": request.now}  # type: ignore[attr-defined]
    try:
        command(**known, **facts)
    except PitlaneError as refused:
        if refused.status == 404:
            raise
        return _show(request, link, token, status=refused.status, problem=str(refused), chosen=request.POST)
    return redirect(f"{reverse('portal:visit', args=[token])}?done={done}")


@private_link
@require_POST
def come(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """Yes, I come."""
    return _act(request, link, token, "come", appointments.confirm, {"token": secrets.token_urlsafe(32), "by": actor})


@private_link
@require_POST
def move(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """Another of the offered times. The same press twice moves once: the version of the page goes with it."""
    start = parse_datetime(request.POST.get("start", ""))
    version = request.POST.get("version", "")
    if start is None or start.tzinfo is None:
        return _show(request, link, token, status=422, problem=_("请选择一个时间"))
    facts: dict[str, Any] = {"start": start, "version": int(version) if version.isdigit() and len(version) < 9 else 0}
    facts |= {"token": secrets.token_urlsafe(32), "by": actor}
    return _act(request, link, token, "moved", appointments.move, facts)


@private_link
@require_POST
def cancel(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """I cannot come. Afterwards the link is over, so the answer is the page itself."""
    pk = _checked(link)
    try:
        appointments.cancel(
            appointment_id=pk,
            reason=request.POST.get("reason", ""),
            by=actor,
            at=request.now,  # type: ignore[attr-defined]
        )
    except Refused as refused:
        return _show(request, link, token, status=422, problem=str(refused), chosen=request.POST)
    card = booked.card_by_id(pk, request.now)  # type: ignore[attr-defined]
    return render(request, "portal/visit_over.html", {"a": card})
