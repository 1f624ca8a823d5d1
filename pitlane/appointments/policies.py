"""Permissions of appointments: those of a store, and a customer's own."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare

declare(
    {
        "appointments.view": _("查看预约"),
        "appointments.book": _("预约、改约和取消"),
        "appointments.plan": _("设置提醒、爽约和预约规则"),
    }
)


class OfStore(Protocol):
    """An appointment as far as policies look at it."""

    @property
    def store_id(self) -> int: ...
    @property
    def customer_id(self) -> int | None: ...


def can_view(actor: Actor, store_id: int | None = None) -> bool:
    """See who comes when."""
    return actor.may("appointments.view", store_id)


def can_book(actor: Actor, store_id: int, customer_id: int | None) -> bool:
    """Make an appointment: staff of the store, and a customer for himself."""
    if actor.kind == "customer":
        return actor.id == (customer_id or 0)
    return actor.may("appointments.book", store_id)


def can_change(actor: Actor, appointment: OfStore) -> bool:
    """Move, confirm, cancel: staff of the store, and whose visit it is.

    Somebody without a card comes in by the private link of this one appointment, which the portal has checked.
    """
    return can_book(actor, appointment.store_id, appointment.customer_id)


def can_book_online(actor: Actor) -> bool:
    """Fill in a booking on the phone: whoever comes as a customer; the page knows which phone they hold."""
    return actor.kind == "customer"


def can_forget(actor: Actor) -> bool:
    """Throw away what nobody finished: the clock."""
    return actor.kind == "system"


def can_receive(actor: Actor, store_id: int) -> bool:
    """Say that a car has come, or did not: staff only."""
    return actor.kind != "customer" and actor.may("appointments.book", store_id)


def can_plan(actor: Actor, store_id: int) -> bool:
    """Set reminders and limits of a store, and hand out its calendars."""
    return actor.may("appointments.plan", store_id)
