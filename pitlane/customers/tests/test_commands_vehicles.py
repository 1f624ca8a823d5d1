"""Commands on cars: plates, VINs, owners over time, kilometres."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from pitlane.core import doctor
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow, SearchDoc
from pitlane.core.search import find
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import commands, queries
from pitlane.customers.models import OdometerReading, Ownership, Vehicle

from . import factories as make


def test_a_car_is_found_by_any_piece_of_its_plate_and_its_vin_tail(shop: Shop, at: datetime) -> None:
    owner = make.customer(shop)
    car = make.vehicle(shop, owner, "京 a·8k326", vin=make.VIN, make="大众", series="帕萨特", odometer=62418)
    assert (car.plate, car.plate_kind, car.odometer) == ("京A8K326", "blue", 62418)
    for text in ("326", "8k3", "京A8K326", "187731", "2187731"):
        assert [d.object_id for d in find(text, by=shop.boss(), kinds=["vehicle"])["vehicle"]] == [car.pk], text
    doc = SearchDoc.objects.get(kind="vehicle")
    assert (doc.title, doc.plate, doc.detail) == ("王建国", "京A8K326", "138****6217 · 大众 帕萨特")
    assert SearchDoc.objects.get(kind="customer").plate == "京A8K326"
    assert doctor.examine() == []


@pytest.mark.parametrize(
    ("plate", "kind", "stored"),
    [
        ("京AD12345", "", "green"),
        ("粤Z1234港", "", "black"),
        ("WJ京12345", "", "white"),
        ("京A1234挂", "", "yellow"),
        ("京AF1234学", None, None),
        ("KA03MF1234", "foreign", "foreign"),
    ],
)
def test_plates_of_all_kinds(shop: Shop, at: datetime, plate: str, kind: str | None, stored: str | None) -> None:
    if stored is None:
        with nothing_changes(), pytest.raises(Refused):
            make.vehicle(shop, None, plate)
    else:
        assert make.vehicle(shop, None, plate, plate_kind=kind).plate_kind == stored


def test_green_plates_tell_the_fuel(shop: Shop, at: datetime) -> None:
    assert (make.vehicle(shop, None, "京AD12345").fuel, make.vehicle(shop, None, "京AF12345").fuel) == ("ev", "hybrid")


def test_a_wrong_check_digit_is_noted_not_refused(shop: Shop, at: datetime) -> None:
    car = make.vehicle(shop, None, vin="LSVAA4188C2187732")
    assert not car.vin_checked
    with nothing_changes(), pytest.raises(Refused) as refusal:
        make.vehicle(shop, None, "京A8K327", vin="LSVAA418OC2187732")
    assert refusal.value.field == "vin"


def test_a_car_needs_a_plate_or_a_vin(shop: Shop, at: datetime) -> None:
    with nothing_changes(), pytest.raises(Refused):
        make.vehicle(shop, None, "")
    assert make.vehicle(shop, None, "", vin=make.VIN).plate_kind == "none"


def test_a_known_plate_is_refused_or_moves_to_the_new_car(shop: Shop, at: datetime) -> None:
    old = make.vehicle(shop, make.customer(shop), vin=make.VIN)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        make.vehicle(shop)
    assert (refusal.value.code, refusal.value.facts["vehicle"]) == ("plate_taken", old.ref)
    new = make.vehicle(shop, take_plate=True)
    old.refresh_from_db()
    assert (old.plate, new.plate) == ("", "京A8K326")
    assert [d.object_id for d in find("8k326", by=shop.boss(), kinds=["vehicle"])["vehicle"]] == [new.pk]
    with nothing_changes(), pytest.raises(Refused) as refusal:
        make.vehicle(shop, None, "京A11111", vin=make.VIN, take_plate=True)
    assert refusal.value.code == "vin_taken"


def test_masked_foreign_plates_may_repeat(shop: Shop, at: datetime) -> None:
    for _ in range(2):
        make.vehicle(shop, None, "KA03MFXXXX", plate_kind="foreign")
    assert Vehicle.objects.count() == 2


def test_changing_a_car_with_version(shop: Shop, at: datetime) -> None:
    car = make.vehicle(shop, make.customer(shop))
    changes = {"plate": "京N12345", "insurance_until": date(2026, 12, 5), "series": "途观"}
    commands.change_vehicle(vehicle_id=car.pk, version=1, changes=changes, by=shop.boss(), at=at)
    row = EventRow.objects.get(kind="customers.VehicleChanged")
    assert row.payload["fields"] == ["insurance_until", "plate", "series"] and row.customer_id
    with nothing_changes(), pytest.raises(Conflict):
        commands.change_vehicle(vehicle_id=car.pk, version=1, changes={"series": "x"}, by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.change_vehicle(vehicle_id=car.pk, version=2, changes={"series": "x"}, by=shop.actor(), at=at)
    assert SearchDoc.objects.get(kind="customer").plate == "京N12345"


def test_a_car_changes_hands_and_the_past_stays(shop: Shop, at: datetime) -> None:
    seller, buyer = make.customer(shop), make.customer(shop, "李思敏", ("13900000001",))
    car = make.vehicle(shop, seller)
    later = at + timedelta(days=10)
    commands.transfer_vehicle(vehicle_id=car.pk, customer_id=buyer.pk, by=shop.boss(), at=later)
    assert list(Ownership.objects.order_by("pk").values_list("customer_id", "until")) == [
        (seller.pk, later.date()),
        (buyer.pk, None),
    ]
    assert queries.owner_of(car.pk).name == "李思敏"
    assert SearchDoc.objects.get(kind="vehicle").title == "李思敏"
    assert SearchDoc.objects.get(kind="customer", object_id=seller.pk).plate == ""
    with nothing_changes(), pytest.raises(Refused):
        commands.transfer_vehicle(vehicle_id=car.pk, customer_id=buyer.pk, by=shop.boss(), at=later)
    with nothing_changes(), pytest.raises(Refused):
        commands.transfer_vehicle(vehicle_id=car.pk, customer_id=seller.pk, on=at.date(), by=shop.boss(), at=later)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.transfer_vehicle(vehicle_id=car.pk, customer_id=seller.pk, by=shop.actor(), at=later)
    assert doctor.examine() == []


def test_a_driver_is_not_the_owner(shop: Shop, at: datetime) -> None:
    owner, driver = make.customer(shop, "顺达物流", (), kind="company"), make.customer(shop, "李师傅", ("13566663266",))
    car = make.vehicle(shop, owner)
    commands.set_driver(vehicle_id=car.pk, customer_id=driver.pk, by=shop.boss(), at=at)
    card = queries.vehicle_card(car.pk)
    assert (card.owner_name, card.driver_name, card.driver_phone) == ("顺达物流", "李师傅", "135****3266")
    commands.set_driver(vehicle_id=car.pk, customer_id=None, by=shop.boss(), at=at)
    assert queries.vehicle_card(car.pk).driver_id is None
    with nothing_changes(), pytest.raises(Forbidden):
        commands.set_driver(vehicle_id=car.pk, customer_id=driver.pk, by=shop.actor(), at=at)


def test_kilometres_that_cannot_be_true_are_kept_but_not_believed(shop: Shop, at: datetime) -> None:
    car = make.vehicle(shop, odometer=60000)
    days = [at + timedelta(days=n) for n in (30, 60, 90, 120)]
    read = [
        commands.read_odometer(vehicle_id=car.pk, km=km, by=shop.boss(), at=day).doubtful
        for km, day in zip((62418, 624180, 6300, 63900), days, strict=True)
    ]
    car.refresh_from_db()
    assert (read, car.odometer) == ([False, True, True, False], 63900)
    assert doctor.examine() == []


def test_two_agreeing_readings_overturn_a_wrong_one(shop: Shop, at: datetime) -> None:
    car = make.vehicle(shop, odometer=160000)
    for days, km in ((30, 62000), (60, 63500)):
        commands.read_odometer(vehicle_id=car.pk, km=km, by=shop.boss(), at=at + timedelta(days=days))
    car.refresh_from_db()
    assert car.odometer == 63500
    assert list(OdometerReading.objects.order_by("pk").values_list("doubtful", flat=True)) == [True, True, False]
    assert doctor.examine() == []


def test_reading_refuses_nonsense_and_strangers(shop: Shop, at: datetime) -> None:
    car = make.vehicle(shop)
    with nothing_changes(), pytest.raises(Refused):
        commands.read_odometer(vehicle_id=car.pk, km=-1, by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.read_odometer(vehicle_id=car.pk, km=1, by=shop.actor(), at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.read_odometer(vehicle_id=car.pk + 1, km=1, by=shop.boss(), at=at)
