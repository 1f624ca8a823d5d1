"""Repair history of a former program: visits gathered from anywhere in the file, and money that stays unknown."""

from datetime import datetime
from decimal import Decimal

from pitlane.accounts.tests.factories import browser, make_role, person
from pitlane.core.imports import run, trial
from pitlane.core.models import EventRow, ImportBatch, ImportIssue
from pitlane.core.money import Money
from pitlane.core.testing import Shop
from pitlane.core.tests.test_imports import upload
from pitlane.workshop import imports
from pitlane.workshop.models import OrderPart, RepairOrder, WorkItem

HEAD = "进厂日期,客户姓名,手机号,车牌,里程,项目,类型,数量,单位,单价,金额\n"
FILE = HEAD + (
    "2026-03-01,王建国,13800116217,京A8K326,62000,机油,配件,4,升,55.5,\n"
    "2026-04-01,李娜,13900116217,京B12345,1000,补胎,,,,,\n"
    "2026-03-01,王建国,13800116217,京A8K326,62000,换机油,工时,0.5,,,80\n"
    "2026-03-01,王建国,13800116217,京A8K326,62000,机滤,材料,约,个,,面议\n"
    "2026-05-01,李娜,13900116217,京B12345,900,四轮定位,工时,,,,0\n"
)


def brought_in(shop: Shop, at: datetime, text: str) -> ImportBatch:
    by = shop.boss()
    batch = run.start_import(profile_key="history", upload=upload(text), store_id=shop.store_id, by=by, at=at)
    trial.dry_run(batch_id=batch.pk, by=by, at=at)
    return run.run_to_end(batch.pk, by=by, at=at)


def test_lines_come_with_kind_quantity_unit_and_price(shop: Shop, at: datetime) -> None:
    batch = brought_in(shop, at, FILE)
    assert (batch.counts["made"], RepairOrder.objects.count()) == (3, 3)
    oil = OrderPart.objects.get(name="机油")
    assert (oil.quantity, oil.unit, oil.unit_price, oil.amount) == (Decimal(4), "升", Money(5550), Money(22200))
    work = WorkItem.objects.get(name="换机油")
    assert (work.hours, work.amount, work.unpriced, work.order_id) == (Decimal("0.5"), Money(8000), False, oil.order_id)
    found = ImportIssue.objects.filter(batch=batch).order_by("row", "code").values_list("row", "code")
    assert list(found) == [(5, "amount"), (6, "odometer_backwards")]


def test_unknown_money_is_not_free(shop: Shop, at: datetime) -> None:
    brought_in(shop, at, FILE)
    filters = OrderPart.objects.get(name="机滤")
    tyre = OrderPart.objects.get(name="补胎").order
    free = WorkItem.objects.get(name="四轮定位").order
    assert (filters.unpriced, filters.order.unpriced, tyre.unpriced, free.unpriced) == (True, True, True, False)
    told = EventRow.objects.filter(kind="workshop.OrderImported").order_by("pk")
    assert {row.payload["order_id"]: row.payload["total_fen"] for row in told} == {
        filters.order_id: None,
        tyre.pk: None,
        free.pk: 0,
    }
    client = browser(person(shop, make_role(shop, "desk", "workshop.view", "customers.view")))
    assert "旧系统没有金额" in client.get(f"/orders/{tyre.ref}/").content.decode()
    assert "旧系统没有金额" not in client.get(f"/orders/{free.ref}/").content.decode()
    api = client.get(f"/api/v1/orders/{tyre.ref}").json()
    assert api["unpriced"] is True


def test_a_visit_of_endless_lines_keeps_the_first_and_names_the_others(shop: Shop, at: datetime, monkeypatch) -> None:
    monkeypatch.setattr(imports, "ABSURD_LINES", 2)
    text = HEAD + "".join(f"2026-03-01,王建国,13800116217,京A8K326,62000,项目{n},,,,,\n" for n in range(5))
    batch = brought_in(shop, at, text)
    assert WorkItem.objects.count() + OrderPart.objects.count() == 2
    assert batch.counts["codes"]["rejected:too_many"] == 3
