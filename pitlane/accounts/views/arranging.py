"""布置: which actions and cards stand on the home page and in which order, and the order of the rail.

Every button saves at once and comes back to the same place, so that it works by keyboard and without a script.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from pitlane.core.http import signed_in

from .. import commands, queries

GROUPS = ("actions", "cards", "rail")


@signed_in
def arrange(request: HttpRequest) -> HttpResponse:
    """The page, and what its buttons do: ``do`` is ``group:key:up|down|show|hide``, or ``reset``."""
    who: dict[str, Any] = {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]
    if request.method != "POST":
        return render(request, "accounts/arrange.html", {"screen": queries.arrange_screen(**who)})
    wish = request.POST.get("do", "")
    if wish == "reset":
        commands.reset_home(**who)
        messages.success(request, _("已恢复为角色的默认布置"))
        return redirect("accounts:arrange_home")
    group, key, move = [*wish.split(":"), "", "", ""][:3]
    if group in GROUPS:
        commands.arrange_home(**queries.moved(queries.arrange_screen(**who), group, key, move), **who)
    return redirect(f"{reverse('accounts:arrange_home')}#{group}-{key}")
