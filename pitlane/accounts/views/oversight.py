"""For operators: the audit trail and the background jobs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from pitlane.core.http import screen
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..forms import AuditForm


@screen("accounts.audit")
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, when; newest first."""
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 16 else None
    form = AuditForm(request.GET)
    trail = queries.audit_screen(request.actor, form.chosen(), start)  # type: ignore[attr-defined]
    return render(request, "accounts/audit.html", {"trail": trail, "form": form})


@screen("core.jobs")
def job_list(request: HttpRequest) -> HttpResponse:
    """Background work that waits or has failed."""
    return render(request, "accounts/jobs.html", {"work": queries.job_screen()})


@require_POST
@screen("core.jobs")
def job_retry(request: HttpRequest) -> HttpResponse:
    """Try a failed job again."""
    job_id = parse_id("job", request.POST.get("job", ""))
    commands.retry_job(job_id=job_id, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("已重新排队"))
    return redirect("accounts:jobs")
