"""Secrets of providers and the addresses of their hooks: for clients and hooks, never for a page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256

from pitlane.core.errors import Missing

from ..models import Message, ProviderSetting


def settings_of(setting: ProviderSetting) -> dict[str, str]:
    """A provider's settings in plain text."""
    return dict(json.loads(setting.fields.reveal())) if setting.fields else {}


def hook_hash(token: str) -> str:
    """What is stored of the secret part of a hook's address."""
    return sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Hook:
    """Who is called when a provider reports: the organisation to open, and the settings that prove the caller."""

    org_id: int
    provider: str
    channel: str
    settings: dict[str, str] = field(repr=False)


def hook(token: str, provider: str) -> Hook:
    """The organisation behind a hook's address; ``Missing`` when the token is unknown or of another provider."""
    rows = ProviderSetting.unscoped.filter(hook_hash=hook_hash(token), provider=provider)
    setting = rows.first() if token else None
    if setting is None:
        raise Missing()
    return Hook(setting.org_id, setting.provider, setting.channel, settings_of(setting))


def values_of(message: Message) -> dict[str, str]:
    """The variables of a message in plain text."""
    return dict(json.loads(message.variables.reveal())) if message.variables else {}
