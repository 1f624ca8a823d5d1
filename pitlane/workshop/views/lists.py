"""The list of orders."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.errors import Refused
from pitlane.core.http import screen
from pitlane.core.ids import parse_id
from pitlane.core.listing import clean_filters

from .. import commands, queries
from ..forms import PromiseForm
from ..models import OrderType
from .frame import link, page, who

NARROWING = ("q", "type", "advisor", "technician", "state", "days", "customer", "vehicle", "store")
DAYS = [
    ("", "—"),
    ("1", gettext_lazy("今天")),
    ("7", gettext_lazy("最近 7 天")),
    ("30", gettext_lazy("最近 30 天")),
    ("365", gettext_lazy("最近一年")),
]


@screen("workshop.view")
def orders(request: HttpRequest) -> HttpResponse:
    """维修工单: saved views, filters in the address, one page by key."""
    by, given = request.actor, request.GET.dict()  # type: ignore[attr-defined]
    frame = accounts.list_frame(queries.ORDERS, given, **who(request))
    if frame.onward:
        return redirect(frame.onward)
    wanted = queries.order_filter(given, frame.sort_field, frame.ascending)
    found = queries.order_list(wanted, **who(request))
    place = accounts.store_in_view(by, wanted.store)
    advisors = accounts.staff_with_permission("workshop.open", place) if place else []
    context = {
        "list": found,
        "frame": frame,
        "views": _views(found),
        "selects": _selects(wanted, place, advisors, request),
        "hidden": [("view", wanted.view), *frame.hidden],
        "clear_url": f"?view={wanted.view}" if any(given.get(name) for name in NARROWING) else "",
        "next_url": _with(request, cursor=found.next) if found.next else "",
        "first_url": _with(request, cursor="") if wanted.cursor else "",
        "count": found.count,
        "labels_url": f"{reverse('workshop:labels')}{_with(request, cursor='')}",
        "bulk_url": f"{reverse('workshop:bulk')}{_with(request, cursor='')}",
        "export_url": _export_url(given, wanted.view, by),
        "new_url": link("reception:check_in") if by.may("workshop.open") else "",
        "may_edit": by.may("workshop.edit"),
        "advisors": advisors,
        "promise_form": PromiseForm(),
    }
    return page(request, "workshop/orders.html", context)


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query[name] = value
    return "?" + query.urlencode()


def _export_url(given: dict[str, str], view: str, by: Any) -> str:
    """Where the orders of this page are asked for as a file: under its conditions."""
    if not by.may("customers.export"):
        return ""
    conditions = clean_filters(queries.ORDERS, {**given, "view": view})
    return f"{reverse('customers:create_export')}?{urlencode({'what': 'orders', **conditions})}"


def _views(found: queries.OrderList) -> list[dict[str, Any]]:
    return [
        {
            "label": view.label,
            "url": f"?view={view.key}",
            "count": view.count,
            "family": view.family,
            "current": view.key == found.filter.view,
        }
        for view in found.views
    ]


def _selects(
    wanted: queries.OrderFilter, place: int | None, advisors: list[Any], request: HttpRequest
) -> list[dict[str, Any]]:
    """The conditions to choose from; people only where one store is shown."""
    technicians = accounts.staff_with_permission("workshop.work", place) if place else []

    def people(rows: list[Any]) -> list[tuple[str, str]]:
        return [("", "—"), *((person.ref, person.name) for person in rows)]

    selects: list[dict[str, Any]] = [
        {"name": "type", "label": _("类型"), "options": [("", "—"), *OrderType.choices], "value": wanted.order_type},
        {"name": "days", "label": _("开单"), "options": DAYS, "value": str(wanted.days or "")},
    ]
    by_people = [("advisor", _("顾问"), advisors), ("technician", _("技师"), technicians)]
    return selects + [
        {"name": name, "label": label, "options": people(rows), "value": request.GET.get(name, "")}
        for name, label, rows in by_people
        if place or request.GET.get(name)
    ]


def chosen(request: HttpRequest) -> list[int]:
    """The ticked orders, or after "select all" every order of the filter in the address."""
    if request.POST.get("all") != "1":
        return [parse_id("ord", ref) for ref in request.POST.getlist("ids")]
    given: dict[str, str] = request.GET.dict()
    ids = queries.chosen_orders(queries.order_filter(given), **who(request))
    if len(ids) > queries.MOST:
        raise Refused(_("一次最多处理 %(n)d 张工单，请先缩小条件") % {"n": queries.MOST}, code="too_many")
    return ids


@require_POST
@screen("workshop.edit")
def bulk(request: HttpRequest) -> HttpResponse:
    """The bulk bar: another advisor or another promised time for the ticked orders."""
    ids = chosen(request)
    back = request.headers.get("Referer") or reverse("workshop:list")
    if not ids:
        raise Refused(_("请先勾选工单"), code="nothing_chosen")
    if advisor := request.POST.get("advisor"):
        changes: dict[str, Any] = {"advisor_id": parse_id("stf", advisor)}
    else:
        form = PromiseForm(request.POST)
        if not form.is_valid():
            raise Refused(_("请选择新的承诺时间"), code="promised_at", field="promised_at")
        changes = form.cleaned_data
    changed = commands.move_orders(order_ids=ids, changes=changes, **who(request))
    messages.success(request, _("已修改 %(n)d 张工单") % {"n": changed})
    return redirect(back)
