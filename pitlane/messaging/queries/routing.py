"""Which way a message can go: channels that are set up, words that exist, addresses that are known."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import time

from pitlane.accounts.queries import organisation_name, store_by_id
from pitlane.core.tenancy import current_org
from pitlane.customers import queries as customers

from .. import rules
from ..models import ChannelAddress, Kind, Message, Preference, ProviderSetting, SendingRules, Template, TemplateVersion

DEFAULT_LANGUAGE = "zh-hans"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a customer said about messages; the defaults are those of somebody who said nothing."""

    channels: tuple[str, ...] = ()
    purposes_off: tuple[str, ...] = ()
    quiet_from: time | None = None
    quiet_to: time | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One way to reach somebody: the channel, the words for it, the address."""

    channel: str
    version: TemplateVersion
    address: str = field(repr=False)
    masked: str = ""


def house_rules() -> SendingRules:
    """The shop's sending rules as saved, or those every shop starts with."""
    return SendingRules.objects.first() or SendingRules(org_id=current_org())


def wishes_of(customer_id: int | None) -> Wishes:
    """How this customer wants to hear from the shop."""
    row = Preference.objects.filter(customer_id=customer_id).first() if customer_id else None
    if row is None:
        return Wishes()
    return Wishes(tuple(row.channels), tuple(row.purposes_off), row.quiet_from, row.quiet_to, row.language)


def known_customer(customer_id: int) -> int:
    """The customer if he exists here; ``Missing`` otherwise."""
    return customers.customer_card(customer_id).id


def channels_set_up() -> dict[str, ProviderSetting]:
    """The channels for which a provider was chosen."""
    return {setting.channel: setting for setting in ProviderSetting.objects.order_by("channel")}


def is_written(key: str) -> bool:
    """Has this message been queued before? For what must not be prepared twice."""
    return bool(Message.objects.filter(key=key).exists())


def is_on(code: str) -> bool:
    """May other domains count on this message being sent? Only when a channel is set up and nobody switched it off."""
    if not ProviderSetting.objects.exists():
        return False
    switched: bool | None = Template.objects.filter(code=code).values_list("enabled", flat=True).first()
    return switched is not False


def versions_for(template: Template, language: str) -> dict[str, TemplateVersion]:
    """The newest published words per channel: in the language, else in the shop's, else in any."""
    order = {code: place for place, code in enumerate(dict.fromkeys([language, DEFAULT_LANGUAGE]))}
    found: dict[str, TemplateVersion] = {}
    published = TemplateVersion.objects.filter(template=template, published_at__isnull=False)
    for version in published.order_by("number"):
        best = found.get(version.channel)
        if best is None or order.get(version.language, 9) <= order.get(best.language, 9):
            found[version.channel] = version
    return found


def addresses_of(customer_id: int, kinds: Collection[str]) -> dict[str, str]:
    """Where a customer can be reached, in plain text: for sending only."""
    found: dict[str, str] = {}
    for row in ChannelAddress.objects.filter(customer_id=customer_id, channel__in=kinds):
        found[row.channel] = row.address.reveal()
    if Kind.SMS in kinds and (phone := customers.primary_phone(customer_id)):
        found.setdefault(Kind.SMS, phone.reveal())
    if Kind.EMAIL in kinds and (mail := customers.email_of(customer_id)):
        found.setdefault(Kind.EMAIL, mail.reveal())
    return {kind: address for kind, address in found.items() if address}


def routes(
    template: Template,
    *,
    customer_id: int | None,
    given: tuple[str, str] | None,
    language: str,
    wished: Iterable[str],
    tried: Collection[str] = (),
) -> list[Route]:
    """The ways that are open for a message, best first. ``given`` is (channel, address) when the sender named one."""
    versions = versions_for(template, language)
    able = set(versions) & set(channels_set_up())
    if given is not None:
        addresses = {given[0]: given[1]} if given[1] else {}
    else:
        addresses = addresses_of(customer_id, able) if customer_id else {}
    house = house_rules().channels or [Kind.WECHAT.value, Kind.SMS.value, Kind.EMAIL.value]
    plan = rules.channel_plan(list(wished), [*house, *Kind.values], able & set(addresses), tried)
    return [Route(kind, versions[kind], addresses[kind], rules.mask_address(kind, addresses[kind])) for kind in plan]


def known_values(customer_id: int | None, store_id: int | None) -> dict[str, str]:
    """Variables that nobody has to pass on: the customer's name, the shop's name and telephone."""
    values: dict[str, str] = {}
    if customer_id:
        values["customer"] = customers.customer_card(customer_id).name
    if store_id:
        store = store_by_id(store_id)
        values |= {"shop": store.name, "shop_phone": store.phone}
    else:
        values["shop"] = house_rules().sign_name or organisation_name()
    return {name: value for name, value in values.items() if value}
