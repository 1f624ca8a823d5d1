"""A signature is kept as a picture of this order and of this customer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pitlane.core import files
from pitlane.core.access import Actor
from pitlane.core.models import StoredFile


def keep_signature(png: bytes, order: Any, by: Actor, at: datetime) -> StoredFile:
    """Decode and keep it; call it inside the command that is signed."""
    return files.keep(
        content=png,
        name="signature.png",
        purpose="signature",
        by=by,
        at=at,
        store_id=order.store_id,
        order_id=order.id,
        customer_id=order.customer_id,
    )
