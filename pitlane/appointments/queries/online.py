"""What customers see when they book by themselves: the shops, the menu with time and price, the times and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pitlane.accounts import queries as accounts
from pitlane.catalog import queries as catalog
from pitlane.core.access import system
from pitlane.core.crypto import blind
from pitlane.core.errors import Missing
from pitlane.core.links import token_hash
from pitlane.core.money import Money
from pitlane.core.phones import normalise_phone
from pitlane.core.tenancy import current_org
from pitlane.customers import queries as customers
from pitlane.scheduling import queries as slots

from ..models import Appointment, BookingDraft, BookingPlan, OnlineCaller
from ..rules import Usual, Wont, minutes_of, ranked, usual
from .offers import habits_of
from .plans import plan_of
from .work import Line, lines_of, look, needs_of, package_line, total_of

AHEAD_DAYS = 14
BEST = 4
HALF_HOUR = 30
WAITABLE = {"bay", "technician", "full", "taken"}


@dataclass(frozen=True, slots=True)
class OnlineStore:
    """A store that takes bookings from customers, as strangers see it."""

    id: int
    code: str
    name: str
    address: str
    phone: str
    notice: str


def online_stores() -> list[OnlineStore]:
    """The stores of the organisation that can be booked online."""
    plans = dict(BookingPlan.objects.filter(online=True).values_list("store_id", "notice"))
    stores = accounts.stores_for(system(current_org())) if plans else []
    return [
        OnlineStore(store.pk, store.code, store.name, store.address, store.phone, plans[store.pk])
        for store in stores
        if store.pk in plans
    ]


def phone_key(phone: str) -> str:
    """The keyed hash by which the bookings of a phone are found."""
    return blind("phone", normalise_phone(phone))


def of_phone(phone: str, customer_ids: Sequence[int]) -> Q:
    """The appointments of whoever holds a phone: booked with it, or of the customers who have it."""
    return Q(guest_index=phone_key(phone)) | Q(customer_id__in=list(customer_ids))


def draft_by_token(token: str, *, store_id: int, at: datetime) -> BookingDraft:
    """What somebody chose so far; ``Missing`` when it is unknown, over, or of another store."""
    found: BookingDraft | None = BookingDraft.objects.filter(
        token_hash=token_hash(token), store_id=store_id, expires_at__gt=at
    ).first()
    if found is None:
        raise Missing()
    return found


def photos_of(draft: BookingDraft) -> list[Any]:
    """The pictures that wait for their booking."""
    return [photo.file for photo in draft.photos.select_related("file").order_by("pk")]


def own_car(draft: BookingDraft, customer_ids: Sequence[int]) -> customers.VehicleCard | None:
    """The chosen car, when it belongs to one of these customers still."""
    if draft.vehicle_id is None or not customer_ids:
        return None
    car = customers.vehicle_card(draft.vehicle_id)
    return car if {car.owner_id, car.driver_id} & set(customer_ids) else None


def is_blocked(appointment: Appointment) -> bool:
    """Is the phone that booked this closed for booking online?"""
    index = appointment.guest_index
    return bool(index) and OnlineCaller.objects.filter(phone_index=index, blocked_at__isnull=False).exists()


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the menu. ``price`` None: nobody can say before the car was seen; ``differs``: by the class of car;
    ``labour``: parts come on top."""

    ref: str
    name: str
    minutes: int
    price: Money | None
    differs: bool
    labour: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """What can be booked online for a car: packages, and single operations."""

    packages: list[MenuItem]
    operations: list[MenuItem]

    @property
    def refs(self) -> set[str]:
        return {item.ref for item in (*self.packages, *self.operations)}


def menu(store_id: int, *, car: customers.VehicleCard | None, chosen: Sequence[str], at: datetime) -> Menu:
    """The menu of a store, in the same number of queries however long it is."""
    kind = {"make": car.make, "series": car.series, "fuel": car.fuel} if car else {}
    rates = catalog.rates_of(store_id, timezone.localdate(at))
    vehicle_class = car.vehicle_class if car else ""
    operations = [_operation(one, rates, vehicle_class, bool(car), chosen) for one in catalog.online_operations()]
    return Menu([_package(one, chosen) for one in catalog.online_packages(**kind)], operations)


def _named(card: catalog.PackageCard | catalog.OperationCard) -> str:
    """The name in the reader's language, where the shop has given one."""
    english = (get_language() or "").startswith("en")
    return card.name_en if english and card.name_en else card.name


def _package(card: catalog.PackageCard, chosen: Sequence[str]) -> MenuItem:
    line = package_line(card)
    return MenuItem(line.ref, _named(card), line.minutes, line.price, False, False, line.ref in chosen)


