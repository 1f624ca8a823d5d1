"""What parts plugs in: the module in the rail, and its group in the search panel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pitlane.core import approvals, listing, panels
from pitlane.core.access import Actor
from pitlane.core.navigation import Entry, register
from pitlane.core.search import Kind, register_kind
from pitlane.core.states import Label

from . import commands, queries
from .adjusting import KIND

LOW = Label("hold", _("缺货"))
SHOWN = 8
STOCKED = Label("done", _("有货"))


def ready(actor: Actor) -> int:
    """The badge of the rail: requisitions that can be handed out now."""
    return queries.open_requisition_count(actor) if actor.may("parts.issue", actor.store_id) else 0


def badges(ids: list[int], by: Actor) -> dict[int, Label]:
    """Whether a found part lies in the chosen store or stores."""
    return {card.id: STOCKED if card.available > 0 else LOW for card in queries.parts_here(ids, by)}


def to_hand_out(*, by: Actor, at: datetime, store_id: int | None = None, **_facts: Any) -> panels.Panel | None:
    """Home page of the storekeeper: what to hand out, with who waits at the bay on top, and how much is missing."""
    if not by.may("parts.issue", store_id) or by.may("workshop.edit", store_id):
        return None
    page = queries.queue(by, view="ready", limit=SHOWN)
    return panels.Panel("to_hand_out", "parts/_panel_queue.html", {"page": page}, "main", 5, _("待出库"))


def connect() -> None:
    """Called once by ``project``."""
    approvals.register(approvals.ApprovalKind(KIND, queries.adjustment_matter, commands.carry_out_adjustment))
    listing.register(queries.PARTS)
    panels.register("home", to_hand_out)
    register(
        Entry(
            "parts",
            pgettext_lazy("rail", "配件"),
            "package",
            "parts:list",
            "parts.view",
            70,
            "g p",
            ready,
            _("待出库的领料"),
            "parts:requisitions",
        )
    )
    register_kind(
        Kind("part", _("配件"), lambda pk: reverse("parts:detail", args=[pk]), badges, "parts.view", position=60)
    )
