"""The 360° view of a customer: one read object says everything the screen shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from lunar_python import Solar

from pitlane.core import panels
from pitlane.core.access import Actor
from pitlane.core.errors import Missing, Text
from pitlane.core.panels import Panel
from pitlane.core.phones import mask_id

from .. import policies
from ..completeness import FIELD_NAMES, completeness, next_lunar_birthday
from ..models import Consent, ContactLog, Customer, CustomerPhone, ImportantDate, Ownership
from ..names import CONTACT_WAYS, PURPOSES, source_name
from ..records import CARS_SHOWN, facts_of
from .cards import (
    CustomerCard,
    VehicleCard,
    card_of,
    masked_phones,
    people_now,
    tags_of,
    vehicle_card_of,
)
from .lists import badges_of
from .story import Story, story

SOON = 45
NEXT_STEPS = 5


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A number with its address for 显示."""

    ref: str
    masked: str
    label: str
    primary: bool
    reveal_url: str


@dataclass(frozen=True, slots=True)
class Due:
    """A date of a car that comes near or has passed."""

    icon: str
    family: str
    text: str


@dataclass(frozen=True, slots=True)
class CarCard:
    """A car on the 360° view."""

    card: VehicleCard
    dues: list[Due]
    note: str = ""
    driven_only: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """The latest answer for one purpose."""

    purpose: str
    label: Text
    granted: bool | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """An important day with its next return."""

    ref: str
    label: str
    on: date
    lunar: str
    next: date | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the 360° view."""

    card: CustomerCard
    erased: bool
    since: date
    source: Text
    score: int
    missing: list[str]
    phones: list[PhoneLine]
    facts: list[dict[str, Any]]
    cars: list[CarCard]
    more_cars: int
    former: list[CarCard]
    agreements: list[Agreement]
    dates: list[Remembered]
    next_steps: list[ContactLog]
    story: Story
    panels: dict[str, list[Panel]]
    checkin_url: str
    may: dict[str, bool] = field(default_factory=dict)


def lunar_text(day: date) -> str:
    """The lunar day in words: ``九月十一``."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{lunar.getMonthInChinese()}月{lunar.getDayInChinese()}"  # zh-data


def next_return(day: date, lunar: bool, today: date) -> date:
    """When a yearly day comes again: by the lunar calendar when the family keeps it so."""
    if lunar:
        born = Solar.fromYmd(day.year, day.month, day.day).getLunar()
        month = born.getMonth()
        return next_lunar_birthday(today, abs(month), born.getDay(), leap=month < 0)
    for year in (today.year, today.year + 1):
        found = _in_year(day, year)
        if found >= today:
            return found
    return _in_year(day, today.year + 1)


