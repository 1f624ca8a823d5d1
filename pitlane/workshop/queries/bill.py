"""The page before the bill is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor
from pitlane.core.money import Money
from pitlane.parts import queries as stock

from .. import policies
from ..below_cost import KIND, shortfall
from ..models import RepairOrder
from ..payers import kind_of, name_of, read_payers
from ..settling import Obstacle, settle_obstacles, unissued
from ..states import ORDER
from .cards import LineCard, OrderCard, card_of, line_cards, load_order, sheet_of
from .screen import May


@dataclass(frozen=True, slots=True)
class PayerSum:
    """What one payer will have to pay."""

    payer: str
    kind: str
    amount: Money


@dataclass(frozen=True, slots=True)
class SettleScreen:
    """The page before the bill is made."""

    card: OrderCard
    order: RepairOrder
    lines: list[LineCard]
    payers: list[PayerSum]
    obstacles: list[Obstacle]
    unissued: int
    may: May
    customer: str
    short: Money
    asked: bool


def settle_screen(order_id: int, *, by: Actor, at: datetime) -> SettleScreen:
    """What will be billed to whom, and what is still in the way."""
    order = load_order(order_id, by, "customer", "store")
    sheet = sheet_of(order)
    lines = [line for line in line_cards(sheet) if line.approval == "approved"]
    obstacles = settle_obstacles(sheet)
    short = Money(0)
    if not policies.can_sell_below_cost(by, order):
        short = shortfall(sheet, stock.requisitions_for(order.pk))
    known = accounts.approval_for(KIND, order.ref) if short else None
    if known is not None and known.state == "approved":
        short = Money(0)
    allowed = policies.can_settle(by, order) and ORDER.may(order.state, "settle")
    why = (
        ""
        if ORDER.may(order.state, "settle")
        else _("工单现在是「%(state)s」，不能结算") % {"state": card_of(order).label.text}
    )
    return SettleScreen(
        card=card_of(order),
        order=order,
        lines=lines,
        payers=_payer_sums(order, lines),
        obstacles=[o for o in obstacles if o.code != "parts_not_issued"],
        unissued=len(unissued(sheet)),
        may=May(allowed and not short and not [o for o in obstacles if o.code != "parts_not_issued"], why),
        customer=order.customer.name,
        short=short,
        asked=known is not None and known.state == "requested",
    )


def _payer_sums(order: RepairOrder, lines: list[LineCard]) -> list[PayerSum]:
    sums: dict[str, Money] = {}
    for line in lines:
        ratios = read_payers(line.payers)
        shares = line.amount.split(list(ratios.values()))
        for payer, share in zip(ratios, shares, strict=True):
            sums[payer] = sums.get(payer, Money(0)) + share
    names = {"customer": order.customer.name, "internal": order.store.name}
    return [
        PayerSum(name_of(payer) or names.get(kind_of(payer), ""), kind_of(payer), amount)
        for payer, amount in sorted(sums.items())
    ]
