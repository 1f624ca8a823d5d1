"""Sign-in with lock-out and second factor, sign-out, display preferences."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pitlane.core.access import Actor
from pitlane.core.errors import PitlaneError, Refused
from pitlane.core.http import public
from pitlane.core.tenancy import scope

from .. import commands, queries
from ..backend import find_staff, locked_out
from ..forms import SecondFactorForm, SignInForm
from ..middleware import SIGN_IN
from ..models import Staff
from ..second_factor import matching_step

PENDING = "second_factor_for"
BACKEND = "pitlane.accounts.backend.StaffBackend"


def onward(request: HttpRequest) -> str:
    """Where the person wanted to go, within this site."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"


def _org(person: Staff) -> int:
    org_id: int = person.org_id  # type: ignore[assignment]
    return org_id


def _self(person: Staff) -> Actor:
    """A person acting on the own account, before the session exists."""
    return Actor(org_id=_org(person), kind="staff", id=person.pk, name=person.name)


@public
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Password first; then the second factor if the person has one."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    if request.method == "GET" and not queries.anybody_here():
        return redirect(settings.FIRST_RUN_URL)
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        person = _check(request, form)
        if person is not None:
            return _after_password(request, person, form.cleaned_data["remember"])
        status = 422
    return render(request, "accounts/sign_in.html", {"form": form, "next": onward(request)}, status=status)


def _check(request: HttpRequest, form: SignInForm) -> Staff | None:
    typed = form.cleaned_data["login"].strip().lower()
    known = find_staff(typed)
    credentials: dict[str, Any] = {"username": known.login if known else typed}
    if AxesProxyHandler.is_locked(request, credentials):
        form.add_error("password", _("错误次数太多，已锁定 15 分钟"))
        return None
    person = authenticate(request, password=form.cleaned_data["password"], **credentials)
    if isinstance(person, Staff):
        return person
    left = settings.AXES_FAILURE_LIMIT - AxesProxyHandler.get_failures(request, credentials)
    request.axes_locked_out = False  # type: ignore[attr-defined]
    if left > 0:
        form.add_error("password", _("登录名或密码不对，还可以试 %(left)d 次，之后锁定 15 分钟") % {"left": left})
    else:
        form.add_error("password", _("错误次数太多，已锁定 15 分钟"))
    return None


def _after_password(request: HttpRequest, person: Staff, remember: bool) -> HttpResponse:
    if person.totp_on:
        request.session[PENDING] = {"id": person.pk, "remember": remember}
        return redirect(f"{reverse('accounts:second_factor')}?{urlencode({'next': onward(request)})}")
    return _enter(request, person, remember, second_factor=False)


@public
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator app, or a recovery code; five wrong ones lock like five wrong passwords."""
    pending = request.session.get(PENDING)
    if not pending:
        return redirect("accounts:sign_in")
    person = Staff.unscoped.filter(pk=pending["id"], is_active=True, totp_on=True).first()
    if person is None or AxesProxyHandler.is_locked(request, {"username": person.login}):
        del request.session[PENDING]
        return locked_out(request) if person else redirect("accounts:sign_in")
    form, status = SecondFactorForm(request.POST or None), 200
    if request.method == "POST":
        if form.is_valid() and _code_fits(request, person, form):
            return _enter(request, person, pending["remember"], second_factor=True)
        status = 422
        if _locked_after_failure(request, person):
            del request.session[PENDING]
            return locked_out(request)
    return render(request, "accounts/second_factor.html", {"form": form, "next": onward(request)}, status=status)


def _locked_after_failure(request: HttpRequest, person: Staff) -> bool:
    """Wrong codes count like wrong passwords, so that nobody tries a million of them with a stolen password."""
    credentials = {"username": person.login}
    AxesProxyHandler.user_login_failed(second_factor, credentials, request)
    request.axes_locked_out = False  # type: ignore[attr-defined]
    return bool(AxesProxyHandler.is_locked(request, credentials))


def _code_fits(request: HttpRequest, person: Staff, form: Form) -> bool:
    if not form.cleaned_data["code"]:
        return _recovers(request, person, form)
    step = matching_step(person.totp_secret.reveal(), form.cleaned_data["code"], request.now)  # type: ignore[attr-defined]
    try:
        if step is None:
            raise Refused(_("验证码不对"), field="code")
        with scope(_org(person)):
            commands.use_totp_step(staff_id=person.pk, step=step, by=_self(person), at=request.now)  # type: ignore[attr-defined]
    except PitlaneError as error:
        form.add_error("code", str(error))
        return False
    return True


def _recovers(request: HttpRequest, person: Staff, form: Form) -> bool:
    given, now = form.cleaned_data["recovery"], request.now  # type: ignore[attr-defined]
    try:
        with scope(_org(person)):
            left = commands.use_recovery_code(staff_id=person.pk, code=given, by=_self(person), at=now)
    except PitlaneError as error:
        form.add_error("recovery", str(error))
        return False
    messages.warning(request, _("已用恢复码登录，还剩 %(left)d 个；换了手机请重新开启两步验证") % {"left": left})
    return True


def _enter(request: HttpRequest, person: Staff, remember: bool, *, second_factor: bool) -> HttpResponse:
    target = onward(request)
    login(request, person, backend=BACKEND)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE if remember else 0)
    with scope(_org(person)):
        noted = commands.note_sign_in(
            staff_id=person.pk,
            session_key=request.session.session_key or "",
            device=request.META.get("HTTP_USER_AGENT", ""),
            address=request.META.get("REMOTE_ADDR", ""),
            second_factor=second_factor,
            by=_self(person),
            at=request.now,  # type: ignore[attr-defined]
        )
    request.session[SIGN_IN] = noted.pk
    response = redirect("accounts:profile") if person.must_change_password else redirect(target)
    for name, cookie in (("theme", "pl_theme"), ("density", "pl_density"), ("language", settings.LANGUAGE_COOKIE_NAME)):
        if value := person.preferences.get(name):
            response.set_cookie(cookie, value, max_age=settings.SESSION_COOKIE_AGE, samesite="Lax")
    return response


@require_POST
@public
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    sign_in_id = request.session.get(SIGN_IN)
    if sign_in_id and request.actor is not None:  # type: ignore[attr-defined]
        commands.end_session(sign_in_id=sign_in_id, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    logout(request)
    return redirect("accounts:sign_in")


CHOICES = {
    "theme": ("pl_theme", {"light", "dark", "auto"}),
    "density": ("pl_density", {"comfortable", "compact", "touch"}),
    "language": (settings.LANGUAGE_COOKIE_NAME, {code for code, _name in settings.LANGUAGES}),
}


@require_POST
@public
def preferences(request: HttpRequest) -> HttpResponse:
    """Theme, density, language: kept in a cookie at once and with the person when signed in."""
    changes: dict[str, Any] = {}
    for name, (_cookie, allowed) in CHOICES.items():
        if request.POST.get(name) in allowed:
            changes[name] = request.POST[name]
    if request.POST.get("single_keys") in {"0", "1"}:
        changes["single_keys"] = request.POST["single_keys"] == "1"
    if changes and request.actor is not None:  # type: ignore[attr-defined]
        by = request.actor  # type: ignore[attr-defined]
        commands.set_preferences(staff_id=by.id, changes=changes, by=by, at=request.now)  # type: ignore[attr-defined]
    response = HttpResponseRedirect(onward(request)) if "next" in request.POST else HttpResponse(status=204)
    for name, value in changes.items():
        if name in CHOICES:
            response.set_cookie(CHOICES[name][0], value, max_age=settings.SESSION_COOKIE_AGE * 52, samesite="Lax")
    return response
