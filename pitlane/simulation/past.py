"""Closed orders of several years, written straight into the tables, for benchmarks only.

This is the one place that writes without commands. What the doctor checks holds all the same: sums, numbers, states,
payments and the event chain are what the commands would have made of an imported order with its bill.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction

from pitlane.billing.events import BillEvent, PaymentReceived, SettlementMade, SettlementPaid
from pitlane.billing.models import Payment, Settlement, SettlementLine
from pitlane.core.access import Actor
from pitlane.core.events import INDEXED, Event, chain_hash
from pitlane.core.models import ChainHead, EventRow, NumberSeries, SearchDoc, SearchKey
from pitlane.core.search import normal, suffixes
from pitlane.customers.models import Ownership
from pitlane.workshop.events import OrderImported
from pitlane.workshop.models import OrderPart, RepairOrder, WorkItem

from .rows import Table, Unindexed, settle_sequences
from .seasons import at_hour
from .shelf import Goods, Shelf

CHUNK = 2000
YEARS = 3
TITLES = ("小保养", "大保养", "更换前制动片", "更换轮胎", "空调检修", "事故维修", "更换蓄电池", "底盘异响检修")
STAGES = (
    "opened_at", "approved_at", "started_at", "finished_at", "completed_at", "settled_at", "paid_at", "delivered_at",
    "closed_at", "changed_at",
)  # fmt: skip
PRICED = ("order_id", "position", "name", "unit_price", "list_amount", "amount", "decided_at")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Owned:
    """A car of the shop's past."""

    vehicle_id: int
    customer_id: int
    plate: str
    plate_kind: str
    title: str
    odometer: int


class Tables:
    """The tables that an order of the past fills."""

    def __init__(self, org_id: int, by: Actor) -> None:
        org, approved = {"org_id": org_id}, {"approval": "approved", "payers": {"customer": "1"}, "org_id": org_id}
        head = ("store_id", "number", "short_number", "customer_id", "vehicle_id", "advisor_id", "title", "odometer")
        sums = ("labour_total", "parts_total", "total", "cost_total")
        self.orders = Table(RepairOrder, (*head, *sums, *STAGES), state="closed", source="import", **org)
        self.items = Table(WorkItem, (*PRICED, "operation_id", "hours", "trade"), state="passed", **approved)
        self.parts = Table(OrderPart, (*PRICED, "item_id", "part_id", "code"), quantity=ONE, fitted=True, **approved)
        bill = ("store_id", "number", "short_number", "order_id", "order_number", "customer_id", "vehicle_id")
        payer = {"payer_name": "车主", "settled_by": by.name, "state": "paid"}
        self.bills = Table(Settlement, (*bill, "payer_id", "total", "paid", "settled_at"), **payer, **org)
        shown = ("settlement_id", "position", "source", "part_of_form", "description", "code")
        amounts = ("unit_price", "list_amount", "amount", "share")
        self.bill_lines = Table(SettlementLine, (*shown, *amounts), quantity=ONE, **org)
        money = ("store_id", "number", "settlement_id", "order_id", "customer_id", "method", "amount", "request_key")
        self.payments = Table(Payment, (*money, "received_at"), kind="payment", received_by=by.name, **org)
        said = ("seq", "kind", "at", *INDEXED, "payload", "previous_hash", "hash")
        who = {"actor_kind": by.kind, "actor_id": by.id, "actor_name": by.name}
        self.events = Table(EventRow, said, **who, **org)
        self.docs = Table(
            SearchDoc, ("object_id", "store_id", "plate", "plate_kind", "title", "detail"), kind="order", **org
        )
        self.keys = Table(SearchKey, ("doc_id", "key"), kind="order", **org)

    @property
    def all(self) -> list[Table]:
        """Parents first."""
        return [table for table in vars(self).values() if isinstance(table, Table)]


