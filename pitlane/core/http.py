"""The edge of every page: the clock is read once, errors become pages, forms and toasts in one place."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import DataError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from .access import PERMISSIONS, require
from .api import problem
from .errors import Forbidden, PitlaneError, StoreWanted

R = TypeVar("R")
View = Callable[..., HttpResponseBase]
log = logging.getLogger("pitlane.http")
UNWRITABLE = (DataError, OverflowError, UnicodeEncodeError)  # a number, a date or a character that no column takes


class TraceMiddleware:
    """Gives each request a trace number and the time at which it happens (``request.now``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.trace = f"{secrets.token_hex(2)}-{timezone.localtime():%H%M}"  # type: ignore[attr-defined]
        request.now = timezone.now()  # type: ignore[attr-defined]
        with translation.override(_language(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", str(request.LANGUAGE_CODE))
        response.headers["X-Trace"] = request.trace  # type: ignore[attr-defined]
        return response


def _language(request: HttpRequest) -> str:
    """People choose with a click, which a cookie keeps; a program says it with ``Accept-Language``."""
    if is_api(request) and "Authorization" in request.headers:
        return translation.get_language_from_request(request)
    language = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)
    return language if translation.check_for_language(language) else settings.LANGUAGE_CODE


def is_api(request: HttpRequest) -> bool:
    """Programs get problem+json where people get pages."""
    return request.path.startswith("/api/")


class BodySizeMiddleware:
    """Refuses a body by its announced length before a byte of it is read: a stranger's early, anybody's in the end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        known = getattr(request, "actor", None) is not None
        most = settings.LARGEST_BODY if known else _stranger_most(request.path)
        if not length.isdigit() or len(length) > 15 or int(length) > most:
            if is_api(request):
                return problem(request, 413, "too_large", str(_("内容太大")))
            return HttpResponse(str(_("内容太大")), status=413, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


def _stranger_most(path: str) -> int:
    """Only where customers add photos to a booking may a stranger send more than a form."""
    photos = path.startswith("/m/") and path.endswith("/photos")
    return int(settings.LARGEST_PICTURES if photos else settings.LARGEST_STRANGER)


class ErrorsMiddleware:
    """Turns the error family into a page with the right status; programs get problem+json from ``core.api``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_api(request) and response.status_code == 405:
            refused = problem(request, 405, "method_not_allowed", str(_("这个地址不支持这种请求")))
            refused.headers["Allow"] = response.headers.get("Allow", "")
            return refused
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PitlaneError):
            return error_page(request, exception)
        if isinstance(exception, UNWRITABLE):
            return render(request, "400.html", status=400)
        log.exception("unexpected error on %s", request.path, extra={"trace": getattr(request, "trace", "")})
        return None


def error_page(request: HttpRequest, error: PitlaneError) -> HttpResponse:
    """A refusal that no form could show: the page of its status, or a toast on the page the user came from."""
    if isinstance(error, Forbidden):
        permission = PERMISSIONS.get(error.permission)
        context = {"error": error, "permission": permission.label if permission else error.permission}
        return render(request, "403.html", context, status=403)
    if isinstance(error, StoreWanted) and request.method == "GET":
        onward = urlencode({"next": request.get_full_path(), "wanted": "1"})
        return HttpResponseRedirect(f"{resolve_url(settings.CHOOSE_STORE_URL)}?{onward}")
    if error.status == 404:
        return render(request, "404.html", {"error": error}, status=404)
    referrer = request.META.get("HTTP_REFERER", "")
    if request.method == "POST" and url_has_allowed_host_and_scheme(referrer, {request.get_host()}):
        messages.error(request, str(error.message))
        return HttpResponseRedirect(referrer)
    return render(request, "refused.html", {"error": error}, status=error.status)


def signed_in(view: View) -> View:
    """Only for signed-in staff; others are sent to the sign-in page and come back afterwards."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "actor", None) is None:
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        return view(request, *args, **kwargs)

    run.__is_guarded__ = True  # type: ignore[attr-defined]
    return run


def screen(permission: str) -> Callable[[View], View]:
    """A page for staff who hold the permission; the command behind a button asks its own policy again."""

    def wrap(view: View) -> View:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.actor.may(permission), permission)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded = signed_in(run)
        guarded.__permission__ = permission  # type: ignore[attr-defined]
        return guarded

    return wrap


def public(view: View) -> View:
    """Marks a page that needs no sign-in (private links, sign-in itself); an architecture test lists them."""
    view.__is_guarded__ = True  # type: ignore[attr-defined]
    view.__public__ = True  # type: ignore[attr-defined]
    return view


def attempt(form: BaseForm, action: Callable[..., R], **kwargs: Any) -> R | None:
    """Call a command for a valid form. A refusal becomes an error at its field and None is returned.

    ``Forbidden`` and ``Missing`` are not the form's fault and go on to the error page.
    """
    try:
        return action(**kwargs)
    except PitlaneError as error:
        if error.status in (403, 404):
            raise
        form.add_error(error.field if error.field in form.fields else None, str(error.message))
        return None


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def chosen_store(request: HttpRequest) -> int:
    """The store that this page works in; whoever looks at several is asked for one and comes back afterwards."""
    store_id = request.actor.store_id  # type: ignore[attr-defined]
    if store_id is None:
        raise StoreWanted()
    return int(store_id)
