"""A shift adds up: the float and everything booked to it against what was counted."""

from datetime import datetime

import pytest

from pitlane.accounts.models import Store
from pitlane.billing import commands
from pitlane.billing.models import TillSession
from pitlane.core.access import Actor
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes

from .factories import a_cashier, a_customer, paid, reload, settled, yuan


def cashier(shop: Shop) -> Actor:
    return shop.actor("billing.pay", "billing.view", "billing.refund", staff_id=a_cashier(shop).pk)


def test_a_day_at_the_till(shop: Shop, at: datetime) -> None:
    by, customer = cashier(shop), a_customer()
    till = commands.open_till(store_id=shop.store_id, float_amount=yuan(500), by=by, at=at)
    bill = settled(shop, customer, 1000)
    paid(shop, bill, 300, "cash", by=by)
    paid(shop, bill, 450, "card", by=by)
    paid(shop, bill, 50, "cash")
    counted = {"cash": yuan(800), "card": yuan(450)}
    closed = commands.close_till(till_id=till.pk, counted=counted, by=by, at=at)
    assert (closed.state, closed.difference, closed.closed_by) == ("closed", Money(0), "林晓燕")
    assert reload(till).expected == {"cash": 80000, "card": 45000, "bank": 0}
    kinds = list(
        EventRow.objects.filter(kind__startswith="billing.Till").order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == ["billing.TillOpened", "billing.TillClosed"]


def test_a_difference_must_be_explained_even_when_it_evens_out(shop: Shop, at: datetime) -> None:
    by = cashier(shop)
    till = commands.open_till(store_id=shop.store_id, float_amount=yuan(500), by=by, at=at)
    for counted in ({"cash": yuan(490)}, {"cash": yuan(490), "card": yuan(10)}):
        with nothing_changes(), pytest.raises(Refused) as refusal:
            commands.close_till(till_id=till.pk, counted=counted, by=by, at=at)
        assert refusal.value.code == "difference"
    closed = commands.close_till(till_id=till.pk, counted={"cash": yuan(490)}, note="找零多给", by=by, at=at)
    assert closed.difference == yuan(-10)
    with nothing_changes(), pytest.raises(Refused):
        commands.close_till(till_id=till.pk, counted={"cash": yuan(500)}, by=by, at=at)


def test_cash_opens_a_till_by_itself_unless_the_store_insists(shop: Shop, at: datetime) -> None:
    by, customer = cashier(shop), a_customer()
    bill = settled(shop, customer)
    assert paid(shop, bill, 10, "card", by=by).till_id is None
    assert paid(shop, bill, 10, "cash", by=by).till_id == paid(shop, bill, 10, "card", by=by).till_id
    till = TillSession.objects.get()
    commands.close_till(till_id=till.pk, counted={"cash": yuan(10), "card": yuan(10)}, by=by, at=at)
    Store.objects.filter(pk=shop.store_id).update(settings={"till_must_be_opened": True})
    with nothing_changes(), pytest.raises(Refused) as refusal:
        paid(shop, bill, 10, "cash", by=by)
    assert refusal.value.code == "till_closed"


def test_who_may_open_and_close(shop: Shop, at: datetime) -> None:
    by = cashier(shop)
    till = commands.open_till(store_id=shop.store_id, by=by, at=at)
    with nothing_changes(), pytest.raises(Conflict):
        commands.open_till(store_id=shop.store_id, by=by, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.open_till(store_id=shop.other_store_id, by=by, at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.open_till(store_id=shop.store_id, float_amount=yuan(-1), by=by, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.close_till(till_id=till.pk, counted={}, by=shop.actor("billing.pay", staff_id=10**6), at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.close_till(till_id=10**9, counted={}, by=by, at=at)
    manager = shop.actor("billing.close_day", staff_id=10**6, name="董店长")
    assert commands.close_till(till_id=till.pk, counted={}, by=manager, at=at).closed_by == "董店长"
