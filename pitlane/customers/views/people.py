"""Screens of customers: list, new, 360° view, edit, phones, important days."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.errors import Missing
from pitlane.core.http import attempt, is_htmx, screen
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from ..caller import Request
from ..forms import DateForm, EditCustomerForm, NewCustomerForm, PhoneForm
from ..models import Customer
from ..names import SOURCES
from .frame import form_page, onward, saved, view_tabs

FILTERS = ("view", "q", "kind", "source", "tag", "advisor", "sort", "saved")


def _detail_url(pk: int) -> str:
    return reverse("customers:detail", args=[public_id(Customer.id_prefix, pk)])


def filter_of(request: Request) -> queries.CustomerFilter:
    """The filter as it stands in the address."""
    return queries.customer_filter(request.GET.dict())


@screen("customers.view")
@require_GET
def listing(request: Request) -> HttpResponse:
    """All customers, narrowed by views and filters that live in the address."""
    wanted = filter_of(request)
    who: dict[str, Any] = {"by": request.actor, "at": request.now}
    frame = accounts.list_frame(queries.CUSTOMERS, request.GET.dict(), **who)
    if frame.onward:
        return redirect(frame.onward)
    order: dict[str, Any] = {"by_column": frame.sort_field, "ascending": frame.ascending}
    found = queries.customer_list(wanted, **who, cursor=request.GET.get("cursor"), **order)
    context = {"list": found, "views": view_tabs(found.views, wanted.view), **_filterbar(request, wanted, found)}
    context |= {"frame": frame, "hidden": [*context["hidden"], *frame.hidden]}
    if found.next:
        context["next_url"] = _address(request, cursor=found.next)
    return render(request, "customers/list.html", context)


def _address(request: Request, **changes: str) -> str:
    given = {name: request.GET[name] for name in FILTERS if request.GET.get(name)} | changes
    return f"?{urlencode({name: value for name, value in given.items() if value})}"


def _filterbar(request: Request, wanted: queries.CustomerFilter, found: queries.CustomerList) -> dict[str, Any]:
    chosen = {name: request.GET.get(name, "") for name in FILTERS}
    selects = [
        ("kind", _("类型"), Customer.Kind.choices),
        ("source", _("来源"), SOURCES.items()),
        ("advisor", _("顾问"), found.advisors),
        ("tag", _("标签"), [(tag, tag) for tag in found.tags]),
    ]
    return {
        "query": wanted.q,
        "hidden": [("view", wanted.view)] if wanted.view else [],
        "selects": [
            {"name": name, "label": label, "options": [("", _("全部")), *options], "value": chosen[name]}
            for name, label, options in selects
        ],
        "clear_url": _address(request, **dict.fromkeys(FILTERS[1:-2], ""))
        if any(chosen[n] for n in FILTERS[1:-2])
        else "",
        "export_url": f"{reverse('customers:create_export')}{_address(request)}",
    }


@screen("customers.edit")
def create(request: Request) -> HttpResponse:
    """A new customer with the first car."""
    given = {"name": request.GET.get("name", ""), "phone": request.GET.get("phone", "")}
    given |= {"plate": request.GET.get("plate", ""), "vin": request.GET.get("vin", "")}
    call = request.GET.get("call", "")
    if call:
        facts = queries.call_facts(parse_id("cal", call))
        given |= {"name": facts["name"], "plate": facts["plate"], "masked": facts["masked"]}
    form = NewCustomerForm(request.POST or None, initial=given, actor=request.actor)
    if call:
        form.fields["phone"].help_text = _("留空则用来电号码 %(masked)s") % {"masked": given["masked"]}
    findings: list[queries.Finding] = []
    if request.method == "POST" and form.is_valid():
        made = attempt(form, _create, given=form, request=request)
        if made is not None:
            messages.success(request, _("已建立客户「%(name)s」") % {"name": made.name})
            return saved(request, onward(request, _detail_url(made.pk)))
        findings = _findings(request)
    return form_page(
        request,
        form,
        heading=_("新客户"),
        back=onward(request, reverse("customers:list")),
        template="customers/new.html",
        findings=findings,
        next=request.GET.get("next", ""),
    )


def _create(given: NewCustomerForm, request: Request) -> Customer:
    facts = given.facts()
    car = {**given.car_facts(), "odometer": given.cleaned_data["odometer"]} if given.has_car() else None
    call = request.GET.get("call", "")
    return commands.register_customer(
        phones=given.phones() or ([queries.call_number(parse_id("cal", call))] if call else []),
        consents=given.consents(),
        home_store_id=request.actor.store_id,
        despite_duplicates=given.cleaned_data["despite_duplicates"],
        take_plate=given.cleaned_data["take_plate"],
        facts=facts,
        car=car,
        by=request.actor,
        at=request.now,
    )


def _findings(request: Request) -> list[queries.Finding]:
    """Remarks on what was typed so far, right or wrong."""
    given = {name: value for name, value in request.POST.items() if isinstance(value, str)}
    return queries.entry_checks(
        by=request.actor,
        name=given.get("name", ""),
        phones=[given.get("phone", ""), *given.get("more_phones", "").split()],
        plate=given.get("plate", ""),
        plate_kind=given.get("plate_kind", ""),
        vin=given.get("vin", ""),
        company=given.get("kind") == Customer.Kind.COMPANY,
    )


@screen("customers.view")
@require_POST
def checks(request: Request) -> HttpResponse:
    """Remarks on a half-filled form; posted, because numbers do not belong into addresses and logs."""
    return render(request, "customers/_findings.html", {"findings": _findings(request)})


@screen("customers.view")
@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    """The 360° view; htmx asks for older entries of the time line only."""
    cursor = request.GET.get("cursor")
    screen_ = queries.customer_360(
        pk,
        by=request.actor,
        at=request.now,
        tab=request.GET.get("tab", ""),
        cursor=cursor,
        all_cars="cars" in request.GET,
    )
    today = timezone.localdate(request.now)
    context = {"o": screen_, "c": screen_.card, "now": request.now, "today": today, **_story(request, screen_)}
    part = "customers/_story.html" if is_htmx(request) and cursor else "customers/detail.html"
    return render(request, part, context)


def _story(request: Request, shown: queries.Overview) -> dict[str, Any]:
    tab = request.GET.get("tab", "")
    address = shown.card.url
    more = {"tab": tab, "cursor": shown.story.next or ""}
    return {
        "days": shown.story.days,
        "more_url": f"{address}?{urlencode({k: v for k, v in more.items() if v})}" if shown.story.next else "",
        "tabs": [
            {
                "key": tab_.key,
                "label": tab_.label,
                "count": tab_.count,
                "current": tab_.current,
                "url": f"{address}?tab={tab_.key}" if tab_.key else address,
            }
            for tab_ in shown.story.tabs
        ],
    }


def _customer(pk: int) -> Customer:
    found: Customer | None = Customer.objects.filter(pk=pk).first()
    if found is None:
        raise Missing()
    return found


@screen("customers.edit")
def edit(request: Request, pk: int) -> HttpResponse:
    """Correct or complete a card."""
    customer = _customer(pk)
    form = EditCustomerForm(request.POST or None, actor=request.actor, customer=customer)
    if request.method == "POST" and form.is_valid():
        changes, version = form.facts(), form.cleaned_data["version"]
        done = attempt(
            form,
            commands.change_customer,
            customer_id=pk,
            version=version,
            changes=changes,
            by=request.actor,
            at=request.now,
        )
        if done is not None:
            messages.success(request, _("已保存客户资料"))
            return saved(request, _detail_url(pk))
    heading = _("编辑「%(name)s」") % {"name": customer.name}
    return form_page(
        request, form, heading=heading, back=_detail_url(pk), template="customers/edit.html", customer=customer
    )


@screen("customers.edit")
@require_POST
def tags(request: Request, pk: int) -> HttpResponse:
    """Put one more tag on a customer, or take one off."""
    card = queries.customer_card(pk)
    added, removed = request.POST.get("tag", "").split(), request.POST.get("remove", "")
    wanted = [tag for tag in (*card.tags, *added) if tag != removed]
    commands.set_tags(customer_id=pk, tags=wanted, by=request.actor, at=request.now)
    messages.success(request, _("已保存标签"))
    return redirect(card.url)


@screen("customers.edit")
def phones(request: Request, pk: int) -> HttpResponse:
    """The numbers of a customer: add, choose the first, delete."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, commands.add_phone, customer_id=pk, by=request.actor, at=request.now, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("已增加电话"))
            return saved(request, _detail_url(pk))
    shown = queries.customer_360(pk, by=request.actor, at=request.now)
    return form_page(request, form, heading=_("电话"), back=shown.card.url, template="customers/phones.html", o=shown)


