"""Permissions of scheduling: bays and working hours belong to a store."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare

declare({"scheduling.view": _("查看工位和班次"), "scheduling.edit": _("维护工位、班次和请假")})


def can_view(actor: Actor, store_id: int | None = None) -> bool:
    """See bays and who works when."""
    return actor.may("scheduling.view", store_id)


def can_edit(actor: Actor, store_id: int) -> bool:
    """Change bays, shifts and leave of a store."""
    return actor.may("scheduling.edit", store_id)
