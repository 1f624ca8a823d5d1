"""Booking on the phone: store, car, work, time, phone and consent. Plain forms; what was entered is kept on the server.

The draft's secret stands in the address, so going back is safe and nothing depends on JavaScript.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pitlane.accounts.queries import House
from pitlane.appointments import commands as appointments
from pitlane.appointments import queries as booked
from pitlane.core import files
from pitlane.core.access import customer
from pitlane.core.errors import Conflict, Missing, PitlaneError, Refused
from pitlane.core.http import attempt
from pitlane.core.ids import parse_id
from pitlane.core.views import send_file

from . import queries
from .booking_forms import CarForm, ConfirmForm, TimeForm, WorkForm
from .doorkeeper import count_miss, misses, too_many, too_often
from .members import Visitor, house_page

MOST_DRAFTS, MOST_PHOTOS, MOST_PRESSES = 30, 60, 60
STEPS = 4
FORMS = require_http_methods(["GET", "HEAD", "POST"])
Step = Callable[..., HttpResponseBase]


def _who(request: HttpRequest, house: House) -> dict[str, Any]:
    return {"by": customer(house.id, 0, _("车主")), "at": request.now}  # type: ignore[attr-defined]


def _mine(visitor: Visitor | None) -> tuple[int, ...]:
    return visitor.customer_ids if visitor else ()


@house_page
@require_http_methods(["GET", "HEAD"])
def stores(request: HttpRequest, *, house: House, visitor: Visitor | None) -> HttpResponse:
    """Which store; with only one, straight on."""
    shops = booked.online_stores()
    if not shops:
        return _closed(request, house, visitor)
    if len(shops) == 1:
        return redirect("portal:book_store", code=house.code, store=shops[0].code)
    return render(request, "portal/book/stores.html", {"house": house, "visitor": visitor, "shops": shops})


def _closed(request: HttpRequest, house: House, visitor: Visitor | None) -> HttpResponse:
    context = {"house": house, "visitor": visitor, "stores": queries.telephones(house.id)}
    return render(request, "portal/book/closed.html", context)


@house_page
@FORMS
def begin(request: HttpRequest, *, house: House, visitor: Visitor | None, store: str) -> HttpResponseBase:
    """The car. With it a draft begins."""
    try:
        shop = queries.shop_by_code(store)
    except Missing:
        return _closed(request, house, visitor)
    form = CarForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and too_often(request, "book", MOST_DRAFTS):
        return too_many(request)
    if form.is_bound and form.is_valid():
        token = secrets.token_urlsafe(32)
        facts = {"store_id": shop.id, "token": token, **_car(form, visitor), **_who(request, house)}
        if attempt(form, appointments.begin_draft, **facts):
            return redirect("portal:book_work", code=house.code, store=shop.code, token=token)
    return _ask_car(request, house, visitor, shop, form)


def _car(form: CarForm, visitor: Visitor | None) -> dict[str, Any]:
    said = form.cleaned_data
    plate = "" if said["unplated"] else said["plate"]
    vehicle_id = parse_id("veh", said["car"]) if said["car"] and not plate else None
    return {"plate": plate, "vehicle_id": vehicle_id, "customer_ids": _mine(visitor)}


def _ask_car(
    request: HttpRequest, house: House, visitor: Visitor | None, shop: Any, form: CarForm, **more: Any
) -> HttpResponse:
    context = {
        "house": house, "visitor": visitor, "shop": shop, "form": form, "step": 1, "steps": STEPS,
        "cars": queries.cars_of(_mine(visitor)), **more,
    }  # fmt: skip
    return render(request, "portal/book/car.html", context, status=422 if form.errors else 200)


def draft_page(view: Step) -> Step:
    """A step behind the secret of a draft; what is submitted already, or not known, has its own page."""

    @house_page
    @wraps(view)
    def run(
        request: HttpRequest, *, house: House, visitor: Visitor | None, store: str, token: str, **kwargs: Any
    ) -> HttpResponseBase:
        if misses(request) >= MOST_PRESSES:
            return too_many(request)
        try:
            shop = queries.shop_by_code(store)
            draft = booked.draft_by_token(token, store_id=shop.id, at=request.now)  # type: ignore[attr-defined]
        except Missing:
            count_miss(request)
            context = {"house": house, "visitor": visitor}
            return render(request, "portal/book/over.html", context, status=404)
        if draft.appointment_id and request.method != "POST":
            return render(request, "portal/book/done.html", {"house": house, "visitor": visitor, "shop": shop})
        base = {
            "house": house, "visitor": visitor, "shop": shop, "draft": draft, "token": token, "steps": STEPS,
        }  # fmt: skip
        return view(request, base=base, **kwargs)

    return run


def _step(name: str, base: dict[str, Any]) -> str:
    return reverse(f"portal:book_{name}", args=[base["house"].code, base["shop"].code, base["token"]])


def _facts(request: HttpRequest, base: dict[str, Any]) -> dict[str, Any]:
    """What every command about this draft takes."""
    return {"draft_id": base["draft"].pk, **_who(request, base["house"])}


def _show(
    request: HttpRequest, name: str, base: dict[str, Any], step: int, status: int = 200, **more: Any
) -> HttpResponse:
    at = request.now  # type: ignore[attr-defined]
    chosen = queries.chosen(base["draft"], _mine(base["visitor"]), at=at)
    return render(request, f"portal/book/{name}.html", {**base, "chosen": chosen, "step": step, **more}, status=status)


@draft_page
@FORMS
def car(request: HttpRequest, *, base: dict[str, Any]) -> HttpResponseBase:
    """Another car after all."""
    mine = _mine(base["visitor"])
    before = queries.chosen(base["draft"], mine, at=request.now)  # type: ignore[attr-defined]
    known = {"plate": "" if before.car else before.plate, "car": before.car.ref if before.car else ""}
    form = CarForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_bound and form.is_valid():
        facts = {**_facts(request, base), **_car(form, base["visitor"])}
        if attempt(form, appointments.choose_car, **facts):
            return redirect(_step("work", base))
    return _ask_car(request, base["house"], base["visitor"], base["shop"], form, draft=base["draft"])


@draft_page
@FORMS
def work(request: HttpRequest, *, base: dict[str, Any]) -> HttpResponseBase:
    """What is to be done: the menu with time and price, and the fault in the customer's own words."""
    draft, mine = base["draft"], _mine(base["visitor"])
    form = WorkForm(request.POST if request.method == "POST" else None, initial={"wish": draft.wish.reveal()})
    services = request.POST.getlist("services") if form.is_bound else draft.services
    if form.is_bound and form.is_valid():
        facts = {"services": services, "wish": form.cleaned_data["wish"], "customer_ids": mine}
        if attempt(form, appointments.choose_work, **facts, **_facts(request, base)):
            return redirect(_step("photos" if request.POST.get("go") == "photos" else "time", base))
    car = booked.own_car(draft, mine)
    menu = booked.menu(draft.store_id, car=car, chosen=services, at=request.now)  # type: ignore[attr-defined]
    status = 422 if form.errors else 200
    return _show(request, "work", base, 2, status, form=form, menu=menu, longest=appointments.LONGEST_WISH)


