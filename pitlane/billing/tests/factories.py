"""Bills for tests, made by the commands."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import Any

from pitlane.accounts.models import Role, Staff
from pitlane.billing import commands
from pitlane.billing.commands import Bill, BillLine, OrderFacts
from pitlane.billing.models import Payment, Settlement
from pitlane.core import doctor
from pitlane.core.access import Actor, system
from pitlane.core.money import Money
from pitlane.core.testing import NOON, Shop
from pitlane.customers.models import Customer

_keys = count(1)


def yuan(amount: str | int) -> Money:
    return Money.from_yuan(amount)


def a_customer(name: str = "王建国", kind: str = "person") -> Customer:
    return Customer.objects.create(name=name, kind=kind, created_at=NOON, changed_at=NOON)


def a_cashier(shop: Shop, login: str = "cashier", name: str = "林晓燕") -> Staff:
    staff = Staff.objects.create(
        login=login, name=name, employee_no=login, password="!", main_store_id=shop.store_id, org_id=shop.org_id
    )
    staff.stores.add(shop.store_id)
    return staff


def line(source: str = "item:1", amount: str | int = 300, **changes: Any) -> BillLine:
    """A labour line of one unit; ``list_amount`` less ``discount`` is the amount."""
    listed = Money.from_yuan(amount) + changes.get("discount", Money(0))
    facts: dict[str, Any] = {
        "part_of_form": "labour",
        "description": "更换前制动片",
        "quantity": Decimal(1),
        "unit_price": listed,
        "list_amount": listed,
        "amount": Money.from_yuan(amount),
        "unit": "h",
    }
    return BillLine(source=source, **(facts | changes))


def order_facts(shop: Shop, customer: Customer, order_id: int = 7, **changes: Any) -> OrderFacts:
    facts: dict[str, Any] = {
        "order_number": f"S0-2026-W1123-{order_id:03d}",
        "store_id": shop.store_id,
        "customer_id": customer.pk,
        "odometer": 62418,
        "plate": "京A8K326",
        "plate_kind": "blue",
        "vehicle": "大众 帕萨特 380TSI",
        "vin": "LSVCC6F28M2012345",
    }
    return OrderFacts(order_id=order_id, **(facts | changes))


def settled(
    shop: Shop, customer: Customer | None = None, amount: str | int = 300, order_id: int = 7, by: Actor | None = None
) -> Settlement:
    """One customer's bill of one line."""
    customer = customer or a_customer()
    bill = Bill(payer_kind="customer", payer_name=customer.name, lines=[line(amount=amount)])
    return commands.settle(facts=order_facts(shop, customer, order_id), bills=[bill], by=by or shop.boss(), at=NOON)[0]


def paid(shop: Shop, settlement: Settlement, amount: str | int, method: str = "card", **facts: Any) -> Payment:
    values: dict[str, Any] = {"request_key": f"test-{next(_keys)}", "by": shop.boss(), "at": NOON} | facts
    return commands.take_payment(settlement_id=settlement.pk, method=method, amount=yuan(amount), **values)


def approve(shop: Shop, approval: Any) -> int:
    from pitlane.accounts.commands import decide_approval

    decide_approval(approval_id=approval.pk, approve=True, by=system(shop.org_id), at=NOON)
    return int(approval.pk)


def reload(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def sign_in(client: Any, shop: Shop, *permissions: str) -> Staff:
    """A person with exactly these permissions in the first store, signed in."""
    staff = a_cashier(shop, login="signed-in", name="周洁")
    role = Role.objects.create(code="test", name="测试", permissions=list(permissions), data_scope="store")
    staff.roles.add(role)
    client.force_login(staff, backend="pitlane.accounts.backend.StaffBackend")
    return staff


def on_account(shop: Shop, amount: int = 400, order_id: int = 7) -> Settlement:
    """A bill on the account of a fleet."""
    customer = a_customer("顺达物流（北京）有限公司", "company")
    commands.open_credit(customer_id=customer.pk, limit=yuan(10000), days=30, by=shop.boss(), at=NOON)
    bill = settled(shop, customer, amount, order_id)
    return commands.charge_account(settlement_id=bill.pk, by=shop.boss(), at=NOON)


def troubles() -> list[doctor.Trouble]:
    """What the doctor finds in billing and in the event chain."""
    names = [name for name in doctor.CHECKS if name.startswith("billing_")]
    assert len(names) == 5
    return doctor.examine(["event_chain", *names])
