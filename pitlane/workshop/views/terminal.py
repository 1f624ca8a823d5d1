"""The technician's terminal: my jobs, one job, its operations."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.errors import Missing, Refused
from pitlane.core.files import content_of
from pitlane.core.http import screen
from pitlane.core.ids import public_id

from .. import commands, queries
from ..forms import NO_PHOTO_REASONS, PAUSE_REASONS, FindingForm, PeerForm
from .frame import page, who


@screen("workshop.work")
def my_jobs(request: HttpRequest) -> HttpResponse:
    """我的任务: the running job first, then what comes next."""
    return page(request, "workshop/my_jobs.html", {"day": queries.my_jobs(**who(request))})


@screen("workshop.work")
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job: its steps, its tools, one big button."""
    found = queries.job_screen(pk, **who(request))
    context = {
        "found": found,
        "job": found.job,
        "pause_reasons": PAUSE_REASONS,
        "no_photo_reasons": NO_PHOTO_REASONS,
        "finding_form": FindingForm(),
        "peer_form": PeerForm(causes=queries.causes().choices),
    }
    return page(request, "workshop/job.html", context)


def _accept(pk: int, request: HttpRequest) -> str:
    commands.accept_item(item_id=pk, **who(request))
    return _("已接工")


def _start(pk: int, request: HttpRequest) -> str:
    commands.start_item(item_id=pk, **who(request))
    return _("已开始计时")


def _pause(pk: int, request: HttpRequest) -> str:
    commands.pause_item(item_id=pk, reason=request.POST.get("reason", ""), **who(request))
    return _("已暂停")


def _finish(pk: int, request: HttpRequest) -> str:
    commands.self_check(item_id=pk, note=request.POST.get("note", ""), **who(request))
    return _("已完工自检")


def _step(pk: int, request: HttpRequest) -> str:
    number = request.POST.get("step", "")
    if not number.isdigit():
        raise Refused(_("没有这一步"), code="step")
    values = {name[6:]: str(text) for name, text in request.POST.items() if name.startswith("value-") and text}
    step, done = int(number), request.POST.get("undo") != "1"
    if done:
        _keep_photos(pk, request, step)
    no_photo = request.POST.get("no_photo", "")
    commands.tick_step(item_id=pk, step=step, values=values, done=done, no_photo=no_photo, **who(request))
    return ""


def _finding(pk: int, request: HttpRequest) -> str:
    form = FindingForm(request.POST)
    if not form.is_valid():
        raise Refused(_("请写明发现了什么"), code="text", field="text")
    order_id = queries.job_order(pk)
    commands.report_finding(order_id=order_id, item_id=pk, **form.cleaned_data, **who(request))
    return _("已发给顾问")


def _photo(pk: int, request: HttpRequest) -> str:
    return _("已添加 %(n)d 张照片") % {"n": _keep_photos(pk, request, None)}


def _keep_photos(pk: int, request: HttpRequest, step: int | None) -> int:
    uploads = request.FILES.getlist("photos")[:6]
    order_id = queries.job_order(pk)
    for upload in uploads:
        facts: dict[str, Any] = {"content": content_of(upload, "photo"), "name": upload.name or "photo", "step": step}
        commands.add_photo(order_id=order_id, item_id=pk, **facts, **who(request))
    return len(uploads)


def _ask(pk: int, request: HttpRequest) -> str:
    asked = commands.ask_for_parts(item_id=pk, **who(request))
    return _("已向库房要料 %(n)d 项") % {"n": asked} if asked else _("已经要过料了，库房正在准备")


VERBS: dict[str, Any] = {
    "accept": _accept,
    "start": _start,
    "pause": _pause,
    "finish": _finish,
    "step": _step,
    "ask": _ask,
    "finding": _finding,
    "photo": _photo,
}


@require_POST
@screen("workshop.work")
def operate(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One operation of the terminal."""
    if verb not in VERBS:
        raise Missing()
    said = VERBS[verb](pk, request)
    if said:
        messages.success(request, said)
    if verb == "finish":
        return redirect("workshop:my_jobs")
    return redirect(reverse("workshop:job", args=[public_id("itm", pk)]))
