"""A person's own account: password, second factor, where one is signed in."""

from __future__ import annotations

import pyotp
import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pitlane.core.errors import Refused
from pitlane.core.http import attempt, signed_in

from .. import commands, queries
from ..forms import CodeForm, PasswordForm, TotpForm
from ..generated import recovery_codes
from ..middleware import SIGN_IN
from ..models import Staff
from ..second_factor import SECRET, address, matching_step


def _overview(request: HttpRequest, form: PasswordForm, code: CodeForm) -> HttpResponse:
    context = {
        "form": form,
        "code": code,
        "person": request.user,
        "sign_ins": queries.sign_ins(request.actor.id),  # type: ignore[attr-defined]
        "codes_left": queries.recovery_codes_left(request.actor.id),  # type: ignore[attr-defined]
        "this_one": request.session.get(SIGN_IN),
    }
    return render(request, "accounts/profile.html", context, status=422 if form.errors or code.errors else 200)


@signed_in
@sensitive_post_parameters()
def profile(request: HttpRequest) -> HttpResponse:
    """Overview, and changing the password."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = attempt(
            form,
            commands.set_password,
            staff_id=request.actor.id,  # type: ignore[attr-defined]
            password=form.cleaned_data["password"],
            old_password=form.cleaned_data["old_password"],
            keep_sign_in=request.session.get(SIGN_IN),
            by=request.actor,  # type: ignore[attr-defined]
            at=request.now,  # type: ignore[attr-defined]
        )
        if person is not None:
            update_session_auth_hash(request, person)
            messages.success(request, _("已修改密码，其他设备已退出登录"))
            return redirect("accounts:profile")
    return _overview(request, form, CodeForm())


@signed_in
@sensitive_post_parameters()
def totp(request: HttpRequest) -> HttpResponse:
    """Switch the second factor on: scan, type the code once."""
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    given = request.POST.get("secret", "")
    secret = given if SECRET.fullmatch(given) else pyotp.random_base32()
    form = TotpForm(request.POST or None, initial={"secret": secret})
    if request.method == "POST" and form.is_valid():
        step = matching_step(secret, form.cleaned_data["code"], now)
        if step is None:
            form.add_error("code", _("验证码不对，请确认手机时间准确"))
        else:
            codes = recovery_codes()
            commands.set_totp(staff_id=by.id, secret=secret, step=step, codes=codes, by=by, at=now)
            return _show_codes(request, codes)
    picture = segno.make(address(secret, str(request.user.login))).svg_data_uri(scale=5)  # type: ignore[union-attr]
    context = {"form": form, "secret": secret, "qr": picture}
    return render(request, "accounts/totp.html", context, status=422 if form.errors else 200)


def _show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The recovery codes, this once: only their hashes are kept."""
    response = render(request, "accounts/recovery_codes.html", {"codes": codes})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@signed_in
def totp_off(request: HttpRequest) -> HttpResponse:
    """Switch the second factor off; asks for a fresh code first."""
    form = CodeForm(request.POST)
    done = attempt(form, _switch_off, request=request, code=form.cleaned_data["code"]) if form.is_valid() else None
    if done is not None:
        messages.success(request, _("已关闭两步验证"))
        return redirect("accounts:profile")
    return _overview(request, PasswordForm(), form)


def _switch_off(*, request: HttpRequest, code: str) -> Staff:
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    step = matching_step(request.user.totp_secret.reveal(), code, now)  # type: ignore[union-attr]
    if step is None:
        raise Refused(_("验证码不对，没有关闭"), code="code", field="code")
    commands.use_totp_step(staff_id=by.id, step=step, by=by, at=now)
    return commands.set_totp(staff_id=by.id, secret="", by=by, at=now)


@require_POST
@signed_in
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign another browser out."""
    commands.end_session(sign_in_id=pk, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("已退出那台设备"))
    return redirect("accounts:profile")


@require_POST
@signed_in
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere, this browser too: for a lost phone."""
    by = request.actor  # type: ignore[attr-defined]
    commands.end_sessions(staff_id=by.id, by=by, at=request.now)  # type: ignore[attr-defined]
    return redirect("accounts:sign_in")
