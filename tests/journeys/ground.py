"""What a real installation holds before its plug is pulled. Runs inside the installation: see ``Installation.tell``."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pitlane.core import jobs
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.customers.models import Customer
from pitlane.parts import commands as stock
from pitlane.parts.commands import ReceiptLine
from pitlane.reception import commands as reception
from pitlane.reception import queries as quotes
from pitlane.workshop import commands as workshop

from .cast import Chain, issue_key, open_chain
from .visit import Visit, operation, part

SCOPES = ["workshop.*", "billing.*", "parts.*", "customers.view", "catalog.view", "reception.*"]
BILL = Money(100_000)


def _plate(number: int) -> str:
    return f"京A{10_000 + number}"


def _visit(chain: Chain, number: int) -> Visit:
    return Visit.check_in(chain, timezone.now(), plate=_plate(number), name=f"客户{number}")


def line_ref(key: str) -> str:
    """``item:5`` as the API names it."""
    kind, _colon, pk = key.partition(":")
    return public_id({"item": "itm", "part": "opt"}[kind], int(pk))


def bills(count: int) -> dict[str, Any]:
    """So many settled bills of 1,000 yuan each, two keys of two clerks."""
    now = timezone.now()
    chain = open_chain(now)
    with scope(chain.org_id):
        made = [_bill(chain, number) for number in range(count)]
        return {"keys": [issue_key(chain, SCOPES, now) for _ in range(2)], "bills": made}


def _bill(chain: Chain, number: int) -> dict[str, str]:
    visit = _visit(chain, number).complete([workshop.NewLabour(name="钣金喷漆", hours=Decimal(1), unit_price=BILL)])
    visit.settle()
    return {"order": visit.order.ref, "bill": visit.bills[0].ref}


def completed() -> dict[str, Any]:
    """One completed order that waits for its bill, and two clerks."""
    now = timezone.now()
    chain = open_chain(now)
    with scope(chain.org_id):
        visit = _visit(chain, 1).complete()
        return {"keys": [issue_key(chain, SCOPES, now) for _ in range(2)], "order": visit.order.ref}


def last_part() -> dict[str, Any]:
    """Two orders whose quotes name the same part, of which one is left."""
    now = timezone.now()
    chain = open_chain(now)
    with scope(chain.org_id):
        who = {"by": chain.actor("parts"), "at": now}
        rare = stock.save_part(code="RARE-1", name="左前减振器总成", price=Money(86_000), unit="只", **who)
        line = ReceiptLine(part_id=rare.pk, quantity=Decimal(1), unit_cost=Money(51_000))
        stock.receive(warehouse_id=chain.warehouse_id, lines=[line], **who)
        visits = [_visit(chain, number) for number in range(2)]
        keys = [visit.add([operation("BR-001"), part("RARE-1", item="#0")]) for visit in visits]
        for visit in visits:
            workshop.mark_quoted(order_id=visit.order_id, **visit.by("advisor"))
        return {
            "keys": [issue_key(chain, SCOPES, now) for _ in range(2)],
            "orders": [visit.order.ref for visit in visits],
            "lines": [[line_ref(key) for key in some] for some in keys],
            "part": public_id("prt", rare.pk),
        }


def jobs_waiting(count: int) -> int:
    """So many jobs, each of which leaves one mark, queued long enough ago that ``sweep`` thinks them lost."""
    now = timezone.now()
    chain = open_chain(now)
    with scope(chain.org_id):
        Visit.check_in(chain, now)
        customer = Customer.objects.get()
        jobs.run_all_now()
        for number in range(count):
            jobs.enqueue(
                "pitlane.customers.commands.log_contact",
                at=now - timedelta(minutes=10),
                customer_id=customer.pk,
                channel="note",
                text=f"第 {number} 次",
            )
        return count


def sweep() -> int:
    """What the worker does every minute."""
    return jobs.sweep()


def opened() -> int:
    """A shop with its catalogue, its shelves and its people, and no customer yet."""
    return open_chain(timezone.now()).org_id


def every_stage() -> dict[str, Any]:
    """A shop in the middle of its day: one order at every stage, links on two phones; answers their addresses."""
    now = timezone.now()
    chain = open_chain(now)
    with scope(chain.org_id):
        visits = {name: reach(_visit(chain, number)) for number, (name, reach) in enumerate(STAGES.items())}
        known = visits["paid"].order
        first = visits["working"].order.items.order_by("pk").first()
        return {
            "orders": {name: visit.order.ref for name, visit in visits.items()},
            "estimate": public_id("est", quotes.estimates_of(visits["quoted"].order_id, at=now)[0].id),
            "portal": {name: f"/p/{TOKENS[name]}/" for name in TOKENS},
            "store": public_id("sto", chain.store_id),
            "customer": known.customer.ref,
            "vehicle": known.vehicle.ref,
            "free_plate": visits["delivered"].order.vehicle.plate,
            "item": first.ref,
            "technician": str(chain.staff["technician"]),
            "bill": visits["settled"].bills[0].ref,
            "part": public_id("prt", known.parts.first().part_id),
        }


TOKENS = {name: (name + "0" * 43)[:43] for name in ("finger", "plain", "waiting", "bill")}


def _walked(visit: Visit) -> Visit:
    visit.add([operation("MA-001"), part("OL-03", item="#0"), operation("EL-014"), operation("MA-004")])
    return visit


def _quoted(token: str) -> Any:
    def reach(visit: Visit) -> Visit:
        _walked(visit)
        reception.send_estimate(order_id=visit.order_id, token=TOKENS[token], **visit.by("advisor"))
        return visit

    return reach


def _working(visit: Visit) -> Visit:
    visit.approve().dispatch().issue()
    workshop.start_item(item_id=visit.item_ids[0], **visit.by("technician"))
    workshop.report_finding(order_id=visit.order_id, text="空调滤芯发霉", severity="soon", **visit.by("technician"))
    return visit


def _settled(visit: Visit) -> Visit:
    visit.complete().settle()
    return visit


def _paid(visit: Visit) -> Visit:
    _settled(visit).pay()
    reception.link_order(order_id=visit.order_id, token=TOKENS["bill"], **visit.by("advisor"))
    return visit


def _delivered(visit: Visit) -> Visit:
    _settled(visit).pay()
    return visit.deliver()


STAGES = {
    "checked_in": lambda visit: visit,
    "quoting": _walked,
    "quoted": _quoted("waiting"),
    "finger": _quoted("finger"),
    "plain": _quoted("plain"),
    "approved": lambda visit: visit.approve(),
    "working": _working,
    "inspected": lambda visit: visit.approve().dispatch().issue().work(),
    "completed": lambda visit: visit.complete(),
    "settled": _settled,
    "paid": _paid,
    "delivered": _delivered,
}