@draft_page
@FORMS
def photos(request: HttpRequest, *, base: dict[str, Any]) -> HttpResponseBase:
    """Pictures of the fault: each is checked by its content, and waits for the booking."""
    problems: list[str] = []
    if request.method == "POST":
        if too_often(request, "photos", MOST_PHOTOS):
            return too_many(request)
        if ref := request.POST.get("remove", ""):
            appointments.drop_photo(file_id=parse_id("fil", ref), **_facts(request, base))
        problems = _stage(request, base)
        if not problems:
            return redirect(_step("time" if request.POST.get("go") == "time" else "photos", base))
    return _show(request, "photos", base, 2, 422 if problems else 200, problems=problems, most=booked.MOST_PHOTOS)


def _stage(request: HttpRequest, base: dict[str, Any]) -> list[str]:
    """Keep the good ones; say what is wrong with each of the others."""
    problems = []
    for upload in request.FILES.getlist("photos")[: booked.MOST_PHOTOS]:
        try:
            content = files.content_of(upload, "photo")
            appointments.stage_photo(content=content, name=str(upload.name), **_facts(request, base))
        except Refused as refused:
            problems.append(_("%(name)s：%(why)s") % {"name": str(upload.name)[:40], "why": refused})
    return problems


@draft_page
@require_http_methods(["GET", "HEAD"])
def photo(request: HttpRequest, *, base: dict[str, Any], pk: int) -> HttpResponseBase:
    """A picture of this draft."""
    return send_file(queries.staged_photo(base["draft"], pk))


