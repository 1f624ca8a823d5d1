"""How a store looks after its appointments, and the calendars it handed out."""

from __future__ import annotations

from pitlane.customers import queries as customers

from ..models import BookingPlan, Feed

STANDING = BookingPlan()


def plan_of(store_id: int) -> BookingPlan:
    """The store's plan, or the one everybody starts with."""
    return BookingPlan.objects.filter(store_id=store_id).first() or STANDING


def card_tags(customer_id: int | None) -> tuple[str, ...]:
    """The tags of a customer, by which the store may prefer some."""
    return customers.customer_card(customer_id).tags if customer_id else ()


def feeds_of(store_id: int) -> list[Feed]:
    """Calendars that can be read now."""
    return list(Feed.objects.filter(store_id=store_id, ended_at=None).select_related("staff").order_by("pk"))
