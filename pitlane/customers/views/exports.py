"""Screens of exports: ask, wait for the approval, take the file."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pitlane.core.access import require
from pitlane.core.errors import Missing
from pitlane.core.exports import KINDS, kind_of
from pitlane.core.http import attempt, screen
from pitlane.core.ids import parse_id, public_id
from pitlane.core.views import send_file

from .. import commands, policies, queries
from ..caller import Request
from ..forms import ExportForm
from ..models import Export
from .frame import form_page, saved

MOST_TICKED = 500


def _url(pk: int) -> str:
    return reverse("customers:export", args=[public_id(Export.id_prefix, pk)])


@screen("customers.export")
@require_GET
def listing(request: Request) -> HttpResponse:
    """The exports that I asked for."""
    kinds = [kind for kind in KINDS.values() if request.actor.may(kind.permission)]
    return render(request, "customers/exports.html", {"exports": queries.my_exports(request.actor), "kinds": kinds})


def _ticked(request: Request) -> list[int]:
    refs = request.POST.getlist("ids")[:MOST_TICKED]
    everything = request.POST.get("all")
    return [] if everything else [parse_id("cus", ref) for ref in refs]


@screen("customers.export")
def create(request: Request) -> HttpResponse:
    """Ask to take out a list: of customers the filtered one, or the rows that were ticked in it."""
    kind = kind_of(request.GET.get("what", "customers"))
    require(request.actor.may(kind.permission), kind.permission)
    from_list = request.method == "POST" and "reason" not in request.POST
    ids = _ticked(request)
    shown = kind.asked(request.GET.dict())
    form = ExportForm(None if from_list else request.POST or None, kind=kind)
    if kind.people and not policies.can_export_phones(request.actor):
        form.fields["with_phones"].disabled = True
        form.fields["with_phones"].help_text = _("需要「查看完整电话」的权限")
    if request.method == "POST" and not from_list and form.is_valid():
        filters = {**shown, **form.days(), **({"ids": ids} if ids else {})}
        wish = {"filters": filters, **form.wish()}
        made = attempt(form, commands.request_export, what=kind.key, by=request.actor, at=request.now, **wish)
        if made is not None:
            messages.success(request, _("已申请导出") if made.started_at is None else _("正在生成文件"))
            return saved(request, _url(made.pk))
    refs = [public_id("cus", pk) for pk in ids]
    more = {"ids": refs, "alone": policies.can_export_alone(request.actor), "narrowed": bool(shown)}
    back = reverse("customers:list" if kind.key == "customers" else "customers:exports")
    heading = _("导出%(what)s") % {"what": kind.label}
    return form_page(request, form, heading=heading, back=back, template="customers/export_form.html", **more)


@screen("customers.export")
@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    """Where my export stands."""
    shown = queries.export_screen(pk, by=request.actor)
    return render(request, "customers/export.html", {"x": shown, "e": shown.export, "now": request.now})


@screen("customers.export")
@require_POST
def start(request: Request, pk: int) -> HttpResponse:
    """Spend the approval."""
    commands.start_export(export_id=pk, by=request.actor, at=request.now)
    messages.success(request, _("正在生成文件"))
    return saved(request, _url(pk))


@screen("customers.export")
@require_GET
def download(request: Request, pk: int) -> HttpResponseBase:
    """The file, for the person who asked only."""
    export = queries.export_for(pk, request.actor)
    if export.file is None:
        raise Missing()
    return send_file(export.file)
