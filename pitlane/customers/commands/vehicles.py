"""Commands on cars: register, change, change hands, driver, odometer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record

from .. import policies
from ..entries import NewVehicle, car_facts, new_car_facts
from ..events import DriverChanged, OdometerRead, OwnershipChanged, VehicleChanged, VehicleGivenUp
from ..models import Customer, OdometerReading, Ownership, Vehicle
from ..odometer import Seen, judge
from ..plates import PlateKind
from ..queries import last_change, vehicles_like
from ..records import insert_vehicle
from ..upkeep import masked_phone, refresh, refresh_vehicle

READINGS_COMPARED = 60


def _locked(vehicle_id: int) -> Vehicle:
    vehicle: Vehicle | None = Vehicle.objects.select_for_update().filter(pk=vehicle_id).first()
    if vehicle is None:
        raise Missing()
    return vehicle


def _person(customer_id: int) -> Customer:
    customer: Customer | None = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        raise Missing()
    if customer.status == Customer.Status.ERASED:
        raise Refused(_("这位客户的个人信息已删除"), code="erased", field="customer")
    return customer


def _make_room(facts: Mapping[str, Any], own_id: int | None, take_plate: bool, by: Actor, at: datetime) -> None:
    """The same VIN is the same car; the same plate may have moved to this car, when the clerk says so."""
    for other in vehicles_like(facts.get("plate", ""), facts.get("plate_kind", ""), facts.get("vin", "")):
        if other.pk == own_id:
            continue
        if facts.get("vin") and other.vin == facts["vin"]:
            message = _("这个车架号已登记在 %(car)s 上") % {"car": other.plate or other.title}
            raise Refused(message, code="vin_taken", field="vin", vehicle=other.ref)
        if not take_plate:
            message = _("车牌 %(plate)s 已登记在另一台车上") % {"plate": other.plate}
            raise Refused(message, code="plate_taken", field="plate", vehicle=other.ref)
        _give_up_plate(other, by, at)


def _give_up_plate(vehicle: Vehicle, by: Actor, at: datetime) -> None:
    vehicle.plate, vehicle.plate_kind = "", PlateKind.NONE.value
    _touch(vehicle, at, "plate", "plate_kind")
    record(VehicleChanged(vehicle.pk, _owner_id(vehicle), ("plate",)), by=by, at=at)
    refresh_vehicle(vehicle)


def _touch(vehicle: Vehicle, at: datetime, *fields: str) -> None:
    vehicle.version += 1
    vehicle.changed_at = at
    vehicle.save(update_fields=["version", "changed_at", *fields])


def _link(vehicle: Vehicle, role: str) -> Ownership | None:
    found: Ownership | None = Ownership.objects.filter(vehicle=vehicle, role=role, until=None).first()
    return found


def _owner_id(vehicle: Vehicle) -> int | None:
    link = _link(vehicle, Ownership.Role.OWNER)
    return link.customer_id if link else None


@command
def create_vehicle(
    *,
    customer_id: int | None = None,
    plate: str = "",
    plate_kind: str = "",
    vin: str = "",
    make: str = "",
    series: str = "",
    model: str = "",
    model_year: int | None = None,
    vehicle_class: str = "",
    fuel: str = "",
    engine_no: str = "",
    colour: str = "",
    purchased_on: date | None = None,
    insurance_until: date | None = None,
    insurer: str = "",
    inspection_until: date | None = None,
    warranty_until: date | None = None,
    warranty_km: int | None = None,
    note: str = "",
    odometer: int | None = None,
    take_plate: bool = False,
    by: Actor,
    at: datetime,
) -> Vehicle:
    """Register a car, for its owner or without one yet."""
    require(policies.can_edit(by), "customers.edit")
    owner = _person(customer_id) if customer_id else None
    facts = {
        "make": make,
        "series": series,
        "model": model,
        "model_year": model_year,
        "engine_no": engine_no,
        "colour": colour,
        "purchased_on": purchased_on,
        "insurance_until": insurance_until,
        "insurer": insurer,
        "inspection_until": inspection_until,
        "warranty_until": warranty_until,
        "warranty_km": warranty_km,
        "note": note,
        **({"vehicle_class": vehicle_class} if vehicle_class else {}),
        **({"fuel": fuel} if fuel else {}),
    }
    car = NewVehicle(plate, plate_kind, vin, facts, odometer)
    _make_room(new_car_facts(car), None, take_plate, by, at)
    try:
        with transaction.atomic():
            vehicle = insert_vehicle(car, owner, masked_phone(owner) if owner else "", by=by, at=at)
    except IntegrityError:
        raise Conflict(_("这台车刚被别人登记了"), code="vehicle_taken", field="plate") from None
    if owner:
        refresh(owner)
    return vehicle


@command
def change_vehicle(
    *, vehicle_id: int, version: int, changes: Mapping[str, Any], take_plate: bool = False, by: Actor, at: datetime
) -> Vehicle:
    """Correct or complete a car: new plate, model, insurance and inspection dates."""
    vehicle = _locked(vehicle_id)
    require(policies.can_edit(by), "customers.edit")
    if vehicle.version != version:
        raise _stale(vehicle)
    if "plate" in changes and "plate_kind" not in changes:
        changes = {**changes, "plate_kind": vehicle.plate_kind if changes["plate"] == vehicle.plate else ""}
    facts = car_facts(changes)
    if not facts.get("plate", vehicle.plate) and not facts.get("vin", vehicle.vin):
        raise Refused(_("车牌和车架号至少填一项"), code="vehicle_unnamed", field="plate")
    fields = [key for key, value in facts.items() if getattr(vehicle, key) != value]
    if not fields:
        return vehicle
    _make_room({**{"plate_kind": vehicle.plate_kind}, **facts}, vehicle.pk, take_plate, by, at)
    for key in fields:
        setattr(vehicle, key, facts[key])
    _touch(vehicle, at, *fields)
    record(VehicleChanged(vehicle.pk, _owner_id(vehicle), tuple(sorted(set(fields) & set(changes)))), by=by, at=at)
    refresh_vehicle(vehicle)
    return vehicle


def _stale(vehicle: Vehicle) -> Conflict:
    change = last_change(vehicle_id=vehicle.pk)
    who = change.actor_name if change else ""
    message = _("%(who)s 刚修改过这台车，请核对后再保存") % {"who": who or _("别人")}
    return Conflict(message, code="changed_meanwhile", who=who, version=vehicle.version)


@command
def transfer_vehicle(
    *, vehicle_id: int, customer_id: int | None, on: date | None = None, by: Actor, at: datetime
) -> None:
    """The car changed hands (or left: no new owner). The former owner keeps the history until that day."""
    vehicle = _locked(vehicle_id)
    require(policies.can_edit(by), "customers.edit")
    day = on or timezone.localdate(at)
    link = _link(vehicle, Ownership.Role.OWNER)
    if (link.customer_id if link else None) == customer_id:
        raise Refused(_("车主没有变化"), code="same_owner", field="customer")
    if day > timezone.localdate(at) or (link and day < link.since):
        raise Refused(_("过户日期不对：应在上次过户之后，不晚于今天"), code="transfer_day", field="on")
    owner = _person(customer_id) if customer_id else None
    former = _end(link, day)
    if owner:
        Ownership.objects.create(vehicle=vehicle, customer=owner, role=Ownership.Role.OWNER, since=day)
    record(OwnershipChanged(vehicle.pk, customer_id, former.pk if former else None), by=by, at=at)
    if former:
        record(VehicleGivenUp(vehicle.pk, former.pk), by=by, at=at)
        refresh(former)
    refresh_vehicle(vehicle)


def _end(link: Ownership | None, day: date) -> Customer | None:
    if link is None:
        return None
    link.until = day
    link.save(update_fields=["until"])
    customer: Customer = link.customer
    return customer


@command
def set_driver(*, vehicle_id: int, customer_id: int | None, on: date | None = None, by: Actor, at: datetime) -> None:
    """Note who drives the car when that is not the owner (company cars, family)."""
    vehicle = _locked(vehicle_id)
    require(policies.can_edit(by), "customers.edit")
    day = on or timezone.localdate(at)
    link = _link(vehicle, Ownership.Role.DRIVER)
    if (link.customer_id if link else None) == customer_id:
        return
    driver = _person(customer_id) if customer_id else None
    former = _end(link, day)
    if driver:
        Ownership.objects.create(vehicle=vehicle, customer=driver, role=Ownership.Role.DRIVER, since=day)
    record(DriverChanged(vehicle.pk, customer_id), by=by, at=at)
    if former:
        refresh(former)
    refresh_vehicle(vehicle)


@command
def read_odometer(
    *, vehicle_id: int, km: int, on: date | None = None, source: str = "desk", by: Actor, at: datetime
) -> OdometerReading:
    """Note the kilometres seen. What cannot be true is kept, marked and not used for predictions."""
    vehicle = _locked(vehicle_id)
    require(policies.can_note_odometer(by), "customers.edit")
    day = on or timezone.localdate(at)
    if km < 0 or km > 9_999_999 or day > timezone.localdate(at):
        raise Refused(_("里程或日期不对"), code="odometer", field="odometer")
    known = OdometerReading.objects.filter(vehicle=vehicle).order_by("-on", "-pk")[:READINGS_COMPARED]
    verdict = judge(km, day, [Seen(row.pk, row.on, row.km, row.doubtful) for row in known])
    if verdict.overturned:
        OdometerReading.objects.filter(pk__in=verdict.overturned).update(doubtful=True)
    reading: OdometerReading = OdometerReading.objects.create(
        vehicle=vehicle, km=km, on=day, source=source, doubtful=verdict.doubtful
    )
    if not verdict.doubtful and (verdict.overturned or not vehicle.odometer_on or day >= vehicle.odometer_on):
        Vehicle.objects.filter(pk=vehicle.pk).update(odometer=km, odometer_on=day)
    record(OdometerRead(vehicle.pk, km, verdict.doubtful, source), by=by, at=at)
    return reading
