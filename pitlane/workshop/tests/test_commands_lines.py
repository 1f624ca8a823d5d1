"""Lines: packages to the fen, discounts within the role's limit, payers, changes, removal."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pitlane.accounts import commands as accounts
from pitlane.billing import queries as billing
from pitlane.catalog import commands as catalog
from pitlane.core import doctor
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow, Job
from pitlane.core.money import Money, total
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.customers import commands as customers
from pitlane.parts.models import StockLevel
from pitlane.workshop import commands, queries
from pitlane.workshop.commands import NewLabour, NewPackage, NewPart
from pitlane.workshop.models import RepairOrder
from pitlane.workshop.payers import default_payers, read_payers
from pitlane.workshop.totals import LineAmount, margin, order_totals, package_discounts

from .factories import Bench, approved, bench, keys_of, opened, settled, usual_lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def b(shop: Shop) -> Bench:
    return bench(shop)


def reload(order: RepairOrder) -> RepairOrder:
    return RepairOrder.objects.get(pk=order.pk)


def test_totals_count_what_is_open_or_approved() -> None:
    m = Money
    labour = [LineAmount("approved", m(100), m(10), m(90)), LineAmount("declined", m(50), m(0), m(50))]
    parts = [LineAmount("proposed", m(30), m(0), m(30)), LineAmount("deferred", m(70), m(0), m(70))]
    sums = order_totals(labour, parts)
    assert (sums.labour, sums.parts, sums.discount, sums.total, sums.pending) == (m(100), m(30), m(10), m(120), m(30))
    assert margin(m(100), m(55)) == Decimal("0.450") and margin(m(0), m(5)) is None


def test_a_package_price_is_spread_to_the_fen() -> None:
    listed = [Money(3333), Money(3333), Money(3334)]
    assert total(package_discounts(Money(9999), listed)) == Money(1)
    assert total(package_discounts(Money(12000), listed)) == Money(-2000)


def test_a_package_costs_exactly_its_price(b: Bench) -> None:
    lines = [
        catalog.PackageLineInput(operation_id=b.oil),
        catalog.PackageLineInput(part_code="OF-VWA", quantity=Decimal(1)),
        catalog.PackageLineInput(part_code="OL-03", quantity=Decimal(4)),
    ]
    package = catalog.save_package(code="PK-1", name="小保养套餐", lines=lines, price=Money(39901), by=b.by, at=NOON)
    order = opened(b, lines=[NewPackage(package.pk)])
    assert order.total == Money(39901) and order.parts.first().item_id == order.items.get().pk
    with nothing_changes(), pytest.raises(Refused):
        commands.change_line(
            order_id=order.pk, key=keys_of(order)[0], changes={"discount_rate": Decimal("0.5")}, by=b.by, at=NOON
        )
    assert doctor.examine() == []


def test_a_discount_above_the_limit_needs_an_approval_that_is_spent_once(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b))
    keys = keys_of(order)
    commands.discount_lines(order_id=order.pk, keys=keys, rate=Decimal("0.10"), by=b.desk, at=NOON)
    assert reload(order).discount_total == Money(4760)
    rate = Decimal("0.20")
    with nothing_changes(), pytest.raises(Refused) as caught:
        commands.discount_lines(order_id=order.pk, keys=keys, rate=rate, by=b.desk, at=NOON)
    assert caught.value.code == "discount_needs_approval"
    asked = commands.request_discount(order_id=order.pk, keys=keys, rate=rate, reason="老客户", by=b.desk, at=NOON)
    accounts.decide_approval(approval_id=asked, approve=True, by=b.by, at=NOON)
    commands.discount_lines(order_id=order.pk, keys=keys, rate=rate, approval_id=asked, by=b.desk, at=NOON)
    assert reload(order).total == Money(38080)
    with nothing_changes(), pytest.raises(Refused):
        commands.discount_lines(order_id=order.pk, keys=keys, rate=rate, approval_id=asked, by=b.desk, at=NOON)


def test_payers_share_a_line_and_each_gets_a_bill(b: Bench) -> None:
    assert default_payers("claim") == {"maker": "1"} and default_payers("comeback", comes_back=True) == {
        "internal": "1"
    }
    assert default_payers("goodwill") == default_payers("comeback") == {"customer": "1"}
    for wrong in ({}, {"customer": "0.5"}, {"nobody": "1"}, {"customer": "1.5", "insurer": "-0.5"}, {"customer": "x"}):
        with pytest.raises(Refused):
            read_payers(wrong)
    from .factories import finished

    order = finished(b)
    shares = {"insurer:平安产险": "0.8", "customer": "0.2"}
    commands.set_payers(order_id=order.pk, keys=keys_of(order), payers=shares, by=b.by, at=NOON)
    commands.final_check(order_id=order.pk, by=b.judge, at=NOON)
    commands.settle_order(order_id=order.pk, by=b.by, at=NOON)
    bills = {bill.payer_name: bill.total for bill in billing.settlements_for(order.pk)}
    assert bills["平安产险"] == Money(38080) and total(bills.values()) == order.total


def test_changing_a_line_recounts_and_a_dearer_one_asks_again(b: Bench) -> None:
    order = approved(b)
    item, part = keys_of(order)[0], keys_of(order)[-1]
    commands.change_line(order_id=order.pk, key=part, changes={"quantity": Decimal(3)}, by=b.by, at=NOON)
    assert StockLevel.objects.get(part=b.fluid).reserved == 3
    assert reload(order).total == Money(9600 + 6800 + 23400) and reload(order).pending_total == Money(0)
    commands.change_line(order_id=order.pk, key=item, changes={"hours": Decimal(2)}, by=b.by, at=NOON)
    assert reload(order).pending_total == Money(32000)


def test_lines_are_refused_when_they_make_no_sense(b: Bench) -> None:
    order = opened(b)
    wrong = [
        [NewLabour(name=" ", hours=Decimal(1), unit_price=Money(1))],
        [NewLabour(kind="fee", name="拖车")],
        [NewPart(b.filter.pk, quantity=Decimal(0))],
        [NewPart(name="雨刷")],
        [NewPart(b.filter.pk, item="#3")],
        [NewLabour(b.oil, discount_rate=Decimal(2))],
        [NewLabour(b.oil, payers={"customer": "0.4"})],
    ]
    for lines in wrong:
        with nothing_changes(), pytest.raises(Refused):
            commands.add_lines(order_id=order.pk, lines=lines, by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Missing):
        commands.add_lines(order_id=order.pk, lines=[NewLabour(999_999)], by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.add_part(order_id=order.pk, part_id=b.filter.pk, by=b.technician, at=NOON)


def test_removing_a_job_takes_its_parts_and_frees_them(b: Bench) -> None:
    order = approved(b)
    key = keys_of(order)[0]
    commands.remove_line(order_id=order.pk, key=key, reason="客户改主意", by=b.by, at=NOON)
    assert reload(order).total == Money(0) and queries.lines_of(order.pk) == []
    assert StockLevel.objects.get(part=b.fluid).reserved == 0
    with nothing_changes(), pytest.raises(Missing):
        commands.remove_line(order_id=order.pk, key=key, by=b.by, at=NOON)


def test_what_is_fitted_or_settled_stays(b: Bench) -> None:
    order = approved(b)
    commands.issue_parts(order_id=order.pk, by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.remove_line(order_id=order.pk, key=keys_of(order)[0], by=b.by, at=NOON)
    done = settled(b)
    with nothing_changes(), pytest.raises(Refused) as caught:
        commands.add_labour(order_id=done.pk, operation_id=b.oil, by=b.by, at=NOON)
    assert caught.value.code == "not_editable"


def test_a_quote_is_revised_only_before_work_began(b: Bench) -> None:
    order = approved(b)
    with nothing_changes(), pytest.raises(Refused):
        commands.revise_quote(order_id=order.pk, keys=keys_of(order), reason=" ", by=b.by, at=NOON)
    commands.revise_quote(order_id=order.pk, keys=keys_of(order)[:1], reason="换品牌", by=b.by, at=NOON)
    assert reload(order).state == "inspecting" and reload(order).pending_total == order.total
    again = dict.fromkeys(keys_of(order), "approve")
    commands.decide_lines(order_id=order.pk, decisions=again, by=b.by, at=NOON)
    item = order.items.get()
    commands.dispatch(order_id=order.pk, item_ids=[item.pk], technician_ids=[b.tech.pk], by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.revise_quote(order_id=order.pk, keys=keys_of(order)[:1], reason="换品牌", by=b.by, at=NOON)


def test_many_lines_cost_no_more_queries_than_few(b: Bench, django_assert_max_num_queries) -> None:
    order = opened(b)
    commands.add_lines(order_id=order.pk, lines=usual_lines(b), by=b.by, at=NOON)
    with django_assert_max_num_queries(20):
        commands.add_lines(order_id=order.pk, lines=usual_lines(b) * 5, by=b.by, at=NOON)


def test_an_order_of_many_lines_costs_no_more_than_one_of_few(b: Bench) -> None:
    few, many = opened(b, lines=usual_lines(b)), opened(b, lines=usual_lines(b) + [NewPart(b.filter.pk)] * 5)
    counts = []
    for order in (few, many):
        with CaptureQueriesContext(connection) as decided:
            answers = dict.fromkeys(keys_of(order), "approve")
            commands.decide_lines(order_id=order.pk, decisions=answers, by=b.by, at=NOON)
        with CaptureQueriesContext(connection) as issued:
            commands.issue_parts(order_id=order.pk, by=b.by, at=NOON)
        counts.append((len(decided), len(issued)))
    assert counts[0] == counts[1]
    assert {job.name.rpartition(".")[2] for job in Job.objects.all()} == {"keep_what_was_not_wanted"}


def test_a_price_below_the_catalogues_is_a_discount(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b))
    key = keys_of(order)[0]
    price = order.items.order_by("position").first().unit_price
    commands.change_line(
        order_id=order.pk, key=key, changes={"unit_price": price * Decimal("0.95")}, by=b.desk, at=NOON
    )
    for cheap in (price * Decimal("0.88"), Money(1)):
        with nothing_changes(), pytest.raises(Refused) as caught:
            commands.change_line(order_id=order.pk, key=key, changes={"unit_price": cheap}, by=b.desk, at=NOON)
        assert caught.value.code == "discount_needs_approval"
    for line in (NewLabour(b.brakes, unit_price=Money(1)), NewLabour(b.brakes, discount_rate=Decimal("0.9"))):
        with nothing_changes(), pytest.raises(Refused) as caught:
            commands.add_lines(order_id=order.pk, lines=[line], by=b.desk, at=NOON)
        assert caught.value.code == "discount_needs_approval"


INTERNAL = {"internal": "1"}
GENEROUS = {"internal": "0.5", "customer": "0.5"}


def needs_approval(attempt: Callable[[], object]) -> None:
    with nothing_changes(), pytest.raises(Refused) as caught:
        attempt()
    assert (caught.value.code, caught.value.field) == ("discount_needs_approval", "payers")


@pytest.mark.parametrize("order_type", ["repair", "goodwill", "claim"])
def test_a_share_of_the_house_counts_as_a_discount(b: Bench, order_type: str) -> None:
    order = opened(b, lines=usual_lines(b), order_type=order_type)
    keys, facts = keys_of(order), {"by": b.desk, "at": NOON}
    for payers in (INTERNAL, GENEROUS):
        needs_approval(lambda p=payers: commands.set_payers(order_id=order.pk, keys=keys, payers=p, **facts))
        needs_approval(
            lambda p=payers: commands.change_line(order_id=order.pk, key=keys[0], changes={"payers": p}, **facts)
        )
    with nothing_changes(), pytest.raises(Refused):
        commands.add_lines(order_id=order.pk, lines=[NewLabour(b.oil, payers=INTERNAL)], **facts)
    little = {"internal": "0.1", "customer": "0.9"}
    commands.set_payers(order_id=order.pk, keys=keys, payers=little, **facts)
    commands.set_payers(order_id=order.pk, keys=keys, payers={"customer": "1"}, **facts)
    with nothing_changes(), pytest.raises(Refused):
        commands.change_line(
            order_id=order.pk, key=keys[0], changes={"payers": little, "discount_rate": Decimal("0.05")}, **facts
        )


def test_the_house_pays_after_an_approval_that_is_spent_once(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b), order_type="goodwill")
    keys, facts = keys_of(order), {"by": b.desk, "at": NOON}
    asked = commands.request_house_pays(order_id=order.pk, keys=keys[:1], reason="善意", **facts)
    accounts.decide_approval(approval_id=asked, approve=True, by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.set_payers(order_id=order.pk, keys=keys, payers=INTERNAL, approval_id=asked, **facts)
    commands.set_payers(order_id=order.pk, keys=keys[:1], payers=INTERNAL, approval_id=asked, **facts)
    commands.set_payers(order_id=order.pk, keys=keys[:1], payers=INTERNAL, **facts)
    with nothing_changes(), pytest.raises(Refused):
        commands.set_payers(order_id=order.pk, keys=keys[1:2], payers=INTERNAL, approval_id=asked, **facts)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.request_house_pays(order_id=order.pk, keys=keys, reason="善意", by=b.technician, at=NOON)


@pytest.mark.parametrize("order_type", ["internal", "pdi", "rework"])
def test_the_house_pays_its_own_affairs_without_asking(b: Bench, order_type: str) -> None:
    order = opened(b, lines=usual_lines(b), order_type=order_type)
    facts = {"order_id": order.pk, "by": b.desk, "at": NOON}
    assert {str(line.payers) for line in order.items.all()} == {str(INTERNAL)}
    commands.add_lines(lines=[NewLabour(b.brakes, payers=INTERNAL)], **facts)
    commands.set_payers(keys=keys_of(order), payers=INTERNAL, **facts)


def test_an_insurer_or_the_maker_may_pay_without_asking(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b))
    for payers in ({"insurer:平安产险": "1"}, {"maker": "0.7", "customer": "0.3"}, {"fleet": "1"}):
        commands.set_payers(order_id=order.pk, keys=keys_of(order), payers=payers, by=b.desk, at=NOON)


def test_an_order_is_not_made_free_by_renaming_it(b: Bench) -> None:
    order = opened(b, lines=usual_lines(b))
    for order_type in ("internal", "pdi", "rework"):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.change_order(order_id=order.pk, changes={"order_type": order_type}, by=b.desk, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        commands.change_order(order_id=order.pk, changes={"order_type": "comeback"}, by=b.desk, at=NOON)
    needs_approval(
        lambda: commands.set_payers(order_id=order.pk, keys=keys_of(order), payers=INTERNAL, by=b.desk, at=NOON)
    )
    commands.change_order(order_id=order.pk, changes={"order_type": "internal"}, by=b.by, at=NOON)


def test_a_come_back_is_of_the_same_car(b: Bench) -> None:
    first = settled(b)
    other = customers.create_vehicle(customer_id=b.customer_id, plate="京B12345", by=b.by, at=NOON)
    with nothing_changes(), pytest.raises(Refused):
        opened(b, comeback_of_id=first.pk, vehicle_id=other.pk)


def test_a_package_goes_as_a_whole_or_not_at_all(b: Bench) -> None:
    inside = [catalog.PackageLineInput(operation_id=b.oil), catalog.PackageLineInput(part_code=b.filter.code)]
    package = catalog.save_package(code="PK-1", name="小保养套餐", lines=inside, by=b.by, at=NOON)
    order = opened(b, lines=[NewPackage(package.pk), NewLabour(name="洗车", hours=Decimal(1), unit_price=Money(3000))])
    for wrong in ("PK-2", ""):
        with nothing_changes(), pytest.raises(Refused, match="没有这个套餐"):
            commands.remove_package(order_id=order.pk, code=wrong, by=b.by, at=NOON)
    commands.remove_package(order_id=order.pk, code="PK-1", by=b.by, at=NOON)
    assert [line.name for line in queries.lines_of(order.pk)] == ["洗车"]
    event = EventRow.objects.filter(kind="workshop.LinesChanged").latest("seq")
    assert event.payload["verb"] == "remove" and len(event.payload["keys"]) == 2


def test_a_package_or_job_twice_is_asked_about_first(b: Bench) -> None:
    lines = [catalog.PackageLineInput(operation_id=b.oil)]
    package = catalog.save_package(code="PK-2", name="小保养", lines=lines, by=b.shop.boss(), at=NOON)
    order = opened(b, lines=[NewLabour(b.brakes)])
    who = {"order_id": order.pk, "by": b.shop.boss(), "at": NOON}
    for line in (NewLabour(b.brakes), NewPackage(package.pk)):
        if isinstance(line, NewPackage):
            commands.add_lines(lines=[line], despite_same=False, **who)
        with nothing_changes(), pytest.raises(Refused) as refusal:
            commands.add_lines(lines=[line], despite_same=False, **who)
        assert refusal.value.code == "same_line" and "已经在工单里" in str(refusal.value)
    with nothing_changes(), pytest.raises(Refused):
        commands.add_lines(lines=[NewLabour(b.oil)], despite_same=False, **who)
    assert len(commands.add_lines(lines=[NewLabour(b.brakes)], despite_same=True, **who)) == 1


def test_what_the_customer_refused_may_come_back(b: Bench) -> None:
    order = opened(b, lines=[NewLabour(b.brakes)])
    who = {"order_id": order.pk, "by": b.shop.boss(), "at": NOON}
    commands.decide_lines(decisions={keys_of(order)[0]: "decline"}, via="desk", **who)
    assert commands.add_lines(lines=[NewLabour(b.brakes)], despite_same=False, **who)
