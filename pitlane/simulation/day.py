"""The shop's calendar: each morning the till opens and cars come, each evening the money is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from pitlane.billing import commands as billing
from pitlane.billing import queries as bills
from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.money import Money
from pitlane.parts import commands as parts
from pitlane.parts import queries as stock

from .aftermath import by_hand, carry_out
from .agenda import Agenda
from .bookings import book_and_stay_away, book_case, close_day
from .calls import booking
from .case import Case
from .chain import Shop
from .clients import Clients
from .occasions import draw_occasion
from .repair import SUPPLIERS
from .seasons import arrivals, at_hour, day_factor, days, visits_on
from .visit import visit

NO_DELIVERY_BEFORE_END = 9
Branch = tuple[Shop, Clients]


def simulate(
    branches: Iterable[Branch], agenda: Agenda, first: date, moment: datetime, told: Callable[[date], None]
) -> None:
    """Live through every day up to the moment that the demo shows. A day is one transaction."""
    branches = list(branches)
    by = branches[0][0].boss
    for day in days(first, timezone.localdate(moment)):
        with by_hand(), transaction.atomic():
            live_a_day(branches=branches, agenda=agenda, day=day, moment=moment, by=by, at=at_hour(day, 8))
            carry_out()
        told(day)


@command
def live_a_day(
    *, branches: Sequence[Branch], agenda: Agenda, day: date, moment: datetime, by: Actor, at: datetime
) -> None:
    """Everything of one day as one command: what people did keeps their name and time, the chain is written once."""
    today = timezone.localdate(moment)
    for branch in branches:
        _morning(branch, agenda, day, today)
    agenda.run(min(moment, at_hour(day, 24)))
    if day < today:
        for shop, _clients in branches:
            _evening(shop, day)


def _morning(branch: Branch, agenda: Agenda, day: date, today: date) -> None:
    shop, clients = branch
    if not day_factor(day):
        return
    cashier = shop.crew.one("cashier")
    billing.open_till(store_id=shop.store_id, float_amount=Money.from_yuan(500), by=cashier, at=at_hour(day, 8.4))
    for when in arrivals(shop.rng, day, visits_on(shop.rng, day, shop.place.busy)):
        guest = clients.next_guest(day)
        guest.in_shop = True
        case = Case(shop, clients, guest, draw_occasion(shop.rng, guest.car, day), when)
        book_case(case, day)
        agenda.add(when, visit(case, agenda))
    if shop.rng.random() < 0.4:
        _expect(branch, agenda, day)
    if day < today:
        book_and_stay_away(shop, clients, day)
    if day.weekday() == 0 and (today - day).days > NO_DELIVERY_BEFORE_END:
        _restock(shop, at_hour(day, 9.2))


def _expect(branch: Branch, agenda: Agenda, day: date) -> None:
    shop, clients = branch
    at_home = [guest for guest in clients.guests if guest.known and not guest.in_shop]
    if at_home:
        guest, when = shop.rng.choice(at_home), at_hour(day, shop.rng.uniform(9, 17))
        guest.in_shop = True
        agenda.add(when, booking(shop, clients, guest, when, agenda))


def _restock(shop: Shop, at: datetime) -> None:
    """The weekly delivery fills up what ran low."""
    clerk = shop.crew.one("parts")
    low = [card for card in stock.part_page(clerk, view="low", size=300).rows if card.id in shop.shelf.by_id]
    lines = [
        parts.ReceiptLine(card.id, card.min_stock * 2 - card.available, shop.shelf.by_id[card.id].cost) for card in low
    ]
    if lines:
        supplier = shop.rng.choice(SUPPLIERS)
        parts.receive(
            warehouse_id=shop.warehouse_id, lines=lines, supplier=supplier, document=shop.key("RK"), by=clerk, at=at
        )


def _evening(shop: Shop, day: date) -> None:
    """The cashier counts; now and then a few yuan are missing."""
    close_day(shop, day)
    cashier, at = shop.crew.one("cashier"), at_hour(day, 18.4)
    till = bills.till_screen(cashier, at).mine
    if till is not None:
        counted = {row.method: row.expected for row in till.rows}
        short = Money.from_yuan(shop.rng.choice((5, 10))) if shop.rng.random() < 0.05 else Money(0)
        counted["cash"] = counted["cash"] - short
        note = "找零出错，少收" if short else ""
        billing.close_till(till_id=till.id, counted=counted, note=note, by=cashier, at=at)


def earlier(day: date, months: int) -> date:
    """The first simulated day."""
    return day - timedelta(days=round(months * 30.4))
