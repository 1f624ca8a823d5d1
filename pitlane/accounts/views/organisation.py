"""The organisation's settings: roles, stores, API keys."""

from __future__ import annotations

import secrets
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pitlane.core.access import require
from pitlane.core.errors import Forbidden
from pitlane.core.http import attempt, screen, signed_in
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..forms import KeyForm, RoleForm, StoreForm, StoreTermsForm
from ..models import Store
from ..terms import StoreTerms

MOST_TICKED = 500
PICKED = 20
PAGES = {
    "accounts.staff": "accounts:staff",
    "accounts.roles": "accounts:roles",
    "accounts.stores": "accounts:stores",
    "accounts.keys": "accounts:keys",
    "accounts.audit": "accounts:audit",
    "core.jobs": "accounts:jobs",
}


@signed_in
def organisation(request: HttpRequest) -> HttpResponse:
    """The first settings page that this person may open."""
    for permission, page in PAGES.items():
        if request.actor.may(permission):  # type: ignore[attr-defined]
            return redirect(page)
    raise Forbidden("accounts.staff")


@screen("accounts.roles")
def roles(request: HttpRequest) -> HttpResponse:
    """The organisation's roles."""
    return render(request, "accounts/roles.html", {"roles": queries.roles()})


@screen("accounts.roles")
def role_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Make or edit a role: a set of permissions."""
    role = queries.role_by_id(pk) if pk else None
    form = RoleForm(request.POST or None, new=role is None, initial=queries.role_facts(role) if role else {})
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, commands.save_role, role_id=pk, **form.cleaned_data, by=request.actor, at=request.now)  # type: ignore[attr-defined]
        if saved is not None:
            messages.success(request, _("已保存角色 %(name)s") % {"name": saved.name})
            return redirect("accounts:roles")
    return render(request, "accounts/role_form.html", {"form": form, "role": role}, status=422 if form.errors else 200)


@screen("accounts.stores")
def stores(request: HttpRequest) -> HttpResponse:
    """Every store, closed ones too."""
    text = request.GET.get("q", "")[:40]
    found = queries.find_stores(request.actor, text, request.GET.get("cursor"), closed_too=True)  # type: ignore[attr-defined]
    onward = f"?{urlencode({'q': text, 'cursor': found.next})}" if found.next else ""
    return render(request, "accounts/stores.html", {"found": found, "query": text, "next_url": onward})


@signed_in
def pick_stores(request: HttpRequest) -> HttpResponse:
    """Stores to tick in a form: those ticked already, then what was found by typing."""
    by, text = request.actor, request.GET.get("store_q", "")[:40]  # type: ignore[attr-defined]
    require(by.may("accounts.staff") or by.may("accounts.keys"), "accounts.staff")
    ticked = queries.offered(by, [parse_id("sto", ref) for ref in request.GET.getlist("stores")[:MOST_TICKED]])[0]
    found = queries.find_stores(by, text, limit=PICKED).rows if text.strip() else []
    chosen = {store.pk for store in ticked}
    context = {"ticked": ticked, "found": [store for store in found if store.pk not in chosen], "asked": text.strip()}
    return render(request, "accounts/_store_ticks.html", context)


@screen("accounts.stores")
def store_form(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Open a store or change its data."""
    known = queries.store_by_id(pk) if pk else None
    form = StoreForm(request.POST or None, initial=_store_initial(known), regions=queries.region_names())
    if request.method == "POST" and form.is_valid():
        by, now = request.actor, request.now  # type: ignore[attr-defined]
        saved = attempt(form, commands.save_store, store_id=pk, facts=form.cleaned_data, by=by, at=now)
        if saved is not None:
            messages.success(request, _("已保存门店 %(name)s") % {"name": saved.name})
            return redirect("accounts:stores")
    terms = StoreTermsForm(initial=_terms_initial(known)) if known else None
    return _store_page(request, known, form, terms)


def _store_page(
    request: HttpRequest, known: Store | None, form: StoreForm, terms: StoreTermsForm | None
) -> HttpResponse:
    wrong = form.errors or (terms is not None and terms.errors)
    context = {"form": form, "known": known, "terms": terms}
    return render(request, "accounts/store_form.html", context, status=422 if wrong else 200)


@require_POST
@screen("accounts.stores")
def store_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """How a store bills: tax, small change, refunds without approval, the till."""
    known = queries.store_by_id(pk)
    terms = StoreTermsForm(request.POST)
    if terms.is_valid():
        by, now = request.actor, request.now  # type: ignore[attr-defined]
        saved = attempt(terms, commands.set_store_terms, store_id=pk, changes=terms.changes(), by=by, at=now)
        if saved is not None:
            messages.success(request, _("已保存 %(name)s 的结算设置") % {"name": saved.name})
            return redirect("accounts:store", pk)
    form = StoreForm(initial=_store_initial(known), regions=queries.region_names())
    return _store_page(request, known, form, terms)


def _terms_initial(store: Store) -> dict[str, Any]:
    return StoreTermsForm.facts_of(StoreTerms.of(store.settings))


def _store_initial(known: Store | None) -> dict[str, object]:
    if known is None:
        return {}
    facts = {name: getattr(known, name) for name in StoreForm.base_fields}
    return {**facts, "region": facts["region"].name if facts["region"] else ""}


@screen("accounts.keys")
def keys(request: HttpRequest) -> HttpResponse:
    """API keys; a new key's secret is shown this once."""
    by = request.actor  # type: ignore[attr-defined]
    form = KeyForm(request.POST or None, actor=by)
    secret = ""
    if request.method == "POST" and form.is_valid():
        made = f"pl_{secrets.token_urlsafe(32)}"
        if attempt(form, _issue, data=form.cleaned_data, secret=made, request=request) is not None:
            secret, form = made, KeyForm(actor=by)
    context = {"form": form, "keys": queries.api_keys(), "secret": secret}
    response = render(request, "accounts/keys.html", context, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _issue(*, data: dict[str, Any], secret: str, request: HttpRequest) -> object:
    until = data["expires_on"]
    return commands.issue_api_key(
        name=data["name"],
        scopes=data["scopes"],
        store_ids=[parse_id("sto", ref) for ref in data["stores"]],
        secret=secret,
        expires_at=timezone.make_aware(datetime.combine(until, time.max)) if until else None,
        by=request.actor,  # type: ignore[attr-defined]
        at=request.now,  # type: ignore[attr-defined]
    )


@require_POST
@screen("accounts.keys")
def key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a key."""
    commands.revoke_api_key(key_id=pk, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("已停用密钥"))
    return redirect("accounts:keys")
