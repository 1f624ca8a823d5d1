"""The list of cars: whose they are, when they came last, what falls due; narrowed by what the shop may call about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.api import keyset
from pitlane.core.errors import Text
from pitlane.core.listing import Column, Sort, Spec, capped
from pitlane.core.search import find

from .. import policies
from ..models import Customer, Ownership, Vehicle
from .cards import masked_phones, people_now
from .lists import EXPIRES_WITHIN, FOUND_BY_TEXT, View, told_of_cars

CONDITIONS = ("view", "q", "make")
MOST_MAKES = 100
VIEWS: dict[str, tuple[Text, str]] = {
    "": (_("全部"), ""),
    "insurance": (_("保险将到期"), "insurance_until"),
    "inspection": (_("年检将到期"), "inspection_until"),
    "warranty": (_("质保将到期"), "warranty_until"),
}


@dataclass(frozen=True, slots=True)
class VehicleFilter:
    """What the list is narrowed to; lives in the address of the page."""

    view: str = ""
    q: str = ""
    make: str = ""

    def as_dict(self) -> dict[str, str]:
        """What stands in the request for a file."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day on which something of the car falls due: red when it has passed, amber when it is near."""

    on: date | None
    family: str = ""


@dataclass(frozen=True, slots=True)
class VehicleRow:
    """One car in the list; the owner's number is masked."""

    ref: str
    url: str
    plate: str
    plate_kind: str
    vin: str
    title: str
    model_year: int | None
    owner: str
    owner_url: str
    phone: str
    odometer: int | None
    visited_at: datetime | None
    insurance: DueDay
    inspection: DueDay
    warranty: DueDay
    changed_at: datetime

    @property
    def name(self) -> str:
        return self.plate or self.vin


@dataclass(frozen=True, slots=True)
class VehicleList:
    """One page of the list and what stands around it."""

    rows: list[VehicleRow]
    next: str | None
    total: str
    filter: VehicleFilter
    views: list[View] = field(default_factory=list)
    makes: list[str] = field(default_factory=list)
    may: dict[str, bool] = field(default_factory=dict)


def vehicle_filter(given: Mapping[str, str]) -> VehicleFilter:
    """The conditions that stand in the address; what is not understood is left out."""
    view = given.get("view", "")
    return VehicleFilter(view if view in VIEWS else "", given.get("q", "").strip()[:60], given.get("make", "")[:30])


def narrowed_vehicles(rows: QuerySet[Vehicle], wanted: VehicleFilter, *, by: Actor, at: datetime) -> QuerySet[Vehicle]:
    """Those of some cars that a filter lets through: the same for list, count and file."""
    if until := VIEWS[wanted.view][1]:
        today = timezone.localdate(at)
        rows = rows.filter(**{f"{until}__range": (today, today + EXPIRES_WITHIN)})
    if wanted.make:
        rows = rows.filter(make=wanted.make)
    return rows.filter(pk__in=_found(wanted.q, by)) if wanted.q else rows


def matching_vehicles(wanted: VehicleFilter, *, by: Actor, at: datetime) -> QuerySet[Vehicle]:
    """The cars of a filter that this person may see, unordered."""
    rows: QuerySet[Vehicle] = Vehicle.objects.filter(policies.listed_cars(by))
    return narrowed_vehicles(rows, wanted, by=by, at=at)


def _found(text: str, by: Actor) -> set[int]:
    """As the search box finds: cars by plate and VIN, and the cars of people by name and phone."""
    docs = find(text, by=by, kinds=["vehicle", "customer"], limit=FOUND_BY_TEXT)
    people = [doc.object_id for doc in docs["customer"]]
    theirs = Ownership.objects.filter(customer_id__in=people, until=None).values_list("vehicle_id", flat=True)
    return {doc.object_id for doc in docs["vehicle"]} | set(theirs)


