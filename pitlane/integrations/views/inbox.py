"""The sandbox's inbox: what customers would have received."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.errors import Missing
from pitlane.core.http import screen

from .. import queries
from ..sandbox.providers import sandbox_store
from ..sandbox.store import FAULTS, WIRES


@screen("messaging.view")
def inbox(request: HttpRequest) -> HttpResponse:
    """Per recipient, newest first, with links that can be tapped."""
    found = queries.inbox_screen(request.GET.get("to", ""), by=request.actor)  # type: ignore[attr-defined]
    return render(request, "integrations/inbox.html", {"s": found, "here": "sandbox"})


@screen("messaging.settings")
@require_POST
def fault(request: HttpRequest) -> HttpResponse:
    """Let one wire of the sandbox fail, to see what the shop would see."""
    wire, mode = request.POST.get("wire", ""), request.POST.get("mode", "")
    if not queries.stands_chosen() or wire not in WIRES or mode not in ("", *FAULTS):
        raise Missing()
    sandbox_store().set_fault(wire, mode)
    messages.success(
        request, _("沙箱已恢复正常") if not mode else _("沙箱开始出故障：%(what)s") % {"what": queries.MOODS[mode]}
    )
    return redirect("integrations:inbox")
