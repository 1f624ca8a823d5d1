"""Who may do what: a technician does not settle, the other store sees nothing, another organisation not even that."""

from __future__ import annotations

from datetime import datetime

import pytest

from pitlane.core import search
from pitlane.core.errors import Forbidden, Missing
from pitlane.core.testing import nothing_changes
from pitlane.customers import queries as customers
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .cast import Chain, inside, open_chain
from .pages import Browser
from .visit import Visit


@pytest.fixture
def visit(chain: Chain, now: datetime) -> Visit:
    return Visit.check_in(chain, now, phone="13801386217").complete()


def test_only_desk_and_till_settle(visit: Visit) -> None:
    for login in ("technician", "inspector", "parts", "foreman"):
        with nothing_changes(), pytest.raises(Forbidden) as refused:
            workshop.settle_order(order_id=visit.order_id, **visit.by(login))
        assert refused.value.permission == "billing.settle", login


def test_advisor_takes_no_money(visit: Visit) -> None:
    visit.settle()
    card = visit.bills[0]
    facts = {"order_id": visit.order_id, "settlement_id": card.id, "method": "cash", "amount": card.due}
    with nothing_changes(), pytest.raises(Forbidden):
        workshop.take_payment(**facts, request_key="x", **visit.by("advisor"))


def test_the_other_store_sees_and_does_nothing(chain: Chain, visit: Visit) -> None:
    stranger = chain.actor("tz-advisor")
    with pytest.raises(Missing):
        orders.order_screen(visit.order_id, by=stranger, at=visit.at)
    with nothing_changes(), pytest.raises((Missing, Forbidden)):
        workshop.settle_order(order_id=visit.order_id, by=stranger, at=visit.at)
    page = Browser(chain.browser("tz-advisor")).open(f"/orders/{visit.order.ref}/")
    assert page.status == 404
    assert visit.order.number not in Browser(chain.browser("tz-advisor")).open("/orders/").html
    hits = search.find(visit.order.short_number, by=stranger, kinds=["order"])
    assert not hits.get("order")


def test_another_organisation_is_another_world(chain: Chain, visit: Visit, now: datetime) -> None:
    ref, vehicle_ref = visit.order.ref, customers.vehicle_card(visit.order.vehicle_id).ref
    with inside(open_chain(now, code="other")) as other:
        boss = other.actor("manager")
        with nothing_changes(), pytest.raises(Missing):
            workshop.settle_order(order_id=visit.order_id, by=boss, at=visit.at)
        assert customers.find_by_plate("京A8K326") is None
        assert not any(search.find("8K326", by=boss, kinds=list(search.KINDS)).values())
        window = Browser(other.browser("manager"))
    for path in (f"/orders/{ref}/", f"/vehicles/{vehicle_ref}", f"/reception/orders/{ref}/quote/"):
        assert window.open(path).status == 404, path


def test_a_technician_has_no_desk(chain: Chain, visit: Visit) -> None:
    window = Browser(chain.browser("technician"))
    for path in ("/reception/check-in/", "/billing/", "/billing/till/", "/customers"):
        assert window.open(path).status == 403, path
    assert "my-jobs" in window.open("/").path
