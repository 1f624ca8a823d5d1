"""Health for load balancers, and the pages for errors that no view answered."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import DisallowedHost
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

import pitlane

from . import files
from .access import Actor
from .api import problem
from .errors import Missing
from .http import is_api, is_htmx, public, signed_in
from .models import StoredFile
from .navigation import ACTIONS
from .reach import reaches
from .search import panel

LISTS = ("import", "export")


@public
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok", "version": pitlane.__version__})


@public
def ready(request: HttpRequest) -> JsonResponse:
    """The process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": pitlane.__version__})


@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """The one search box: a panel for the keyboard, a page without JavaScript."""
    query = request.GET.get("q", "").strip()[:60]
    context = {"query": query, "groups": panel(query, request.actor), "new_url": new_url(request.actor, query)}  # type: ignore[attr-defined]
    return render(request, "core/_search_panel.html" if is_htmx(request) else "core/search.html", context)


def new_url(by: Actor, query: str) -> str:
    """Where F4 goes when nothing was found: the form of whoever registers new customers, with what was typed."""
    action = ACTIONS.get("new_customer")
    if action is None or not by.may(action.permission):
        return ""
    digits = sum(ch.isdigit() for ch in query)
    field = "phone" if digits >= 7 else "plate" if digits else "name"
    return f"{reverse(action.url_name)}?{urlencode({field: query})}"


def may_open(stored: StoredFile, by: Actor) -> bool:
    """A file follows its store; files of a customer need the right to see customers.

    Lists of customers that come in or go out are never open here: imports and exports have pages of their own.
    """
    if stored.purpose in LISTS:
        return False
    if stored.customer_id is None:
        return by.in_store(stored.store_id)
    return by.in_store(stored.store_id) and by.may("customers.view") and reaches(by, "cus", stored.customer_id)


@signed_in
def stored_file(request: HttpRequest, pk: int) -> FileResponse:
    """An uploaded file for staff: images are shown, everything else is downloaded."""
    stored = StoredFile.objects.filter(pk=pk).first()
    if stored is None or not may_open(stored, request.actor):  # type: ignore[attr-defined]
        raise Missing()
    return send_file(stored)


def send_file(stored: StoredFile) -> FileResponse:
    """Stream a kept file with the type that was decided when it came in, never with one that it claims."""
    if stored.removed_at is not None:
        raise Missing()
    response = FileResponse(
        files.path_of(stored).open("rb"),
        as_attachment=not stored.media_type.startswith("image/"),
        filename=stored.name,
        content_type=stored.media_type,
    )
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """A request that makes no sense; one for a name that is not ours tells whoever runs the shop what to set."""
    unknown = request.META.get("HTTP_HOST", "")[:80] if isinstance(exception, DisallowedHost) else ""
    return render(request, "400.html", {"unknown_host": unknown}, status=400)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """A page for people; programs are told in their own form."""
    if is_api(request):
        return problem(request, 404, "no_such_address", str(_("接口没有这个地址")))
    return render(request, "404.html", status=404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or in another session; the page says how to go on."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The input is kept by the browser; the page shows the trace number under which the error is logged."""
    if is_api(request):
        return problem(request, 500, "internal", str(_("系统出错，请把编号告诉管理员")))
    return render(request, "500.html", status=500)
