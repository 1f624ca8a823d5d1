"""The list of customers: views with counts, filters, one page by key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import staff_with_permission
from pitlane.core import panels
from pitlane.core.access import Actor
from pitlane.core.api import keyset
from pitlane.core.errors import Text
from pitlane.core.listing import capped
from pitlane.core.search import find
from pitlane.core.states import Label

from .. import policies
from ..models import ContactLog, Customer, CustomerTag, Ownership, Vehicle
from ..names import source_name
from .cards import masked_phones, tags_of

FEW = 2000
FOUND_BY_TEXT = 60
EXPIRES_WITHIN = timedelta(days=30)
TAGS_OFFERED = 50
VIEWS: dict[str, tuple[Text, str]] = {
    "": (_("全部"), ""),
    "mine": (_("我负责的"), ""),
    "company": (_("单位客户"), ""),
    "follow": (_("到期要联系"), "hold"),
    "expiring": (_("保险将到期"), "hold"),
    "gaps": (_("资料不全"), "idle"),
}
SEALED = ("wechat", "email", "address", "id_number", "note", "preferences")


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """What the list is narrowed to; lives in the address of the page."""

    view: str = ""
    q: str = ""
    kind: str = ""
    source: str = ""
    tag: str = ""
    advisor_id: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For the export request and the API."""
        return {key: value for key, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class CarLine:
    """A car inside a row."""

    plate: str
    plate_kind: str
    title: str
    badge: Label | None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One line of the list; the phone is masked."""

    id: int
    ref: str
    url: str
    name: str
    kind: str
    phone: str
    source: Text
    advisor_name: str
    completeness: int
    incomplete: bool
    created_at: datetime
    changed_at: datetime
    tags: tuple[str, ...] = ()
    car: CarLine | None = None
    more_cars: int = 0

    @property
    def is_company(self) -> bool:
        return self.kind == Customer.Kind.COMPANY


@dataclass(frozen=True, slots=True)
class View:
    """A saved view with the number of its customers (``1000+`` when there are more)."""

    key: str
    label: Text
    count: str
    family: str


@dataclass(frozen=True, slots=True)
class CustomerList:
    """One page of the list and what stands around it."""

    rows: list[CustomerRow]
    next: str | None
    total: str
    views: list[View] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    advisors: list[tuple[int, str]] = field(default_factory=list)
    may: dict[str, bool] = field(default_factory=dict)


def matching(wanted: CustomerFilter, *, by: Actor, at: datetime) -> QuerySet[Customer]:
    """The customers of a filter, unordered; the same for list, count and export."""
    rows = Customer.objects.filter(policies.listed(by), _view(wanted.view, by, at), status=Customer.Status.ACTIVE)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.advisor_id:
        rows = rows.filter(advisor_id=wanted.advisor_id)
    if wanted.tag:
        rows = rows.filter(pk__in=CustomerTag.objects.filter(name=wanted.tag).values("customer_id"))
    if wanted.q.strip():
        rows = rows.filter(pk__in=_found(wanted.q, by))
    return rows


def _view(view: str, by: Actor, at: datetime) -> Q:
    today = timezone.localdate(at)
    if view == "mine":
        return Q(advisor_id=by.id)
    if view == "company":
        return Q(kind=Customer.Kind.COMPANY)
    if view == "gaps":
        return Q(incomplete=True)
    if view == "follow":
        return _those(ContactLog.objects.filter(next_done_at=None, next_on__lte=today))
    if view == "expiring":
        cars = Vehicle.objects.filter(insurance_until__range=(today, today + EXPIRES_WITHIN)).values("pk")
        return _those(Ownership.objects.filter(vehicle__in=cars, until=None))
    return Q()


def _those(rows: QuerySet[Any]) -> Q:
    """The customers of some rows: few are looked up by id, many are met while walking the list."""
    ids = rows.values_list("customer_id", flat=True)
    few = list(ids[: FEW + 1])
    return Q(pk__in=few) if len(few) <= FEW else Q(pk__in=ids)


def _found(text: str, by: Actor) -> set[int]:
    """As the search box finds: people by name and phone, and the people of cars by plate and VIN."""
    docs = find(text, by=by, kinds=["customer", "vehicle"], limit=FOUND_BY_TEXT)
    cars = [doc.object_id for doc in docs["vehicle"]]
    owners = Ownership.objects.filter(vehicle_id__in=cars, until=None).values_list("customer_id", flat=True)
    return {doc.object_id for doc in docs["customer"]} | set(owners)


def customer_list(
    wanted: CustomerFilter,
    *,
    by: Actor,
    at: datetime,
    cursor: str | None = None,
    limit: int = 50,
    by_column: str = "changed_at",
    ascending: bool = False,
) -> CustomerList:
    """One page of customers, the latest changed unless another order is asked for, with the counts of all views."""
    rows = matching(wanted, by=by, at=at)
    page, following = keyset(rows.select_related("advisor").defer(*SEALED), cursor, limit, (by_column, "id"), ascending)
    totals = {key: capped(matching(CustomerFilter(view=key), by=by, at=at)) for key in VIEWS}
    plain = wanted == CustomerFilter(view=wanted.view)
    return CustomerList(
        rows=_rows(page, by, at),
        next=following,
        total=totals[wanted.view] if plain and wanted.view in totals else capped(rows),
        views=[View(key, label, totals[key], family) for key, (label, family) in VIEWS.items()],
        tags=tags_in_use(),
        advisors=advisors_for(by),
        may={"edit": policies.can_edit(by), "export": policies.can_export(by)},
    )


def customers_page(
    wanted: CustomerFilter, *, by: Actor, at: datetime, cursor: str | None, limit: int
) -> tuple[list[CustomerRow], str | None]:
    """Only the rows, for programs."""
    rows = matching(wanted, by=by, at=at).select_related("advisor").defer(*SEALED)
    page, following = keyset(rows, cursor, limit, ("changed_at", "id"))
    return _rows(page, by, at), following


def _rows(page: list[Customer], by: Actor, at: datetime) -> list[CustomerRow]:
    ids = [customer.pk for customer in page]
    phones, tags, cars = masked_phones(ids), tags_of(ids), cars_by_customer(ids)
    badges = badges_of([own[0].pk for own in cars.values()], by=by, at=at)
    return [
        CustomerRow(
            id=row.pk,
            ref=row.ref,
            url=reverse("customers:detail", args=[row.ref]),
            name=row.name,
            kind=row.kind,
            phone=phones.get(row.pk, ""),
            source=source_name(row.source),
            advisor_name=row.advisor.name if row.advisor else "",
            completeness=row.completeness,
            incomplete=row.incomplete,
            created_at=row.created_at,
            changed_at=row.changed_at,
            tags=tags.get(row.pk, ()),
            car=_car_line(cars.get(row.pk, []), badges),
            more_cars=max(0, len(cars.get(row.pk, [])) - 1),
        )
        for row in page
    ]


def cars_by_customer(customer_ids: list[int]) -> dict[int, list[Vehicle]]:
    """The cars that each customer owns or drives now, in one query."""
    found: dict[int, list[Vehicle]] = {}
    links = Ownership.objects.filter(customer_id__in=customer_ids, until=None).select_related("vehicle")
    for link in links.order_by("-since", "-pk"):
        own = found.setdefault(link.customer_id, [])
        if link.vehicle not in own:
            own.append(link.vehicle)
    return found


def _car_line(cars: list[Vehicle], badges: dict[int, Label]) -> CarLine | None:
    if not cars:
        return None
    car = cars[0]
    return CarLine(car.plate, car.plate_kind, car.title, badges.get(car.pk))


def badges_of(vehicle_ids: Iterable[int], *, by: Actor, at: datetime | None = None) -> dict[int, Label]:
    """Where each car stands now (in repair, booked), as higher domains say it."""
    return told_of_cars("badges", vehicle_ids, by=by, at=at)


def told_of_cars(fact: str, vehicle_ids: Iterable[int], *, by: Actor, at: datetime | None) -> dict[int, Any]:
    """What higher domains know of some cars, from the slot ``vehicle_<fact>``; the first to know a car is believed."""
    ids = list(vehicle_ids)
    found: dict[int, Any] = {}
    for panel in panels.collect(f"vehicle_{fact}", by=by, at=at, vehicle_ids=ids) if ids else []:
        found = panel.context[fact] | found
    return found


def tags_in_use() -> list[str]:
    """Tags to filter by."""
    names = CustomerTag.objects.order_by("name").values_list("name", flat=True).distinct()
    return list(names[:TAGS_OFFERED])


def advisors_for(by: Actor) -> list[tuple[int, str]]:
    """People of the store who can be responsible for customers."""
    people = staff_with_permission("customers.edit", by.store_id) if by.store_id else []
    return [(person.pk, person.name) for person in people]
