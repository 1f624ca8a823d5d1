"""How well the channels do: who carries them, what waits, what fails and why, in words that a shop understands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.errors import Text
from pitlane.core.states import Label

from .. import rules
from ..models import CodeCount, Kind, Message, ProviderSetting, StrayReceipt
from ..ports import PROVIDERS, Provider, providers_of
from ..words import CHANNELS
from .routing import channels_set_up, house_rules
from .sealed import settings_of

ICONS = {"sms": "device-mobile-message", "wechat": "brand-wechat", "email": "mail"}


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """One channel on the settings and health page."""

    channel: str
    icon: str
    name: Text
    url: str
    provider: Text
    set_up: bool
    label: Label
    says: str
    last_success_at: datetime | None
    waiting: int
    uncertain: int
    sent: int
    lost: int
    receipts: bool
    reference: str = ""


def channel_health(at: datetime) -> list[ChannelHealth]:
    """Every channel, in a constant number of queries."""
    chosen, day = channels_set_up(), at - timedelta(days=1)
    counts: dict[tuple[str, str], int] = {}
    rows = Message.objects.filter(state__in=("queued", "sending", "uncertain")).order_by()
    for channel, state, n in (
        rows.values("channel", "state").annotate(n=Count("pk")).values_list("channel", "state", "n")
    ):
        counts[channel, state] = n
    recent = Message.objects.filter(created_at__gte=day, state__in=("accepted", "delivered", "given_up")).order_by()
    for channel, state, n in (
        recent.values("channel", "state").annotate(n=Count("pk")).values_list("channel", "state", "n")
    ):
        counts[channel, state] = n
    full = codes_used_up(at)
    return [_health(kind, chosen.get(kind), counts, at, full and kind == Kind.SMS) for kind in Kind.values]


def codes_used_up(at: datetime) -> bool:
    """Are the codes of today all sent? Then nobody can sign in by phone until tomorrow, and the shop should know."""
    today = CodeCount.objects.filter(what=rules.codes_day(timezone.localtime(at)))
    return today.filter(count__gte=house_rules().codes_per_day).exists()


def _health(
    kind: str, setting: ProviderSetting | None, counts: dict[tuple[str, str], int], at: datetime, full: bool
) -> ChannelHealth:
    label, says = _verdict(setting, at)
    if full and label.family in ("done", "move"):
        label, says = (
            Label("hold", _("验证码已满")),
            _("今天的验证码已达上限，车主今天不能用手机号登录；可在发送规则里调高"),
        )
    known = PROVIDERS.get(setting.provider) if setting else None
    return ChannelHealth(
        channel=kind,
        icon=ICONS[kind],
        name=CHANNELS[kind],
        url=reverse("messaging:channel", args=[kind]),
        provider=known.label if known else (setting.provider if setting else ""),
        set_up=setting is not None,
        label=label,
        says=says,
        last_success_at=setting.last_success_at if setting else None,
        waiting=counts.get((kind, "queued"), 0) + counts.get((kind, "sending"), 0),
        uncertain=counts.get((kind, "uncertain"), 0),
        sent=counts.get((kind, "accepted"), 0) + counts.get((kind, "delivered"), 0),
        lost=counts.get((kind, "given_up"), 0),
        receipts=bool(known and known.takes_receipts),
    )


def _verdict(setting: ProviderSetting | None, at: datetime) -> tuple[Label, str]:
    """Whose move it is: nobody's, ours because the keys are wrong, or the provider's."""
    if setting is None:
        return Label("idle", _("未设置")), ""
    if setting.provider not in PROVIDERS:
        return Label("bad", _("设置有误"), solid=True), _("这个服务商已不再安装，请重新选择")
    if setting.trouble:
        return Label("bad", _("设置有误"), solid=True), _("密钥或设置不对，消息在等待：%(reason)s") % {
            "reason": setting.trouble
        }
    if setting.failures and setting.paused_until:
        return Label("hold", _("暂时发不出")), _("服务商没有响应，会自动重试：%(reason)s") % {
            "reason": setting.last_failure
        }
    if setting.last_success_at is None:
        return Label("move", _("已设置")), _("还没有发过消息，可以先试发一条")
    return Label("done", _("正常")), ""


def sandbox_inbox() -> str:
    """Where to read what a sandbox took; empty when this organisation uses none."""
    chosen = [PROVIDERS.get(setting.provider) for setting in channels_set_up().values()]
    return next((reverse(one.inbox_url) for one in chosen if one and one.inbox_url), "")


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """The settings of one channel: the providers to choose from and how the chosen one does."""

    health: ChannelHealth
    providers: list[Provider]
    chosen: Provider | None
    kept: dict[str, str]
    secrets_kept: bool
    strays: int
    hook: str = ""


def channel_page(channel: str, provider: str, at: datetime) -> ChannelPage:
    """What the settings page shows; secrets are never among it."""
    health = next(row for row in channel_health(at) if row.channel == channel)
    setting = channels_set_up().get(channel)
    offered = providers_of(channel)
    name = provider or (setting.provider if setting else "")
    chosen = next((one for one in offered if one.name == name), None)
    same = setting is not None and chosen is not None and setting.provider == chosen.name
    kept = _open_fields(setting, chosen) if setting and chosen and same else {}
    return ChannelPage(
        health=health,
        providers=offered,
        chosen=chosen,
        kept=kept,
        secrets_kept=same and bool(chosen and any(one.secret for one in chosen.fields)),
        strays=StrayReceipt.objects.filter(used_at=None, provider=name).count() if same else 0,
        hook=setting.hook_token.reveal() if setting and same and chosen and chosen.takes_receipts else "",
    )


def _open_fields(setting: ProviderSetting, chosen: Provider) -> dict[str, str]:
    values = settings_of(setting)
    return {one.name: values.get(one.name, "") for one in chosen.fields if not one.secret}
