"""Checking a car in: plate, intake, walk-around. Each step keeps what was entered, Back loses nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.appointments import queries as appointments
from pitlane.core.errors import Refused
from pitlane.core.http import attempt, chosen_store, screen
from pitlane.core.ids import parse_id, public_id
from pitlane.customers import queries as customers
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .. import commands, drafts, queries
from ..forms import IntakeForm, NewCarForm, OwnerForm
from .caller import actor_of, now_of, who
from .diagnosis import for_intake
from .steps import steps

NEW_CAR = ("plate", "plate_kind", "vin", "make", "series", "model", "model_year", "fuel", "vehicle_class")
OWNER = ("kind", "name", "phone")
EXTRA = ("vin", "model", "model_year", "plate_kind", "vehicle_class")


@screen("reception.checkin")
def door(request: HttpRequest) -> HttpResponse:
    """The module's address in the rail: a car is coming, so its plate is asked."""
    return redirect("reception:check_in")


@screen("reception.checkin")
def start(request: HttpRequest) -> HttpResponse:
    """Step one: the plate finds car, owner and open order; an unknown plate asks for both on the same page."""
    draft_key = request.GET.get("draft", "")
    draft = drafts.load(request.session, draft_key) or {}
    booked = _booked(request.GET.get("appointment", "") or draft.get("appointment", ""), request)
    _store_of(request, booked)
    vehicle_id = _vehicle_id(request) or draft.get("vehicle_id") or (booked and booked.vehicle_id)
    text = request.GET.get("plate", "").strip()[:20] or draft.get("new", {}).get("plate", "")
    text = text or (booked.plate if booked and not vehicle_id else "")
    customer = _customer(request, booked)
    found = queries.check_in_screen(
        text,
        kind=request.GET.get("kind", ""),
        vehicle_id=vehicle_id,
        customer_id=None if request.GET.get("new") else customer and customer.id,
        **who(request),
    )
    form = _owner_form(request, found, draft, customer, booked)
    if request.method == "POST" and (form is None or form.is_valid()):
        return _begin(request, found, form, customer, draft_key, draft, booked)
    context = {
        "found": found,
        "booked": booked,
        "form": form,
        "customer": customer,
        "drafts": drafts.waiting(request.session),
        "steps": steps(1),
        "text": text,
        "extra_fields": EXTRA,
    }
    return render(request, "reception/check_in.html", context, status=422 if form is not None and form.errors else 200)


def _vehicle_id(request: HttpRequest) -> int | None:
    ref = request.GET.get("vehicle", "") or request.POST.get("vehicle", "")
    return parse_id("veh", ref) if ref else None


def _customer(request: HttpRequest, booked: Any) -> Any:
    ref = request.GET.get("customer", "")
    known = parse_id("cus", ref) if ref else booked and booked.customer_id
    return customers.customer_card(known) if known else None


def _booked(ref: str, request: HttpRequest) -> Any:
    """The appointment that the car came for."""
    return appointments.prefill_of(parse_id("apt", ref), actor_of(request)) if ref else None


def _store_of(request: HttpRequest, booked: Any) -> int:
    """Where the car is taken in: in the store of its appointment, else in the chosen one."""
    return int(booked.store_id) if booked else chosen_store(request)


def _owner_form(
    request: HttpRequest, found: Any, draft: dict[str, Any], customer: Any, booked: Any
) -> forms.Form | None:
    """The questions that are still open: nothing for a known car with an owner."""
    if found.vehicle is not None:
        if found.owner is not None or customer is not None:
            return None
        return OwnerForm(request.POST or None, initial=draft.get("new"))
    asked = request.method == "POST" or found.is_new or request.GET.get("new") or booked
    if not asked:
        return None
    initial = draft.get("new") or {"plate": found.text, **_said_on_the_phone(request), **_said_when_booking(booked)}
    form = NewCarForm(request.POST or None, initial=initial)
    if booked and booked.masked:
        form.fields["phone"].help_text = _("留空则用预约时的号码 %(masked)s") % {"masked": booked.masked}
    elif masked := initial.get("masked"):
        form.fields["phone"].help_text = _("留空则用来电号码 %(masked)s") % {"masked": masked}
    if customer is not None:
        for name in OWNER:
            del form.fields[name]
    return form


