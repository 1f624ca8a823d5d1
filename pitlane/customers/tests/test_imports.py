"""Customers and cars of a former program: what is read, doubted, rejected, and written once."""

from collections.abc import Iterable
from datetime import date, datetime

import pytest
from django.utils import timezone

from pitlane.core.errors import Forbidden, Refused
from pitlane.core.imports import run, trial
from pitlane.core.imports.profiles import Issue, Target, Unit, guess_mapping
from pitlane.core.imports.rows import Row
from pitlane.core.imports.sorting import Sorter
from pitlane.core.models import ImportIssue
from pitlane.core.testing import Shop, nothing_changes
from pitlane.core.tests.test_imports import upload
from pitlane.customers import commands, imports
from pitlane.customers.models import Consent, Customer, CustomerPhone, Ownership, Vehicle

from .factories import VIN, customer

TARGET = Target(1)


def rows(*values: dict[str, str]) -> list[Row]:
    return [Row(number, value) for number, value in enumerate(values, start=2)]


def codes(found: Iterable) -> list[tuple[int, str, str]]:
    return [(issue.row.number, issue.level, issue.code) for issue in found]


class Found:
    """What a reader says about rows, for comparing."""

    def __init__(self, reader, given: list[Row]) -> None:
        with Sorter() as sorter:
            said = list(reader(given, TARGET, sorter))
        self.units = [item for item in said if isinstance(item, Unit)]
        self.issues = [item for item in said if isinstance(item, Issue)]


def brought_in(shop: Shop, at: datetime, profile: str, text: str):
    by = shop.boss()
    batch = run.start_import(profile_key=profile, upload=upload(text), store_id=shop.store_id, by=by, at=at)
    trial.dry_run(batch_id=batch.pk, by=by, at=at)
    return run.run_to_end(batch.pk, by=by, at=at)


def test_columns_of_common_programs_are_recognised() -> None:
    heads = ["客户名称", "手机", "客户类型", "联系地址", "备注"]
    wanted = {"name": "客户名称", "phone": "手机", "kind": "客户类型", "address": "联系地址", "note": "备注"}
    assert guess_mapping(imports.CUSTOMERS.fields, heads) == wanted
    cars = guess_mapping(imports.VEHICLES.fields, ["车牌号", "VIN码", "客户姓名", "联系电话", "行驶里程"])
    assert cars == {"plate": "车牌号", "vin": "VIN码", "owner": "客户姓名", "phone": "联系电话", "odometer": "行驶里程"}


def test_customers_are_read_with_their_doubts() -> None:
    found = Found(
        imports.read_customers,
        rows(
            {"name": "王 建国", "phone": "138-0011-6217；010-64001234", "tags": "老客户、VIP", "source": "转介绍"},
            {"name": "", "phone": "13800116217"},
            {"name": "北京顺达物流有限公司", "phone": "12345", "birthday": "明天"},
            {"name": "王建国", "phone": "13800116217"},
            {"name": "13800116217"},
        ),
    )
    first, company = (unit.facts for unit in found.units)
    assert first.phones == ("13800116217", "010-64001234") and first.tags == ("老客户", "VIP")
    assert first.facts["source"] == "referral" and (first.kind, company.kind) == ("person", "company")
    assert codes(found.issues) == [
        (3, "rejected", "name"),
        (4, "doubtful", "phone"),
        (4, "doubtful", "no_phone"),
        (4, "doubtful", "date_birthday"),
        (5, "doubtful", "twice"),
        (6, "rejected", "name"),
    ]


def test_cars_are_read_with_their_doubts() -> None:
    found = Found(
        imports.read_vehicles,
        rows(
            {"plate": "京a·8k326", "vin": VIN, "odometer": "62,418 km", "owner": "王建国", "model_year": "2019款"},
            {"plate": "MH12AB1234", "odometer": "2000000000"},
            {"plate": "", "vin": "SHORT"},
            {"vin": VIN, "insurance_until": "2026年12月1日"},
        ),
    )
    good, foreign = (unit.facts for unit in found.units)
    assert (good.plate, good.plate_kind, good.vin, good.odometer) == ("京A8K326", "blue", VIN, 62418)
    assert good.facts["model_year"] == 2019 and (foreign.plate, foreign.plate_kind) == ("MH12AB1234", "foreign")
    assert codes(found.issues) == [
        (3, "doubtful", "foreign_plate"),
        (3, "doubtful", "odometer"),
        (4, "doubtful", "vin"),
        (4, "rejected", "no_vehicle"),
        (5, "doubtful", "twice"),
    ]


CUSTOMER_FILE = "姓名,电话,标签,地址\n王建国,13800116217,老客户,北京市朝阳区望京街 1 号\n李娜,13900116217,,\n"


def test_customers_are_brought_in_once_and_known_ones_are_met(shop: Shop, at: datetime) -> None:
    known = customer(shop)
    batch = brought_in(shop, at, "customers", CUSTOMER_FILE)
    assert batch.status == "done" and Customer.objects.count() == 2
    made = Customer.objects.get(name="李娜")
    assert (made.source, made.home_store_id) == ("import", shop.store_id)
    assert Customer.objects.get(name="王建国").pk == known.pk and CustomerPhone.objects.count() == 2
    again = brought_in(shop, at, "customers", CUSTOMER_FILE + "赵鹏,,,\n")
    assert (again.counts["known"], Customer.objects.count()) == (2, 3)


CAR_FILE = (
    "车牌,车架号,车主,电话,品牌,里程,保险到期\n"
    f"京A8K326,{VIN},王建国,13800116217,大众,62418,2026-12-01\n"
    "京B12345,,北京顺达物流有限公司,,福田,,\n"
    "京B12346,,北京顺达物流有限公司,,福田,,\n"
)


