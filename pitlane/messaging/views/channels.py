"""Channels and rules: who carries what, how well, and when nobody is disturbed."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.errors import Missing
from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import ProviderForm, RulesForm, TrialForm, rules_initial
from ..models import Kind
from ..ports import Misconfigured, Unsent, open_channel
from ..words import sample_values
from .frame import saved, who

TRIAL = "car_ready"


@screen("messaging.settings")
def channels(request: HttpRequest) -> HttpResponse:
    """Every channel with its provider and its health."""
    rows = queries.channel_health(request.now)  # type: ignore[attr-defined]
    return render(request, "messaging/channels.html", {"rows": rows, "here": "channels"})


def _known(channel: str) -> str:
    if channel not in Kind.values:
        raise Missing()
    return channel


@screen("messaging.settings")
def channel(request: HttpRequest, channel: str) -> HttpResponse:
    """The provider of one channel and its settings; secrets are never shown again."""
    wanted = request.POST.get("provider") or request.GET.get("provider", "")
    found = queries.channel_page(_known(channel), wanted, request.now)  # type: ignore[attr-defined]
    form = None
    if found.chosen:
        given, kept = request.POST or None, found.kept or None
        form = ProviderForm(given, initial=kept, provider=found.chosen, secrets_kept=found.secrets_kept)
    if request.method == "POST" and form is not None and found.chosen and form.is_valid():
        made = attempt(
            form,
            commands.set_provider,
            channel=channel,
            provider=found.chosen.name,
            fields=form.cleaned_data,
            hook_token=secrets.token_urlsafe(32),
            **who(request),
        )
        if made is not None:
            _look(request, channel)
            return saved(request, reverse("messaging:channel", args=[channel]))
    context = {"c": found, "form": form, "trial": TrialForm(), "hook": _hook(request, found), "here": "channels"}
    return render(request, "messaging/channel.html", context, status=422 if form is not None and form.errors else 200)


def _hook(request: HttpRequest, found: queries.ChannelPage) -> str:
    """The whole address that the provider has to call with its receipts."""
    if not found.hook or found.chosen is None or not found.chosen.hook_url:
        return found.hook
    return request.build_absolute_uri(reverse(found.chosen.hook_url, args=[found.hook]))


def _look(request: HttpRequest, channel: str) -> None:
    """Ask the provider whether the settings are right, and keep and say the answer."""
    setting = queries.channels_set_up()[channel]
    trouble = failure = ""
    try:
        open_channel(setting.provider, queries.settings_of(setting)).check()
    except Misconfigured as error:
        trouble = error.reason
    except Unsent as error:
        failure = error.reason
    commands.note_check(channel=channel, trouble=trouble, failure=failure, **who(request))
    if trouble:
        messages.error(request, _("已保存，但服务商说设置不对：%(reason)s") % {"reason": trouble})
    elif failure:
        messages.warning(request, _("已保存，但现在连不上服务商：%(reason)s") % {"reason": failure})
    else:
        messages.success(request, _("已保存，服务商可用"))


@screen("messaging.settings")
@require_POST
def check(request: HttpRequest, channel: str) -> HttpResponse:
    """Ask the provider again."""
    if channel not in queries.channels_set_up():
        raise Missing()
    _look(request, channel)
    return redirect("messaging:channel", channel)


@screen("messaging.settings")
@require_POST
def trial(request: HttpRequest, channel: str) -> HttpResponse:
    """Send a message with sample data to oneself."""
    form = TrialForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请填写手机号或邮箱"))
        return redirect("messaging:channel", _known(channel))
    made = commands.write_message(
        key=f"trial:{secrets.token_hex(8)}",
        template=TRIAL,
        variables=sample_values(["customer", "plate", "shop", "shop_phone", "link"]),
        address=form.cleaned_data["address"],
        channel=_known(channel),
        **who(request),
    )
    messages.success(request, _("已排队试发，结果见下面的经过"))
    return redirect("messaging:message", made.ref)


@screen("messaging.settings")
@require_POST
def stop(request: HttpRequest, channel: str) -> HttpResponse:
    """Use a channel no more."""
    commands.stop_channel(channel=_known(channel), **who(request))
    messages.success(request, _("已停用渠道"))
    return redirect("messaging:channels")


@screen("messaging.settings")
def rules(request: HttpRequest) -> HttpResponse:
    """Quiet hours, signature, order of channels, limits."""
    form = RulesForm(request.POST or None, initial=rules_initial(queries.house_rules()))
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.set_rules, **form.facts(), **who(request))
        if made is not None:
            messages.success(request, _("已保存发送规则"))
            return redirect("messaging:rules")
    context = {"form": form, "here": "rules", "cancel_url": reverse("messaging:channels")}
    return render(request, "messaging/rules.html", context, status=422 if form.errors else 200)
