"""Permissions of the catalogue: it belongs to the organisation, so no store is asked for."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare

declare({"catalog.view": _("查看项目、套餐和价格"), "catalog.edit": _("维护项目、套餐和价格")})


def can_view(actor: Actor) -> bool:
    """Read operations, packages, rates and rules."""
    return actor.may("catalog.view")


def can_edit(actor: Actor, store_id: int | None = None) -> bool:
    """Change the catalogue; a store's own labour rate also needs that store."""
    return actor.may("catalog.edit", store_id)
