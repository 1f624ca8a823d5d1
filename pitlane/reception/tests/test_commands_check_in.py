"""A car at the door becomes a repair order: known or new, with its owner, its odometer and what is advised."""

from datetime import datetime

import pytest

from pitlane.catalog import commands as catalog
from pitlane.core.errors import Forbidden, Refused
from pitlane.core.models import EventRow
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import queries as customers
from pitlane.reception import commands
from pitlane.reception.commands import NewCustomer, NewVehicle
from pitlane.workshop import queries as orders

from .factories import world


def test_a_known_car_is_checked_in_with_its_owner_and_its_odometer(shop: Shop, at: datetime) -> None:
    made = world(shop)
    order = made.order(fuel_level=60, key_place="12")
    card = orders.order_for(order.pk, shop.boss())
    assert (card.customer_id, card.vehicle_id, card.state) == (made.owner.pk, made.car.pk, "checked_in")
    assert customers.vehicle_card(made.car.pk).odometer == 62418
    assert customers.readings(made.car.pk)[0].source == "check_in"
    assert "workshop.OrderOpened" in EventRow.objects.values_list("kind", flat=True)


def test_a_new_customer_and_a_new_car_are_made_together(shop: Shop, at: datetime) -> None:
    order = commands.check_in(
        store_id=shop.store_id,
        new_customer=NewCustomer("欧阳晓晨", "13911112222"),
        new_vehicle=NewVehicle(plate="京AD06218", make="比亚迪", fuel="ev"),
        concern="保养",
        by=shop.boss(),
        at=at,
    )
    car = customers.vehicle_card(order.vehicle_id)
    assert (car.plate, car.owner_name, order.customer_id) == ("京AD06218", "欧阳晓晨", car.owner_id)


def test_a_car_without_owner_gets_the_new_customer(shop: Shop, at: datetime) -> None:
    made = world(shop)
    from pitlane.customers import commands as writes

    car = writes.create_vehicle(customer_id=None, plate="京N12345", by=shop.boss(), at=at)
    made.order(vehicle_id=car.pk, new_customer=NewCustomer("周明"))
    assert customers.owner_of(car.pk).name == "周明"


def test_a_car_that_is_still_here_is_not_taken_in_twice_by_mistake(shop: Shop, at: datetime) -> None:
    made = world(shop)
    first = made.order()
    with nothing_changes(), pytest.raises(Refused) as refused:
        made.order()
    assert (refused.value.code, refused.value.facts["order"]) == ("open_order", first.ref)
    assert made.order(despite_open=True).pk != first.pk


@pytest.mark.parametrize(
    "facts, code",
    [
        ({"vehicle_id": None}, "owner_missing"),
        ({"vehicle_id": None, "new_customer": NewCustomer("周明")}, "vehicle_missing"),
        ({"advice": ["op:1x"]}, "unknown_advice"),
        ({"advice": ["shell:1"]}, "unknown_advice"),
    ],
)
def test_what_is_missing_is_named_and_changes_nothing(shop: Shop, at: datetime, facts: dict, code: str) -> None:
    made = world(shop)
    with nothing_changes(), pytest.raises(Refused) as refused:
        made.order(**facts)
    assert refused.value.code == code


def test_only_reception_of_the_store_checks_cars_in(shop: Shop, at: datetime) -> None:
    made = world(shop)
    values = {"store_id": shop.store_id, "vehicle_id": made.car.pk, "at": at}
    for actor in (shop.actor("workshop.open"), shop.actor("reception.checkin", store_id=shop.other_store_id)):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.check_in(by=actor, **values)


def test_advice_that_was_ticked_becomes_lines(shop: Shop, at: datetime) -> None:
    made = world(shop)
    package = catalog.save_package(
        code="PK-1", name="机油套餐", lines=[catalog.PackageLineInput(operation_id=made.oil.pk)], by=shop.boss(), at=at
    )
    order = made.order(advice=[f"op:{made.pads.pk}", f"pkg:{package.pk}"])
    assert [line.name for line in orders.lines_of(order.pk)] == ["更换前制动片", "小保养"]
