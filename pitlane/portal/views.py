"""Pages on the customer's phone: decide first, then progress, photos, costs. No account, no JavaScript needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pitlane.core.access import Actor
from pitlane.core.errors import PitlaneError
from pitlane.core.models import PrivateLink
from pitlane.core.views import send_file
from pitlane.reception import commands as reception

from . import queries
from .doorkeeper import private_link
from .forms import REASON, AnswerForm, decisions_of


@dataclass(frozen=True, slots=True)
class Door:
    """Where the pages of one visit stand: ``root`` is their address, ``context`` what their frame needs."""

    root: str
    context: dict[str, Any] = field(default_factory=dict)


def _behind(token: str) -> Door:
    return Door(f"/p/{token}/", {"token": token})


@private_link
@require_http_methods(["GET", "HEAD"])
def order(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """The whole visit on one page."""
    page = queries.portal_page(link, by=actor, at=request.now)  # type: ignore[attr-defined]
    return show_visit(request, page, _behind(token), actor)


def show_visit(request: HttpRequest, page: queries.PortalPage, door: Door, actor: Actor) -> HttpResponse:
    """The page of a visit; looking at a quote for the first time is noted."""
    if page.replaced:
        return _replaced(request, page, door)
    if request.method == "GET" and page.estimate and page.estimate.state == "sent":
        reception.open_estimate(estimate_id=page.estimate.id, by=actor, at=request.now)  # type: ignore[attr-defined]
    return _show(request, page, door, {}, answered=request.GET.get("answered", ""))


def _replaced(request: HttpRequest, page: queries.PortalPage, door: Door) -> HttpResponse:
    return render(request, "portal/replaced.html", {"page": page, **door.context}, status=410)


def _show(
    request: HttpRequest, page: queries.PortalPage, door: Door, answers: dict[str, str], status: int = 200, **more: Any
) -> HttpResponse:
    """The page with what was chosen so far."""
    jobs = page.estimate.jobs if page.estimate else []
    rows = [(job, answers.get(job.key, "")) for job in jobs]
    context = {"page": page, "root": door.root, "rows": rows, **door.context, **more}
    return render(request, "portal/order.html", context, status=status)


@private_link
@require_POST
def answer(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """Take the answer once. A second one changes nothing and shows what was recorded."""
    page = queries.portal_page(link, by=actor, at=request.now)  # type: ignore[attr-defined]
    return take_answer(request, page, _behind(token), actor)


def take_answer(request: HttpRequest, page: queries.PortalPage, door: Door, actor: Actor) -> HttpResponse:
    """The posted answer to the quote of a visit."""
    if page.replaced:
        return _replaced(request, page, door)
    if page.estimate is None or not page.estimate.open:
        return redirect(f"{door.root}?answered=before")
    if request.POST.get("all") == "approve":
        return _agreed_to_all(request, page, door)
    form = AnswerForm(request.POST)
    problem = _decide(request, page, form, actor) if form.is_valid() else _first_error(form)
    if problem is None:
        return redirect(f"{door.root}?answered=now")
    typed = request.POST.get("signature_typed", "")[:40]
    drawn = request.POST.get("signature", "")
    return _show(request, page, door, decisions_of(request.POST), 422, problem=problem, typed=typed, drawn=drawn)


def _agreed_to_all(request: HttpRequest, page: queries.PortalPage, door: Door) -> HttpResponse:
    """全部同意 without JavaScript: every job is ticked, nothing is sent yet; the customer signs and sends."""
    assert page.estimate is not None
    answers = {job.key: "approve" for job in page.estimate.jobs}
    typed = request.POST.get("signature_typed", "")[:40]
    return _show(request, page, door, answers, typed=typed, drawn=request.POST.get("signature", ""), agreed=True)


def _decide(request: HttpRequest, page: queries.PortalPage, form: AnswerForm, actor: Actor) -> str | None:
    """The command's answer: None when it was taken, else the sentence to show."""
    assert page.estimate is not None
    decisions = decisions_of(request.POST)
    try:
        reception.decide_estimate(
            estimate_id=page.estimate.id,
            decisions=decisions,
            reasons=decisions_of(request.POST, REASON),
            via="link",
            **form.signed(),
            by=actor,
            at=request.now,  # type: ignore[attr-defined]
        )
    except PitlaneError as error:
        if error.status in (403, 404):
            raise
        return str(error)
    return None


def _first_error(form: AnswerForm) -> str:
    return str(next(iter(form.errors.values()))[0])


@private_link
@require_GET
def bill(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str) -> HttpResponse:
    """The bill as the shop prints it, readable on a phone."""
    page = queries.bill_page(link, by=actor, at=request.now)  # type: ignore[attr-defined]
    return show_bill(request, page, _behind(token))


def show_bill(request: HttpRequest, page: queries.BillPage, door: Door) -> HttpResponse:
    """The bills of a visit."""
    return render(request, "portal/bill.html", {"page": page, "root": door.root, **door.context})


@private_link
@require_GET
def photo(request: HttpRequest, *, link: PrivateLink, actor: Actor, token: str, pk: int) -> HttpResponseBase:
    """A photo of this visit that the shop shows to its owner; any other file does not exist here."""
    return send_file(queries.photo_for(link, pk, by=actor, at=request.now))  # type: ignore[attr-defined]
