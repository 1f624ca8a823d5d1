"""How a store bills: set on its page and by programs, checked, and followed by the next bill."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from pitlane.accounts import commands
from pitlane.accounts.models import Store
from pitlane.accounts.terms import StoreTerms
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.ids import public_id
from pitlane.core.models import EventRow
from pitlane.core.testing import Shop, nothing_changes

from .factories import admin, browser, manager
from .test_api import Program

TYPED = {
    "tax_rate": "6",
    "round_off_fen": "100",
    "refund_without_approval": "200",
    "adjust_without_approval": "500",
    "till_must_be_opened": "on",
}


def terms(shop: Shop) -> StoreTerms:
    return StoreTerms.of(Store.objects.get(pk=shop.store_id).settings)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tax_rate": "1"}, "tax_rate"),
        ({"tax_rate": "-0.01"}, "tax_rate"),
        ({"tax_rate": "NaN"}, "tax_rate"),
        ({"tax_rate": "six"}, "tax_rate"),
        ({"round_off_fen": 7}, "round_off_fen"),
        ({"round_off_fen": 0}, "round_off_fen"),
        ({"refund_without_approval_fen": -1}, "refund_without_approval_fen"),
        ({"adjust_without_approval_fen": -1}, "adjust_without_approval_fen"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_impossible_terms_are_refused(shop: Shop, at: datetime, changes: dict[str, Any], field: str) -> None:
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.set_store_terms(store_id=shop.store_id, changes=changes, by=shop.boss(), at=at)
    assert refusal.value.field == field and terms(shop) == StoreTerms()


def test_set_store_terms_is_refused(shop: Shop, at: datetime) -> None:
    given = {"changes": {"round_off_fen": 10}, "at": at}
    local = shop.actor("accounts.stores", store_id=shop.other_store_id)
    for by, store_id, error in (
        (shop.actor("accounts.view"), shop.store_id, Forbidden),
        (local, shop.store_id, Forbidden),
        (shop.boss(), 10**9, Missing),
    ):
        with nothing_changes(), pytest.raises(error):
            commands.set_store_terms(store_id=store_id, by=by, **given)


def test_what_changed_is_recorded_with_before_and_after(shop: Shop, at: datetime) -> None:
    Store.objects.filter(pk=shop.store_id).update(settings={"own": 1, "round_off_fen": 10})
    changes = {"tax_rate": Decimal("0.06"), "round_off_fen": 10}
    commands.set_store_terms(store_id=shop.store_id, changes=changes, by=shop.boss(), at=at)
    commands.set_store_terms(store_id=shop.store_id, changes=changes, by=shop.boss(), at=at)
    event = EventRow.objects.get(kind="accounts.StoreTermsChanged")
    assert event.payload == {"store_id": shop.store_id, "before": {"tax_rate": "0"}, "after": {"tax_rate": "0.06"}}
    assert Store.objects.get(pk=shop.store_id).settings["own"] == 1
    assert terms(shop) == StoreTerms(tax_rate=Decimal("0.06"), round_off_fen=10)


def test_the_page_shows_saves_and_explains(shop: Shop) -> None:
    client, ref = browser(admin(shop)), public_id("sto", shop.store_id)
    page = client.get(f"/organisation/stores/{ref}/").content.decode()
    assert "结算设置" in page and "抹到角" in page
    assert client.post(f"/organisation/stores/{ref}/terms", TYPED).status_code == 302
    assert terms(shop) == StoreTerms(Decimal("0.06"), False, 100, 20000, 50000, True)
    wrong = client.post(f"/organisation/stores/{ref}/terms", {**TYPED, "tax_rate": "106", "round_off_fen": "10"})
    assert wrong.status_code == 422 and 'value="106"' in wrong.content.decode()
    assert terms(shop).round_off_fen == 100
    audit = client.get("/organisation/audit/").content.decode()
    assert "税率 0% → 6%" in audit and "抹零 不抹零 → 抹到元" in audit
    assert browser(manager(shop)).post(f"/organisation/stores/{ref}/terms", TYPED).status_code == 403


def test_programs_read_and_change_them(shop: Shop) -> None:
    program, path = Program(shop, "*"), f"/stores/{public_id('sto', shop.store_id)}/terms"
    before = program("GET", path).json()
    assert before["round_off_fen"] == 1 and before["prices_include_tax"] is True
    sent = {"tax_rate": "0.13", "prices_include_tax": False}
    first = program("PATCH", path, sent, **{"Idempotency-Key": "t"})
    assert first.json() == program("PATCH", path, sent, **{"Idempotency-Key": "t"}).json()
    assert Decimal(first.json()["tax_rate"]) == Decimal("0.13") and terms(shop).prices_include_tax is False
    assert program("PATCH", path, {"tax_rate": "1.3"}).status_code == 422
    assert program("PATCH", path, {"round_off_fen": 3}).json()["field"] == "round_off_fen"
    far = Program(shop, "accounts.view", "accounts.stores", stores=(shop.other_store_id,))
    assert far("GET", path).status_code == 404 and far("PATCH", path, sent).status_code == 403
