"""What the counter does in one go: a new customer with the car that stands outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pitlane.core.access import Actor
from pitlane.core.commands import command

from ..models import Customer
from .people import create_customer
from .vehicles import create_vehicle


@command
def register_customer(
    *,
    facts: Mapping[str, Any],
    phones: Sequence[str] = (),
    consents: Mapping[str, bool] | None = None,
    home_store_id: int | None = None,
    car: Mapping[str, Any] | None = None,
    despite_duplicates: bool = False,
    take_plate: bool = False,
    by: Actor,
    at: datetime,
) -> Customer:
    """Open a card and register the first car; both or neither."""
    customer = create_customer(
        phones=phones,
        consents=consents,
        home_store_id=home_store_id,
        despite_duplicates=despite_duplicates,
        by=by,
        at=at,
        **facts,
    )
    if car:
        create_vehicle(customer_id=customer.pk, take_plate=take_plate, by=by, at=at, **car)
    return customer
