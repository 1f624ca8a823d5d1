"""Dear corrections of the stock wait for somebody else; small ones pass, but not slice by slice."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from pitlane.accounts.commands import decide_approval, set_store_terms, withdraw_approval
from pitlane.accounts.models import Approval
from pitlane.accounts.tests.factories import actor, browser, make_role, person
from pitlane.core import doctor
from pitlane.core.access import Actor, system
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.parts import commands
from pitlane.parts.models import Adjustment, Movement, Part, StockLevel, Warehouse

from . import factories

STORE = ("parts.view", "parts.cost", "parts.adjust")
CHECKS = ["parts_ledger", "parts_reserved", "event_chain"]


def shelf(shop: Shop, pieces: str = "10", fen: int = 20000, limit_fen: int = 100_000) -> tuple[Warehouse, Part]:
    """Ten turbochargers of 200 yuan, and a limit of 1,000 yuan unless another is said."""
    set_store_terms(store_id=shop.store_id, changes={"adjust_without_approval_fen": limit_fen}, by=shop.boss(), at=NOON)
    house, item = factories.warehouse(shop), factories.part(shop, name="涡轮增压器")
    factories.stock(shop, house, item, pieces, fen)
    return house, item


def change(house: Warehouse, item: Part, quantity: str, by: Actor, at: datetime = NOON, **changes: Any) -> Any:
    facts: dict[str, Any] = {"reason": "报损：摔坏", "quantity": Decimal(quantity), "by": by, "at": at}
    return commands.adjust_or_request(warehouse_id=house.pk, part_id=item.pk, **(facts | changes))


def keeper(shop: Shop) -> Actor:
    return actor(person(shop, make_role(shop, "keeper", *STORE)))


def chief(shop: Shop) -> Actor:
    return actor(person(shop, make_role(shop, "chief", "parts.view", "accounts.approve_stock")))


def decide(asked: Approval, by: Actor, approve: bool = True) -> Approval:
    return decide_approval(approval_id=asked.pk, approve=approve, note="", by=by, at=NOON + timedelta(hours=2))


def on_hand() -> Decimal:
    return StockLevel.objects.get().on_hand


def test_what_is_worth_little_passes_at_once(shop: Shop, at: datetime) -> None:
    house, item = shelf(shop)
    by = keeper(shop)
    done = change(house, item, "-5", by)
    assert (done.movement.value, done.movement.approved_by, done.approval) == (Money(-100_000), "", None)
    assert change(house, item, "0", by) == commands.Adjusted()
    assert (on_hand(), Approval.objects.count(), Adjustment.objects.count()) == (5, 0, 0)


def test_a_dear_loss_waits_and_is_entered_with_both_names(shop: Shop, at: datetime) -> None:
    house, item = shelf(shop)
    by, boss = keeper(shop), chief(shop)
    asked = change(house, item, "-6", by).approval
    assert (asked.amount, asked.permission, asked.store_id) == (Money(120_000), "accounts.approve_stock", shop.store_id)
    assert "涡轮增压器 -6" in asked.summary and on_hand() == 10
    with nothing_changes():
        assert change(house, item, "-6", by).approval == asked
        counted = {"warehouse_id": house.pk, "part_id": item.pk, "counted": Decimal(4), "reason": "盘点"}
        assert commands.adjust_or_request(**counted, by=by, at=at).approval == asked
    with nothing_changes(), pytest.raises(Refused) as refusal:
        change(house, item, "-7", by)
    assert refusal.value.code == "adjustment_waits"
    assert decide(asked, boss).state == "used"
    line = Movement.objects.get(kind="adjust")
    assert (line.quantity, line.value, line.by_name, line.approved_by, line.approval_id, line.reason, line.at) == (
        -6, Money(-120_000), by.name, boss.name, asked.pk, "报损：摔坏", NOON + timedelta(hours=2),
    )  # fmt: skip
    assert (on_hand(), Adjustment.objects.get().movement) == (4, line)
    assert EventRow.objects.get(kind="parts.StockAdjusted").payload["approval_id"] == asked.pk
    assert change(house, item, "-4", by).movement is not None  # what was approved does not count into the day's limit
    assert doctor.examine(CHECKS) == []


def test_refused_and_withdrawn_leave_the_stock(shop: Shop, at: datetime) -> None:
    house, item = shelf(shop)
    by = keeper(shop)
    assert decide(change(house, item, "-6", by).approval, chief(shop), approve=False).state == "refused"
    withdraw_approval(approval_id=change(house, item, "-8", by).approval.pk, by=by, at=at)
    assert (on_hand(), Movement.objects.filter(kind="adjust").count()) == (10, 0)
    assert change(house, item, "-7", by).approval.state == "requested"


def test_what_is_gone_meanwhile_cannot_be_lost_and_the_request_stays_open(shop: Shop, at: datetime) -> None:
    house, item = shelf(shop)
    boss = chief(shop)
    asked = change(house, item, "-8", keeper(shop)).approval
    factories.want(shop, house, item, "order_part:1", "3")
    commands.issue(demand="order_part:1", by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        decide(asked, boss)
    assert refusal.value.code == "not_enough" and "现在只有 7" in str(refusal.value)
    assert Approval.objects.get().state == "requested"
    factories.stock(shop, house, item, "1", 20000)
    assert decide(asked, boss).state == "used" and on_hand() == 0
    assert doctor.examine(CHECKS) == []


def test_a_large_loss_in_slices_is_a_large_loss(shop: Shop, at: datetime) -> None:
    house, item = shelf(shop)
    by = keeper(shop)
    assert change(house, item, "-3", by).movement
    assert change(house, item, "-3", by).approval
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.adjust(warehouse_id=house.pk, part_id=item.pk, quantity=Decimal(-3), reason="盘亏", by=by, at=at)
    assert refusal.value.code == "approval_needed"
    other = factories.part(shop, code="OTHER")
    factories.stock(shop, house, other, "10", 20000)
    assert change(house, other, "-3", by).movement
    assert change(house, item, "+2", by).movement  # found again: less is lost than before
    assert change(house, item, "-3", by, at + timedelta(days=1)).movement


def test_a_dear_find_waits_too_and_keeps_its_price(shop: Shop, at: datetime) -> None:
    house, item = shelf(shop, limit_fen=0)
    asked = change(house, item, "2", keeper(shop), unit_cost=Money(15000)).approval
    assert asked.amount == Money(30000)
    decide(asked, chief(shop))
    assert (on_hand(), StockLevel.objects.get().value) == (12, Money(230_000))


def test_a_find_that_is_said_to_be_worth_nothing_counts_with_its_average(shop: Shop, at: datetime) -> None:
    house, item = shelf(shop, limit_fen=0)
    asked = change(house, item, "2", keeper(shop), unit_cost=Money(0))
    assert asked.approval and not asked.movement and on_hand() == 10


def test_who_may_not_ask_or_decide(shop: Shop, at: datetime) -> None:
    house, item = shelf(shop)
    both = actor(person(shop, make_role(shop, "both", *STORE, "accounts.approve_stock")))
    outsider = shop.actor("accounts.approve_stock", store_id=shop.other_store_id)
    by = keeper(shop)
    with nothing_changes(), pytest.raises(Forbidden):
        change(house, item, "-6", shop.actor("parts.view"))
    with nothing_changes(), pytest.raises(Refused):
        change(house, item, "-6", both, reason=" ")
    asked = change(house, item, "-6", both).approval
    for wrong in (both, by, outsider):
        with nothing_changes(), pytest.raises(Forbidden):
            decide(asked, wrong)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.carry_out_adjustment(approval_id=asked.pk, by=by, at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.carry_out_adjustment(approval_id=asked.pk, by=system(shop.org_id), at=at)  # nobody agreed yet
    with nothing_changes(), pytest.raises(Missing):
        commands.carry_out_adjustment(approval_id=10**9, by=system(shop.org_id), at=at)


def test_the_page_says_that_it_waits_and_who_decides_sees_the_stock(shop: Shop) -> None:
    house, item = shelf(shop)
    asker = browser(person(shop, make_role(shop, "keeper", *STORE)))
    page = reverse("parts:adjust", args=[item.pk])
    assert asker.post(page, {"warehouse": house.ref, "counted": "2", "reason": "盘亏"}).status_code == 302
    assert "正在等审批：库存调整 涡轮增压器 -8" in asker.get(page).content.decode()
    again = asker.post(page, {"warehouse": house.ref, "counted": "1", "reason": "又少一个"})
    assert again.status_code == 422 and "又少一个" in again.content.decode() and "先撤回" in again.content.decode()
    asked = Approval.objects.get()
    decider = browser(person(shop, make_role(shop, "chief", "parts.view", "accounts.approve_stock")))
    assert "库存调整 涡轮增压器 -8" in decider.get("/").content.decode()
    html = decider.get(f"/approvals/{asked.ref}/").content.decode()
    for text in ("涡轮增压器", "盘亏", "-8 个", "10 个", "2 个", "¥200.00", "¥1,600.00", f"/parts/{item.ref}/"):
        assert text in html, text
    assert decider.post(f"/approvals/{asked.ref}/", {"answer": "approve", "note": ""}).status_code == 302
    assert on_hand() == 2
    ledger = asker.get(f"/parts/{item.ref}/").content.decode()
    assert Movement.objects.get(kind="adjust").approved_by in ledger and "同意" in ledger


def test_programs_are_told_to_wait(shop: Shop) -> None:
    house, item = shelf(shop)
    client = browser(person(shop, make_role(shop, "keeper", *STORE)))
    body = {"warehouse": house.ref, "part": item.ref, "counted": "0", "reason": "盘亏"}
    send: dict[str, Any] = {"content_type": "application/json", "headers": {"Idempotency-Key": "a"}}
    first = client.post("/api/v1/adjustments", json.dumps(body), **send)
    assert (first.status_code, first.json()) == (202, {"approval": Approval.objects.get().ref})
    assert client.post("/api/v1/adjustments", json.dumps(body), **send).json() == first.json()
    small = client.post("/api/v1/adjustments", json.dumps({**body, "counted": "9"}), **send | {"headers": {}})
    assert (small.status_code, small.json()["approved_by"]) == (201, "")
