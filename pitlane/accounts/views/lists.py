"""What a person does to a list: keep a view, rename it, open the list with it, forget it, choose columns and order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.errors import Missing
from pitlane.core.http import signed_in
from pitlane.core.listing import LISTS, ORDER, SAVED, Spec

from .. import commands, queries
from ..models import SavedView


def _spec(key: str) -> Spec:
    if key not in LISTS:
        raise Missing()
    return LISTS[key]


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def _asked(request: HttpRequest) -> dict[str, str]:
    """The conditions and the order of the page on which the button was pressed."""
    return QueryDict(request.POST.get("query", "")).dict()


def _open(view: SavedView) -> HttpResponse:
    return redirect(queries.view_url(_spec(view.list_key), view))


@require_POST
@signed_in
def save_view(request: HttpRequest, key: str) -> HttpResponse:
    """存为视图: the page as it is under a name."""
    spec, asked = _spec(key), _asked(request)
    frame = queries.list_frame(spec, {**asked, SAVED: request.POST.get("saved", "")}, **_who(request))
    view = commands.save_list_view(
        list_key=key,
        name=request.POST.get("name", ""),
        filters=asked,
        order=asked.get(ORDER, ""),
        columns=frame.shown,
        default="default" in request.POST,
        **_who(request),
    )
    messages.success(request, _("已保存视图「%(name)s」") % {"name": view.name})
    return _open(view)


@require_POST
@signed_in
def change_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, keep what the page shows now, open the list with it, or forget it; the button says which."""
    wish, asked = request.POST.get("do", ""), _asked(request)
    if wish == "delete":
        return _forget(request, pk)
    changes: dict[str, dict[str, Any]] = {
        "rename": {"name": request.POST.get("name", "")},
        "update": {"filters": asked, "order": asked.get(ORDER, "")},
        "default": {"default": True},
        "undefault": {"default": False},
    }
    view = commands.change_list_view(view_id=pk, **changes.get(wish, {}), **_who(request))
    messages.success(request, _("已修改视图「%(name)s」") % {"name": view.name})
    return _open(view)


def _forget(request: HttpRequest, pk: int) -> HttpResponse:
    view = queries.saved_view(pk, request.actor)  # type: ignore[attr-defined]
    if view is None:
        raise Missing()
    commands.delete_list_view(view_id=pk, **_who(request))
    messages.success(request, _("已删除视图「%(name)s」") % {"name": view.name})
    return redirect(_spec(view.list_key).url_name)


@require_POST
@signed_in
def arrange(request: HttpRequest, key: str) -> HttpResponse:
    """Columns and order: of the kept view that is open, else of the list. A script posts the order alone."""
    spec = _spec(key)
    given: dict[str, Any] = {"order": request.POST.get("order")}
    if "columns" in request.POST or "usual" in request.POST:
        given["columns"] = [] if "usual" in request.POST else request.POST.getlist("columns")
    opened = [view for view in queries.kept_views(request.actor, key) if view.ref == request.POST.get("saved")]  # type: ignore[attr-defined]
    if opened and given.get("columns"):
        commands.change_list_view(view_id=opened[0].pk, **given, **_who(request))
    else:
        commands.keep_list(list_key=key, **given, **_who(request))
    target = request.POST.get("next", "")
    if not target:
        return HttpResponse(status=204)
    return redirect(target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else spec.url_name)
