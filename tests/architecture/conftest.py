"""A shop in the middle of its day, for the tests that walk through it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Staff
from pitlane.appointments import commands as appointments
from pitlane.billing import commands as billing
from pitlane.catalog import commands as catalog
from pitlane.core import files
from pitlane.core.imports import run, trial
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop
from pitlane.customers import commands as customers
from pitlane.messaging import commands as messaging
from pitlane.reception import commands as reception
from pitlane.scheduling import commands as scheduling
from pitlane.workshop import commands as orders
from pitlane.workshop.tests import factories as workshop

from .routes import Ids
from .walker import ids_of

ALL_WEEK = [scheduling.ShiftInput(day, time(8), time(20)) for day in range(7)]


@pytest.fixture
def house(shop: Shop) -> Ids:
    """A shop in the middle of its day: orders at several stages, bills, money, stock, people, files, requests."""
    return a_day(shop, "t")


@pytest.fixture
def foreign_house(house: Ids, other_shop: Shop) -> Ids:
    """The same in another organisation; sign-in names are unique in the installation, so the first house gives way."""
    Staff.unscoped.update(login=Concat(Value("first-"), "login"))
    with scope(other_shop.org_id):
        return a_day(other_shop, "f")


def a_day(shop: Shop, letter: str) -> Ids:
    """Everything that addresses name, made by the commands."""
    bench, now = workshop.bench(shop), timezone.now()
    boss = shop.boss(staff_id=bench.advisor.pk)
    packed = [catalog.PackageLineInput(operation_id=bench.oil)]
    catalog.save_package(code="PK-1", name="小保养套餐", lines=packed, by=boss, at=now)
    order = workshop.opened(bench, lines=workshop.usual_lines(bench))
    reception.send_estimate(order_id=order.pk, token=letter * 43, by=boss, at=now)
    done = workshop.settled(bench, at=NOON)
    billing.open_till(store_id=shop.store_id, by=boss, at=now)
    billing.open_credit(customer_id=bench.customer_id, limit=Money(100000), by=boss, at=now)
    deposit = {"order_id": order.pk, "order_number": order.number, "store_id": shop.store_id, "request_key": "d"}
    billing.take_deposit(**deposit, customer_id=bench.customer_id, method="cash", amount=Money(5000), by=boss, at=now)
    scheduling.save_bay(store_id=shop.store_id, name="1 号工位", bay_type="lift", by=boss, at=now)
    customers.log_contact(
        customer_id=bench.customer_id,
        channel="call_in",
        text="回电",
        next_step="回电",
        next_on=NOON.date(),
        by=boss,
        at=now,
    )
    customers.record_call(number="13911112222", text="报价", name="赵先生", by=boss, at=now)
    accounts.request_approval(
        kind="discount", permission="accounts.approve_discount", subject="x", summary="折扣", reason="老客户",
        store_id=shop.store_id, by=boss, at=now,
    )  # fmt: skip
    accounts.save_list_view(list_key="orders", name="在厂", filters={"view": "in_shop"}, by=boss, at=now)
    accounts.issue_api_key(name="x", scopes=["accounts.view"], secret=f"pl_{letter}", by=boss, at=now)
    reception.save_own_cause(name="门轨", words=["滑门拉不动"], operation_id=bench.oil, by=boss, at=now)
    files.keep(content=b"a,b\n", name="a.csv", purpose="document", store_id=shop.store_id, by=boss, at=now)
    table = files.receive(["姓名,电话\n王,13800138000\n".encode()], "a.csv", "import")
    given = {"profile_key": "customers", "upload": table, "store_id": shop.store_id}
    trial.dry_run(batch_id=run.start_import(**given, by=boss, at=now).pk, by=boss, at=now)
    due = timezone.localdate(now)
    kaizen = {"text": "复核力矩", "owner_id": bench.tech.pk, "due_on": due, "by": boss, "at": now}
    orders.open_action(order_id=order.pk, **kaizen)
    messaging.set_provider(channel="sms", provider="notebook_sms", fields={}, hook_token="h" * 40, by=boss, at=now)
    told = {"key": "k", "template": "car_ready", "customer_id": bench.customer_id, "store_id": shop.store_id}
    scheduling.save_hours(store_id=shop.store_id, hours=ALL_WEEK, by=boss, at=now)
    tomorrow = timezone.make_aware(datetime.combine(due + timedelta(days=2), time(10)))
    visit = {"store_id": shop.store_id, "start": tomorrow, "vehicle_id": bench.vehicle_id, "wish": "异响"}
    appointments.book(**visit, by=boss, at=now)
    appointments.issue_feed(store_id=shop.store_id, staff_id=None, token=letter * 43, by=boss, at=now)
    messaging.send(**told, variables={"plate": "京A8K326"}, by=boss, at=now)
    assert done.pk != order.pk
    return ids_of(shop)
