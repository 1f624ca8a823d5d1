"""Money that leaves the till needs a second person: asking for the approval, finding it, spending it once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from pitlane.accounts.commands import use_approval
from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor
from pitlane.core.errors import Refused
from pitlane.core.ids import public_id
from pitlane.core.money import Money

PERMISSION = "accounts.approve_refund"


def refund_subject(payment_ref: str) -> str:
    """What an approval of a refund is about."""
    return payment_ref


def deposit_subject(order_id: int, customer_id: int) -> str:
    """What an approval for giving back a deposit is about."""
    return f"deposit:{public_id('ord', order_id)}:{customer_id}"


def reversal_subject(order_id: int) -> str:
    """What an approval of a reversal is about."""
    return public_id("ord", order_id)


def without_approval(amount: Money, store_id: int) -> bool:
    """Does the store let its cashiers give back an amount this small by themselves?"""
    limit = int(store_by_id(store_id).settings.get("refund_without_approval_fen", 0))
    return amount.fen <= limit


def spend(
    kind: str, subject: str, approval_id: int | None, amount: Money, store_id: int, *, by: Actor, at: datetime
) -> None:
    """Use the approval for exactly this; without one only what the store lets pass."""
    if approval_id is not None:
        use_approval(approval_id=approval_id, kind=kind, subject=subject, amount=amount, by=by, at=at)
    elif kind == "reverse" or not without_approval(amount, store_id):
        raise Refused(_("需要审批：请先提交申请，同意后再执行"), code="approval_needed", kind=kind, subject=subject)
