"""Money that leaves the till needs a second person: asking for the approval, finding it, spending it once."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.commands import use_approval
from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor
from pitlane.core.errors import Refused
from pitlane.core.ids import public_id
from pitlane.core.money import Money, total

from .models import Payment

PERMISSION = "accounts.approve_refund"
WRITE_OFF = "write_off"
WRITE_OFF_PERMISSION = "accounts.approve_write_off"


def refund_subject(payment_ref: str) -> str:
    """What an approval of a refund is about."""
    return payment_ref


def deposit_subject(order_id: int, customer_id: int) -> str:
    """What an approval for giving back a deposit is about."""
    return f"deposit:{public_id('ord', order_id)}:{customer_id}"


def reversal_subject(order_id: int) -> str:
    """What an approval of a reversal is about."""
    return public_id("ord", order_id)


def giver(by: Actor) -> str:
    """Who gave money back, as the cash book remembers it; two people may have one name."""
    return f"{by.kind}:{by.id}"


def _without(amount: Money, store_id: int, order_id: int | None, who: str, at: datetime) -> bool:
    """Many small refunds are one large one: those of the order and those of the person on that day count together."""
    limit = int(store_by_id(store_id).settings.get("refund_without_approval_fen", 0))
    if amount.fen > limit:
        return False
    alone = Payment.objects.filter(kind=Payment.Kind.REFUND, approval_id=None)
    morning = timezone.make_aware(datetime.combine(timezone.localdate(at), time.min))
    for earlier in (alone.filter(order_id=order_id), alone.filter(giver=who, received_at__gte=morning)):
        if (amount - total(earlier.values_list("amount", flat=True))).fen > limit:
            return False
    return True


def without_approval(amount: Money, store_id: int, order_id: int | None, *, by: Actor, at: datetime) -> bool:
    """Does the store let this cashier give back so little by themselves, after what already went back that way?"""
    return _without(amount, store_id, order_id, giver(by), at)


def needed(kind: str, subject: str) -> Refused:
    return Refused(_("需要审批：请先提交申请，同意后再执行"), code="approval_needed", kind=kind, subject=subject)


def spend(kind: str, subject: str, approval_id: int | None, amount: Money, *, by: Actor, at: datetime) -> None:
    """Use the approval for exactly this; what has none is judged by ``check_small`` once its row is written."""
    if approval_id is not None:
        use_approval(approval_id=approval_id, kind=kind, subject=subject, amount=amount, by=by, at=at)
    elif kind == "reverse":
        raise needed(kind, subject)


def check_small(back: Payment, subject: str) -> None:
    """A refund without an approval stays within what the store lets pass.

    Asked after its row is written: the row took the lock of the store's number series, so that of two refunds at the
    same moment the second one sees the first.
    """
    if back.approval_id is None and not _without(Money(0), back.store_id, back.order_id, back.giver, back.received_at):
        raise needed("refund", subject)