def _operation(
    card: catalog.OperationCard, rates: catalog.Rates, vehicle_class: str, known: bool, chosen: Sequence[str]
) -> MenuItem:
    minutes = minutes_of(card.standard_hours)
    if card.fixed_price is not None:
        return MenuItem(card.ref, _named(card), minutes, card.fixed_price, False, False, card.ref in chosen)
    rate = rates.rate(vehicle_class, card.trade)
    price = rate * card.standard_hours if rate is not None else None
    differs = not known and rates.varies(card.trade)
    return MenuItem(card.ref, _named(card), minutes, price, differs, True, card.ref in chosen)


def draft_lines(draft: BookingDraft, car: customers.VehicleCard | None, at: datetime) -> list[Line]:
    """What was chosen, as it would be booked; what left the catalogue meanwhile is left out."""
    kind = car.vehicle_class if car else ""
    try:
        lines = lines_of(draft.services, store_id=draft.store_id, vehicle_class=kind, on=timezone.localdate(at))
    except Missing:
        lines = []
    return lines or [look()]


@dataclass(frozen=True, slots=True)
class Sum:
    """What a draft adds up to."""

    names: list[str]
    minutes: int
    price: Money | None
    priced: bool


def sum_of(lines: Sequence[Line]) -> Sum:
    """Time and money of what was chosen."""
    price, priced = total_of(lines)
    return Sum([line.name for line in lines], needs_of(lines).minutes, price if price.fen else None, priced)


@dataclass(frozen=True, slots=True)
class Best:
    """A recommended time, and the reason in words."""

    start: datetime
    why: str

    @property
    def value(self) -> str:
        return self.start.isoformat()


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its free times."""

    day: date
    times: list[datetime]
    quiet: bool


@dataclass(frozen=True, slots=True)
class Times:
    """Every free time of the coming days; the best first."""

    best: list[Best]
    days: list[Day]


def times(store_id: int, lines: Sequence[Line], *, customer_id: int | None, at: datetime) -> Times:
    """The free times of fourteen days, recommended by the customer's habits and the shop's load."""
    found = slots.free_starts(store_id, needs_of(lines), at=at, days=AHEAD_DAYS)
    habits = habits_of(customer_id)
    places = {slot.start: _place(slot) for slot in found}
    best = ranked([((places[slot.start], slot.start, slot.load), slot) for slot in found], habits, at, BEST)
    first = min((slot.start for slot, _usual in best), default=None)
    said = [Best(slot.start, _why(slot, usual(places[slot.start], habits), first)) for slot, _usual in best]
    return Times(sorted(said, key=lambda one: one.start), _days(found))


def _place(slot: slots.Slot) -> Wont:
    local = timezone.localtime(slot.start)
    return Wont(local.weekday(), local.hour)


def _why(slot: slots.Slot, known: Usual, first: datetime | None) -> str:
    local = timezone.localtime(slot.start)
    facts = {"day": _weekdays()[local.weekday()], "part": _part(local.hour)}
    if known.day and known.hour:
        return _("您通常%(day)s%(part)s来") % facts
    if known.day:
        return _("您通常%(day)s来") % facts
    if known.hour:
        return _("您通常%(part)s来") % facts
    if slot.start == first:
        return _("最早可约")
    return _("这天空闲") if slot.load < 0.5 else _("这天还有空位")


def _weekdays() -> tuple[str, ...]:
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


def _part(hour: int) -> str:
    return _("上午") if hour < 12 else _("中午") if hour < 14 else _("下午") if hour < 18 else _("晚上")


def _days(found: Sequence[slots.Slot]) -> list[Day]:
    by_day: dict[date, list[slots.Slot]] = {}
    for slot in found:
        by_day.setdefault(timezone.localdate(slot.start), []).append(slot)
    return [Day(day, _round(rows), rows[0].load < 0.5) for day, rows in sorted(by_day.items())]


def _round(rows: Sequence[slots.Slot]) -> list[datetime]:
    """The full and half hours where there are any: nobody wants to choose among forty quarters."""
    every = [slot.start for slot in rows]
    return [start for start in every if timezone.localtime(start).minute % HALF_HOUR == 0] or every


@dataclass(frozen=True, slots=True)
class WishAnswer:
    """What can be said to a wished time: nothing against it, or why not and what else; whether one can wait for it."""

    reasons: list[str]
    others: list[datetime]
    may_wait: bool


def wish_answer(store_id: int, lines: Sequence[Line], start: datetime, *, at: datetime) -> WishAnswer:
    """Is this time free? If not: why, three others, and the waiting list when it is only taken."""
    needs = needs_of(lines)
    reasons = slots.why_not(store_id, needs, start, at=at)
    others = slots.alternatives(store_id, needs, max(start, at), at=at) if reasons else []
    waits = bool(reasons) and all(reason.code in WAITABLE for reason in reasons)
    return WishAnswer([str(reason) for reason in reasons], [slot.start for slot in others], waits)


def is_online(store_id: int) -> bool:
    """Does the store take bookings from customers?"""
    return plan_of(store_id).online
