"""Writes of the catalogue: exact rows and events; refusals change nothing."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from pitlane.catalog import commands
from pitlane.catalog.models import GuaranteeRule, LabourRate, MaintenanceSchedule, Operation, ServicePackage
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes

from . import factories


def kinds() -> list[str]:
    return list(EventRow.objects.order_by("seq").values_list("kind", flat=True))


def test_an_operation_is_saved_with_its_keys_and_steps(shop: Shop) -> None:
    steps = [
        {"text": "热车后放净旧机油", "photo": True},
        {"text": " "},
        {"text": "加注新机油", "measure": {"label": "加注量", "unit": "L", "min": "2.5", "max": 8}},
    ]
    made = factories.operation(shop, code="ma-9", steps=steps)
    row = Operation.objects.get()
    assert (row.code, row.version, row.org_id) == ("MA-9", 1, shop.org_id)
    assert row.name_keys.split()[:2] == ["小保养(更换机油机滤)", "xiaobaoyanggenghuanjiyoujilv"]
    assert "xbyghjyjl" in row.name_keys
    assert row.steps == [
        {"text": "热车后放净旧机油", "photo": True},
        {"text": "加注新机油", "measure": {"label": "加注量", "unit": "L", "min": 2.5, "max": 8.0}},
    ]
    assert EventRow.objects.get().payload == {
        "operation_id": made.pk,
        "code": "MA-9",
        "name": "小保养（更换机油机滤）",
        "created": True,
    }


def test_the_second_editor_is_told(shop: Shop) -> None:
    made = factories.operation(shop)
    factories.operation(shop, operation_id=made.pk, version=1, name="小保养")
    with nothing_changes(), pytest.raises(Conflict):
        factories.operation(shop, operation_id=made.pk, version=1, name="大保养")
    assert Operation.objects.get().name == "小保养"


@pytest.mark.parametrize(
    "facts",
    [
        {"code": " "},
        {"name": ""},
        {"standard_hours": Decimal(-1)},
        {"fixed_price": Money(-1)},
        {"steps": [{"text": "量", "measure": {"label": "", "unit": "mm"}}]},
        {"steps": [{"text": "量", "measure": {"label": "厚度", "min": 8, "max": 2}}]},
        {"steps": [{"text": "量", "measure": {"label": "厚度", "min": "x"}}]},
        {"steps": [{"text": "步" * 121}]},
        {"steps": [{"text": "步"}] * 61},
    ],
)
def test_nonsense_operations_are_refused(shop: Shop, facts: dict) -> None:
    with nothing_changes(), pytest.raises(Refused):
        factories.operation(shop, **facts)


def test_a_code_names_one_thing(shop: Shop) -> None:
    factories.operation(shop)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        factories.operation(shop, code="ma-001")
    assert refusal.value.field == "code"


def test_whoever_may_not_edit_changes_nothing(shop: Shop, at: datetime) -> None:
    by = shop.actor("catalog.view")
    made = factories.operation(shop)
    calls = [
        lambda: commands.save_operation(
            code="X", name="x", standard_hours=Decimal(1), trade="body", category="c", by=by, at=at
        ),
        lambda: commands.save_package(
            code="X", name="x", lines=[commands.PackageLineInput(operation_id=made.pk)], by=by, at=at
        ),
        lambda: commands.set_labour_rate(
            store_id=shop.store_id,
            vehicle_class="",
            trade="",
            rate=Money(1),
            valid_from=date(2026, 1, 1),
            by=by,
            at=at,
        ),
        lambda: commands.set_guarantee_rule(
            repair_class="minor", km=9999, days=99, valid_from=date(2026, 1, 1), by=by, at=at
        ),
        lambda: commands.save_schedule(
            code="X", name="x", items=[commands.ScheduleItemInput("oil", "机油", every_km=5000)], by=by, at=at
        ),
        lambda: commands.save_checklist_entry(kind="reception", code="X", name="x", by=by, at=at),
        lambda: commands.load_starting_catalogue(by=by, at=at),
    ]
    for call in calls:
        with nothing_changes(), pytest.raises(Forbidden):
            call()


def test_a_package_keeps_its_lines_in_order(shop: Shop) -> None:
    made = factories.package(shop, price=Money(46800), makes=["大众"], fuels=["petrol"])
    assert [(line.position, line.part_code, line.quantity, line.hours) for line in made.lines.all()] == [
        (1, "", 1, Decimal("0.5")),
        (2, "OL-03", 4, None),
    ]
    factories.package(shop, package_id=made.pk, version=1, lines=[commands.PackageLineInput(part_code="OL-04")])
    assert [line.part_code for line in ServicePackage.objects.get().lines.all()] == ["OL-04"]
    assert kinds() == ["catalog.OperationChanged", "catalog.PackageChanged", "catalog.PackageChanged"]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [commands.PackageLineInput()],
        [commands.PackageLineInput(operation_id=1, part_code="OL-03")],
        [commands.PackageLineInput(part_code="OL-03", quantity=Decimal(0))],
    ],
)
def test_nonsense_packages_are_refused(shop: Shop, at: datetime, lines: list) -> None:
    with nothing_changes(), pytest.raises(Refused):
        commands.save_package(code="P", name="套餐", lines=lines, by=shop.boss(), at=at)


def test_a_package_takes_no_work_of_another_organisation(shop: Shop, other_shop: Shop, at: datetime) -> None:
    with scope(other_shop.org_id):
        foreign = factories.operation(other_shop)
    with nothing_changes(), pytest.raises(Missing):
        commands.save_package(
            code="P", name="套餐", lines=[commands.PackageLineInput(operation_id=foreign.pk)], by=shop.boss(), at=at
        )


def test_a_rate_of_the_same_day_is_corrected(shop: Shop) -> None:
    factories.rate(shop, 16000)
    factories.rate(shop, 17000)
    factories.rate(shop, 18000, valid_from=date(2026, 7, 1))
    assert sorted(LabourRate.objects.values_list("rate", flat=True)) == [Money(17000), Money(18000)]
    assert kinds() == ["catalog.RateChanged"] * 3


def test_a_store_manager_sets_only_the_own_rate(shop: Shop, at: datetime) -> None:
    by = shop.actor("catalog.edit")
    key = {"vehicle_class": "", "trade": "", "rate": Money(1), "valid_from": date(2026, 1, 1), "by": by, "at": at}
    commands.set_labour_rate(store_id=shop.store_id, **key)
    with nothing_changes(), pytest.raises(Refused):
        commands.set_labour_rate(store_id=None, **key)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.set_labour_rate(store_id=shop.other_store_id, **key)


@pytest.mark.parametrize(
    ("km", "days", "field"), [(1999, 10, "km"), (2000, 9, "days"), (None, None, "km")], ids=["km", "days", "nothing"]
)
def test_a_promise_below_the_law_is_refused(shop: Shop, at: datetime, km: int, days: int, field: str) -> None:
    rule = {"repair_class": "minor", "by": shop.boss(), "at": at}
    commands.set_guarantee_rule(km=2000, days=10, valid_from=date(2016, 1, 1), statutory=True, **rule)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.set_guarantee_rule(km=km, days=days, valid_from=date(2026, 1, 1), **rule)
    assert refusal.value.field == field
    commands.set_guarantee_rule(km=10000, days=None, valid_from=date(2026, 1, 1), **rule)
    assert GuaranteeRule.objects.count() == 2


def test_a_schedule_is_replaced_as_a_whole(shop: Shop, at: datetime) -> None:
    work = factories.operation(shop)
    oil = commands.ScheduleItemInput("oil", "机油", every_km=7500, every_months=6, operation_id=work.pk)
    air = commands.ScheduleItemInput("air", "空滤", every_km=20000)
    plan = {"code": "SC-1", "name": "汽油车", "fuel": "petrol", "by": shop.boss(), "at": at}
    made = commands.save_schedule(items=[oil, air], **plan)
    commands.save_schedule(schedule_id=made.pk, items=[air], **plan)
    assert [item.code for item in MaintenanceSchedule.objects.get().items.all()] == ["air"]
    bad = [[], [oil, oil], [commands.ScheduleItemInput("x", "无间隔")]]
    for items in bad:
        with nothing_changes(), pytest.raises(Refused):
            commands.save_schedule(**(plan | {"code": "SC-2"}), items=items)


def test_the_starting_catalogue_loads_once(shop: Shop, at: datetime) -> None:
    loaded = commands.load_starting_catalogue(by=shop.boss(), at=at)
    assert loaded["operations"] >= 150 and loaded["packages"] >= 20 and loaded["schedules"] >= 14
    assert all(loaded.values())
    with nothing_changes():
        again = commands.load_starting_catalogue(by=shop.boss(), at=at)
    assert not any(again.values())
    assert kinds() == ["catalog.CatalogueLoaded"]


def test_the_starting_catalogue_leaves_own_rows_alone(shop: Shop, at: datetime) -> None:
    factories.operation(shop, code="MA-001", name="我们的小保养")
    commands.load_starting_catalogue(by=shop.boss(), at=at)
    assert Operation.objects.get(code="MA-001").name == "我们的小保养"
