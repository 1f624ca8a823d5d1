"""Settling: freeze what was done, what it costs and who pays it. A frozen bill is never edited again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict
from pitlane.core.events import record
from pitlane.core.money import ZERO
from pitlane.core.numbers import next_number
from pitlane.core.rows import insert_rows

from .. import ledger, policies
from ..bills import Bill, OrderFacts, PricedBill, SharedLine, price_bills, terms_of
from ..events import SettlementMade
from ..models import Method, PayerKind, Settlement, SettlementLine
from ..states import SETTLEMENT

COPIED = (
    "source", "part_of_form", "description", "code", "unit", "quantity", "unit_price", "list_amount", "discount",
    "amount", "note", "customer_supplied", "old_part", "grade", "technicians", "guarantee_km", "guarantee_days",
    "guarantee_until", "guarantee_until_km",
)  # fmt: skip
OWN_PAYER = (PayerKind.CUSTOMER, PayerKind.FLEET)


@command
def settle(*, facts: OrderFacts, bills: Sequence[Bill], by: Actor, at: datetime) -> list[Settlement]:
    """Make the bill of every payer of an order. Of two clerks who settle the same order, one is told who was first."""
    require(policies.can_settle(by, facts.store_id), "billing.settle")
    turn = _next_round(facts.order_id)
    store = store_by_id(facts.store_id)
    priced = price_bills(bills, terms_of(store.settings))
    try:
        with transaction.atomic():
            made = [_freeze(facts, one, store.code, turn, place, by, at) for place, one in enumerate(priced, start=1)]
    except IntegrityError:
        _next_round(facts.order_id)
        raise
    insert_rows(
        [
            _line(bill, line, place)
            for bill, one in zip(made, priced, strict=True)
            for place, line in enumerate(one.lines, start=1)
        ]
    )
    for settlement in made:
        _announce(settlement, by, at)
    return made


def _next_round(order_id: int) -> int:
    """How often the order will have been settled; refuses when a bill of it stands already."""
    bills = list(Settlement.objects.filter(order_id=order_id).order_by("pk"))
    first = next((bill for bill in bills if bill.reverses_id is None and bill.state != "reversed"), None)
    if first:
        facts = {"who": first.settled_by, "when": timezone.localtime(first.settled_at).strftime("%m-%d %H:%M")}
        text = _("%(who)s 已在 %(when)s 结算了这张工单") % facts
        raise Conflict(text, code="already_settled", settlement=first.ref, **facts)
    return 1 + max((bill.round for bill in bills), default=0)


def _freeze(
    facts: OrderFacts, priced: PricedBill, store_code: str, turn: int, place: int, by: Actor, at: datetime
) -> Settlement:
    number = next_number(kind="J", store_id=facts.store_id, store_code=store_code, day=timezone.localtime(at).date())
    bill = priced.bill
    made: Settlement = Settlement.objects.create(
        org_id=by.org_id,
        number=number.full,
        short_number=number.short,
        store_id=facts.store_id,
        order_id=facts.order_id,
        order_number=facts.order_number,
        customer_id=facts.customer_id,
        vehicle_id=facts.vehicle_id,
        payer_kind=bill.payer_kind,
        payer_name=bill.payer_name[:80],
        payer_id=bill.customer_id or (facts.customer_id if bill.payer_kind in OWN_PAYER else None),
        round=turn,
        position=place,
        total=priced.total,
        discount=priced.discount,
        tax=priced.tax,
        rounding=priced.rounding,
        cost=priced.cost,
        paid=ZERO,
        written_off=ZERO,
        odometer=facts.odometer,
        facts=facts.printed(),
        settled_at=at,
        settled_by=by.name,
    )
    return made


def _line(settlement: Settlement, shared: SharedLine, place: int) -> SettlementLine:
    copied = {name: getattr(shared.line, name) for name in COPIED}
    copied["description"] = copied["description"][:120]
    return SettlementLine(
        org_id=settlement.org_id,
        settlement=settlement,
        position=place,
        share=shared.share,
        tax=shared.tax,
        cost=shared.cost,
        **copied,
    )


def _announce(settlement: Settlement, by: Actor, at: datetime) -> None:
    facts = ledger.about(settlement)
    record(
        SettlementMade(
            **facts, payer_kind=settlement.payer_kind, total_fen=settlement.total.fen, round=settlement.round
        ),
        by=by,
        at=at,
    )
    if not settlement.total:
        SETTLEMENT.apply(settlement, "pay_all")
        settlement.save(update_fields=["state"])
        ledger.tell_paid(settlement, by, at)
    elif settlement.payer_kind == PayerKind.INTERNAL:
        key = f"internal:{settlement.pk}"
        ledger.receive(settlement, Method.INTERNAL, settlement.total, key, by=by, at=at)
