"""Who may use the customer's own pages: nobody needs a permission there, but only for themselves."""

from __future__ import annotations

from pitlane.core.access import Actor


def is_customer(actor: Actor) -> bool:
    """Signing in and out is done by people who hold a phone, known to the shop or not."""
    return actor.kind == "customer"


def can_forget(actor: Actor) -> bool:
    """Tidying up at night."""
    return actor.kind == "system"