@screen("customers.edit")
@require_POST
def remove_phone(request: Request, pk: int, phone: int) -> HttpResponse:
    """Delete a wrong number."""
    commands.remove_phone(customer_id=pk, phone_id=phone, by=request.actor, at=request.now)
    messages.success(request, _("已删除电话"))
    return saved(request, _detail_url(pk))


@screen("customers.edit")
@require_POST
def primary_phone(request: Request, pk: int, phone: int) -> HttpResponse:
    """Choose the number that is called first."""
    commands.set_primary_phone(customer_id=pk, phone_id=phone, by=request.actor, at=request.now)
    messages.success(request, _("已设为首选号码"))
    return saved(request, _detail_url(pk))


@screen("customers.edit")
def dates(request: Request, pk: int) -> HttpResponse:
    """Days worth remembering."""
    queries.customer_card(pk)
    form = DateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, commands.add_date, customer_id=pk, by=request.actor, at=request.now, **form.cleaned_data)
        if done is not None:
            messages.success(request, _("已记住这个日子"))
            return saved(request, _detail_url(pk))
    return form_page(request, form, heading=_("重要日子"), back=_detail_url(pk))


@screen("customers.edit")
@require_POST
def remove_date(request: Request, pk: int, date: int) -> HttpResponse:
    """Forget a day."""
    commands.remove_date(customer_id=pk, date_id=date, by=request.actor, at=request.now)
    messages.success(request, _("已删除"))
    return saved(request, _detail_url(pk))
