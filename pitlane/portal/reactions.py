"""What the portal does when people of the shop have decided."""

from __future__ import annotations

from datetime import datetime

from pitlane.accounts.events import ApprovalDecided
from pitlane.core.access import Actor
from pitlane.core.events import only_when

from . import commands


def _is_erasure(event: ApprovalDecided) -> bool:
    return event.approval_kind == commands.ERASURE and event.approved and event.customer_id is not None


@only_when(_is_erasure)
def erase(*, event: ApprovalDecided, by: Actor, at: datetime) -> None:
    """A request for erasure was agreed to."""
    commands.carry_out_erasure(approval_id=event.approval_id, customer_id=event.customer_id or 0, by=by, at=at)


ON = {ApprovalDecided: erase}
