"""The page of the first run: shown while nobody works here, refused ever after."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from pitlane.accounts import queries
from pitlane.core.errors import Conflict
from pitlane.core.http import attempt, public

from .forms import FIRST, FirstRunForm
from .opening import found


@public
@sensitive_post_parameters()
def first_run(request: HttpRequest) -> HttpResponse:
    """Open the first organisation, with the code that the console shows."""
    if queries.anybody_here():
        if request.method == "POST":
            raise Conflict(_("这套系统已经有组织了，请直接登录"), code="founded")
        return redirect("accounts:sign_in")
    form = FirstRunForm(request.POST or None, initial={"setup_code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        plan, now = form.plan(code=FIRST), request.now  # type: ignore[attr-defined]
        admin = attempt(form, found, plan=plan, at=now, only_as_first=True)
        if admin is not None:
            messages.success(request, _("%(name)s 已开业，请用刚才的登录名和密码登录") % {"name": plan.name})
            return redirect("accounts:sign_in")
    return render(request, "founding/first_run.html", {"form": form}, status=422 if form.errors else 200)
