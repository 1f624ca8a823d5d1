"""The buttons of an appointment."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.errors import Refused
from pitlane.core.http import screen
from pitlane.core.ids import public_id

from .. import commands, queries
from .frame import done, new_token, who


def _page(pk: int) -> str:
    return reverse("appointments:detail", args=[public_id("apt", pk)])


def _known(request: HttpRequest, pk: int) -> None:
    """Only what this person may see."""
    queries.appointment_for(pk, **who(request))


@require_POST
@screen("appointments.book")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The shop accepts, or the customer said so on the phone."""
    _known(request, pk)
    commands.confirm(appointment_id=pk, token=new_token(), **who(request))
    messages.success(request, _("已确认"))
    return done(request, _page(pk))


@require_POST
@screen("appointments.book")
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    """The car is here: straight on to check-in, with everything filled in."""
    _known(request, pk)
    commands.arrive(appointment_id=pk, **who(request))
    if request.POST.get("checkin"):
        return redirect(f"/reception/check-in/?appointment={public_id('apt', pk)}")
    messages.success(request, _("已登记到店"))
    return done(request, _page(pk))


@require_POST
@screen("appointments.book")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody will not come."""
    _known(request, pk)
    commands.cancel(appointment_id=pk, reason=request.POST.get("reason", ""), **who(request))
    messages.success(request, _("已取消，时段已空出"))
    return done(request, _page(pk))


@require_POST
@screen("appointments.book")
def verify(request: HttpRequest, pk: int) -> HttpResponse:
    """Plate and owner were asked for: they are right."""
    _known(request, pk)
    commands.verify_visit(appointment_id=pk, **who(request))
    messages.success(request, _("已核对"))
    return done(request, _page(pk))


@require_POST
@screen("appointments.book")
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """This phone books no more by itself."""
    _known(request, pk)
    commands.block_online(appointment_id=pk, reason=request.POST.get("reason", ""), **who(request))
    messages.success(request, _("这个手机号不能再在网上预约"))
    return done(request, _page(pk))


@require_POST
@screen("appointments.book")
def allow(request: HttpRequest, pk: int) -> HttpResponse:
    """It may again."""
    _known(request, pk)
    commands.allow_online(appointment_id=pk, **who(request))
    messages.success(request, _("已恢复网上预约"))
    return done(request, _page(pk))


@require_POST
@screen("appointments.book")
def no_show(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody came."""
    _known(request, pk)
    commands.mark_no_show(appointment_id=pk, **who(request))
    messages.success(request, _("已记为爽约"))
    return done(request, _page(pk))


@require_POST
@screen("appointments.book")
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """A free time for somebody who waits."""
    _known(request, pk)
    start = parse_datetime(request.POST.get("start", ""))
    if start is None:
        raise Refused(_("请选择时间"), code="start", field="start")
    commands.offer_waiting(appointment_id=pk, start=start, token=new_token(), **who(request))
    messages.success(request, _("已为候补客户保留，并发出通知"))
    return done(request, _page(pk))


@require_POST
@screen("appointments.book")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The offer is taken back; they wait on."""
    _known(request, pk)
    commands.withdraw_offer(appointment_id=pk, **who(request))
    messages.success(request, _("已收回，继续候补"))
    return done(request, _page(pk))
