"""What waits for a decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pitlane.core.http import attempt, signed_in

from .. import commands, queries
from ..forms import DecisionForm

SAID = {"approved": _("已同意"), "used": _("已同意并执行"), "refused": _("已拒绝")}


@signed_in
def approvals(request: HttpRequest) -> HttpResponse:
    """Requests I may decide, in all of my stores whichever is chosen, and my own."""
    by, store = request.actor, request.GET.get("store", "")  # type: ignore[attr-defined]
    anywhere = queries.looking_at(by)
    several = queries.has_several(by)
    context = {
        "waiting": queries.open_approvals(by, store),
        "mine": queries.approvals_by(by),
        "several": several,
        "stores": queries.store_filter(anywhere, store) if several else None,
    }
    return render(request, "accounts/approvals.html", context)


@signed_in
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """One request with its reason, and the answer."""
    by = request.actor  # type: ignore[attr-defined]
    screen = queries.approval_screen(pk, by)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        decided = attempt(
            form,
            commands.decide_approval,
            approval_id=pk,
            approve=form.cleaned_data["answer"] == "approve",
            note=form.cleaned_data["note"],
            by=by,
            at=request.now,  # type: ignore[attr-defined]
        )
        if decided is not None:
            messages.success(request, SAID[decided.state])
            return redirect("accounts:approvals")
    context = {"screen": screen, "form": form, "fragment": "HX-Request" in request.headers}
    return render(request, "accounts/approval.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take my own request back."""
    commands.withdraw_approval(approval_id=pk, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("已撤回申请"))
    return redirect("accounts:approvals")
