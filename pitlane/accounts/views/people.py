"""Who works here: list, data, roles, stores, skills, first password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import ResetPasswordForm, SkillFormSet, SkillRows, StaffForm
from ..models import Staff


def _address(request: HttpRequest, **changes: str) -> str:
    """The present address, from its beginning unless a page is named."""
    query = request.GET.copy()
    query["cursor"] = ""
    for name, value in changes.items():
        query[name] = value
    return "?" + query.urlencode()


@screen("accounts.staff")
def staff(request: HttpRequest) -> HttpResponse:
    """Who works here."""
    by = request.actor  # type: ignore[attr-defined]
    text, left = request.GET.get("q", "").strip(), request.GET.get("left") == "1"
    frame = queries.list_frame(queries.STAFF, request.GET.dict(), by=by, at=request.now)  # type: ignore[attr-defined]
    if frame.onward:
        return redirect(frame.onward)
    order: dict[str, Any] = {"by_column": frame.sort_field, "ascending": frame.ascending}
    store = request.GET.get("store", "")
    cursor = request.GET.get("cursor", "")
    found = queries.staff_list(by, text=text, active=not left, store=store, cursor=cursor, **order)
    views = [
        {"label": _("在职"), "url": "?left=", "count": None, "current": not left},
        {"label": _("已离职"), "url": "?left=1", "count": None, "current": left},
    ]
    context = {
        "found": found,
        "frame": frame,
        "views": views,
        "query": text,
        "stores": queries.store_filter(queries.looking_at(by), store) if queries.has_several(by) else None,
        "hidden": [("left", "1" if left else ""), *frame.hidden],
        "clear_url": f"?left={'1' if left else ''}" if text or store else "",
        "first_url": _address(request) if cursor else "",
        "next_url": _address(request, cursor=found.next) if found.next else "",
    }
    return render(request, "accounts/staff.html", context)


@screen("accounts.staff")
@sensitive_post_parameters("password")
def staff_new(request: HttpRequest) -> HttpResponse:
    """Take on a person."""
    by = request.actor  # type: ignore[attr-defined]
    form = StaffForm(request.POST or None, roles=queries.roles(), actor=by, new=True)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.add_staff, **form.facts(), by=by, at=request.now)  # type: ignore[attr-defined]
        if made is not None:
            messages.success(request, _("已新增员工 %(name)s") % {"name": made.name})
            return redirect("accounts:staff_edit", made.pk)
    return render(request, "accounts/staff_form.html", {"form": form}, status=422 if form.errors else 200)


@screen("accounts.staff")
def staff_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a person's data, roles, stores; or say that they left."""
    by = request.actor  # type: ignore[attr-defined]
    person = queries.staff_by_id(pk, by)
    form = StaffForm(
        request.POST or None,
        roles=queries.roles(),
        actor=by,
        new=False,
        initial=_initial(person),
    )
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, commands.change_staff, staff_id=pk, changes=form.facts(), by=by, at=request.now)  # type: ignore[attr-defined]
        if saved is not None:
            messages.success(request, _("已保存 %(name)s 的资料") % {"name": saved.name})
            return redirect("accounts:staff")
    return _person_page(request, person, form, SkillFormSet(initial=_skills(person)), 422 if form.errors else 200)


def _person_page(request: HttpRequest, person: Staff, form: StaffForm, skills: SkillRows, status: int) -> HttpResponse:
    context = {"form": form, "person": person, "reset": ResetPasswordForm(), "skills": skills}
    context["own"] = person.pk == request.user.pk
    return render(request, "accounts/staff_form.html", context, status=status)


def _initial(person: Staff) -> dict[str, object]:
    return {
        "name": person.name,
        "employee_no": person.employee_no,
        "phone": person.phone.reveal() if person.phone else "",  # type: ignore[attr-defined]
        "hired_on": person.hired_on,
        "roles": [role.ref for role in person.roles.all()],
        "stores": [store.ref for store in person.stores.all()],
        "is_active": person.is_active,
    }


def _skills(person: Staff) -> list[dict[str, object]]:
    return [
        {"skill": s.skill, "level": s.level, "certificate": s.certificate, "valid_until": s.valid_until}
        for s in person.skills.all()
    ]


@require_POST
@screen("accounts.staff")
def staff_skills(request: HttpRequest, pk: int) -> HttpResponse:
    """What a technician can do: rows of skill, level, certificate and its last day."""
    by = request.actor  # type: ignore[attr-defined]
    person = queries.staff_by_id(pk, by)
    rows = SkillFormSet(request.POST)
    if rows.is_valid():
        commands.set_skills(staff_id=pk, skills=rows.skills(), by=by, at=request.now)  # type: ignore[attr-defined]
        messages.success(request, _("已保存 %(name)s 的技能") % {"name": person.name})
        return redirect("accounts:staff_edit", pk)
    form = StaffForm(roles=queries.roles(), actor=by, new=False, initial=_initial(person))
    return _person_page(request, person, form, rows, 422)


@require_POST
@screen("accounts.staff")
@sensitive_post_parameters()
def staff_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a new first password."""
    queries.staff_by_id(pk, request.actor)  # type: ignore[attr-defined]
    form = ResetPasswordForm(request.POST)
    if form.is_valid():
        password = form.cleaned_data["password"]
        if attempt(form, commands.set_password, staff_id=pk, password=password, by=request.actor, at=request.now):  # type: ignore[attr-defined]
            messages.success(request, _("已重设密码，本人须重新登录"))
    for problems in form.errors.values():
        for text in problems:
            messages.error(request, str(text))
    return redirect("accounts:staff_edit", pk)


@require_POST
@screen("accounts.staff")
def staff_totp_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody lost the phone with the authenticator app."""
    person = commands.reset_totp(staff_id=pk, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("已关闭 %(name)s 的两步验证") % {"name": person.name})
    return redirect("accounts:staff_edit", pk)


@require_POST
@screen("accounts.staff")
def staff_sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a person out everywhere at once."""
    person = commands.end_sessions(staff_id=pk, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("%(name)s 已在所有设备退出登录") % {"name": person.name})
    return redirect("accounts:staff_edit", pk)