def _said_on_the_phone(request: HttpRequest) -> dict[str, str]:
    """Name, plate and wish of a caller without a card; the number stays sealed."""
    ref = request.GET.get("call", "")
    return {name: text for name, text in customers.call_facts(parse_id("cal", ref)).items() if text} if ref else {}


def _said_when_booking(booked: Any) -> dict[str, str]:
    """Name and plate of somebody new who has an appointment; the number stays sealed."""
    return {"name": booked.name, "plate": booked.plate} if booked and booked.name else {}


def _begin(
    request: HttpRequest,
    found: Any,
    form: forms.Form | None,
    customer: Any,
    key: str,
    draft: dict[str, Any],
    booked: Any,
) -> HttpResponse:
    """Keep step one and go on to the intake."""
    if found.vehicle is None and form is None:
        raise Refused(_("请先输入车牌"), code="plate_missing")
    draft |= {
        "vehicle_id": found.vehicle.id if found.vehicle else None,
        "customer_id": customer.id if customer else None,
        "new": dict(form.cleaned_data) if form is not None else draft.get("new", {}),
        "despite_open": request.POST.get("despite_open") == "1",
        "call": request.GET.get("call", "") or draft.get("call", ""),
        "appointment": public_id("apt", booked.id) if booked else "",
    }
    if booked and "intake" not in draft:
        draft["intake"] = {"concern": booked.concern, "advisor": booked.advisor_id}
    if (concern := _said_on_the_phone(request).get("concern")) and "intake" not in draft:
        draft["intake"] = {"concern": concern}
    key = key or secrets.token_urlsafe(9).replace("_", "a")
    label = found.vehicle.plate if found.vehicle else draft["new"].get("plate", "")
    drafts.keep(request.session, key, draft, at=now_of(request), label=label)
    return redirect("reception:intake", key)


@screen("reception.checkin")
def intake(request: HttpRequest, key: str) -> HttpResponse:
    """Step two: concern, kind of work, odometer, promise; advice for this car. Saving opens the order."""
    draft = drafts.load(request.session, key)
    if draft is None:
        messages.info(request, _("这次接车已经完成或已放弃"))
        return redirect("reception:check_in")
    booked = _booked(draft.get("appointment", ""), request)
    store_id = _store_of(request, booked)
    if request.method == "POST" and request.POST.get("go") == "back":
        return _back(request, key, draft)
    if request.method == "POST" and request.POST.get("go") == "diagnose":
        _keep_intake(request, key, draft)
        return redirect(f"{reverse('reception:intake', args=[key])}#diagnosis")
    car = customers.vehicle_card(draft["vehicle_id"]) if draft["vehicle_id"] else None
    form = _intake_form(request, draft, car, store_id)
    if request.method == "POST" and form.is_valid():
        _keep_intake(request, key, draft)
        if order := attempt(form, commands.check_in, **_check_in(request, draft, form, store_id, booked)):
            drafts.drop(request.session, key)
            messages.success(request, _("已开单 %(number)s") % {"number": order.short_number})
            return redirect("reception:walkaround", order.ref)
    return render(
        request, "reception/intake.html", _intake_context(request, key, draft, car, form), status=_status(form)
    )


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _keep_intake(request: HttpRequest, key: str, draft: dict[str, Any]) -> None:
    """What was typed, checked or not."""
    typed = request.POST.dict() | {name: request.POST.getlist(name) for name in ("advice", "diagnosis")}
    drafts.keep(request.session, key, draft | {"intake": typed}, at=now_of(request))


def _back(request: HttpRequest, key: str, draft: dict[str, Any]) -> HttpResponse:
    """Back to the plate: what was typed so far is kept unchecked."""
    _keep_intake(request, key, draft)
    return redirect(f"{reverse('reception:check_in')}?draft={key}")


def _intake_form(request: HttpRequest, draft: dict[str, Any], car: Any, store_id: int) -> IntakeForm:
    advisors = accounts.staff_with_permission("reception.checkin", store_id)
    options: dict[str, Any] = {
        "advisors": advisors,
        "last_odometer": car.odometer if car else None,
        "needed": queries.needed_fields(),
    }
    if request.method == "POST":
        return IntakeForm(request.POST, **options)
    promise = queries.promise_now(store_id, now_of(request))
    return IntakeForm(initial={"promised_at": promise} | draft.get("intake", {}), **options)


