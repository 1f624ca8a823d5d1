"""What the desk reads of an order: the margin before parts leave the shelf, and who waits for whom after dispatch."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image

from pitlane.core.errors import Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.parts import commands as parts
from pitlane.parts import queries as stock
from pitlane.workshop import commands, queries
from pitlane.workshop.commands import NewLabour, NewPart
from pitlane.workshop.models import RepairOrder
from pitlane.workshop.steps import ticked
from pitlane.workshop.totals import Outlook, outlook
from pitlane.workshop.views import actions

from .factories import Bench, approved, bench, dispatched, finished, opened, usual_lines

pytestmark = pytest.mark.django_db
PHOTO = {"text": "旧件拍照", "photo": True}


@pytest.fixture
def b(shop: Shop) -> Bench:
    return bench(shop)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 20), "white").save(out, "PNG")
    return out.getvalue()


def screen(b: Bench, order: RepairOrder) -> queries.OrderScreen:
    return queries.order_screen(order.pk, by=b.by, at=NOON)


@pytest.mark.parametrize(
    "ahead, said",
    [
        ([], Outlook(Money(40), Decimal("0.600"))),
        ([(Money(10), Decimal("2.5"))], Outlook(Money(65), Decimal("0.350"), expected=True)),
        ([(None, Decimal(3)), (Money(10), Decimal(1))], Outlook(Money(50), Decimal("0.500"), True, unknown=1)),
    ],
)
def test_the_outlook_adds_what_still_lies_on_the_shelf(ahead: list, said: Outlook) -> None:
    assert outlook(Money(100), Money(40), ahead) == said


def test_the_margin_expects_the_moving_average_until_parts_are_issued(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b))
    expected = Money(3400 + 4 * 3900)
    before = screen(b, order).outlook
    assert before is not None and (before.cost, before.expected, before.unknown) == (expected, True, 0)
    commands.decide_lines(
        order_id=order.pk,
        decisions={f"item:{order.items.get().pk}": "approve"},
        by=b.by,
        at=NOON,
    )
    commands.issue_parts(order_id=order.pk, by=b.by, at=NOON)
    after = screen(b, order).outlook
    assert after is not None and (after.cost, after.expected) == (expected, False)
    assert after.margin == before.margin
    assert screen(b, order).order.cost_total == expected
    assert queries.order_screen(order.pk, by=b.desk, at=NOON).outlook is None, "no cost for whoever may not see it"


def test_an_empty_shelf_remembers_the_last_delivery_and_a_new_part_is_unknown(b: Bench) -> None:
    house = stock.main_warehouse(b.shop.store_id)
    parts.adjust(warehouse_id=house.pk, part_id=b.filter.pk, quantity=Decimal(-10), reason="盘点", by=b.by, at=NOON)
    new = parts.save_part(code="NEW-1", name="新配件", price=Money(5000), by=b.by, at=NOON)
    assert stock.expected_costs([b.filter.pk, new.pk], b.shop.store_id) == {b.filter.pk: Money(3400)}
    order = opened(b, lines=[NewLabour(b.oil), NewPart(new.pk, item="#0")])
    found = screen(b, order).outlook
    assert found is not None and (found.cost, found.expected, found.unknown) == (Money(0), True, 1)


def test_an_order_reads_dispatched_until_somebody_begins(b: Bench) -> None:
    order = approved(b)
    assert str(queries.order_for(order.pk).label.text) == "待派工"
    order = dispatched(b)
    card = queries.order_for(order.pk)
    assert (card.state, str(card.label.text)) == ("dispatch_pending", "已派工"), "the state table is as it was"
    stages = [stage.state for stage in screen(b, order).stages]
    assert stages[3:5] == ["done", "now"]
    lanes = {lane.key: lane.count for lane in queries.cars_by_stage(b.by, NOON)}
    assert (lanes["to_dispatch"], lanes["working"]) == (1, 1)
    expected = {"dispatched": 1, "working": 1, "to_dispatch": 1, "dispatch_pending": 2, "checking": 0, "": 2}
    for state, orders in expected.items():
        wanted = queries.OrderFilter(state=state)
        assert len(queries.order_list(wanted, by=b.by, at=NOON).rows) == orders
    assert queries.waiting_count(b.by, "dispatch_pending") == 1


def test_a_new_job_or_a_recall_makes_it_wait_again(b: Bench) -> None:
    order = dispatched(b)
    commands.add_labour(order_id=order.pk, operation_id=b.brakes, by=b.by, at=NOON)
    assert str(queries.order_for(order.pk).label.text) == "已派工", "what nobody agreed to needs nobody"
    extra = order.items.order_by("-pk").first()
    commands.decide_lines(order_id=order.pk, decisions={f"item:{extra.pk}": "approve"}, by=b.by, at=NOON)
    assert str(queries.order_for(order.pk).label.text) == "待派工"
    commands.dispatch(order_id=order.pk, item_ids=[extra.pk], technician_ids=[b.other.pk], by=b.by, at=NOON)
    assert str(queries.order_for(order.pk).label.text) == "已派工"
    commands.recall_items(order_id=order.pk, item_ids=[extra.pk], reason="换人", by=b.by, at=NOON)
    assert str(queries.order_for(order.pk).label.text) == "待派工"


def test_a_photo_step_wants_a_photo_or_a_reason() -> None:
    facts = {"values": {}, "by": "张伟", "at": "2026-11-23T04:00:00+00:00", "done": True}
    with pytest.raises(Refused) as refused:
        ticked(PHOTO, **facts)
    assert (refused.value.code, refused.value.field) == ("photo_missing", "photos")
    assert "no_photo" not in ticked(PHOTO, photos=1, no_photo="位置拍不到", **facts)
    excused = ticked(PHOTO, no_photo=" 位置拍不到 ", **facts)
    assert excused["no_photo"] == "位置拍不到"
    assert ticked(excused, **{**facts, "done": False}) == PHOTO
    assert "no_photo" not in ticked({"text": "举升"}, no_photo="多余", **facts)


def test_the_photo_is_one_of_that_step(b: Bench) -> None:
    order = dispatched(b, lines=[NewLabour(b.brakes)])
    item = order.items.get()
    item.steps = [{"text": "举升"}, PHOTO]
    item.save()
    commands.start_item(item_id=item.pk, by=b.technician, at=NOON)
    commands.tick_step(item_id=item.pk, step=0, by=b.technician, at=NOON)
    photo = {
        "order_id": order.pk,
        "content": picture(),
        "name": "old.png",
        "item_id": item.pk,
        "by": b.technician,
        "at": NOON,
    }
    commands.add_photo(step=0, **photo)
    with nothing_changes(), pytest.raises(Refused):
        commands.tick_step(item_id=item.pk, step=1, by=b.technician, at=NOON)
    for wrong in (2, -1):
        with nothing_changes(), pytest.raises(Refused):
            commands.add_photo(step=wrong, **photo)
    commands.add_photo(step=1, **photo)
    commands.tick_step(item_id=item.pk, step=1, by=b.technician, at=NOON)
    shown = queries.job_screen(item.pk, by=b.technician, at=NOON).steps[1]
    assert (shown.state, shown.photos, shown.no_photo) == ("done", 1, "")
    commands.tick_step(item_id=item.pk, step=1, done=False, by=b.technician, at=NOON)
    payload = EventRow.objects.filter(kind="workshop.StepTicked").order_by("-seq").first().payload
    assert payload["done"] is False, "the history does not call an undone step done"


def test_the_home_page_says_what_was_promised_for_today(b: Bench) -> None:
    dispatched(b)
    opened(b, promised_at=NOON + timedelta(days=2))
    opened(b, promised_at=NOON - timedelta(days=1))
    found = queries.promised_today(b.by, NOON)
    assert [(one.late, one.technicians) for one in found] == [("late", ()), ("", ("张伟",))]
    assert "-" in found[0].due and ":" in found[1].due
    assert len(queries.cars_inside(b.by)) == 3


def test_parts_that_were_forgotten_can_be_issued_before_the_bill(b: Bench) -> None:
    order = finished(b, parts=False)
    for state in ("qc_pending", "completed"):
        found = screen(b, RepairOrder.objects.get(pk=order.pk))
        assert found.card.state == state and "package-export" in {one.icon for one in actions.beside(found)}
        if state == "qc_pending":
            commands.final_check(order_id=order.pk, by=b.judge, at=NOON)
    commands.issue_parts(order_id=order.pk, by=b.by, at=NOON)
    assert "package-export" not in {one.icon for one in actions.beside(screen(b, order))}
