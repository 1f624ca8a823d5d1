"""Screens of the contact log."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.http import attempt, screen
from pitlane.core.ids import public_id

from .. import commands, queries
from ..caller import Request
from ..forms import ContactForm
from .frame import form_page, onward, saved


@screen("customers.edit")
def create(request: Request, pk: int) -> HttpResponse:
    """记一笔: the drawer after a call or visit."""
    card = queries.customer_card(pk)
    form = ContactForm(request.POST or None, initial={"channel": request.GET.get("channel", "call_out")})
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form, commands.log_contact, customer_id=pk, by=request.actor, at=request.now, **form.cleaned_data
        )
        if done is not None:
            messages.success(request, _("已记下"))
            return saved(request, card.url)
    heading = _("记一笔：%(name)s") % {"name": card.name}
    return form_page(request, form, heading=heading, back=card.url, template="customers/contact_form.html")


@screen("customers.edit")
@require_POST
def done(request: Request, pk: int) -> HttpResponse:
    """Tick off a promised next step."""
    contact = commands.finish_next_step(contact_id=pk, by=request.actor, at=request.now)
    messages.success(request, _("已完成下一步"))
    return saved(request, onward(request, reverse("customers:detail", args=[public_id("cus", contact.customer_id)])))