@draft_page
@FORMS
def time(request: HttpRequest, *, base: dict[str, Any]) -> HttpResponseBase:
    """Day and time: the best first and why, then every free one; a wish that is taken gets three others and a queue."""
    form = TimeForm(request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        return _ask_time(request, base, form, 422 if form.errors else 200)
    start, waits = form.moment, request.POST.get("go") == "wait"
    facts: dict[str, Any] = {"start": start, "waiting": waits, "customer_ids": _mine(base["visitor"])}
    try:
        appointments.choose_time(**facts, **_facts(request, base))
    except Refused as refused:
        form.add_error("other", str(refused))
        return _ask_time(request, base, form, 422, answer=_answer(request, base, start), wished=start)
    return redirect(_step("confirm", base))


def _lines(request: HttpRequest, base: dict[str, Any]) -> list[Any]:
    draft = base["draft"]
    car = booked.own_car(draft, _mine(base["visitor"]))
    return booked.draft_lines(draft, car, request.now)  # type: ignore[attr-defined]


def _answer(request: HttpRequest, base: dict[str, Any], start: Any) -> booked.WishAnswer:
    lines = _lines(request, base)
    return booked.wish_answer(base["draft"].store_id, lines, start, at=request.now)  # type: ignore[attr-defined]


def _ask_time(request: HttpRequest, base: dict[str, Any], form: TimeForm, status: int, **more: Any) -> HttpResponse:
    mine = _mine(base["visitor"])
    facts: dict[str, Any] = {"customer_id": mine[0] if mine else None, "at": request.now}  # type: ignore[attr-defined]
    times = booked.times(base["draft"].store_id, _lines(request, base), **facts)
    return _show(request, "time", base, 3, status, form=form, times=times, **more)


@draft_page
@FORMS
def confirm(request: HttpRequest, *, base: dict[str, Any]) -> HttpResponseBase:
    """Phone and code (the sign-in), name and consent; then it is booked, once."""
    visitor: Visitor | None = base["visitor"]
    if base["draft"].start is None:
        return redirect(_step("time", base))
    if visitor is None or request.method != "POST":
        return _show(request, "confirm", base, 4, form=ConfirmForm(), here=_step("confirm", base))
    if too_often(request, "book-press", MOST_PRESSES):
        return too_many(request)
    form, link = ConfirmForm(request.POST), secrets.token_urlsafe(32)
    if not form.is_valid():
        return _show(request, "confirm", base, 4, 422, form=form, here=_step("confirm", base))
    facts = {**form.cleaned_data, "link": link, "token": secrets.token_urlsafe(32), "phone": visitor.phone.reveal()}
    try:
        made = appointments.book_draft(**facts, **_facts(request, base))
    except Conflict as taken:
        return _gone(request, base, taken)
    except PitlaneError as refused:
        if refused.status in (403, 404):
            raise
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _show(request, "confirm", base, 4, 422, form=form, here=_step("confirm", base))
    done = "waiting" if made.state == "waitlisted" else "booked"
    return redirect(f"{reverse('portal:visit', args=[link])}?done={done}")


def _gone(request: HttpRequest, base: dict[str, Any], taken: Conflict) -> HttpResponse:
    """Somebody was faster: what was chosen stays, with three other times and the waiting list."""
    form = TimeForm({})
    form.is_valid()
    form.errors.clear()
    form.add_error("other", _("这个时间刚刚被别人约走了，您填的都还在，请另选一个时间。"))
    others = [parse_datetime(text) for text in str(taken.facts.get("alternatives", "")).split(",") if text]
    answer = booked.WishAnswer([], [start for start in others if start], True)
    return _ask_time(request, base, form, 409, answer=answer, wished=base["draft"].start)