def test_cars_are_brought_in_with_their_owners(shop: Shop, at: datetime) -> None:
    brought_in(shop, at, "vehicles", CAR_FILE)
    car = Vehicle.objects.get(vin=VIN)
    assert (car.plate, car.make, car.odometer, car.insurance_until) == ("京A8K326", "大众", 62418, date(2026, 12, 1))
    assert car.ownerships.get(role=Ownership.Role.OWNER).customer.name == "王建国"
    assert (Vehicle.objects.count(), Customer.objects.count()) == (3, 2)
    again = brought_in(shop, at, "vehicles", CAR_FILE + "京B12347,,,,,,\n")
    assert (again.counts["made"], Vehicle.objects.count(), Customer.objects.count()) == (1, 4, 2)


def test_owners_without_phone_are_those_of_the_customers_file(shop: Shop, at: datetime) -> None:
    brought_in(shop, at, "customers", "姓名,电话\n赵鹏,\n")
    brought_in(shop, at, "vehicles", "车牌,颜色,车主\n京A8K326,白,赵鹏\n京A8K327,黑,赵鹏\n")
    assert Customer.objects.count() == 1 and Ownership.objects.filter(customer__name="赵鹏").count() == 2


def test_a_refused_car_does_not_stop_the_others(shop: Shop, at: datetime) -> None:
    text = "车牌,颜色,车主\n京A8K326,白,王建国\n京A8K327,黑,😀王\n京A8K328,灰,李娜\n"
    batch = brought_in(shop, at, "vehicles", text)
    assert batch.counts["made"] == 2 and Vehicle.objects.count() == 2
    assert list(ImportIssue.objects.values_list("row", "level", "code")) == [(3, "rejected", "owner")]
    assert "所以这台车没有导入" in ImportIssue.objects.get().message


@pytest.mark.parametrize("apply", [imports.apply_customers, imports.apply_vehicles])
def test_bringing_in_is_refused_without_the_right(shop: Shop, at: datetime, apply) -> None:
    read = imports.read_customers if apply is imports.apply_customers else imports.read_vehicles
    units = Found(read, rows({"name": "王建国", "plate": "京A8K326"})).units
    with nothing_changes(), pytest.raises(Forbidden):
        apply(units=units, target=Target(shop.store_id), by=shop.actor(), at=at)


MORE = (
    "姓名,电话,性别,生日,农历生日,身份证号,服务授权,营销授权\n"
    "王建国,13800116217,男,1980-05-04,是,11010119800504001X,2026-03-01,\n"
    "李娜,13900116217,女士,,1985-08-15,G12345678,,同意\n"
    "赵鹏,13700116217,x,1990-01-02,1990-01-03,110101198005040000,,2099-01-01\n"
)


def test_people_come_with_gender_birthdays_documents_and_what_they_signed(shop: Shop, at: datetime) -> None:
    batch = brought_in(shop, at, "customers", MORE)
    first, second, third = Customer.objects.order_by("pk")
    assert (first.gender, first.birthday, first.birthday_lunar) == ("m", date(1980, 5, 4), True)
    assert (second.gender, second.birthday, second.birthday_lunar) == ("f", date(1985, 9, 29), True)
    assert (third.gender, third.birthday, third.birthday_lunar) == ("", date(1990, 1, 2), False)
    assert (second.id_number.reveal(), third.id_index) == ("G12345678", "")
    paper = Consent.objects.get()
    assert (paper.customer, paper.purpose, paper.granted) == (first, "service", True)
    assert (timezone.localdate(paper.at), paper.via) == (date(2026, 3, 1), "纸质签字")
    found = ImportIssue.objects.filter(batch=batch).order_by("row", "pk").values_list("row", "code")
    assert sorted(found) == [
        (2, "id_number"), (3, "consent"),
        (4, "consent"), (4, "gender"), (4, "id_number"), (4, "two_birthdays"),
    ]  # fmt: skip


def test_a_paper_consent_is_older_than_a_later_no(shop: Shop, at: datetime) -> None:
    known, boss = customer(shop), shop.boss()
    commands.give_consent(customer_id=known.pk, purpose="service", granted=False, by=boss, at=at)
    given = {"customer_id": known.pk, "purpose": "service", "on": date(2026, 3, 1), "at": at}
    for _twice in range(2):
        commands.note_paper_consent(**given, by=boss)
    answers = Consent.objects.order_by("-at").values_list("granted", flat=True)
    assert list(answers) == [False, True]
    with nothing_changes(), pytest.raises(Forbidden):
        commands.note_paper_consent(**given, by=shop.actor())
    with nothing_changes(), pytest.raises(Refused):
        commands.note_paper_consent(**{**given, "on": date(2099, 1, 1)}, by=boss)


def test_cars_come_with_warranty_class_and_fuel(shop: Shop, at: datetime) -> None:
    text = (
        "车牌,车主,电话,质保到期,质保里程,级别,燃料\n"
        "京A8K326,王建国,13800116217,2027-05-01,10万公里,豪华型,插电混动\n"
        "京B12345,,13800116218,明年,,卡车,氢\n"
    )
    batch = brought_in(shop, at, "vehicles", text)
    car, other = Vehicle.objects.order_by("pk")
    assert (car.warranty_until, car.warranty_km) == (date(2027, 5, 1), 100_000)
    assert (car.vehicle_class, car.fuel, other.vehicle_class) == ("luxury", "hybrid", "standard")
    found = ImportIssue.objects.filter(batch=batch).values_list("row", "code")
    assert sorted(found) == [(3, "date_warranty_until"), (3, "fuel"), (3, "no_owner"), (3, "vehicle_class")]
