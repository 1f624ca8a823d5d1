"""What somebody who is signed in with a phone sees: the cars, visits, bookings and bills of the people of this number.

Everything is asked with the ids of these people; what belongs to anybody else is ``Missing``, existing or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from pitlane.accounts import queries as accounts
from pitlane.appointments import queries as appointments
from pitlane.billing import queries as billing
from pitlane.core.errors import Missing
from pitlane.core.models import StoredFile
from pitlane.core.money import Money
from pitlane.customers import queries as customers
from pitlane.reception import queries as reception
from pitlane.workshop import queries as workshop

from ..rules import may_read_record
from .links import BillPage, PortalPage, bill_of, page_of, picture_file

ADVISED_CARS = 3
ADVICE_ON_HOME = 2
RECENT = 5


@dataclass(frozen=True, slots=True)
class MyCar:
    """A car on the first page: what it is due for."""

    card: customers.VehicleCard
    owned: bool
    dues: list[customers.Due]
    advice: list[reception.Advice]
    inside: str


@dataclass(frozen=True, slots=True)
class MyHome:
    """The first page: what waits for an answer first, then what goes on, then the cars."""

    quotes: list[tuple[Any, reception.EstimateCard]]
    bills: list[billing.SettlementCard]
    running: list[workshop.OwnVisit]
    coming: list[appointments.AppointmentCard]
    cars: list[MyCar]
    past: list[workshop.OwnVisit]
    bookable: bool

    @property
    def owed(self) -> Money:
        return Money(sum(bill.due.fen for bill in self.bills))


def my_home(customer_ids: Sequence[int], phone: str, *, at: datetime) -> MyHome:
    """Everything on the first page, in the same number of queries for any number of visits and bookings."""
    visits = workshop.own_visits(customer_ids)
    quotes = reception.open_quotes([visit.card.id for visit in visits if not visit.card.over], at=at)
    running = [visit for visit in visits if not visit.card.over]
    booked = appointments.own_cards(customer_ids, at, phone=phone)
    return MyHome(
        quotes=[(visit.card, quotes[visit.card.id]) for visit in running if visit.card.id in quotes],
        bills=[bill for bill in billing.own_bills(customer_ids) if bill.due and not bill.on_account],
        running=[visit for visit in running if visit.card.id not in quotes],
        coming=sorted((card for card in booked if card.expected and card.end > at), key=lambda card: card.start),
        cars=_cars(customer_ids, {visit.card.vehicle_id: visit.says for visit in reversed(running)}, at),
        past=[visit for visit in visits if visit.card.over][:RECENT],
        bookable=bool(appointments.online_stores()),
    )


def _cars(customer_ids: Sequence[int], inside: dict[int, str], at: datetime) -> list[MyCar]:
    """The cars of these people now. What is due next is worked out for the first few; a fleet opens them one by one."""
    today = timezone.localdate(at)
    held = [holding for holding in customers.holdings_of(customer_ids) if holding.until is None]
    owned = {holding.vehicle_id for holding in held if holding.owned}
    cards = customers.vehicle_cards(holding.vehicle_id for holding in held)
    shown = [cards[pk] for pk in dict.fromkeys(holding.vehicle_id for holding in held)]
    return [
        MyCar(
            card=card,
            owned=card.id in owned,
            dues=customers.dues_of(card, today),
            advice=_advice(card, today)[:ADVICE_ON_HOME] if place < ADVISED_CARS else [],
            inside=inside.get(card.id, ""),
        )
        for place, card in enumerate(shown)
    ]


def _advice(card: customers.VehicleCard, today: date) -> list[reception.Advice]:
    """What the car needs next: what is known first; of the handbook's guesses only the most pressing."""
    listed = reception.arranged(reception.advice_for(card.id, today, card.odometer))
    return [each for each in [*listed.known, *listed.guessed] if each.source != "guarantee"]


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit on a car's page. ``order_ref`` leads to the visit of one's own, ``record`` to the paper."""

    on: date
    number: str
    title: str
    lines: list[str]
    odometer: int | None
    total: Money | None
    order_ref: str
    own: bool
    record: bool


@dataclass(frozen=True, slots=True)
class MyCarPage:
    """A car with what it needs and what was done to it in its people's time."""

    card: customers.VehicleCard
    owned: bool
    dues: list[customers.Due]
    advice: list[reception.Advice]
    covered: list[reception.Advice]
    visits: list[PastVisit]


