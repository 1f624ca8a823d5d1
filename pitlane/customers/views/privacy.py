"""Screens of privacy: 显示, consent, a person's own data, erasure."""

from __future__ import annotations

import json
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.http import attempt, is_htmx, screen
from pitlane.core.phones import display_phone

from .. import commands, queries
from ..caller import Request
from ..forms import ReasonForm
from ..sheets import sections_file
from .frame import form_page, saved

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screen("customers.reveal")
@require_POST
def reveal(request: Request, pk: int) -> HttpResponse:
    """Answer one full value; who looked is on record."""
    what, reference = request.GET.get("what", "phone"), request.GET.get("reference", "")
    text = commands.reveal(customer_id=pk, what=what, reference=reference, by=request.actor, at=request.now)
    if what == "phone":
        dial = settings.DIAL_URL.replace("{number}", quote(text, safe="+"))
        shown = format_html('<a class="pl-num pl-phone" href="{}">{}</a>', dial, display_phone(text))
    else:
        shown = format_html('<span class="pl-wrap">{}</span>', text)
    if not is_htmx(request):
        messages.info(request, display_phone(text) if what == "phone" else text)
        return saved(request, queries.customer_card(pk).url)
    return HttpResponse(shown, headers={"Cache-Control": "no-store"})


@screen("customers.edit")
@require_POST
def consent(request: Request, pk: int) -> HttpResponse:
    """Note a yes or no."""
    granted = request.POST.get("granted") == "1"
    purpose = request.POST.get("purpose", "")
    commands.give_consent(
        customer_id=pk, purpose=purpose, granted=granted, via="desk", by=request.actor, at=request.now
    )
    messages.success(request, _("已记录授权"))
    return saved(request, queries.customer_card(pk).url)


@screen("customers.erase")
@require_POST
def data(request: Request, pk: int) -> HttpResponse:
    """Everything about one person as a file for that person."""
    card = queries.customer_card(pk)
    sections = commands.subject_access(customer_id=pk, by=request.actor, at=request.now)
    if request.POST.get("format") == "json":
        body = json.dumps(sections, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder)
        return _attachment(body.encode(), "application/json", f"{card.ref}.json")
    return _attachment(sections_file(sections), XLSX, f"{card.ref}.xlsx")


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)


@screen("customers.erase")
def erase(request: Request, pk: int) -> HttpResponse:
    """Remove the person, keep the books."""
    card = queries.customer_card(pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        erased = attempt(form, _erase, request=request, pk=pk, reason=reason)
        if erased is not None:
            messages.success(request, _("已删除个人信息，财务记录按规定保留"))
            return saved(request, card.url)
    heading = _("删除「%(name)s」的个人信息") % {"name": card.name}
    return form_page(request, form, heading=heading, back=card.url, template="customers/erase.html")


def _erase(request: Request, pk: int, reason: str) -> bool:
    commands.erase_customer(customer_id=pk, reason=reason, by=request.actor, at=request.now)
    return True
