"""Diagnosis: while the concern is typed, on the order, and the knowledge behind it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.catalog import queries as catalog
from pitlane.core.errors import Missing
from pitlane.core.http import attempt, screen
from pitlane.customers import queries as customers
from pitlane.workshop import queries as orders

from .. import commands, drafts, queries
from ..forms import REFUSALS, CodesForm, OwnCauseForm
from .caller import actor_of, now_of, who

LISTED = 60


def car_of(draft: dict[str, Any]) -> Any:
    """The car of a check-in that is not finished: one on file, or what was entered for a new one."""
    if draft["vehicle_id"]:
        return customers.vehicle_card(draft["vehicle_id"])
    new = draft.get("new", {})
    return queries.Car(
        new.get("make", ""), new.get("series", ""), new.get("fuel", ""), new.get("model_year") or None, None
    )


@require_POST
@screen("reception.checkin")
def while_typing(request: HttpRequest, key: str) -> HttpResponse:
    """What the words and codes typed so far point to; nothing is kept."""
    draft = drafts.load(request.session, key)
    if draft is None:
        raise Missing()
    typed = {name: request.POST.get(name, "") for name in ("concern", "fault_codes", "odometer")}
    found = _now(request, draft, typed)
    ticked = request.POST.getlist("diagnosis")
    return render(request, "reception/_diagnosis.html", {"diagnosis": found, "choose": True, "ticked": ticked})


def _now(request: HttpRequest, draft: dict[str, Any], typed: dict[str, Any]) -> queries.DiagnosisScreen:
    km = str(typed.get("odometer") or "")
    number = int(km) if km.isascii() and km.isdigit() and len(km) < 8 else None
    words, codes = str(typed.get("concern") or "")[:500], str(typed.get("fault_codes") or "")
    return queries.diagnose_now(words, codes, car_of(draft), at=now_of(request), odometer=number)


def for_intake(request: HttpRequest, draft: dict[str, Any], form: Any) -> queries.DiagnosisScreen:
    """The same on the page itself, from what the form holds."""
    return _now(request, draft, {name: form[name].value() for name in ("concern", "fault_codes", "odometer")})


@screen("reception.quote")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The diagnosis of one order, with its codes; posting notes other codes."""
    found = queries.diagnosis_of(pk, **who(request))
    form = CodesForm(request.POST or None, initial={"codes": found.typed})
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = {"order_id": pk, "codes": form.cleaned_data["codes"], **who(request)}
        if attempt(form, commands.read_codes, **facts) is not None:
            messages.success(request, _("已记录故障码"))
            return redirect("reception:diagnosis", found.order.ref)
    context = {
        "found": found,
        "form": form,
        "vehicle": customers.vehicle_card(found.order.vehicle_id),
        "reasons": REFUSALS,
    }
    return render(request, "reception/diagnosis.html", context, status=422 if form.errors else 200)


@require_POST
@screen("reception.quote")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a suggestion into the quote, or say why not."""
    order = orders.order_for(pk, actor_of(request))
    verb = "accept" if "accept" in request.POST else "refuse"
    cause, _bar, operation = request.POST.get(verb, "").partition("|")
    facts: dict[str, Any] = {"order_id": pk, "cause": cause, "operation": operation, **who(request)}
    if verb == "accept":
        commands.accept_suggestion(**facts)
        messages.success(request, _("已加入报价"))
    else:
        commands.refuse_suggestion(reason=request.POST.get("reason", ""), **facts)
        messages.success(request, _("已记下，以后少推荐"))
    target = request.POST.get("next", "")
    return redirect(
        target if url_has_allowed_host_and_scheme(target, None) else reverse("reception:diagnosis", args=[order.ref])
    )


@screen("reception.checkin")
def knowledge(request: HttpRequest) -> HttpResponse:
    """Browse codes and causes; the shop's own stand first."""
    text = request.GET.get("q", "").strip()[:60]
    codes = queries.find_codes(text, LISTED)
    context = {
        "query": text,
        "codes": codes,
        "causes": queries.find_causes(text, LISTED),
        "own": queries.own_cause_list(),
        "may_teach": actor_of(request).may("reception.knowledge"),
        "placeholder": _("故障码、含义、症状、原因"),
    }
    return render(request, "reception/knowledge.html", context)


@screen("reception.knowledge")
def own_cause(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write a cause that only this shop knows."""
    card = next((card for card in queries.own_cause_list() if card.id == pk), None)
    if pk and card is None:
        raise Missing()
    form = OwnCauseForm(request.POST or None, initial=_initial(card))
    if request.method == "POST" and form.is_valid():
        operation = catalog.operations_by_code([form.cleaned_data["operation"].upper()])
        if not operation:
            form.add_error("operation", _("没有这个编码的项目"))
        elif attempt(
            form,
            commands.save_own_cause,
            own_cause_id=pk,
            operation_id=next(iter(operation.values())).id,
            **form.facts(),
            **who(request),
        ):
            messages.success(request, _("已保存"))
            return redirect("reception:knowledge")
    context = {"form": form, "card": card, "cancel_url": reverse("reception:knowledge")}
    return render(request, "reception/own_cause.html", context, status=422 if form.errors else 200)


def _initial(card: queries.OwnCauseCard | None) -> dict[str, Any]:
    if card is None:
        return {"active": True}
    return {
        "name": card.name,
        "words": "\n".join(card.words),
        "fault_codes": " ".join(card.fault_codes),
        "operation": card.operation_code,
        "check_text": card.check_text,
        "from_km": card.from_km or None,
        "active": card.active,
    }
