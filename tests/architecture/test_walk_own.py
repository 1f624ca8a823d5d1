"""Who sees only the own customers and orders comes to no other by any page, call or search."""

from __future__ import annotations

import pytest
from django.utils import timezone

from pitlane.accounts.models import Role, Staff
from pitlane.accounts.queries import actor_for
from pitlane.accounts.tests.factories import person
from pitlane.core.access import expand
from pitlane.core.errors import Missing
from pitlane.core.models import EventRow
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import commands as customers
from pitlane.customers.models import Customer
from pitlane.workshop import commands as orders
from pitlane.workshop.models import RepairOrder

from .routes import Ids
from .walker import Walker, each_call, each_page, flaws

DOCUMENTS = {"cus", "veh", "con", "ord", "itm", "est", "rec", "stl", "pay", "crd"}
PLACES = ("/", "/customers", "/orders/", "/reception/", "/workshop/", "/quality/", "/billing/", "/billing/payments/")


@pytest.fixture
def seller(shop: Shop, house: Ids) -> Staff:
    """Somebody who may do everything, but only with what is theirs: at first nothing."""
    every = sorted(expand(["customers.*", "workshop.*", "reception.*", "billing.*", "parts.issue"]))
    with scope(shop.org_id):
        role = Role.objects.create(code="own", name="自己的", permissions=every, data_scope="own")
    return person(shop, role)


def test_nothing_of_others_opens(shop: Shop, house: Ids, seller: Staff) -> None:
    walker = Walker(seller)
    found = flaws(each_page(walker, house, "GET", "POST", only=DOCUMENTS), lambda _what, status: status in (404, 405))
    assert not found, found
    early = {f"POST /{what}" for what in ("orders/{order}/photos", "orders/{ref}/walkaround/photos")}  # no file sent
    early.add("POST /customers/{ref}/dates")  # the sample of its body is none
    found = flaws(
        each_call(walker, house, only=DOCUMENTS),
        lambda what, status: status == 404 or (what in early and status == 422),
    )
    assert not found, found


def test_nothing_of_others_is_shown_or_found(shop: Shop, house: Ids, seller: Staff) -> None:
    with scope(shop.org_id):
        names, plates = [*Customer.objects.values_list("name", flat=True)], ["京A8K326"]
    client = Walker(seller).client
    searched = [f"/search?q={word}" for word in ("京A8K326", "8K326", "6217")]
    asked = ["/api/v1/customers", "/api/v1/orders", "/api/v1/vehicles?plate=京A8K326", "/api/v1/settlements"]
    asked += ["/reception/check-in/?plate=京A8K326", "/calls/who?number=13800116217"]
    for address in (*PLACES, *searched, *asked, f"/reception/check-in/?vehicle={house['veh']}"):
        answer = client.get(address)
        text = answer.content.decode().replace("·", "")
        assert answer.status_code in (200, 302, 404), address
        told = [word for word in (*names, *plates) if word in text and word not in address]
        assert not told, (address, told)


def test_the_own_opens_when_it_is_given(shop: Shop, house: Ids, seller: Staff) -> None:
    with scope(shop.org_id):
        Customer.objects.update(advisor=seller)
        RepairOrder.objects.update(advisor=seller)
    client = Walker(seller).client
    for address in (f"/customers/{house['cus']}", f"/vehicles/{house['veh']}", f"/orders/{house['ord']}/"):
        assert client.get(address).status_code == 200, address
    assert client.get(f"/api/v1/customers/{house['cus']}").status_code == 200


def test_commands_refuse_what_is_not_theirs(shop: Shop, house: Ids, seller: Staff) -> None:
    now = timezone.now()
    with scope(shop.org_id):
        by, order, before = actor_for(seller), RepairOrder.objects.first(), EventRow.objects.count()
        with nothing_changes():
            with pytest.raises(Missing):
                customers.reveal(customer_id=order.customer_id, what="phone", by=by, at=now)
            with pytest.raises(Missing):
                orders.begin_inspection(order_id=order.pk, by=by, at=now)
            with pytest.raises(Missing):
                customers.log_contact(customer_id=order.customer_id, channel="note", text="x", by=by, at=now)
        assert EventRow.objects.count() == before
        made = customers.create_customer(name="赵六", phones=["13700001234"], by=by, at=now)
        assert made.advisor_id == seller.pk
