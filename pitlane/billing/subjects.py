"""What an approval is about, in the words that asking, showing and spending it share."""

from __future__ import annotations

from pitlane.core.ids import public_id


def refund_subject(payment_ref: str) -> str:
    """What an approval of a refund is about."""
    return payment_ref


def deposit_subject(order_id: int, customer_id: int) -> str:
    """What an approval for giving back a deposit is about."""
    return f"deposit:{public_id('ord', order_id)}:{customer_id}"


def reversal_subject(order_id: int) -> str:
    """What an approval of a reversal is about."""
    return public_id("ord", order_id)
