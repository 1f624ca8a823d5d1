"""What an outside message service promises, and the list of those that the shop can choose from.

A client implements ``Channel`` and is offered by ``register``; it is called by jobs only, never inside a transaction.
Whatever goes wrong is one of three things, because only three things can be done about it: try again later
(``Temporary``), give this message up on this channel (``Rejected``), or stop the channel until somebody puts its
settings right (``Misconfigured``; messages wait, nothing is lost).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from pitlane.core.errors import Text

Kind = Literal["sms", "wechat", "email"]
Status = Literal["delivered", "failed"]
KINDS: tuple[Kind, ...] = ("sms", "wechat", "email")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as a client gets it.

    ``message_key`` is the same at every try: it goes into the provider's own idempotency field where there is one.
    ``address`` is a phone number in stored form (``13800116217``, ``+85261234567``), an open id or a mail address.
    ``variables`` stand in the order of the template; ``text`` is the template with them filled in. ``template_id`` is
    the provider's own id of the approved template. ``url`` is where a tap leads, empty when nowhere.
    """

    message_key: str
    address: str
    text: str
    subject: str = ""
    template_id: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    language: str = "zh-hans"
    sign_name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message; ``provider_id`` is what its receipts will name."""

    provider_id: str


class Unsent(Exception):
    """The message was not taken. ``reason`` is shown to the shop; it never contains secrets or personal data."""

    def __init__(self, reason: str, *, code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class Temporary(Unsent):
    """Not now: network, overload, rate limit.

    ``retry_after`` in seconds when the provider says so. ``uncertain``: the request was sent but no answer came, so the
    provider may have taken it. ``of_address``: only this recipient has to wait, the channel itself is well.
    """

    def __init__(
        self,
        reason: str,
        retry_after: int | None = None,
        *,
        code: str = "",
        uncertain: bool = False,
        of_address: bool = False,
    ) -> None:
        super().__init__(reason, code=code)
        self.retry_after = retry_after
        self.uncertain = uncertain
        self.of_address = of_address


class Rejected(Unsent):
    """This address or this text will never do: wrong number, unsubscribed, template not approved."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason, code=code)


class Misconfigured(Unsent):
    """The shop's settings are wrong (keys, signature name, balance): nothing can be sent until somebody acts."""


class Channel(Protocol):
    """A client made from the shop's settings. ``idempotent``: one ``message_key`` sent twice reaches nobody twice."""

    provider: str
    kind: Kind
    idempotent: bool

    def send(self, message: Outgoing) -> Accepted:
        """Hand the message over, or raise ``Temporary``, ``Rejected`` or ``Misconfigured``."""
        ...

    def check(self) -> None:
        """Say whether the settings are right without sending; raises ``Misconfigured`` or ``Temporary``."""
        ...


@runtime_checkable
class Traceable(Protocol):
    """A channel that can be asked afterwards whether it took a message (after a lost answer or a killed worker)."""

    def look_up(self, message: Outgoing, since: datetime) -> Accepted | None:
        """The provider's id if it took this message after ``since``, None if it did not; raises as ``send`` does."""
        ...


@dataclass(frozen=True, slots=True)
class SettingField:
    """One field of a provider's settings page. A ``secret`` is stored encrypted and never shown again."""

    name: str
    label: Text
    secret: bool = False
    required: bool = True
    help: Text = ""
    default: str = ""
    choices: tuple[tuple[str, Text], ...] = ()


Factory = Callable[[Mapping[str, str]], Channel]


@dataclass(frozen=True, slots=True)
class Provider:
    """A message service that a shop may choose.

    ``takes_receipts``: it calls a hook of ours back; ``hook_url`` names the address pattern, whose one argument is the
    secret token that ``messaging.queries.hook`` knows. ``inbox_url`` names the page that shows what a sandbox took.
    """

    name: str
    kind: Kind
    label: Text
    fields: tuple[SettingField, ...]
    factory: Factory
    takes_receipts: bool = False
    sandbox: bool = False
    hook_url: str = ""
    inbox_url: str = ""


PROVIDERS: dict[str, Provider] = {}


def register(
    provider: str,
    kind: Kind,
    label: Text,
    setting_fields: tuple[SettingField, ...],
    factory: Factory,
    *,
    takes_receipts: bool = False,
    sandbox: bool = False,
    hook_url: str = "",
    inbox_url: str = "",
) -> None:
    """Offer a provider on the settings page; ``plugs.connect`` of its folder calls this once."""
    facts = (takes_receipts, sandbox, hook_url, inbox_url)
    PROVIDERS[provider] = Provider(provider, kind, label, setting_fields, factory, *facts)


def providers_of(kind: str) -> list[Provider]:
    """Those that can carry one kind of message, in the order in which they were registered."""
    return [provider for provider in PROVIDERS.values() if provider.kind == kind]


def open_channel(provider: str, settings: Mapping[str, str]) -> Channel:
    """The client for a chosen provider; ``Misconfigured`` when it is no longer installed."""
    known = PROVIDERS.get(provider)
    if known is None:
        raise Misconfigured(f"unknown provider {provider}")
    return known.factory(settings)
