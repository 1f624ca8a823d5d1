"""The catalogue with its stock leaves the house by the one way out, without what parts cost."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO

from python_calamine import CalamineWorkbook

from pitlane.core import files
from pitlane.core.access import system
from pitlane.core.money import Money
from pitlane.core.testing import Shop
from pitlane.customers import commands as customers
from pitlane.customers import jobs
from pitlane.parts import commands


def test_parts_leave_with_the_stock_of_each_warehouse(shop: Shop, at: datetime) -> None:
    boss = shop.boss()
    part = commands.save_part(code="OF-1", name="=机滤", price=Money(3550), by=boss, at=at)
    commands.save_part(code="BP-2", name="刹车片", price=Money(100), by=boss, at=at)
    for store_id, quantity in ((shop.store_id, 3), (shop.other_store_id, 5)):
        warehouse = commands.open_warehouse(store_id=store_id, name=f"仓{quantity}", by=boss, at=at)
        line = commands.ReceiptLine(part_id=part.pk, quantity=Decimal(quantity), unit_cost=Money(987_654), bin="A-1")
        commands.receive(warehouse_id=warehouse.pk, lines=[line], supplier="x", by=boss, at=at)
    export = customers.request_export(what="parts", filters={}, reason="盘点", with_phones=True, by=boss, at=at)
    assert (export.rows, export.with_phones) == (2, False)
    jobs.make_export(export_id=export.pk, by=system(shop.org_id), at=at)
    export.refresh_from_db()
    head, *rows = CalamineWorkbook.from_filelike(BytesIO(files.read(export.file))).get_sheet_by_index(0).to_python()
    stock = [(row[0], row[1], row[2], row[head.index("仓库")], row[head.index("在库")]) for row in rows]
    assert stock == [
        ("OF-1", "'=机滤", 35.5, "仓3", 3.0),
        ("OF-1", "'=机滤", 35.5, "仓5", 5.0),
        ("BP-2", "刹车片", 1.0, "", 0.0),
    ]
    assert "9876" not in str(rows) and all(export.ref in row[-1] for row in rows)
