"""The provider of a shop that has none yet: every message is written down and nothing leaves the house.

Staff read it in the delivery log and tell the customer themselves; when a real provider is chosen later, templates,
preferences and the log go on as they are.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from .ports import KINDS, Accepted, Channel, Kind, Outgoing, register


class Notebook:
    """Takes everything; the message key is the receipt, so taking it twice is taking it once."""

    idempotent = True

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind
        self.provider = f"notebook_{kind}"

    def send(self, message: Outgoing) -> Accepted:
        return Accepted(message.message_key)

    def check(self) -> None:
        """Paper needs no keys."""


def offer(kind: Kind) -> None:
    """Put the notebook for one kind of message on the settings page."""

    def make(settings: Mapping[str, str]) -> Channel:
        return Notebook(kind)

    register(f"notebook_{kind}", kind, _("记事本（只记录，不发出）"), (), make)


def offer_all() -> None:
    for kind in KINDS:
        offer(kind)
