"""What integrations do when a shop chooses a provider."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor
from pitlane.messaging import queries as messaging
from pitlane.messaging.events import ProviderChosen

from .sandbox.providers import STANDS, bring_receipts


def connect_sandbox(*, event: ProviderChosen, by: Actor, at: datetime) -> None:
    """Nobody has to type the address for receipts into a service that runs here."""
    stand = STANDS.get(event.provider)
    token = messaging.channel_page(event.channel, event.provider, at).hook if stand else ""
    if stand and token:
        bring_receipts(stand, by.org_id, token)


ON = {ProviderChosen: connect_sandbox}