def _check_in(
    request: HttpRequest, draft: dict[str, Any], form: IntakeForm, store_id: int, booked: Any
) -> dict[str, Any]:
    """The arguments of the command from the draft and the form."""
    new = draft["new"]
    back = request.POST.get("comeback_of", "")
    return {
        "store_id": store_id,
        "vehicle_id": draft["vehicle_id"],
        "customer_id": draft["customer_id"],
        "new_customer": _new_owner(new, draft.get("call", ""), booked),
        "new_vehicle": None if draft["vehicle_id"] else _new_vehicle(new),
        "despite_open": draft["despite_open"],
        "appointment_id": parse_id("apt", draft["appointment"]) if draft.get("appointment") else None,
        "advice": request.POST.getlist("advice"),
        "diagnosis": request.POST.getlist("diagnosis"),
        "fault_codes": form.cleaned_data["fault_codes"],
        "comeback_of_id": parse_id("ord", back) if back else None,
        **form.facts(),
        **who(request),
    }


def _new_owner(new: dict[str, Any], call: str, booked: Any) -> commands.NewCustomer | None:
    """The new customer, known by the number they called from or booked with when they left no other."""
    if not new.get("name"):
        return None
    phone = new["phone"] or (booked.phone if booked else "")
    phone = phone or (customers.call_number(parse_id("cal", call)) if call else "")
    return commands.NewCustomer(kind=new["kind"], name=new["name"], phone=phone)


def _new_vehicle(new: dict[str, Any]) -> commands.NewVehicle:
    """Only what was filled in; the rest keeps its default."""
    facts: dict[str, Any] = {name: new[name] for name in NEW_CAR if new.get(name)}
    return commands.NewVehicle(**facts)


def _intake_context(
    request: HttpRequest, key: str, draft: dict[str, Any], car: Any, form: IntakeForm
) -> dict[str, Any]:
    typed = form["odometer"].value() or ""
    km = int(typed) if str(typed).isdigit() else None
    on = timezone.localdate(now_of(request))
    ticked = request.POST.getlist("advice") or (draft.get("intake") or {}).get("advice", [])
    return {
        "form": form,
        "key": key,
        "car": car,
        "new": draft["new"],
        "owner": customers.owner_of(car.id) if car else None,
        "advice": queries.arranged(queries.advice_for(car.id, on, km or car.odometer) if car else [], ticked),
        "odometer_problem": queries.odometer_warning(car.id, km, on) if car and km is not None else None,
        "ticked": ticked,
        "diagnosis": for_intake(request, draft, form),
        "chosen": request.POST.getlist("diagnosis") or (draft.get("intake") or {}).get("diagnosis", []),
        "steps": steps(2),
    }


@require_POST
@screen("reception.checkin")
def drop(request: HttpRequest, key: str) -> HttpResponse:
    """Give a check-in up before the order was opened."""
    drafts.drop(request.session, key)
    messages.success(request, _("已放弃这次接车"))
    return redirect("reception:check_in")


@screen("reception.checkin")
def change_intake(request: HttpRequest, pk: int) -> HttpResponse:
    """Step two again after the order was opened: the Back of the walk-around."""
    order = orders.order_for(pk, actor_of(request))
    if order.over:
        messages.info(request, _("工单 %(number)s 已结束，来意与约定不能再改") % {"number": order.short_number})
        return redirect("workshop:order", order.ref)
    card = queries.intake_of(pk)
    advisors = accounts.staff_with_permission("reception.checkin", order.store_id)
    form = IntakeForm(request.POST or None, initial=card, advisors=advisors, needed=queries.needed_fields())
    del form.fields["fault_codes"]
    if request.method == "POST" and form.is_valid():
        changed = {
            name: value for name, value in form.facts().items() if value is not None or name in form.changed_data
        }
        if attempt(form, workshop.change_order, order_id=pk, version=None, changes=changed, **who(request)):
            return redirect("reception:walkaround", order.ref)
    car = customers.vehicle_card(order.vehicle_id)
    advice = queries.advice_for(car.id, timezone.localdate(now_of(request)), card["odometer"] or car.odometer)
    context = {
        "form": form,
        "order": order,
        "car": car,
        "owner": customers.owner_of(car.id),
        "advice": queries.arranged(advice),
        "steps": steps(2),
    }
    return render(request, "reception/intake.html", context, status=_status(form))
