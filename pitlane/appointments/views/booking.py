"""The booking drawer (F3) and moving a booking."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pitlane.core import files
from pitlane.core.errors import Missing, PitlaneError
from pitlane.core.http import attempt, chosen_store, is_htmx, screen
from pitlane.core.ids import parse_id, public_id
from pitlane.customers import queries as customers

from .. import commands, queries
from ..events import moment_text
from ..forms import BookForm, MoveForm
from ..rules import MOST_PHOTOS
from .frame import bays, done, id_of, new_token, people, who


def _car(request: HttpRequest) -> Any:
    """The car that is booked: chosen in the search, or found by what was typed."""
    given = request.POST or request.GET
    if ref := given.get("vehicle", ""):
        return customers.vehicle_card(parse_id("veh", ref))
    typed = given.get("plate", "").strip()[:20]
    return customers.find_by_plate(typed) if typed else None


def _caller(request: HttpRequest) -> Any:
    ref = request.GET.get("customer", "")
    return customers.customer_card(parse_id("cus", ref)) if ref else None


@screen("appointments.book")
def book(request: HttpRequest) -> HttpResponse:
    """F3: the car, what is to be done, one of the recommended times. Enter books."""
    car, person = _car(request), _caller(request)
    if person and not car and len(cars := customers.vehicles_of(person.id)) == 1:
        car = cars[0]
    options: dict[str, Any] = {"known": car is not None, "people": people(request)}
    wish = queries.preferred_technician(car.owner_id if car else person and person.id)
    wish = wish if wish in dict(options["people"]) else ""
    form = BookForm(request.POST or None, initial={"technician": wish, **_initial(request)}, **options)
    waits, wanted = request.POST.get("go") == "wait", None
    if request.method == "POST" and form.is_valid():
        wanted = form.moment
        if wanted is None:
            form.add_error("start", _("请选择时间"))
        elif made := _make(request, form, car, person, waits):
            said = _("已加入候补") if waits else _("已约 %(time)s") % {"time": moment_text(made.starts_at)}
            messages.success(request, said)
            return _made(request, made.pk)
    chosen = request.POST.getlist("services") or (
        [] if form.is_bound else queries.first_choice(car.id if car else None)
    )
    context = {
        "form": form,
        "fragment": is_htmx(request),
        "car": car,
        "person": person,
        "heading": _("新建预约"),
        "photos": MOST_PHOTOS,
        "wished": form.data.get("wished") or (wanted.isoformat() if wanted and "start" in form.errors else ""),
        **_choices(request, car, chosen, "", wish),
    }
    return render(request, "appointments/book.html", context, status=422 if form.is_bound and form.errors else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    names = {name: request.GET.get(name, "")[:40] for name in ("plate", "name", "phone", "wish")}
    return names | {"other": request.GET.get("start", "").replace(" ", "+") or None}


def _made(request: HttpRequest, pk: int) -> HttpResponse:
    return done(request, reverse("appointments:detail", args=[public_id("apt", pk)]))


def _make(request: HttpRequest, form: BookForm, car: Any, person: Any, waits: bool) -> Any:
    data = form.cleaned_data
    facts: dict[str, Any] = {
        "store_id": chosen_store(request),
        "start": form.moment,
        "services": request.POST.getlist("services"),
        "vehicle_id": car.id if car else None,
        "customer_id": None if car else person and person.id,
        "wish": data["wish"],
        "source": data["source"],
        "technician_id": id_of("stf", data["technician"]),
        **who(request),
    }
    if car is None:
        facts["guest"] = commands.Guest(data["name"], data["phone"], data["plate"])
    try:
        facts["photos"] = _kept(request)
    except PitlaneError as error:
        form.add_error(None, str(error))
        return None
    if waits:
        return attempt(form, commands.join_waiting_list, **facts)
    return attempt(form, commands.book, token=new_token(), wished_at=data["wished"], **facts)


def _kept(request: HttpRequest) -> list[int]:
    """The photos, checked and kept."""
    uploads = request.FILES.getlist("photos")[:MOST_PHOTOS]
    return [
        commands.keep_photo(
            content=files.content_of(upload, "photo"),
            name=str(upload.name),
            store_id=chosen_store(request),
            **who(request),
        ).pk
        for upload in uploads
    ]


@screen("appointments.book")
def choices(request: HttpRequest) -> HttpResponse:
    """Services and times again, after something was ticked or typed."""
    chosen = request.GET.getlist("services")
    context = _choices(request, _car(request), chosen, request.GET.get("find", "").strip()[:40])
    return render(request, "appointments/_choices.html", context)


def _choices(request: HttpRequest, car: Any, chosen: list[str], text: str, wish: str = "") -> dict[str, Any]:
    technician = (request.POST or request.GET).get("technician", wish)
    facts: dict[str, Any] = {"vehicle": car, "chosen": chosen, "text": text, "at": request.now}  # type: ignore[attr-defined]
    try:
        return {"choice": queries.choice(chosen_store(request), technician_id=id_of("stf", technician), **facts)}
    except Missing:
        return {"choice": queries.choice(chosen_store(request), technician_id=None, **{**facts, "chosen": []})}


@screen("appointments.book")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time: three near the old one and the next free ones, or any other with the reason when it will not do."""
    card = queries.appointment_for(pk, **who(request))
    options: dict[str, Any] = {"people": people(request), "bays": bays(request)}
    wanted = request.GET.get("start", "").replace(" ", "+") or None
    form = MoveForm(request.POST or None, initial={"version": card.version, "other": wanted}, **options)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if form.moment is None:
            form.add_error("start", _("请选择时间"))
        elif attempt(
            form,
            commands.move,
            appointment_id=pk,
            start=form.moment,
            technician_id=id_of("stf", data["technician"]),
            bay_id=id_of("bay", data["bay"]),
            version=data["version"],
            token=new_token(),
            **who(request),
        ):
            messages.success(request, _("已改到 %(time)s") % {"time": moment_text(form.moment)})
            return done(request, reverse("appointments:detail", args=[card.ref]))
    context = {
        "form": form,
        "a": card,
        "fragment": is_htmx(request),
        "offers": queries.other_times(pk, at=request.now),  # type: ignore[attr-defined]
        "heading": _("改约"),
    }
    return render(request, "appointments/move.html", context, status=422 if form.is_bound and form.errors else 200)