def _in_year(day: date, year: int) -> date:
    """The day in another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def customer_360(
    customer_id: int, *, by: Actor, at: datetime, tab: str = "", cursor: str | None = None, all_cars: bool = False
) -> Overview:
    """The whole customer on one page; the number of queries does not depend on how much there is."""
    customer = Customer.objects.select_related("advisor").filter(pk=customer_id).first()
    if customer is None:
        raise Missing()
    today = timezone.localdate(at)
    phones = list(CustomerPhone.objects.filter(customer=customer).order_by("-primary", "pk"))
    links = list(Ownership.objects.filter(customer=customer).select_related("vehicle").order_by("-since", "-pk"))
    cars, former = _cars(links, today, by, at)
    agreements = agreements_of(customer.pk)
    known = facts_of(
        customer,
        phone=bool(phones),
        consent=agreements[0].granted is not None,
        cars=[link.vehicle for link in links if link.until is None][:CARS_SHOWN],
    )
    quality = completeness(known)
    card = card_of(customer, phones[0].masked if phones else "", tags_of([customer.pk]).get(customer.pk, ()))
    dates = _dates(customer.pk, today)
    vehicle_ids = [car.card.id for car in cars]
    return Overview(
        card=card,
        erased=customer.status == Customer.Status.ERASED,
        since=min([timezone.localdate(customer.created_at), *(link.since for link in links)]),
        source=source_name(customer.source),
        score=quality.score,
        missing=[_(FIELD_NAMES[name]) for name in quality.missing],
        phones=[_phone_line(customer, phone) for phone in phones],
        facts=_facts(customer, today),
        cars=cars if all_cars else cars[:CARS_SHOWN],
        more_cars=0 if all_cars else max(0, len(cars) - CARS_SHOWN),
        former=former,
        agreements=agreements,
        dates=dates,
        next_steps=_next_steps(customer.pk),
        story=story(customer.pk, by=by, at=at, tab=tab, cursor=cursor),
        panels=by_place("customer360", by=by, at=at, customer_id=customer.pk, vehicle_ids=vehicle_ids),
        checkin_url=_checkin(customer, cars, by),
        may=allowed(by, erased=customer.status == Customer.Status.ERASED),
    )


def by_place(slot: str, *, by: Actor, at: datetime, **facts: Any) -> dict[str, list[Panel]]:
    """What higher domains put on the page, sorted by where it goes."""
    places: dict[str, list[Panel]] = {}
    for panel in panels.collect(slot, by=by, at=at, **facts):
        places.setdefault(panel.place, []).append(panel)
    return places


def allowed(by: Actor, *, erased: bool) -> dict[str, bool]:
    """Which buttons the actor may use."""
    return {
        "edit": policies.can_edit(by) and not erased,
        "reveal": policies.can_reveal(by) and not erased,
        "erase": policies.can_erase(by) and not erased,
        "access": policies.can_erase(by),
        "checkin": by.may("reception.checkin") and not erased,
    }


def _checkin(customer: Customer, cars: list[CarCard], by: Actor) -> str:
    return checkin_url(vehicle_ref=cars[0].card.ref) if cars else checkin_url(customer_ref=customer.ref)


def checkin_url(*, vehicle_ref: str = "", customer_ref: str = "") -> str:
    """The reception's door, which lies above this domain: only its address is known here."""
    return (
        f"/reception/check-in?vehicle={vehicle_ref}" if vehicle_ref else f"/reception/check-in?customer={customer_ref}"
    )


def book_url(*, vehicle_ref: str = "", customer_ref: str = "") -> str:
    """The drawer of appointments, which lie above this domain: only its address is known here."""
    asked = f"vehicle={vehicle_ref}" if vehicle_ref else f"customer={customer_ref}"
    return f"/appointments/new/?{asked}"


def _phone_line(customer: Customer, phone: CustomerPhone) -> PhoneLine:
    url = f"{reverse('customers:reveal', args=[customer.ref])}?what=phone&reference={phone.ref}"
    return PhoneLine(phone.ref, phone.masked, phone.label, phone.primary, url)


def _facts(customer: Customer, today: date) -> list[dict[str, Any]]:
    """The left column's list; personal values are masked and carry what 显示 needs."""
    wanted = customer.preferences
    way = " · ".join(filter(None, [str(CONTACT_WAYS.get(wanted.get("channel", ""), "")), wanted.get("time", "")]))
    identity = mask_id(customer.id_number.reveal()) if customer.id_number else ""
    company = customer.kind == Customer.Kind.COMPANY
    rows = [
        {"label": _("联系人"), "value": customer.contact_name} if company else _birthday(customer, today),
        {
            "label": _("微信"),
            "value": _("已登记") if customer.wechat else "",
            "reveal": "wechat" if customer.wechat else "",
        },
        {"label": _("联系偏好"), "value": way},
        {"label": _("指定技师"), "value": wanted.get("technician_name") or wanted.get("technician_note", "")},
        {"label": _("地址"), "value": customer.address_masked, "reveal": "address" if customer.address else ""},
        {"label": _("证件号"), "value": identity, "reveal": "id_number" if identity else ""},
        {"label": _("发票抬头"), "value": customer.invoice_title, "flag": _("缺税号") if _no_tax_id(customer) else ""},
        {"label": _("备注"), "value": customer.note},
    ]
    optional = {_("证件号"), _("备注"), _("指定技师")}
    return [row for row in rows if row["value"] or row["label"] not in optional]


def _no_tax_id(customer: Customer) -> bool:
    return not customer.tax_id and (customer.kind == Customer.Kind.COMPANY or bool(customer.invoice_title))


