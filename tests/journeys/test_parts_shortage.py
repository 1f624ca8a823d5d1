"""A part is not there: the order waits, the delivery wakes it up. A cancelled order gives its parts back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from pitlane.core import doctor, jobs
from pitlane.core.errors import PitlaneError
from pitlane.core.money import Money
from pitlane.core.testing import nothing_changes
from pitlane.parts import commands as stock
from pitlane.parts import queries as shelf
from pitlane.parts.commands import ReceiptLine
from pitlane.workshop import commands as workshop

from .cast import Chain
from .visit import Visit, oil_service, operation, part


def rare_part(chain: Chain, now: datetime, on_hand: int = 0) -> int:
    """A part of which the shop has exactly so many."""
    who = {"by": chain.actor("parts"), "at": now}
    made = stock.save_part(code="RARE-1", name="左前减振器总成", price=Money(86_000), unit="只", **who)
    if on_hand:
        take_in(chain, now, made.pk, on_hand)
    return int(made.pk)


def take_in(chain: Chain, at: datetime, part_id: int, quantity: int) -> None:
    line = ReceiptLine(part_id=part_id, quantity=Decimal(quantity), unit_cost=Money(51_000))
    stock.receive(warehouse_id=chain.warehouse_id, lines=[line], supplier="京东汽配", by=chain.actor("parts"), at=at)


def lines() -> list[workshop.NewLine]:
    return [operation("BR-001"), part("RARE-1", item="#0")]


def test_shortage_holds_and_delivery_resumes(chain: Chain, now: datetime) -> None:
    part_id = rare_part(chain, now)
    first = Visit.check_in(chain, now, plate="京A8K326").approve(lines()).dispatch()
    second = Visit.check_in(chain, first.at, plate="京B52D19", name="刘芳").approve(lines()).dispatch()
    states = [r.state for v in (first, second) for r in shelf.requisitions_for(v.order_id).values()]
    assert states == ["backordered", "backordered"]
    with nothing_changes(), pytest.raises(PitlaneError):
        first.issue()
    for visit in (first, second):
        workshop.hold_order(order_id=visit.order_id, reason="parts", note="等左前减振器", **visit.by("foreman"))
        assert visit.state == "on_hold"

    take_in(chain, second.at, part_id, 1)
    jobs.run_all_now()
    assert first.state == "dispatch_pending", "the oldest waiting order goes on by itself"
    assert second.state == "on_hold", "one part wakes one order"
    first.issue().work().inspect()
    take_in(chain, first.at, part_id, 1)
    jobs.run_all_now()
    assert second.state == "dispatch_pending"
    second.issue().work().inspect()
    assert second.stock("RARE-1") == (Decimal(0), Decimal(0))
    assert doctor.examine() == []


def test_cancelled_order_gives_back_its_parts(chain: Chain, now: datetime) -> None:
    rare_part(chain, now, on_hand=1)
    first = Visit.check_in(chain, now, plate="京A8K326").approve(lines())
    second = Visit.check_in(chain, first.at, plate="京B52D19", name="刘芳").approve(lines())
    assert first.stock("RARE-1") == (Decimal(1), Decimal(1))
    workshop.cancel_order(order_id=first.order_id, reason="客户改去别家", **first.by("advisor"))
    jobs.run_all_now()
    assert first.state == "cancelled"
    card = next(iter(shelf.requisitions_for(second.order_id).values()))
    assert card.state == "reserved", "the waiting order gets the freed part"
    assert doctor.examine() == []


def test_issued_parts_must_come_back_before_cancelling(chain: Chain, now: datetime) -> None:
    visit = Visit.check_in(chain, now).approve(oil_service())
    before = visit.stock("OL-03")
    visit.issue()
    with nothing_changes(), pytest.raises(PitlaneError) as refused:
        workshop.cancel_order(order_id=visit.order_id, reason="不修了", **visit.by("advisor"))
    assert refused.value.code == "parts_issued"
    key = next(f"part:{p.pk}" for p in visit.order.parts.all())
    workshop.return_part_line(order_id=visit.order_id, key=key, reason="不修了", **visit.by("parts"))
    assert visit.stock("OL-03") == (before[0], before[1] - 1)
    workshop.cancel_order(order_id=visit.order_id, reason="不修了", **visit.by("advisor"))
    assert visit.state == "cancelled"
    assert doctor.examine() == []
