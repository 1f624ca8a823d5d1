"""Stock as a ledger: exact lines, exact events, never negative, and the doctor agrees."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.core import doctor
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.parts import commands, queries
from pitlane.parts.ledger import Change, Shelf
from pitlane.parts.models import Movement, Requisition, StockLevel, Warehouse

from . import factories

ONE = Decimal(1)
CHECKS = ["parts_ledger", "parts_reserved"]


def ledger() -> list[tuple]:
    fields = ("kind", "quantity", "reserved", "value", "on_hand_after", "reserved_after", "value_after")
    return [(k, *map(str, rest)) for k, *rest in Movement.objects.order_by("pk").values_list(*fields)]


def events(kind: str) -> list[dict]:
    return [row.payload for row in EventRow.objects.filter(kind=f"parts.{kind}").order_by("seq")]


def level() -> tuple[Decimal, Decimal, int]:
    row = StockLevel.objects.get()
    return row.on_hand, row.reserved, row.value.fen


def test_the_first_warehouse_is_the_main_one_and_a_name_is_one_place(shop: Shop) -> None:
    first = factories.warehouse(shop)
    second = factories.warehouse(shop, name="油品库")
    assert factories.warehouse(shop).pk == first.pk
    assert (first.main, second.main) == (True, False)
    assert queries.main_warehouse(shop.store_id) == first
    assert [row["name"] for row in events("WarehouseOpened")] == ["主仓", "油品库"]
    with pytest.raises(Refused) as refusal:
        queries.main_warehouse(shop.other_store_id)
    assert refusal.value.code == "no_warehouse"


def test_a_day_of_one_part(shop: Shop, at: datetime) -> None:
    by = shop.boss()
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "2", 1000, bin="A-04-1")
    factories.stock(shop, house, item, "1", 1301)
    wanted = factories.want(shop, house, item, "order_part:1", "2")
    assert wanted.state == "reserved"
    issued = commands.issue(demand="order_part:1", by=by, at=at)
    assert (issued.state, issued.issued, issued.cost) == ("issued", 2, Money(2201))
    back = commands.return_part(demand="order_part:1", quantity=Decimal(1), reason="多领", by=by, at=at)
    assert (back.state, back.cost) == ("partly_returned", Money(1100))
    last = commands.return_part(demand="order_part:1", quantity=Decimal(1), by=by, at=at)
    assert (last.state, last.cost) == ("returned", Money(0))
    assert ledger() == [
        ("receipt", "2.000", "0.000", "¥20.00", "2.000", "0.000", "¥20.00"),
        ("receipt", "1.000", "0.000", "¥13.01", "3.000", "0.000", "¥33.01"),
        ("reserve", "0.000", "2.000", "¥0.00", "3.000", "2.000", "¥33.01"),
        ("issue", "-2.000", "-2.000", "−¥22.01", "1.000", "0.000", "¥11.00"),
        ("return", "1.000", "0.000", "¥11.01", "2.000", "0.000", "¥22.01"),
        ("return", "1.000", "0.000", "¥11.00", "3.000", "0.000", "¥33.01"),
    ]
    assert StockLevel.objects.get().bin == "A-04-1"
    assert queries.order_cost(7) == Money(0)
    assert events("StockIssued")[0]["order_id"] == 7
    assert events("StockIssued")[0]["cost_fen"] == 2201
    assert doctor.examine(CHECKS) == []


def test_goods_that_arrive_go_to_the_oldest_that_fits(shop: Shop, at: datetime) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "1")
    states = [factories.want(shop, house, item, f"order_part:{n}", q).state for n, q in ((1, "1"), (2, "3"), (3, "1"))]
    assert states == ["reserved", "backordered", "backordered"]
    assert [row["demand"] for row in events("PartsShort")] == ["order_part:2", "order_part:3"]
    factories.stock(shop, house, item, "2")
    assert dict(Requisition.objects.values_list("demand", "state")) == {
        "order_part:1": "reserved",
        "order_part:2": "backordered",
        "order_part:3": "reserved",
    }
    factories.stock(shop, house, item, "2")
    told = [(row["demand"], row["from_backorder"]) for row in events("StockReserved")]
    assert told == [("order_part:1", False), ("order_part:3", True), ("order_part:2", True)]
    assert doctor.examine(CHECKS) == []


def test_what_is_cancelled_or_returned_serves_who_waits(shop: Shop, at: datetime) -> None:
    by = shop.boss()
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "1")
    factories.want(shop, house, item, "order_part:1")
    factories.want(shop, house, item, "order_part:2")
    commands.cancel_requisition(demand="order_part:1", by=by, at=at)
    assert Requisition.objects.get(demand="order_part:2").state == "reserved"
    commands.issue(demand="order_part:2", by=by, at=at)
    factories.want(shop, house, item, "order_part:3")
    commands.return_part(demand="order_part:2", quantity=Decimal(1), by=by, at=at)
    assert Requisition.objects.get(demand="order_part:3").state == "reserved"
    with nothing_changes():
        commands.cancel_requisition(demand="order_part:1", by=by, at=at)
        commands.cancel_requisition(demand="order_part:99", by=by, at=at)
    assert doctor.examine(CHECKS) == []


def test_a_changed_wish_keeps_its_place_and_a_repeat_is_nothing(shop: Shop, at: datetime) -> None:
    house, item, other = factories.warehouse(shop), factories.part(shop), factories.part(shop, code="OF-VWB")
    factories.stock(shop, house, item, "2")
    factories.stock(shop, house, other, "1")
    factories.want(shop, house, item, "order_part:1", "1")
    with nothing_changes():
        factories.want(shop, house, item, "order_part:1", "1")
    assert factories.want(shop, house, item, "order_part:1", "2").state == "reserved"
    assert factories.want(shop, house, item, "order_part:2", "1").state == "backordered"
    assert factories.want(shop, house, other, "order_part:1", "1").state == "reserved"
    assert Requisition.objects.get(demand="order_part:2").state == "reserved"
    commands.cancel_requisition(demand="order_part:1", by=shop.boss(), at=at)
    assert factories.want(shop, house, other, "order_part:1", "1").state == "reserved"
    commands.issue(demand="order_part:1", by=shop.boss(), at=at)
    with nothing_changes():
        factories.want(shop, house, other, "order_part:1", "1")
    with nothing_changes(), pytest.raises(Refused) as refusal:
        factories.want(shop, house, other, "order_part:1", "2")
    assert refusal.value.code == "already_issued"
    with nothing_changes(), pytest.raises(Refused):
        commands.cancel_requisition(demand="order_part:1", by=shop.boss(), at=at)
    assert doctor.examine(CHECKS) == []


def test_a_backorder_cannot_be_issued_nor_can_anything_twice(shop: Shop, at: datetime) -> None:
    by = shop.boss()
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.want(shop, house, item, "order_part:1")
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.issue(demand="order_part:1", by=by, at=at)
    assert refusal.value.code == "backordered"
    factories.stock(shop, house, item, "5")
    commands.issue(demand="order_part:1", by=by, at=at)
    for call in (
        lambda: commands.issue(demand="order_part:1", by=by, at=at),
        lambda: commands.return_part(demand="order_part:1", quantity=Decimal(2), by=by, at=at),
        lambda: commands.return_part(demand="order_part:1", quantity=Decimal(0), by=by, at=at),
    ):
        with nothing_changes(), pytest.raises(Refused):
            call()
    with pytest.raises(Missing):
        commands.issue(demand="order_part:2", by=by, at=at)


def test_a_loss_takes_back_the_newest_promises(shop: Shop, at: datetime) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "3", 1000)
    factories.want(shop, house, item, "order_part:1", "1")
    factories.want(shop, house, item, "order_part:2", "2", at=at + timedelta(hours=1))
    commands.adjust(
        warehouse_id=house.pk, part_id=item.pk, counted=Decimal("1.5"), reason="盘亏", by=shop.boss(), at=at
    )
    assert dict(Requisition.objects.values_list("demand", "state")) == {
        "order_part:1": "reserved",
        "order_part:2": "backordered",
    }
    assert level() == (Decimal("1.5"), 1, 1500)
    assert events("PartsShort")[0]["demand"] == "order_part:2"
    assert events("StockAdjusted")[0] == {
        "store_id": shop.store_id,
        "warehouse_id": house.pk,
        "part_id": item.pk,
        "part_name": item.name,
        "quantity": "-1.500",
        "reason": "盘亏",
        "approval_id": None,
    }
    assert doctor.examine(CHECKS) == []


def test_what_is_found_has_the_average_or_the_last_cost(shop: Shop, at: datetime) -> None:
    by = shop.boss()
    house, item = factories.warehouse(shop), factories.part(shop)
    key = {"warehouse_id": house.pk, "part_id": item.pk, "reason": "盘点", "by": by, "at": at}
    commands.adjust(quantity=Decimal(1), **key)
    assert level() == (1, 0, 0)
    commands.adjust(counted=Decimal(0), **key)
    commands.adjust(quantity=Decimal(2), unit_cost=Money(700), **key)
    assert level() == (2, 0, 1400)
    commands.adjust(quantity=Decimal(1), **key)
    assert level() == (3, 0, 2100)
    factories.stock(shop, house, item, "1", 1100)
    commands.adjust(counted=Decimal(0), **key)
    commands.adjust(counted=Decimal(2), **key)
    assert level() == (2, 0, 2200)
    with nothing_changes():
        assert commands.adjust(counted=Decimal(2), **key) is None
    assert doctor.examine(CHECKS) == []


@pytest.mark.parametrize(
    "facts",
    [{"quantity": Decimal(-3)}, {}, {"quantity": Decimal(1), "counted": Decimal(1)}, {"counted": Decimal("0.0001")}],
)
def test_impossible_corrections_are_refused(shop: Shop, at: datetime, facts: dict) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "2")
    key = {"warehouse_id": house.pk, "part_id": item.pk, "by": shop.boss(), "at": at}
    with nothing_changes(), pytest.raises(Refused):
        commands.adjust(reason="盘点", **key, **facts)
    with nothing_changes(), pytest.raises(Refused):
        commands.adjust(reason=" ", quantity=Decimal(1), **key)


@pytest.mark.parametrize("quantity", ["0", "-1", "0.0005", "1000000", "NaN", "Infinity"])
def test_impossible_quantities_are_refused(shop: Shop, quantity: str) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    with nothing_changes(), pytest.raises(Refused):
        factories.stock(shop, house, item, quantity)
    with nothing_changes(), pytest.raises(Refused):
        factories.want(shop, house, item, "order_part:1", quantity)


def test_litres_do_not_drift(shop: Shop, at: datetime) -> None:
    """Tenths are not exact in floating point; a shelf must still be emptied to the last drop."""
    house, oil = factories.warehouse(shop), factories.part(shop, code="OL-03", name="机油", unit="L")
    for _n in range(3):
        factories.stock(shop, house, oil, "0.1", 333)
    for n in range(3):
        assert factories.want(shop, house, oil, f"order_part:{n}", "0.1").state == "reserved"
        commands.issue(demand=f"order_part:{n}", by=shop.boss(), at=at)
    assert level() == (0, 0, 0)
    assert doctor.examine(CHECKS) == []


def test_stock_on_a_past_day_comes_from_the_ledger(shop: Shop, at: datetime) -> None:
    by, day = shop.boss(), timedelta(days=1)
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "5", 1000)
    factories.want(shop, house, item, "order_part:1", "2", at=at + day)
    commands.issue(demand="order_part:1", by=by, at=at + 2 * day)
    figures = [queries.stock_at(house.pk, date(2026, 11, n)).get(item.pk) for n in (22, 23, 24, 25)]
    assert figures[0] is None
    assert [(f.on_hand, f.reserved, f.available, f.value.fen) for f in figures[1:]] == [
        (5, 0, 5, 5000),
        (5, 2, 3, 5000),
        (3, 0, 3, 3000),
    ]


def test_permissions_are_those_of_the_warehouse_store(shop: Shop, at: datetime) -> None:
    house, item = factories.warehouse(shop, shop.other_store_id), factories.part(shop)
    factories.stock(shop, house, item, "5")
    factories.want(shop, house, item, "order_part:1")
    factories.want(shop, house, item, "order_part:2")
    commands.issue(demand="order_part:2", by=shop.boss(), at=at)
    everything = ("parts.view", "parts.edit", "parts.receive", "parts.issue", "parts.adjust")
    for by in (shop.actor(*everything), shop.actor("parts.view", store_id=shop.other_store_id)):
        place = {"warehouse_id": house.pk, "part_id": item.pk}
        for call, facts in (
            (commands.receive, {"warehouse_id": house.pk, "lines": [commands.ReceiptLine(item.pk, ONE, Money(1))]}),
            (commands.adjust, {**place, "quantity": ONE, "reason": "盘点"}),
            (commands.issue, {"demand": "order_part:1"}),
            (commands.return_part, {"demand": "order_part:2", "quantity": ONE}),
            (commands.set_bin, {**place, "bin": "B-1"}),
            (commands.open_warehouse, {"store_id": shop.other_store_id, "name": "新仓"}),
        ):
            with nothing_changes(), pytest.raises(Forbidden):
                call(by=by, at=at, **facts)
    stranger = shop.actor("customers.view", store_id=shop.other_store_id)
    with nothing_changes(), pytest.raises(Forbidden):
        factories.want(shop, house, item, "order_part:3", by=stranger)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.cancel_requisition(demand="order_part:1", by=stranger, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.ask_for(demands=["order_part:1"], by=stranger, at=at)


def test_who_waits_at_the_bay_comes_first_in_the_queue(shop: Shop, at: datetime) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "3")
    for number in (1, 2, 3):
        factories.want(shop, house, item, f"order_part:{number}")
    technician = shop.actor("workshop.work")
    assert commands.ask_for(demands=["order_part:3"], by=technician, at=at) == 1
    with nothing_changes():
        assert commands.ask_for(demands=["order_part:3"], by=technician, at=at) == 0
    with nothing_changes(), pytest.raises(Missing):
        commands.ask_for(demands=["order_part:3", "order_part:9"], by=technician, at=at)
    rows = queries.queue(shop.boss(), view="ready").rows
    assert [row.requisition.demand for row in rows] == ["order_part:3", "order_part:1", "order_part:2"]
    assert (rows[0].requisition.asked_by, rows[0].requisition.asked_at) == (technician.name, at)
    commands.cancel_requisition(demand="order_part:3", by=shop.boss(), at=at)
    factories.want(shop, house, item, "order_part:3")
    assert Requisition.objects.get(demand="order_part:3").asked_at is None


def test_another_organisations_stock_is_missing(shop: Shop, other_shop: Shop, at: datetime) -> None:
    with scope(other_shop.org_id):
        house, item = factories.warehouse(other_shop), factories.part(other_shop)
    mine, own = factories.warehouse(shop), factories.part(shop)
    line = [commands.ReceiptLine(item.pk, Decimal(1), Money(1))]
    for call in (
        lambda: commands.receive(warehouse_id=house.pk, lines=line, by=shop.boss(), at=at),
        lambda: commands.receive(warehouse_id=mine.pk, lines=line, by=shop.boss(), at=at),
        lambda: factories.want(shop, mine, item, "order_part:1"),
        lambda: factories.want(shop, house, own, "order_part:1"),
        lambda: commands.open_warehouse(store_id=other_shop.store_id, name="仓", by=shop.boss(), at=at),
    ):
        with nothing_changes(), pytest.raises(Missing):
            call()
    assert Warehouse.objects.count() == 1


def test_the_doctor_sees_tampering(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "5")
    factories.want(shop, house, item, "order_part:1")
    StockLevel.objects.update(on_hand=4)
    assert [t.check for t in doctor.examine(CHECKS)] == ["parts_ledger"]
    StockLevel.objects.update(on_hand=5, reserved=2)
    assert [t.check for t in doctor.examine(CHECKS)] == ["parts_ledger", "parts_reserved"]
    StockLevel.objects.update(reserved=1)
    Movement.objects.filter(kind="receipt").update(value=Money(1))
    assert [t.check for t in doctor.examine(CHECKS)] == ["parts_ledger"]


def test_many_lines_of_an_order_cost_few_queries(shop: Shop, at: datetime) -> None:
    house = factories.warehouse(shop)
    items = [factories.part(shop, code=f"P-{n}") for n in range(6)]
    for item in items:
        factories.stock(shop, house, item, "5")
    wishes = [commands.Demand(f"order_part:{n}", item.pk, ONE) for n, item in enumerate(items)]
    key = {"by": shop.boss(), "at": at}
    with CaptureQueriesContext(connection) as asked:
        made = commands.require_parts(demands=wishes, order_id=7, warehouse_id=house.pk, **key)
    with CaptureQueriesContext(connection) as handed:
        out = commands.issue_many(demands=[wish.demand for wish in wishes], **key)
    assert [row.state for row in made] == ["reserved"] * 6
    assert [(row.demand, row.state, row.cost.fen) for row in out] == [(w.demand, "issued", 2000) for w in wishes]
    assert len(asked) <= 12 and len(handed) <= 13, (len(asked), len(handed))
    assert len(events("StockIssued")) == 6
    assert doctor.examine(CHECKS) == []


def test_two_lines_of_one_part_share_what_lies_there(shop: Shop, at: datetime) -> None:
    house, item, other = factories.warehouse(shop), factories.part(shop), factories.part(shop, code="X-1")
    factories.stock(shop, house, item, "3")
    factories.stock(shop, house, other, "1")
    wanted = ((item, "1.5"), (item, "1"), (item, "1"), (other, "1"))
    wishes = [commands.Demand(f"order_part:{n}", part.pk, Decimal(size)) for n, (part, size) in enumerate(wanted)]
    key = {"by": shop.boss(), "at": at}
    made = commands.require_parts(demands=wishes, order_id=7, warehouse_id=house.pk, **key)
    assert [row.state for row in made] == ["reserved", "reserved", "backordered", "reserved"]
    out = commands.issue_many(demands=["order_part:0", "order_part:1", "order_part:3"], **key)
    assert sum(row.cost.fen for row in out[:2]) == 5000 and out[2].cost.fen == 2000
    left = {row.part_id: (row.on_hand, row.reserved, row.value.fen) for row in StockLevel.objects.all()}
    assert left == {item.pk: (Decimal("0.5"), 0, 1000), other.pk: (0, 0, 0)}
    assert doctor.examine(CHECKS) == []


def test_the_statement_refuses_what_changed_behind_the_locks(shop: Shop, at: datetime) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "1")
    level = StockLevel.objects.get()
    shelf, change = Shelf(), Change("reserve", reserved=ONE)
    assert shelf.take(level, change) and not shelf.take(level, change)
    StockLevel.objects.update(on_hand=0)
    with nothing_changes(), pytest.raises(Conflict):
        shelf.write()


def test_several_lines_are_handed_out_together_or_not_at_all(shop: Shop, at: datetime) -> None:
    house, item, other = factories.warehouse(shop), factories.part(shop), factories.part(shop, code="X-1")
    factories.stock(shop, house, item, "1")
    wishes = [commands.Demand("order_part:1", item.pk, ONE), commands.Demand("order_part:2", other.pk, ONE)]
    key = {"by": shop.boss(), "at": at}
    made = commands.require_parts(demands=wishes, order_id=7, warehouse_id=house.pk, **key)
    assert [row.state for row in made] == ["reserved", "backordered"]
    with nothing_changes(), pytest.raises(Refused):
        commands.issue_many(demands=["order_part:1", "order_part:2"], **key)
    with nothing_changes(), pytest.raises(Missing):
        commands.issue_many(demands=["order_part:1", "order_part:9"], **key)
    assert Requisition.objects.get(demand="order_part:1").state == "reserved"
    again = commands.require_parts(
        demands=[*wishes, commands.Demand("order_part:3", item.pk, ONE)], order_id=7, warehouse_id=house.pk, **key
    )
    assert [row.state for row in again] == ["reserved", "backordered", "backordered"]
    assert doctor.examine(CHECKS) == []


def test_parts_are_asked_for_by_those_who_see_them_in_their_store(shop: Shop, at: datetime) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    facts = {"demand": "order_part:1", "order_id": 7, "warehouse_id": house.pk, "part_id": item.pk, "quantity": ONE}
    for by in (shop.actor(), shop.actor("parts.view", store_id=shop.other_store_id)):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.require_part(**facts, by=by, at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.require_part(**{**facts, "part_id": 10**9}, by=shop.boss(), at=at)