def _birthday(customer: Customer, today: date) -> dict[str, Any]:
    if customer.birthday is None:
        return {"label": _("生日"), "value": ""}
    lunar = _("农历 %(day)s") % {"day": lunar_text(customer.birthday)} if customer.birthday_lunar else ""
    days = (next_return(customer.birthday, customer.birthday_lunar, today) - today).days
    near = _("今天生日") if days == 0 else _("%(days)d 天后") % {"days": days} if days <= SOON else ""
    return {
        "label": _("生日"),
        "value": f"{customer.birthday:%Y-%m-%d}",
        "more": " · ".join(filter(None, [lunar, near])),
    }


def _cars(links: list[Ownership], today: date, by: Actor, at: datetime) -> tuple[list[CarCard], list[CarCard]]:
    now = [link for link in links if link.until is None]
    ids = list(dict.fromkeys(link.vehicle_id for link in now))
    people = people_now(ids)
    badges = badges_of(ids, by=by, at=at)
    phones = masked_phones({person.pk for roles in people.values() for person in roles.values()})
    owned = {link.vehicle_id for link in now if link.role == Ownership.Role.OWNER}
    vehicles = {link.vehicle_id: link.vehicle for link in now}
    cars = [
        _car(vehicle_card_of(vehicles[pk], people.get(pk, {}), phones, badge=badges.get(pk)), today, pk not in owned)
        for pk in ids
    ]
    cars.sort(key=lambda car: car.card.badge is None)
    gone = [link for link in links if link.until is not None and link.vehicle_id not in vehicles]
    former = {link.vehicle_id: link for link in reversed(gone) if link.role == Ownership.Role.OWNER}
    return cars, [_former(link) for link in reversed(former.values())]


def _car(card: VehicleCard, today: date, driven_only: bool) -> CarCard:
    note = ""
    if driven_only and card.owner_name:
        note = _("车主 %(name)s") % {"name": card.owner_name}
    elif card.driver_name:
        note = _("驾驶人 %(name)s %(phone)s") % {"name": card.driver_name, "phone": card.driver_phone}
    return CarCard(card, dues_of(card, today), note.strip(), driven_only)


def _former(link: Ownership) -> CarCard:
    card = vehicle_card_of(link.vehicle, {}, {}, until=link.until)
    return CarCard(card, [], _("%(year)s 年已转出") % {"year": f"{link.until:%Y}" if link.until else ""})


def dues_of(card: VehicleCard, today: date) -> list[Due]:
    """Insurance and inspection, red when passed, amber when near."""
    rows = [("calendar-check", _("年检"), card.inspection_until), ("shield", _("保险"), card.insurance_until)]
    return [_due(icon, label, day, today) for icon, label, day in rows if day is not None]


def _due(icon: str, label: str, day: date, today: date) -> Due:
    days = (day - today).days
    shown = f"{day:%m-%d}" if day.year == today.year or days <= SOON else f"{day:%Y-%m}"
    if days < 0:
        return Due(icon, "bad", _("%(label)s 已过期 %(day)s") % {"label": label, "day": f"{day:%Y-%m-%d}"})
    if days <= SOON:
        return Due(icon, "hold", _("%(label)s %(day)s 到期") % {"label": label, "day": shown})
    return Due(icon, "", f"{label} {day:%Y-%m}")


def agreements_of(customer_id: int) -> list[Agreement]:
    """The latest answer for each purpose, also for those that nobody asked about yet."""
    latest: dict[str, Consent] = {}
    for consent in Consent.objects.filter(customer_id=customer_id).order_by("at", "pk"):
        latest[consent.purpose] = consent
    return [
        Agreement(key, label, latest[key].granted if key in latest else None, latest[key].at if key in latest else None)
        for key, label in PURPOSES.items()
    ]


def _dates(customer_id: int, today: date) -> list[Remembered]:
    rows = ImportantDate.objects.filter(customer_id=customer_id).order_by("on", "pk")
    return [
        Remembered(
            row.ref,
            row.label,
            row.on,
            lunar_text(row.on) if row.lunar else "",
            next_return(row.on, row.lunar, today) if row.yearly else None,
        )
        for row in rows
    ]


def _next_steps(customer_id: int) -> list[ContactLog]:
    rows = ContactLog.objects.filter(~Q(next_step=""), customer_id=customer_id, next_done_at=None)
    return list(rows.select_related("by_staff").order_by("next_on", "pk")[:NEXT_STEPS])
