"""The catalogue of parts: rows, events, what is found, and the starting set."""

from datetime import datetime
from decimal import Decimal

import pytest

from pitlane.core import doctor, search
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.parts import commands, queries
from pitlane.parts.models import Movement, Part, StockLevel, Substitute

from . import factories


def test_a_part_is_saved_and_told(shop: Shop) -> None:
    made = factories.part(shop, code=" of-1 ", oem_no="04E-115-561", fits=["大众 朗逸", " "], min_stock=Decimal(2))
    factories.part(shop, part_id=made.pk, version=1, code="OF-1", price=Money(4500))
    row = Part.objects.get()
    assert (row.code, row.price, row.version) == ("OF-1", Money(4500), 2)
    told = list(EventRow.objects.order_by("seq").values_list("payload", flat=True))
    assert [(p["created"], p["price_fen"], p["former_price_fen"]) for p in told] == [
        (True, 4200, None),
        (False, 4500, 4200),
    ]
    assert made.fits == ["大众 朗逸"]


def test_the_second_editor_is_told(shop: Shop) -> None:
    made = factories.part(shop)
    factories.part(shop, part_id=made.pk, version=1, name="机滤")
    with nothing_changes(), pytest.raises(Conflict):
        factories.part(shop, part_id=made.pk, version=1, name="别的")


@pytest.mark.parametrize(
    "facts",
    [{"code": ""}, {"name": " "}, {"price": Money(-1)}, {"grade": "fake"}, {"min_stock": Decimal(-1)}, {"code": "x-1"}],
)
def test_nonsense_parts_are_refused(shop: Shop, facts: dict) -> None:
    factories.part(shop, code="X-1")
    with nothing_changes(), pytest.raises(Refused):
        factories.part(shop, **facts)


def test_whoever_may_not_edit_changes_nothing(shop: Shop, at: datetime) -> None:
    one, other = factories.part(shop), factories.part(shop, code="X-1")
    commands.set_substitute(part_id=one.pk, other_id=other.pk, by=shop.boss(), at=at)
    by = shop.actor("parts.view", "parts.cost")
    pair = {"part_id": one.pk, "other_id": other.pk}
    for call, facts in (
        (commands.save_part, {"code": "N", "name": "新", "price": Money(1)}),
        (commands.set_substitute, pair),
        (commands.remove_substitute, pair),
        (commands.load_starting_parts, {}),
    ):
        with nothing_changes(), pytest.raises(Forbidden):
            call(by=by, at=at, **facts)


@pytest.mark.parametrize(
    "text", ["机油", "jylqq", "jiyoulvqingqi", "of-vwa", "OFVWA", "04E", "115", "690123", "速腾", "机油 朗逸", "lvqing"]
)
def test_a_part_is_found_by(shop: Shop, text: str) -> None:
    item = factories.part(shop, oem_no="04E-115-561", barcode="6901234567892")
    factories.part(shop, code="BK-01", name="前制动片 卡罗拉")
    assert [card.id for card in queries.find_parts(text)] == [item.pk]
    if " " not in text and text != "lvqing":
        found = search.find(text, by=shop.boss(), kinds=["part"])["part"]
        assert [doc.object_id for doc in found] == [item.pk], text


def test_parts_for_a_car_come_first_and_those_of_others_not_at_all(shop: Shop) -> None:
    factories.part(shop, code="A", name="机油 通用")
    factories.part(shop, code="B", name="机油滤清器 甲", fits=["大众 朗逸"])
    factories.part(shop, code="C", name="机油滤清器 乙", fits=["丰田 卡罗拉"])
    assert [card.code for card in queries.find_parts("机油", fits="大众 朗逸")] == ["B", "A"]


def test_cards_show_the_stock_of_the_store(shop: Shop) -> None:
    house, item = factories.warehouse(shop), factories.part(shop)
    factories.stock(shop, house, item, "5", bin="A-1")
    factories.want(shop, house, item, "order_part:1", "2")
    card = queries.part_by_id(item.pk, shop.store_id)
    assert (card.on_hand, card.reserved, card.available, card.bin) == (5, 2, 3, "A-1")
    assert queries.part_by_id(item.pk, shop.other_store_id).on_hand == 0
    assert queries.part_by_code("OF-VWA").on_hand == 0
    assert set(queries.parts_by_code(["OF-VWA", "NO"], shop.store_id)) == {"OF-VWA"}


def test_substitutes_are_kept_and_removed(shop: Shop, other_shop: Shop, at: datetime) -> None:
    one, other = factories.part(shop), factories.part(shop, code="X-1")
    key = {"part_id": one.pk, "by": shop.boss(), "at": at}
    commands.set_substitute(other_id=other.pk, supersedes=True, **key)
    commands.set_substitute(other_id=other.pk, supersedes=False, **key)
    assert Substitute.objects.get().supersedes is False
    with nothing_changes(), pytest.raises(Refused):
        commands.set_substitute(other_id=one.pk, **key)
    with scope(other_shop.org_id):
        foreign = factories.part(other_shop)
    with nothing_changes(), pytest.raises(Missing):
        commands.set_substitute(other_id=foreign.pk, **key)
    commands.remove_substitute(other_id=other.pk, **key)
    with pytest.raises(Missing):
        commands.remove_substitute(other_id=other.pk, **key)
    with pytest.raises(Missing):
        queries.part_by_id(foreign.pk)


def test_the_starting_parts_load_once_with_an_opening_stock(shop: Shop, at: datetime) -> None:
    house = factories.warehouse(shop)
    loaded = commands.load_starting_parts(warehouse_ids=[house.pk], by=shop.boss(), at=at)
    assert loaded["parts"] >= 300 and loaded["received"] >= 200
    assert doctor.examine(["parts_ledger", "parts_reserved", "event_chain"]) == []
    assert queries.find_parts("jylqq langyi", shop.store_id)[0].on_hand > 0
    with nothing_changes():
        again = commands.load_starting_parts(warehouse_ids=[house.pk], by=shop.boss(), at=at)
    assert again == {"parts": 0, "received": 0}
    assert Movement.objects.count() == StockLevel.objects.count() == loaded["received"]
