"""Today's appointments for the home page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, here

from ..states import EXPECTED
from .cards import AppointmentCard, cards_of, listed, with_facts
from .lists import bounds

SHOWN = 6
STILL = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Today:
    """How the day goes, and who is next."""

    total: int
    came: int
    missing: int
    cancelled: int
    show_percent: int | None
    cards: list[AppointmentCard]
    next_ref: str


def today(*, by: Actor, at: datetime) -> Today:
    """The day in numbers and the next few: those who are late first, then in the order of time."""
    first, last = bounds(timezone.localdate(at))
    rows = listed(by).filter(here(by), starts_at__gte=first, starts_at__lt=last).exclude(state="waitlisted")
    states = list(rows.values_list("state", "starts_at"))
    came = sum(state in ("arrived", "converted") for state, _start in states)
    cancelled = sum(state == "cancelled" for state, _start in states)
    due = [state for state, start in states if start <= at and state != "cancelled"]
    kept = sum(state in ("arrived", "converted") for state in due)
    open_rows = rows.filter(state__in=(*EXPECTED, "arrived"), starts_at__gte=at - STILL)
    cards = cards_of(with_facts(open_rows.order_by("starts_at", "pk"))[:SHOWN], at)
    names = accounts.store_names(by, [card.store_id for card in cards])
    return Today(
        total=len(states),
        came=came,
        missing=sum(state in EXPECTED or state == "no_show" for state, start in states if start <= at),
        cancelled=cancelled,
        show_percent=round(100 * kept / len(due)) if due else None,
        cards=[replace(card, store=names.get(card.store_id, "")) for card in cards],
        next_ref=next((card.ref for card in cards if card.expected and card.start > at), ""),
    )
