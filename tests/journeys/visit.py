"""One car's visit, step by step through the commands, each by the person whose work it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pitlane.billing import queries as bills
from pitlane.catalog import queries as catalog
from pitlane.core.money import Money
from pitlane.parts import queries as shelf
from pitlane.reception import commands as reception
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders
from pitlane.workshop.models import RepairOrder

from .cast import Chain

STEP = timedelta(minutes=5)


def operation(code: str, **facts: Any) -> workshop.NewLabour:
    """A job of the starting catalogue."""
    found = catalog.operation_by_code(code)
    assert found is not None, f"the starting catalogue has no operation {code}"
    return workshop.NewLabour(operation_id=found.id, **facts)


def part(code: str, **facts: Any) -> workshop.NewPart:
    """A part of the starting catalogue."""
    found = shelf.part_by_code(code)
    assert found is not None, f"the starting catalogue has no part {code}"
    return workshop.NewPart(part_id=found.id, **facts)


Lines = Sequence[workshop.NewLine]


def oil_service() -> Lines:
    """The everyday order: one job and one part."""
    return [operation("MA-001"), part("OL-03", item="#0")]


@dataclass
class Visit:
    """The order, and what time it is in the shop."""

    chain: Chain
    order_id: int
    at: datetime

    @classmethod
    def check_in(
        cls, chain: Chain, at: datetime, *, plate: str = "京A8K326", name: str = "陈建国", **facts: Any
    ) -> Visit:
        """A new customer with a new car, or a known car when ``vehicle_id`` is given."""
        if "vehicle_id" not in facts:
            facts |= {
                "new_customer": reception.NewCustomer(name=name, phone=facts.pop("phone", "")),
                "new_vehicle": reception.NewVehicle(plate=plate, make="大众", series="朗逸"),
            }
        order = reception.check_in(
            store_id=chain.store_id,
            **{"odometer": 42_000, "concern": "保养", **facts},
            by=chain.actor("advisor"),
            at=at,
        )
        return cls(chain, order.pk, at)

    def tick(self) -> dict[str, datetime]:
        self.at += STEP
        return {"at": self.at}

    def by(self, login: str) -> dict[str, Any]:
        """Who acts, five minutes after the last one."""
        return {"by": self.chain.actor(login), **self.tick()}

    @property
    def order(self) -> RepairOrder:
        found: RepairOrder = RepairOrder.objects.get(pk=self.order_id)
        return found

    @property
    def state(self) -> str:
        return str(self.order.state)

    @property
    def item_ids(self) -> list[int]:
        """Approved jobs that are not finished."""
        rows = self.order.items.filter(approval="approved").exclude(state__in=("removed", "done", "passed"))
        return list(rows.order_by("pk").values_list("pk", flat=True))

    def items_in(self, state: str) -> list[int]:
        """Approved jobs in a state."""
        rows = self.order.items.filter(approval="approved", state=state)
        return list(rows.order_by("pk").values_list("pk", flat=True))

    @property
    def bills(self) -> list[bills.SettlementCard]:
        return bills.settlements_for(self.order_id)

    def add(self, lines: Lines) -> list[str]:
        return workshop.add_lines(order_id=self.order_id, lines=lines, **self.by("advisor"))

    def approve(self, lines: Lines | None = None) -> Visit:
        """Quote the lines and write down that the customer wants them all."""
        keys = self.add(oil_service() if lines is None else lines)
        workshop.mark_quoted(order_id=self.order_id, **self.by("advisor"))
        workshop.decide_lines(order_id=self.order_id, decisions=dict.fromkeys(keys, "approve"), **self.by("advisor"))
        return self

    def dispatch(self, login: str = "technician") -> Visit:
        workshop.dispatch(
            order_id=self.order_id,
            item_ids=self.items_in("pending"),
            technician_ids=[self.chain.staff[login]],
            bay_id=self.chain.bay_id,
            **self.by("foreman"),
        )
        return self

    def issue(self) -> Visit:
        workshop.issue_parts(order_id=self.order_id, **self.by("parts"))
        return self

    def work(self, login: str = "technician") -> Visit:
        """Every job done by its technician, confirmed by a colleague where the catalogue wants that, and inspected."""
        workshop.finish_items(order_id=self.order_id, item_ids=self.item_ids, **self.by(login))
        for item in self.order.items.filter(state="self_checked"):
            workshop.peer_check(item_id=item.pk, **self.by("colleague"))
        return self

    def inspect(self) -> Visit:
        workshop.final_check(order_id=self.order_id, road_test=True, **self.by("inspector"))
        return self

    def complete(self, lines: Lines | None = None) -> Visit:
        """From the door to 已竣工."""
        self.approve(lines).dispatch()
        if self.order.parts.filter(approval="approved", fitted=False).exists():
            self.issue()
        return self.work().inspect()

    def settle(self, payer_names: Mapping[str, str] | None = None) -> list[Any]:
        return workshop.settle_order(order_id=self.order_id, payer_names=payer_names, **self.by("advisor"))

    def pay(self, amount: Money | None = None, method: str = "cash", bill: int = 0, key: str = "") -> Any:
        """Pay what is due on a bill, or a part of it."""
        card = self.bills[bill]
        return workshop.take_payment(
            order_id=self.order_id,
            settlement_id=card.id,
            method=method,
            amount=card.due if amount is None else amount,
            request_key=key or f"pay-{card.id}-{self.at.isoformat()}",
            **self.by("cashier"),
        )

    def deliver(self) -> Visit:
        workshop.deliver(order_id=self.order_id, **self.by("advisor"))
        return self

    def stock(self, code: str) -> tuple[Decimal, Decimal]:
        """On hand and reserved of a part in the first store."""
        card = shelf.part_by_code(code, self.chain.store_id)
        assert card is not None
        return card.on_hand, card.reserved

    def line(self, key: str) -> orders.LineCard:
        return next(line for line in orders.lines_of(self.order_id) if line.key == key)
