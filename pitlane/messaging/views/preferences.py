"""How a customer wants to hear from the shop, edited from the 360° view."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pitlane.core.http import attempt, screen
from pitlane.customers.queries import customer_card

from .. import commands, queries
from ..forms import PreferenceForm
from .frame import drawer, saved, who


@screen("customers.edit")
def preference(request: HttpRequest, pk: int) -> HttpResponse:
    """Channel, language, quiet hours, and what he does not want."""
    card = customer_card(pk)
    wishes = queries.wishes_of(card.id)
    facts = {
        "channels": wishes.channels[0] if wishes.channels else "",
        "language": wishes.language,
        "purposes_off": list(wishes.purposes_off),
        "quiet_from": wishes.quiet_from,
        "quiet_to": wishes.quiet_to,
    }
    form = PreferenceForm(request.POST or None, initial=facts)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.set_preference, customer_id=card.id, **form.facts(), **who(request))
        if made is not None:
            messages.success(request, _("已保存消息偏好"))
            return saved(request, card.url)
    return drawer(request, form, _("消息偏好"), card.url, card.name)
