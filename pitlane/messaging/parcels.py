"""What a worker takes to the provider after it claimed a message: everything it needs, and nothing to look up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from . import rules
from .models import Message, ProviderSetting
from .ports import Outgoing
from .queries.routing import house_rules
from .queries.sealed import settings_of, values_of


@dataclass(frozen=True, slots=True)
class Parcel:
    """One claimed message. ``again``: an earlier worker may have handed it over already, so ask before sending."""

    message_id: int
    claim: str
    provider: str
    channel: str
    since: datetime
    settings: Mapping[str, str] = field(repr=False)
    outgoing: Outgoing = field(repr=False)
    again: bool = False


def pack(message: Message, setting: ProviderSetting, claim: str, since: datetime, *, again: bool = False) -> Parcel:
    """The message as the provider's client gets it; a private link stands beside the text too, for a tap."""
    version = message.version
    if version is None:
        raise RuntimeError(f"message {message.pk} was claimed without words")
    values = values_of(message)
    names = rules.variables_in(f"{version.subject}\n{version.body}")
    outgoing = Outgoing(
        message_key=message.ref,
        address=message.address.reveal(),
        text=rules.fill(version.body, values),
        subject=rules.fill(version.subject, values),
        template_id=version.provider_template_id,
        variables=tuple((name, values.get(name, "")) for name in rules.variables_in(version.body) or names),
        language=version.language,
        sign_name=house_rules().sign_name,
        url=values.get("link", ""),
    )
    return Parcel(message.pk, claim, setting.provider, setting.channel, since, settings_of(setting), outgoing, again)
