"""How an order is found in the search box: by any end of its number, by any fragment of the plate."""

from __future__ import annotations

from typing import Any

from pitlane.core.search import Entry, suffixes

from .models import RepairOrder


def entry_for(order: RepairOrder, vehicle: Any) -> Entry:
    """The search entry of an order; ``vehicle`` is the row or the card of its car."""
    keys = [*suffixes(order.short_number, 3), *suffixes(vehicle.plate, 3), order.number]
    return Entry(
        kind="order",
        object_id=order.pk,
        title=order.short_number,
        detail=" · ".join(filter(None, [vehicle.title, order.title[:40]])),
        plate=vehicle.plate,
        plate_kind=vehicle.plate_kind,
        store_id=order.store_id,
        keys=tuple(keys),
    )
