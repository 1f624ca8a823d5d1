"""Parts and opening stock of a former program."""

from datetime import datetime
from decimal import Decimal

import pytest

from pitlane.core.errors import Forbidden
from pitlane.core.imports import run, trial
from pitlane.core.imports.profiles import Target, Unit, guess_mapping
from pitlane.core.imports.rows import Row
from pitlane.core.imports.sorting import Sorter
from pitlane.core.models import ImportIssue
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes
from pitlane.core.tests.test_imports import upload
from pitlane.parts import commands, imports
from pitlane.parts.models import Movement, Part, StockLevel

PARTS_FILE = (
    "编码,名称,售价,品质,适用车型\nof-1,机油滤清器,35.5,原厂件,大众 帕萨特、大众 迈腾\nBP-2,刹车片,,副厂,\n,无码,1,,\n"
)
STOCK_FILE = "编码,数量,成本价,货位\nOF-1,10,12.50,A-1\nOF-1,2,12.50,B-9\nBP-2,0,5,\nXX-9,1,1,\n"


def brought_in(shop: Shop, at: datetime, profile: str, text: str):
    by = shop.boss()
    batch = run.start_import(profile_key=profile, upload=upload(text), store_id=shop.store_id, by=by, at=at)
    trial.dry_run(batch_id=batch.pk, by=by, at=at)
    return run.run_to_end(batch.pk, by=by, at=at)


def test_columns_of_common_programs_are_recognised() -> None:
    wanted = {"code": "配件编码", "name": "品名", "price": "销售价", "unit": "计量单位"}
    assert guess_mapping(imports.PARTS.fields, ["配件编码", "品名", "销售价", "计量单位"]) == wanted


def test_parts_are_brought_in_once(shop: Shop, at: datetime) -> None:
    batch = brought_in(shop, at, "parts", PARTS_FILE)
    part = Part.objects.get(code="OF-1")
    assert (part.name, part.price, part.grade) == ("机油滤清器", Money(3550), "oem")
    assert part.fits == ["大众 帕萨特", "大众 迈腾"] and Part.objects.get(code="BP-2").price == Money(0)
    assert batch.counts["codes"] == {"doubtful:price": 1, "rejected:unnamed": 1}
    Part.objects.filter(pk=part.pk).update(name="店里的名字")
    again = brought_in(shop, at, "parts", PARTS_FILE + "OF-3,空滤,20,,\n")
    assert (again.counts["known"], Part.objects.count()) == (2, 3)
    assert Part.objects.get(code="OF-1").name == "店里的名字"


def test_opening_stock_is_received_once(shop: Shop, at: datetime) -> None:
    brought_in(shop, at, "parts", PARTS_FILE)
    warehouse = commands.open_warehouse(store_id=shop.store_id, name="主仓", by=shop.boss(), at=at)
    batch = brought_in(shop, at, "stock", STOCK_FILE)
    level = StockLevel.objects.get(part__code="OF-1", warehouse=warehouse)
    assert (level.on_hand, level.value) == (Decimal(12), Money(15000))
    assert set(Movement.objects.values_list("supplier", flat=True)) == {"期初库存"}
    found = ImportIssue.objects.filter(batch=batch).order_by("row").values_list("row", "code")
    assert list(found) == [(4, "quantity"), (5, "part_unknown")]
    with_more = brought_in(shop, at, "stock", STOCK_FILE + "BP-2,4,5,\n")
    assert with_more.counts["made"] == 1 and StockLevel.objects.get(part__code="OF-1").on_hand == Decimal(12)


def test_without_a_warehouse_nothing_is_received(shop: Shop, at: datetime) -> None:
    brought_in(shop, at, "parts", PARTS_FILE)
    batch = brought_in(shop, at, "stock", STOCK_FILE)
    assert batch.counts["made"] == 0 and not Movement.objects.exists()


@pytest.mark.parametrize(
    "read, apply", [(imports.read_parts, imports.apply_parts), (imports.read_stock, imports.apply_stock)]
)
def test_bringing_in_is_refused_without_the_right(shop: Shop, at: datetime, read, apply) -> None:
    commands.open_warehouse(store_id=shop.store_id, name="主仓", by=shop.boss(), at=at)
    if apply is imports.apply_stock:
        commands.save_part(code="OF-1", name="机滤", price=Money(1), by=shop.boss(), at=at)
    target = Target(shop.store_id)
    rows = [Row(2, {"code": "OF-1", "name": "机滤", "quantity": "1"})]
    with Sorter() as sorter:
        units = [item for item in read(rows, target, sorter) if isinstance(item, Unit)]
    with nothing_changes(), pytest.raises(Forbidden):
        apply(units=units, target=target, by=shop.actor(), at=at)


def test_stock_of_an_unknown_part_is_named_before_and_after_and_follows_later(shop: Shop, at: datetime) -> None:
    boss = shop.boss()
    brought_in(shop, at, "parts", PARTS_FILE)
    commands.open_warehouse(store_id=shop.store_id, name="主仓", by=boss, at=at)
    text = "编码,数量,成本价,货位\nOF-1,10,12.50,A-1\nXX-9,1,1,\nXX-9,2,1,\nBP-2,4,5,\n"
    batch = run.start_import(profile_key="stock", upload=upload(text), store_id=shop.store_id, by=boss, at=at)
    tried = trial.dry_run(batch_id=batch.pk, by=boss, at=at)
    named = [(3, "part_unknown"), (4, "part_unknown")]
    assert (tried.counts["units"], tried.counts["rejected"]) == (2, 2)
    assert sorted(ImportIssue.objects.filter(batch=batch).values_list("row", "code")) == named
    done = run.run_to_end(batch.pk, by=boss, at=at)
    assert (done.counts["made"], done.counts["rejected"]) == (2, 2)
    assert sorted(ImportIssue.objects.filter(batch=batch).values_list("row", "code")) == named
    commands.save_part(code="XX-9", name="火花塞", price=Money(4000), by=boss, at=at)
    again = trial.dry_run(batch_id=batch.pk, by=boss, at=at)
    assert (again.counts["units"], again.counts["known"], again.counts["rejected"]) == (3, 2, 0)
    done = run.run_to_end(batch.pk, by=boss, at=at)
    assert (done.status, done.counts["made"], done.counts["rejected"]) == ("done", 1, 0)
    levels = StockLevel.objects.order_by("part__code").values_list("part__code", "on_hand")
    assert list(levels) == [("BP-2", Decimal(4)), ("OF-1", Decimal(10)), ("XX-9", Decimal(3))]