class Past:
    """Writes orders with three jobs, two parts, a bill, its payment, four events and the search keys."""

    def __init__(self, stores: dict[int, str], advisors: Sequence[int], by: Actor, seed: int, today: date) -> None:
        self.stores, self.advisors, self.by, self.today = stores, advisors, by, today
        self.rng, self.numbers = Random(f"{seed}:past"), Counter[tuple[str, int, date]]()
        shelf = Shelf()
        self.work = [card for card in shelf.operations.values() if card.standard_hours <= 4]
        self.goods: list[Goods] = shelf.goods
        self.cars = list(_cars())
        self.tables = Tables(by.org_id, by)
        self.head = ChainHead.objects.get_or_create(defaults={"seq": 0, "hash": ""})[0]

    def write(self, number: int, told: Callable[[str, int], None]) -> None:
        """So many orders, evenly over the years that end yesterday."""
        heavy = [SearchKey, EventRow, RepairOrder, WorkItem, OrderPart, SettlementLine, Settlement, Payment]
        days = YEARS * 365
        with Unindexed(heavy):
            for start in range(0, number, CHUNK):
                for place in range(start, min(start + CHUNK, number)):
                    self._order(self.today - timedelta(days=days - place * days // number))
                self._flush()
                told("orders", min(start + CHUNK, number))
        self._count_numbers()
        settle_sequences(self.tables.all)

    def _flush(self) -> None:
        with transaction.atomic():
            for table in self.tables.all:
                table.write()
            self.head.save(update_fields=["seq", "hash"])

    def _number(self, kind: str, store_id: int, day: date) -> tuple[str, str]:
        self.numbers[kind, store_id, day] += 1
        short = f"{kind}{day:%m%d}-{self.numbers[kind, store_id, day]:03d}"
        return short, f"{self.stores[store_id]}-{day:%Y}-{short}"

    def _count_numbers(self) -> None:
        series = [
            NumberSeries(org_id=self.by.org_id, kind=kind, store_id=store_id, day=day, last=last)
            for (kind, store_id, day), last in self.numbers.items()
        ]
        NumberSeries.objects.bulk_create(series, batch_size=2000)

    def _order(self, day: date) -> None:
        rng, tables = self.rng, self.tables
        car, store_id = rng.choice(self.cars), rng.choice(list(self.stores))
        at = at_hour(day, rng.uniform(8.7, 16))
        done = at + timedelta(minutes=rng.randrange(60, 300))
        short, full = self._number("W", store_id, day)
        jobs, goods = rng.choices(self.work, k=3), rng.choices(self.goods, k=2)
        labour = [int(card.standard_hours * 16_000) for card in jobs]
        prices = [item.cost.fen * 2 for item in goods]
        total, title = sum(labour) + sum(prices), rng.choice(TITLES)
        order_id = tables.orders.add(
            *(store_id, full, short, car.customer_id, car.vehicle_id, rng.choice(self.advisors), title),
            max(100, car.odometer - (self.today - day).days * 30),
            *(sum(labour), sum(prices), total, sum(item.cost.fen for item in goods)),
            *(at, at, at, done, done, done, done, done, done, done),
        )
        lines = self._lines(order_id, jobs, goods, labour, prices, at)
        self._money(order_id, full, store_id, car, day, done, total, lines)
        self._find(order_id, short, full, store_id, car, title)

    def _lines(
        self, order_id: int, jobs: list[Any], goods: list[Goods], labour: list[int], prices: list[int], at: datetime
    ) -> list[tuple[Any, ...]]:
        """Jobs and parts of the order; answers them as lines of the bill."""
        tables, lines = self.tables, []
        for place, (card, price) in enumerate(zip(jobs, labour, strict=True), 1):
            own = (card.id, card.standard_hours, card.trade)
            item_id = tables.items.add(order_id, place, card.name, 16_000, price, price, at, *own)
            lines.append((f"item:{item_id}", "labour", card.name, card.code, price))
        for place, (item, price) in enumerate(zip(goods, prices, strict=True), 4):
            part_id = tables.parts.add(order_id, place, item.name, price, price, price, at, item_id, item.id, item.code)
            lines.append((f"part:{part_id}", "materials", item.name, item.code, price))
        return lines

    def _money(
        self,
        order_id: int,
        order_number: str,
        store_id: int,
        car: Owned,
        day: date,
        at: datetime,
        total: int,
        lines: Any,
    ) -> None:
        """The bill and its payment, and what was said about them."""
        tables = self.tables
        short, full = self._number("J", store_id, day)
        who = (car.customer_id, car.vehicle_id)
        bill_id = tables.bills.add(
            store_id, full, short, order_id, order_number, *who, car.customer_id, total, total, at
        )
        for place, (source, form, name, code, price) in enumerate(lines, 1):
            tables.bill_lines.add(bill_id, place, source, form, name, code, price, price, price, price)
        method, key = self.rng.choice(("bank", "card", "cash")), f"past-{order_id}"
        number = self._number("S", store_id, day)[1]
        payment_id = tables.payments.add(store_id, number, bill_id, order_id, car.customer_id, method, total, key, at)
        known: dict[str, Any] = {
            "customer_id": car.customer_id,
            "vehicle_id": car.vehicle_id,
            "order_id": order_id,
            "store_id": store_id,
        }
        self._say(OrderImported(**known, state="closed", number=order_number, total_fen=total), at)
        bill: dict[str, Any] = known | {"settlement_id": bill_id, "number": full}
        said: list[BillEvent] = [
            SettlementMade(**bill, payer_kind="customer", total_fen=total, round=1),
            PaymentReceived(**bill, payment_id=payment_id, method=method, amount_fen=total, due_fen=0),
            SettlementPaid(**bill, total_fen=total),
        ]
        for event in said:
            self._say(event, at)

    def _say(self, event: Event, at: datetime) -> None:
        """One link of the chain, as ``core.journal`` would have written it."""
        payload, head, by = asdict(event), self.head, self.by
        facts = {
            "seq": head.seq + 1,
            "kind": event.kind,
            "at": at.astimezone(UTC).isoformat(),
            "actor": [by.kind, by.id, by.name],
            "payload": payload,
        }
        previous, head.seq, head.hash = head.hash, head.seq + 1, chain_hash(head.hash, facts)
        indexed = (payload.get(name) for name in INDEXED)
        self.tables.events.add(head.seq, event.kind, at, *indexed, payload, previous, head.hash)

    def _find(self, order_id: int, short: str, full: str, store_id: int, car: Owned, title: str) -> None:
        """Findable by any end of its number and any fragment of the plate, as the workshop does it."""
        detail = f"{car.title} · {title}"[:200]
        doc_id = self.tables.docs.add(order_id, store_id, car.plate, car.plate_kind, short, detail)
        for key in sorted({*suffixes(short, 3), *suffixes(car.plate, 3), normal(full)}):
            self.tables.keys.add(doc_id, key)


def _cars() -> Iterator[Owned]:
    rows = Ownership.objects.filter(role="owner", until=None).select_related("vehicle").order_by("pk")
    for row in rows.iterator(chunk_size=5000):
        car = row.vehicle
        yield Owned(car.pk, row.customer_id, car.plate, car.plate_kind, car.title, car.odometer or 10_000)
