"""Screens of cars: new, page, edit, owner and driver, odometer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pitlane.accounts import queries as accounts
from pitlane.core.errors import Missing
from pitlane.core.http import attempt, screen
from pitlane.core.ids import parse_id
from pitlane.core.search import find

from .. import commands, queries
from ..caller import Request
from ..forms import EditVehicleForm, NewVehicleForm, OdometerForm
from .frame import form_page, onward, saved, view_tabs

ROLES = ("owner", "driver")


@screen("customers.view")
@require_GET
def listing(request: Request) -> HttpResponse:
    """All cars, narrowed by views and filters that live in the address."""
    who: dict[str, Any] = {"by": request.actor, "at": request.now}
    frame = accounts.list_frame(queries.VEHICLES, request.GET.dict(), **who)
    if frame.onward:
        return redirect(frame.onward)
    order: dict[str, Any] = {"by_column": frame.sort_field, "ascending": frame.ascending}
    wanted = queries.vehicle_filter(request.GET.dict())
    found = queries.vehicle_list(wanted, **who, cursor=request.GET.get("cursor"), **order)
    context: dict[str, Any] = {"list": found, "frame": frame, **_filterbar(found, frame)}
    context["next_url"] = f"?{urlencode({**_kept(found, frame), 'cursor': found.next})}" if found.next else ""
    return render(request, "customers/vehicles.html", context)


def _kept(found: queries.VehicleList, frame: Any) -> dict[str, str]:
    return {**found.filter.as_dict(), **dict(frame.hidden)}


def _filterbar(found: queries.VehicleList, frame: Any) -> dict[str, Any]:
    wanted = found.filter
    makes = [("", _("全部")), *((make, make) for make in found.makes)]
    export = {"what": "vehicles", **wanted.as_dict()}
    return {
        "views": view_tabs(found.views, wanted.view),
        "query": wanted.q,
        "hidden": [*([("view", wanted.view)] if wanted.view else []), *frame.hidden],
        "selects": [{"name": "make", "label": _("品牌"), "options": makes, "value": wanted.make}],
        "clear_url": f"?view={wanted.view}" if wanted.q or wanted.make else "",
        "export_url": f"{reverse('customers:create_export')}?{urlencode(export)}" if found.may["export"] else "",
    }


@screen("customers.edit")
def create(request: Request) -> HttpResponse:
    """A further car, for the customer it was opened from."""
    ref = request.GET.get("customer", "")
    owner = queries.customer_card(parse_id("cus", ref)) if ref else None
    form = NewVehicleForm(request.POST or None, initial={"plate": request.GET.get("plate", "")})
    back = onward(request, owner.url if owner else reverse("customers:list"))
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            commands.create_vehicle,
            customer_id=owner.id if owner else None,
            odometer=form.cleaned_data["odometer"],
            take_plate=form.cleaned_data["take_plate"],
            by=request.actor,
            at=request.now,
            **form.car_facts(),
        )
        if made is not None:
            messages.success(request, _("已登记车辆 %(car)s") % {"car": made})
            return saved(request, back if owner else reverse("customers:vehicle", args=[made.ref]))
    heading = _("「%(name)s」的新车辆") % {"name": owner.name} if owner else _("新车辆")
    return form_page(request, form, heading=heading, back=back, template="customers/vehicle_form.html")


@screen("customers.view")
@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    """A car with its people over time, its kilometres and its visits."""
    shown = queries.vehicle_page(pk, by=request.actor, at=request.now)
    return render(request, "customers/vehicle.html", {"v": shown, "c": shown.card, "now": request.now})


@screen("customers.edit")
def edit(request: Request, pk: int) -> HttpResponse:
    """Correct or complete a car."""
    card = queries.vehicle_card(pk)
    form = EditVehicleForm(request.POST or None, card=card)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            commands.change_vehicle,
            vehicle_id=pk,
            version=form.cleaned_data["version"],
            changes=form.car_facts(),
            take_plate=form.cleaned_data["take_plate"],
            by=request.actor,
            at=request.now,
        )
        if done is not None:
            messages.success(request, _("已保存车辆资料"))
            return saved(request, card.url)
    heading = _("编辑车辆")
    return form_page(request, form, heading=heading, back=card.url, template="customers/vehicle_form.html")


@screen("customers.edit")
def people(request: Request, pk: int) -> HttpResponse:
    """Choose the new owner or the driver among the known customers."""
    card = queries.vehicle_card(pk)
    role = request.GET.get("role", "owner")
    if role not in ROLES:
        raise Missing()
    if request.method == "POST":
        ref = request.POST.get("customer", "")
        change = commands.transfer_vehicle if role == "owner" else commands.set_driver
        change(vehicle_id=pk, customer_id=parse_id("cus", ref) if ref else None, by=request.actor, at=request.now)
        messages.success(request, _("已过户") if role == "owner" else _("已保存驾驶人"))
        return saved(request, card.url)
    text = request.GET.get("q", "").strip()[:60]
    docs = find(text, by=request.actor, kinds=["customer"], limit=10)["customer"] if text else []
    cards = queries.customer_cards(doc.object_id for doc in docs)
    context = {
        "c": card,
        "role": role,
        "query": text,
        "found": [cards[d.object_id] for d in docs if d.object_id in cards],
    }
    return render(request, "customers/vehicle_people.html", context)


@screen("customers.edit")
def odometer(request: Request, pk: int) -> HttpResponse:
    """Note kilometres; what cannot be true is kept and marked."""
    card = queries.vehicle_card(pk)
    form = OdometerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            commands.read_odometer,
            vehicle_id=pk,
            km=form.cleaned_data["odometer"],
            on=form.cleaned_data["on"],
            by=request.actor,
            at=request.now,
        )
        if done is not None:
            note = messages.warning if done.doubtful else messages.success
            note(request, _("里程与以往不符，已记为存疑") if done.doubtful else _("已记录里程"))
            return saved(request, card.url)
    return form_page(request, form, heading=_("记录里程"), back=card.url)
