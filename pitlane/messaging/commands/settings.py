"""Choosing providers, quiet hours and limits."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.crypto import Sealed, seal
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .. import policies, rules
from ..events import ChannelStopped, ProviderChosen, SendingRulesChanged
from ..loading import load_missing
from ..models import Kind, Message, ProviderSetting, SendingRules
from ..ports import PROVIDERS, Provider
from ..queries.routing import house_rules
from ..queries.sealed import hook_hash, settings_of

LIMITS = {
    "service_per_day": (1, 100),
    "marketing_per_week": (0, 50),
    "codes_per_phone_hour": (1, 20),
    "codes_per_phone_day": (1, 50),
    "codes_per_address_hour": (1, 1000),
    "codes_per_hour": (1, 100000),
    "codes_per_day": (1, 100000),
}


@command
def set_provider(
    *, channel: str, provider: str, fields: Mapping[str, str], hook_token: str, by: Actor, at: datetime
) -> ProviderSetting:
    """Let a provider carry a channel. A secret left empty keeps its stored value; messages that waited go out now.

    ``hook_token`` is a fresh random secret for the address of receipts; it is used when there is none yet.
    """
    require(policies.can_set_up(by), "messaging.settings")
    offered = PROVIDERS.get(provider)
    if channel not in Kind.values or offered is None or offered.kind != channel:
        raise Refused(_("请选择服务商"), code="provider", field="provider")
    setting = ProviderSetting.objects.select_for_update().filter(channel=channel).first()
    former = settings_of(setting) if setting and setting.provider == provider else {}
    setting = setting or ProviderSetting(org_id=current_org(), channel=channel)
    setting.fields = Sealed(seal(json.dumps(_complete(offered, fields, former), ensure_ascii=False)))
    if setting.provider != provider or not setting.hook_hash:
        setting.hook_token, setting.hook_hash = Sealed(seal(hook_token)), hook_hash(hook_token)
    setting.provider, setting.changed_at, setting.changed_by = provider, at, by.name
    setting.failures, setting.paused_until, setting.trouble, setting.trouble_at = 0, None, "", None
    setting.save()
    load_missing(by, at)
    Message.objects.filter(channel=channel, state="queued", next_try_at__gt=at, not_before__lte=at).update(
        next_try_at=at
    )
    record(ProviderChosen(channel, provider), by=by, at=at)
    return setting


def _complete(offered: Provider, given: Mapping[str, str], former: Mapping[str, str]) -> dict[str, str]:
    """The settings to keep: what was typed, the former secret where nothing was, the default last."""
    kept = {}
    for field in offered.fields:
        value = str(given.get(field.name, "")).strip()
        if not value and field.secret:
            value = former.get(field.name, "")
        value = value or field.default
        if field.required and not value:
            text = _("请填写%(name)s") % {"name": field.label}
            raise Refused(text, code="setting_missing", field=field.name)
        if field.choices and value and value not in {code for code, _label in field.choices}:
            raise Refused(_("请选择%(name)s") % {"name": field.label}, code="setting_choice", field=field.name)
        kept[field.name] = value
    return kept


@command
def stop_channel(*, channel: str, by: Actor, at: datetime) -> None:
    """Use a channel no more: its keys are forgotten, what waits goes by the customer's other channels."""
    require(policies.can_set_up(by), "messaging.settings")
    setting = ProviderSetting.objects.select_for_update().filter(channel=channel).first()
    if setting is None:
        raise Missing()
    setting.delete()
    record(ProviderChosen(channel, ""), by=by, at=at)


@command
def note_check(*, channel: str, trouble: str = "", failure: str = "", by: Actor, at: datetime) -> ProviderSetting:
    """What the provider said when it was asked whether the keys are right: ``trouble`` if not, nothing if they are."""
    setting: ProviderSetting | None = ProviderSetting.objects.select_for_update().filter(channel=channel).first()
    require(policies.can_set_up(by), "messaging.settings")
    if setting is None:
        raise Missing()
    if trouble and not setting.trouble:
        record(ChannelStopped(setting.channel, setting.provider), by=by, at=at)
        setting.trouble_at = at
    setting.trouble = trouble[:200]
    setting.paused_until = at + rules.PROBE if trouble else None
    if not trouble:
        setting.trouble_at = None
        setting.failures = 0
    if failure:
        setting.last_failure, setting.last_failure_at = failure[:200], at
    setting.save()
    return setting


@command
def set_rules(
    *,
    quiet_from: time | None,
    quiet_to: time | None,
    sign_name: str = "",
    channels: Sequence[str] = (),
    limits: Mapping[str, int] | None = None,
    by: Actor,
    at: datetime,
) -> SendingRules:
    """The shop's quiet hours, its name on messages, the order of channels, and what is too much."""
    require(policies.can_set_up(by), "messaging.settings")
    if (quiet_from is None) != (quiet_to is None):
        raise Refused(_("免打扰时间要同时填写开始和结束"), code="quiet_hours", field="quiet_to")
    if unknown := [kind for kind in channels if kind not in Kind.values]:
        raise Refused(_("没有渠道「%(name)s」") % {"name": unknown[0]}, code="channel", field="channels")
    house = SendingRules.objects.select_for_update().first() or house_rules()
    house.quiet_from, house.quiet_to, house.sign_name = quiet_from, quiet_to, sign_name.strip()[:20]
    house.channels = list(dict.fromkeys(channels))
    for name, value in (limits or {}).items():
        least, most = LIMITS[name]
        if not least <= value <= most:
            text = _("应为 %(least)d 到 %(most)d") % {"least": least, "most": most}
            raise Refused(text, code="limit", field=name)
        setattr(house, name, value)
    house.save()
    record(SendingRulesChanged(("quiet_hours", "sign_name", "channels", *(limits or {}))), by=by, at=at)
    return house
