"""Permissions of scheduling: bays, hours and promises belong to a store."""

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, declare

declare(
    {
        "scheduling.view": _("查看工位、班次和负荷"),
        "scheduling.edit": _("维护工位、班次、请假和营业时间"),
        "scheduling.claim": _("占用和释放预约时段"),
    }
)


def can_view(actor: Actor, store_id: int | None = None) -> bool:
    """See bays, who works when, and how full the shop is."""
    return actor.may("scheduling.view", store_id)


def can_edit(actor: Actor, store_id: int) -> bool:
    """Change bays, shifts, leave and opening hours of a store."""
    return actor.may("scheduling.edit", store_id)


def can_claim(actor: Actor, store_id: int) -> bool:
    """Promise time. A customer may, for the visit that the domain above has checked to be theirs."""
    return actor.kind == "customer" or actor.may("scheduling.claim", store_id)


def can_note(actor: Actor, store_id: int) -> bool:
    """Say what the workshop has planned: whoever it let plan or finish work in that store."""
    return actor.kind != "customer" and actor.in_store(store_id)
