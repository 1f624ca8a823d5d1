"""The page behind the link of an appointment: say that you come, take another time, or cancel. No JavaScript needed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Visit:
    """One appointment, where its page stands, who acts, and what the frame of the page needs."""

    id: int
    root: str
    actor: Actor
    context: dict[str, Any] = field(default_factory=dict)


def _behind(link: PrivateLink, actor: Actor, token: str) -> Visit:
    """Only links that were made for an appointment open one."""
    if link.purpose != PURPOSE:
        raise Missing()
    return Visit(int(link.subject_id), reverse("portal:visit", args=[token]), actor, {"token": token})


@private_link
@require_http_methods(["GET", "HEAD"])
def visit(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """When and where, and what can be done about it."""
    return show(request, _behind(link, actor, token), done=request.GET.get("done", ""))


def show(request: HttpRequest, of: Visit, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an appointment."""
    page = queries.visit_page(of.id, at=request.now)  # type: ignore[attr-defined]
    context = {"page": page, "a": page.card, "root": of.root, **of.context, **more}
    return render(request, "portal/visit.html", context, status=status)


def _act(request: HttpRequest, of: Visit, done: str, command: Any, facts: dict[str, Any]) -> HttpResponse:
    """One command; a refusal is said on the page, and nothing is lost."""
    facts = {"appointment_id": of.id, "token": secrets.token_urlsafe(32), **facts}
    try:
        command(**facts, by=of.actor, at=request.now)  # type: ignore[attr-defined]
    except PitlaneError as refused:
        if refused.status == 404:
            raise
        return show(request, of, status=refused.status, problem=str(refused), chosen=request.POST)
    return redirect(f"{of.root}?done={done}")


@private_link
@require_http_methods(["GET", "HEAD"])
def calendar(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """The visit for the phone's own calendar."""
    card = booked.card_by_id(_behind(link, actor, token).id, request.now)  # type: ignore[attr-defined]
    body = booked.ical_visit(card, at=request.now)  # type: ignore[attr-defined]
    headers = {"Content-Disposition": f'attachment; filename="{card.ref}.ics"'}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)


@private_link
@require_POST
def come(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """Yes, I come."""
    return say_coming(request, _behind(link, actor, token))


def say_coming(request: HttpRequest, of: Visit) -> HttpResponse:
    """The customer confirms."""
    return _act(request, of, "come", appointments.confirm, {})


@private_link
@require_POST
def move(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """Another of the offered times."""
    return take_time(request, _behind(link, actor, token))


def take_time(request: HttpRequest, of: Visit) -> HttpResponse:
    """The chosen time. The same press twice moves once: the version of the page goes with it."""
    start = parse_datetime(request.POST.get("start", ""))
    version = request.POST.get("version", "")
    if start is None or start.tzinfo is None:
        return show(request, of, status=422, problem=_("请选择一个时间"))
    facts = {"start": start, "version": int(version) if version.isdigit() and len(version) < 9 else 0}
    return _act(request, of, "moved", appointments.move, facts)


@private_link
@require_POST
def cancel(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """I cannot come."""
    return call_off(request, _behind(link, actor, token))


def call_off(request: HttpRequest, of: Visit) -> HttpResponse:
    """Cancel with a reason. Afterwards a link is over, so the answer is the page itself."""
    reason = request.POST.get("reason", "")
    try:
        appointments.cancel(appointment_id=of.id, reason=reason, by=of.actor, at=request.now)  # type: ignore[attr-defined]
    except Refused as refused:
        return show(request, of, status=422, problem=str(refused), chosen=request.POST)
    card = booked.card_by_id(of.id, request.now)  # type: ignore[attr-defined]
    return render(request, "portal/visit_over.html", {"a": card, **of.context})
