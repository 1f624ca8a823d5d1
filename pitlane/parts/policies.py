"""Permissions of parts: stock belongs to a store, the catalogue to the organisation."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare

declare(
    {
        "parts.view": _("查看配件和库存"),
        "parts.edit": _("维护配件资料"),
        "parts.cost": _("查看配件成本"),
        "parts.receive": _("配件入库"),
        "parts.issue": _("配件出库和退料"),
        "parts.adjust": _("调整库存"),
    },
    sensitive=frozenset({"parts.cost", "parts.adjust"}),
)


def can_view(actor: Actor, store_id: int | None = None) -> bool:
    """See parts, prices and stock."""
    return actor.may("parts.view", store_id)


def can_edit(actor: Actor) -> bool:
    """Change the catalogue of parts."""
    return actor.may("parts.edit")


def can_see_cost(actor: Actor, store_id: int | None = None) -> bool:
    """What the shop paid: not for everyone at the counter."""
    return actor.may("parts.cost", store_id)


def can_receive(actor: Actor, store_id: int) -> bool:
    return actor.may("parts.receive", store_id)


def can_issue(actor: Actor, store_id: int) -> bool:
    """Hand parts out and take them back."""
    return actor.may("parts.issue", store_id)


def can_adjust(actor: Actor, store_id: int) -> bool:
    return actor.may("parts.adjust", store_id)


def can_approve_adjustment(actor: Actor, store_id: int) -> bool:
    """Agree to a loss that is too dear for whoever counted it."""
    return actor.may("accounts.approve_stock", store_id)


def can_require(actor: Actor, store_id: int) -> bool:
    """Ask for parts: whoever sees the stock, and the customer whose approval orders the work."""
    return actor.kind == "customer" or actor.may("parts.view", store_id)


def can_ask(actor: Actor, store_id: int) -> bool:
    """Say at the bay that parts are wanted now: whoever works there, or may ask for parts at all."""
    works_there = actor.may("workshop.work", store_id) or actor.may("workshop.dispatch", store_id)
    return works_there or can_require(actor, store_id)


def can_open_warehouse(actor: Actor, store_id: int) -> bool:
    return actor.may("parts.edit", store_id) or actor.may("accounts.stores", store_id)
