"""Advice nobody wants to hear again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.http import screen

from .. import commands
from ..forms import CloseForm
from .caller import who


@require_POST
@screen("reception.quote")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop recommending; goes back to where the button was."""
    form = CloseForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    commands.close_recommendation(recommendation_id=pk, reason=reason, **who(request))
    messages.success(request, _("已不再推荐"))
    target = request.POST.get("next", "")
    return redirect(target if url_has_allowed_host_and_scheme(target, None) else "reception:check_in")
