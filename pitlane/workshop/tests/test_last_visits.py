"""The list of cars says when each came last."""

from datetime import datetime

from pitlane.core.testing import Shop
from pitlane.customers.queries import vehicle_filter, vehicle_list
from pitlane.workshop.models import RepairOrder

from .factories import bench, opened


def test_the_last_visit_is_told_unless_it_came_to_nothing(shop: Shop, at: datetime) -> None:
    order = opened(bench(shop))

    def told() -> list[datetime]:
        rows = vehicle_list(vehicle_filter({}), by=shop.boss(), at=at).rows
        return [row.visited_at for row in rows if row.visited_at]

    assert told() == [order.opened_at]
    RepairOrder.objects.filter(pk=order.pk).update(state="cancelled", closed_at=at)
    assert told() == []
