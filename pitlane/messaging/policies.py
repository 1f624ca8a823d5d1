"""Permissions of messaging. A message about somebody's own visit follows from an act that had its own policy."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare

declare(
    {
        "messaging.view": _("查看发送记录"),
        "messaging.send": _("给客户发消息、重发和取消"),
        "messaging.templates": _("编辑和发布消息模板"),
        "messaging.settings": _("设置短信、微信、邮件渠道和免打扰"),
    },
    sensitive=frozenset({"messaging.settings"}),
)


def can_view(actor: Actor) -> bool:
    """Read the delivery log."""
    return actor.may("messaging.view")


def can_send(actor: Actor, purpose: str) -> bool:
    """Queue or cancel a message. What is about a visit comes with the act of whoever books, quotes or hands over."""
    return purpose != "marketing" or actor.may("messaging.send")


def can_write(actor: Actor) -> bool:
    """Write to a customer by hand, send again, decide what is uncertain, cancel."""
    return actor.may("messaging.send")


def can_carry(actor: Actor) -> bool:
    """Claim messages and write down what came of them: the worker, and hooks of providers."""
    return actor.kind == "system"


def can_edit_templates(actor: Actor) -> bool:
    """Write and publish templates."""
    return actor.may("messaging.templates")


def can_set_up(actor: Actor) -> bool:
    """Choose providers, quiet hours, limits."""
    return actor.may("messaging.settings")


def can_set_preference(actor: Actor, customer_id: int) -> bool:
    """Staff who edit customers, and the customer himself."""
    return actor.may("customers.edit") or (actor.kind == "customer" and actor.id == customer_id)


def can_ask_code(actor: Actor) -> bool:
    """Codes are asked for by people who are not signed in (the portal acts for them) or at the desk."""
    return actor.kind in ("customer", "system") or actor.may("customers.edit")


def visible(actor: Actor) -> Q:
    """Messages in somebody's log: those of his stores, and those that belong to no store."""
    return Q() if actor.stores is None else Q(store_id__in=actor.stores) | Q(store_id=None)