def vehicle_list(
    wanted: VehicleFilter,
    *,
    by: Actor,
    at: datetime,
    cursor: str | None = None,
    limit: int = 50,
    by_column: str = "changed_at",
    ascending: bool = False,
) -> VehicleList:
    """One page of cars, the latest changed first unless another order is asked for, with the counts of all views."""
    found = matching_vehicles(wanted, by=by, at=at)
    page, following = keyset(found, cursor, limit, (by_column, "id"), ascending)
    totals = {key: capped(matching_vehicles(VehicleFilter(view=key), by=by, at=at)) for key in VIEWS}
    plain = wanted == VehicleFilter(view=wanted.view)
    return VehicleList(
        rows=_rows(page, by, at),
        next=following,
        total=totals[wanted.view] if plain else capped(found),
        filter=wanted,
        views=[View(key, label, totals[key], "hold" if until else "") for key, (label, until) in VIEWS.items()],
        makes=makes_in_use(),
        may={"edit": policies.can_edit(by), "export": policies.can_export(by)},
    )


def _rows(page: list[Vehicle], by: Actor, at: datetime) -> list[VehicleRow]:
    ids, today = [car.pk for car in page], timezone.localdate(at)
    people = {pk: roles.get(Ownership.Role.OWNER) for pk, roles in people_now(ids).items()}
    phones = masked_phones({owner.pk for owner in people.values() if owner})
    visits = told_of_cars("visits", ids, by=by, at=at)
    return [_row(car, people.get(car.pk), phones, visits.get(car.pk), today) for car in page]


def _row(
    car: Vehicle, owner: Customer | None, phones: Mapping[int, str], visited_at: datetime | None, today: date
) -> VehicleRow:
    return VehicleRow(
        ref=car.ref,
        url=reverse("customers:vehicle", args=[car.ref]),
        plate=car.plate,
        plate_kind=car.plate_kind,
        vin=car.vin,
        title=car.title,
        model_year=car.model_year,
        owner=owner.name if owner else "",
        owner_url=reverse("customers:detail", args=[owner.ref]) if owner else "",
        phone=phones.get(owner.pk, "") if owner else "",
        odometer=car.odometer,
        visited_at=visited_at,
        insurance=_due(car.insurance_until, today, "bad"),
        inspection=_due(car.inspection_until, today, "bad"),
        warranty=_due(car.warranty_until, today, ""),
        changed_at=car.changed_at,
    )


def _due(on: date | None, today: date, over: str) -> DueDay:
    """A guarantee that ended is no fault of anybody; insurance and inspection that ended are."""
    if on is None or on > today + EXPIRES_WITHIN:
        return DueDay(on)
    return DueDay(on, over if on < today else "hold")


def makes_in_use() -> list[str]:
    """Makes to filter by, read from their index."""
    names: Any = Vehicle.objects.exclude(make="").order_by("make").values_list("make", flat=True).distinct()
    return list(names[:MOST_MAKES])


def count_listed_vehicles(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many cars a kept view shows."""
    return capped(matching_vehicles(vehicle_filter(given), by=by, at=at))


VEHICLES = Spec(
    key="vehicles",
    label=_("车辆"),
    url_name="customers:vehicles",
    permission="customers.view",
    columns=(
        Column("plate", _("车牌")),
        Column("vehicle", _("车型")),
        Column("owner", _("车主")),
        Column("phone", _("电话")),
        Column("odometer", _("里程"), right=True),
        Column("visited", _("上次到店")),
        Column("insurance", _("保险到期")),
        Column("inspection", _("年检到期")),
        Column("warranty", _("质保到期")),
        Column("year", _("年款"), right=True, extra=True),
        Column("vin", _("车架号"), extra=True),
        Column("changed", _("最近更新"), sort="changed"),
    ),
    sorts={"changed": Sort("changed_at", _("最近更新"))},
    start="-changed",
    filters=CONDITIONS,
    count=count_listed_vehicles,
)
