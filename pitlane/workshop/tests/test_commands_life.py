"""An order from the counter to the delivered car, and every shortcut that is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from pitlane.billing import queries as billing
from pitlane.core import doctor, jobs
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.parts.models import Requisition, StockLevel
from pitlane.workshop import commands, queries
from pitlane.workshop.models import ArchiveEntry, GuaranteedLine, RepairOrder

from .factories import Bench, approved, bench, completed, dispatched, finished, keys_of, opened, settled, usual_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def b(shop: Shop) -> Bench:
    return bench(shop)


def kinds(order: RepairOrder) -> list[str]:
    rows = EventRow.objects.filter(order_id=order.pk, kind__startswith="workshop.").order_by("seq")
    return [kind.split(".")[1] for kind in rows.values_list("kind", flat=True)]


def reload(order: RepairOrder) -> RepairOrder:
    return RepairOrder.objects.get(pk=order.pk)


def test_opening_takes_a_number_and_prices_the_lines(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b))
    assert (order.short_number, order.state) == ("W1123-001", "checked_in")
    assert order.number == "S0-2026-W1123-001"
    assert (order.labour_total, order.parts_total) == (Money(9600), Money(6800 + 4 * 7800))
    assert order.total == order.pending_total == Money(9600 + 6800 + 31200)
    item = order.items.get()
    assert item.price_note == "0.6 h × ¥160.00" and item.payers == {"customer": "1"}
    assert [part.item_id for part in order.parts.all()] == [item.pk, item.pk]
    assert kinds(order) == ["OrderOpened", "LinesChanged"]


def test_the_whole_life_to_the_closed_order(b: Bench) -> None:
    order = settled(b)
    assert order.state == "settled"
    [bill] = billing.settlements_for(order.pk)
    assert bill.total == order.total == Money(47600)
    commands.take_payment(
        order_id=order.pk, settlement_id=bill.id, method="cash", amount=Money(20000), request_key="a", by=b.by, at=NOON
    )
    assert reload(order).state == "settled"
    commands.take_payment(
        order_id=order.pk, settlement_id=bill.id, method="card", amount=Money(27600), request_key="b", by=b.by, at=NOON
    )
    assert reload(order).state == "paid" and reload(order).paid_at == NOON
    commands.deliver(order_id=order.pk, by=b.by, at=NOON)
    jobs.run_all_now()
    commands.close_order(order_id=order.pk, by=b.by, at=NOON)
    assert reload(order).state == "closed"
    entry = ArchiveEntry.objects.get()
    assert entry.missing == ["vin"]
    assert entry.snapshot["parts"][0]["code"] == "OF-VWA"
    assert kinds(order)[-5:] == ["OrderSettled", "OrderPaid", "OrderDelivered", "ArchiveMade", "OrderClosed"]
    assert doctor.examine() == []


def test_approving_reserves_the_parts_and_moves_the_order(b: Bench) -> None:
    order = approved(b)
    assert order.state == "dispatch_pending" and order.pending_total == Money(0)
    assert {r.state for r in Requisition.objects.all()} == {"reserved"}
    assert StockLevel.objects.get(part=b.fluid).reserved == Decimal(4)


def test_declining_everything_goes_back_to_checking(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b))
    commands.mark_quoted(order_id=order.pk, by=b.by, at=NOON)
    assert reload(order).state == "awaiting_approval"
    commands.decide_lines(order_id=order.pk, decisions={keys_of(order)[0]: "decline"}, by=b.by, at=NOON)
    order = reload(order)
    assert (order.state, order.total) == ("inspecting", Money(0))
    assert {part.approval for part in order.parts.all()} == {"declined"}


def test_a_line_is_answered_once(b: Bench) -> None:
    order = approved(b)
    key = keys_of(order)[0]
    with nothing_changes(), pytest.raises(Conflict) as caught:
        commands.decide_lines(order_id=order.pk, decisions={key: "decline"}, by=b.by, at=NOON)
    assert caught.value.code == "already_decided"


def test_the_owner_answers_only_on_the_own_order(b: Bench) -> None:
    from pitlane.core.access import customer

    order = opened(b, lines=usual_lines(b))
    decisions = dict.fromkeys(keys_of(order), "approve")
    stranger = customer(b.shop.org_id, b.customer_id + 99, "车主")
    with nothing_changes(), pytest.raises(Forbidden):
        commands.decide_lines(order_id=order.pk, decisions=decisions, by=stranger, at=NOON)
    owner = customer(b.shop.org_id, b.customer_id, "车主")
    commands.decide_lines(order_id=order.pk, decisions=decisions, via="link", by=owner, at=NOON)
    assert reload(order).state == "dispatch_pending"


def test_settling_needs_quality_answers_and_issued_parts(b: Bench) -> None:
    order = finished(b, parts=False)
    with nothing_changes(), pytest.raises(Refused) as caught:
        commands.settle_order(order_id=order.pk, by=b.by, at=NOON)
    assert caught.value.code == "wrong_state"
    commands.final_check(order_id=order.pk, by=b.judge, at=NOON)
    with nothing_changes(), pytest.raises(Refused) as caught:
        commands.settle_order(order_id=order.pk, by=b.by, at=NOON)
    assert caught.value.code == "parts_not_issued"
    commands.add_labour(order_id=order.pk, operation_id=b.brakes, by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Refused) as caught:
        commands.settle_order(order_id=order.pk, unissued_reason="客户带走", by=b.by, at=NOON)
    assert caught.value.code == "undecided_lines"


def test_settling_promises_a_guarantee_and_recognises_the_come_back(b: Bench) -> None:
    order = settled(b)
    rows = GuaranteedLine.objects.filter(order=order)
    assert rows.count() == 3 and {row.until_km for row in rows} == {64418}
    on = (NOON + timedelta(days=5)).date()
    found = queries.come_backs(b.vehicle_id, on, 63000)
    assert found[0].order_id == order.pk and found[0].km_left == 1418
    assert queries.come_backs(b.vehicle_id, on, 65000) == []
    assert queries.come_backs(b.vehicle_id, on + timedelta(days=6), 63000) == []


def test_a_come_back_is_free_for_the_customer(b: Bench) -> None:
    first = settled(b)
    pay(b, first)
    commands.deliver(order_id=first.pk, by=b.by, at=NOON)
    again = opened(b, lines=usual_lines(b), comeback_of_id=first.pk, comeback_cause="part")
    assert again.order_type == "comeback"
    assert {line.payers["internal"] for line in [*again.items.all(), *again.parts.all()]} == {"1"}
    day = NOON.date()
    assert queries.first_time_fix(b.shop.store_id, day, day).rate == Decimal("0.000")
    with pytest.raises(Refused):
        opened(b, comeback_of_id=first.pk, comeback_cause="weather")


def pay(b: Bench, order: RepairOrder) -> None:
    for bill in billing.settlements_for(order.pk):
        if bill.due:
            commands.take_payment(
                order_id=order.pk, settlement_id=bill.id, method="cash", amount=bill.due,
                request_key=f"pay-{bill.id}", by=b.by, at=NOON,
            )  # fmt: skip


def test_an_internal_order_is_paid_by_the_house_when_settled(b: Bench) -> None:
    order = settled(b, order_type="internal")
    assert order.state == "paid"
    [bill] = billing.settlements_for(order.pk)
    assert bill.payer_kind == "internal"


def test_reopening_voids_guarantees_and_allows_a_second_bill(b: Bench) -> None:
    from pitlane.accounts import commands as accounts

    order = settled(b)
    with nothing_changes(), pytest.raises(Refused) as caught:
        commands.reopen_order(order_id=order.pk, reason="少算一项", approval_id=None, by=b.by, at=NOON)
    assert caught.value.code == "approval_needed"
    approval = commands.request_reopen(order_id=order.pk, reason="少算一项", by=b.manager, at=NOON)
    accounts.decide_approval(approval_id=approval, approve=True, by=b.by, at=NOON)
    commands.reopen_order(order_id=order.pk, reason="少算一项", approval_id=approval, by=b.by, at=NOON)
    order = reload(order)
    assert order.state == "reopened" and order.settled_at is None
    assert GuaranteedLine.objects.filter(order=order, void_at=None).count() == 0
    commands.settle_order(order_id=order.pk, by=b.by, at=NOON + timedelta(hours=3))
    assert reload(order).state == "settled"
    assert billing.settlements_for(order.pk)[0].round == 2


def test_two_clerks_settle_the_same_order_once(b: Bench) -> None:
    order = settled(b)
    with nothing_changes(), pytest.raises(Refused) as caught:
        commands.settle_order(order_id=order.pk, by=b.by, at=NOON)
    assert caught.value.code == "wrong_state"


def test_payment_of_another_orders_bill_is_not_found(b: Bench) -> None:
    one, two = settled(b), settled(b)
    [bill] = billing.settlements_for(two.pk)
    with nothing_changes(), pytest.raises(Missing):
        commands.take_payment(
            order_id=one.pk, settlement_id=bill.id, method="cash", amount=Money(1), request_key="x", by=b.by, at=NOON
        )


def test_on_account_then_delivered(b: Bench) -> None:
    from pitlane.billing import commands as bills

    bills.open_credit(customer_id=b.customer_id, limit=Money(1_000_000), days=30, by=b.by, at=NOON)
    order = settled(b)
    commands.charge_order(order_id=order.pk, request_key="c", by=b.by, at=NOON)
    assert reload(order).state == "on_account"
    commands.deliver(order_id=order.pk, by=b.by, at=NOON)
    listed = queries.order_list(queries.OrderFilter(view="unpaid"), by=b.by, at=NOON)
    assert [row.id for row in listed.rows] == [order.pk]


def test_cancelling_needs_a_reason_and_frees_the_parts(b: Bench) -> None:
    order = approved(b)
    with nothing_changes(), pytest.raises(Refused):
        commands.cancel_order(order_id=order.pk, reason=" ", by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.cancel_order(order_id=order.pk, reason="客户不修", by=b.technician, at=NOON)
    commands.cancel_order(order_id=order.pk, reason="客户不修", by=b.by, at=NOON)
    assert reload(order).state == "cancelled"
    assert StockLevel.objects.get(part=b.fluid).reserved == 0


def test_work_in_progress_is_not_cancelled(b: Bench) -> None:
    order = dispatched(b)
    commands.start_item(item_id=order.items.get().pk, by=b.technician, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.cancel_order(order_id=order.pk, reason="客户不修", by=b.by, at=NOON)


def test_delivery_needs_money_or_account(b: Bench) -> None:
    order = completed(b)
    with nothing_changes(), pytest.raises(Refused):
        commands.deliver(order_id=order.pk, by=b.by, at=NOON)


def test_an_old_window_cannot_overwrite(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b))
    commands.change_order(order_id=order.pk, version=order.version, changes={"title": "保养"}, by=b.desk, at=NOON)
    with nothing_changes(), pytest.raises(Conflict) as caught:
        commands.change_order(order_id=order.pk, version=order.version, changes={"title": "大保养"}, by=b.by, at=NOON)
    assert caught.value.code == "stale" and "林晓燕" in str(caught.value)


def test_opening_needs_the_permission_and_a_car_of_the_organisation(b: Bench, other_shop: Shop) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        commands.open_order(
            store_id=b.shop.store_id, customer_id=b.customer_id, vehicle_id=b.vehicle_id, by=b.technician, at=NOON
        )
    with nothing_changes(), pytest.raises(Missing):
        commands.open_order(
            store_id=b.shop.store_id, customer_id=b.customer_id, vehicle_id=b.vehicle_id + 999, by=b.by, at=NOON
        )


def test_history_comes_in_closed_with_numbers_of_its_day(b: Bench) -> None:
    past = NOON - timedelta(days=400)
    line = commands.HistoryLine("part", "机油", Money(10001), Decimal(3), "OL")
    order = commands.HistoryOrder(b.customer_id, b.vehicle_id, past, [line, commands.HistoryLine("labour", "保养")])
    ids = commands.add_history(store_id=b.shop.store_id, orders=[order, order], by=b.by, at=NOON)
    rows = list(RepairOrder.objects.filter(pk__in=ids).order_by("pk"))
    assert [row.state for row in rows] == ["closed", "closed"] and rows[0].total == Money(10001)
    assert [row.short_number[-3:] for row in rows] == ["001", "002"]
    assert queries.history_of(b.vehicle_id)[0].lines == ("保养",)
    assert doctor.examine() == []