def my_car(vehicle_id: int, customer_ids: Sequence[int], *, at: datetime) -> MyCarPage:
    """One car of these people. Of a car bought used only what was done since they own it; never whose it was before."""
    holdings = [held for held in customers.holdings_of(customer_ids) if held.vehicle_id == vehicle_id]
    now = [held for held in holdings if held.until is None]
    if not now:
        raise Missing()
    card, today = customers.vehicle_card(vehicle_id), timezone.localdate(at)
    owned = any(held.owned for held in now)
    hints = reception.arranged(reception.advice_for(vehicle_id, today, card.odometer)) if owned else None
    known = [*hints.known, *hints.guessed] if hints else []
    return MyCarPage(
        card=card,
        owned=owned,
        dues=customers.dues_of(card, today),
        advice=[each for each in known if each.source != "guarantee"],
        covered=[each for each in known if each.source == "guarantee"],
        visits=_visits(vehicle_id, customer_ids, holdings),
    )


def _visits(vehicle_id: int, customer_ids: Sequence[int], holdings: Sequence[customers.Holding]) -> list[PastVisit]:
    """Own visits, and those of others (a driver, a family member) while these people owned the car."""
    records = {record.order_id: record for record in workshop.records_of(vehicle_id)}
    mine = {visit.card.id: visit.card for visit in workshop.own_visits(customer_ids, vehicle_id=vehicle_id, limit=200)}
    found = [_own(card, records.get(pk)) for pk, card in mine.items() if card.over]
    found += [
        _others(record)
        for pk, record in records.items()
        if pk not in mine and may_read_record(record.opened_on, record.customer_id, customer_ids, holdings)
    ]
    return sorted(found, key=lambda visit: visit.on, reverse=True)


def _own(card: workshop.OrderCard, record: workshop.RecordCard | None) -> PastVisit:
    return PastVisit(
        on=timezone.localdate(card.opened_at),
        number=card.short_number,
        title=card.title,
        lines=_done(record),
        odometer=record.snapshot.get("odometer_in") if record else None,
        total=None if card.unpriced else card.total,
        order_ref=card.ref,
        own=True,
        record=record is not None,
    )


def _others(record: workshop.RecordCard) -> PastVisit:
    return PastVisit(
        on=record.opened_on,
        number=record.number,
        title=str(record.snapshot.get("concern", "")),
        lines=_done(record),
        odometer=record.snapshot.get("odometer_in"),
        total=record.total,
        order_ref=record.order_ref,
        own=False,
        record=True,
    )


def _done(record: workshop.RecordCard | None) -> list[str]:
    return [str(item["name"]) for item in record.snapshot["items"]] if record else []


def my_record(order_id: int, customer_ids: Sequence[int]) -> workshop.RecordCard:
    """The frozen record of a visit for its people, and for who owned the car that day."""
    record = workshop.record_of(order_id)
    holdings = [held for held in customers.holdings_of(customer_ids) if held.vehicle_id == record.vehicle_id]
    if not may_read_record(record.opened_on, record.customer_id, customer_ids, holdings):
        raise Missing()
    return record


def _progress(order_id: int, customer_ids: Sequence[int], at: datetime) -> Any:
    progress = workshop.portal_progress(order_id, at=at)
    if progress.customer_id not in customer_ids or progress.state == "cancelled":
        raise Missing()
    return progress


def my_order(order_id: int, customer_ids: Sequence[int], *, at: datetime) -> PortalPage:
    """A visit of these people with the quote that counts."""
    return page_of(_progress(order_id, customer_ids, at), reception.newest_estimate(order_id), at)


def my_bill(order_id: int, customer_ids: Sequence[int], *, at: datetime) -> BillPage:
    """The bills of a visit of these people."""
    return bill_of(_progress(order_id, customer_ids, at))


def my_photo(order_id: int, file_id: int, customer_ids: Sequence[int], *, at: datetime) -> StoredFile:
    """A photo of a visit of these people."""
    return picture_file(_progress(order_id, customer_ids, at), file_id)


def my_visit(
    appointment_id: int, customer_ids: Sequence[int], phone: str, *, at: datetime
) -> appointments.AppointmentCard:
    """An appointment of these people, or one made with this number by somebody without a card."""
    found = appointments.own_cards(customer_ids, at, phone=phone, appointment_id=appointment_id)
    if not found:
        raise Missing()
    return found[0]


@dataclass(frozen=True, slots=True)
class MyData:
    """What one of these people decided about their data, and how far a request for erasure is."""

    card: customers.CustomerCard
    agreements: list[customers.Agreement]
    request: Any

    @property
    def waiting(self) -> bool:
        return self.request is not None and self.request.state == "requested"


def my_data(card: customers.CustomerCard) -> MyData:
    """Consents by purpose and the newest request for erasure."""
    return MyData(card, customers.agreements_of(card.id), accounts.approval_for("erasure", card.ref))
