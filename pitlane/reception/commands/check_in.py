"""Taking a car in: the customer and the car are found or made, the odometer is read, the repair order is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.appointments import commands as appointments
from pitlane.appointments import queries as booked_visits
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.customers import commands as customers
from pitlane.customers import queries as customer_reads
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .. import policies
from .advice import add_advice
from .diagnosis import accept_suggestion, read_codes


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer seen for the first time, as far as the counter asks at once."""

    name: str
    phone: str = ""
    kind: str = "person"
    source: str = "walk_in"


@dataclass(frozen=True, slots=True)
class NewVehicle:
    """A car seen for the first time."""

    plate: str = ""
    plate_kind: str = ""
    vin: str = ""
    make: str = ""
    series: str = ""
    model: str = ""
    model_year: int | None = None
    fuel: str = "petrol"
    vehicle_class: str = "standard"
    purchased_on: date | None = None


@command
def check_in(
    *,
    store_id: int,
    vehicle_id: int | None = None,
    customer_id: int | None = None,
    new_customer: NewCustomer | None = None,
    new_vehicle: NewVehicle | None = None,
    odometer: int | None = None,
    comeback_of_id: int | None = None,
    advice: Sequence[str] = (),
    lines: Sequence[Any] = (),
    despite_open: bool = False,
    appointment_id: int | None = None,
    fault_codes: str = "",
    diagnosis: Sequence[str] = (),
    by: Actor,
    at: datetime,
    **facts: Any,
) -> Any:
    """Open a repair order for a known or a new car. ``facts`` are those of ``workshop.open_order``, such as concern.

    With an appointment the booked work becomes lines of the order, and the appointment is kept; the car's appointment
    of today is kept even if nobody named it, or its time would be counted besides the work. A car that is still in the
    shop is not taken in twice unless that is meant: half of the second orders are mistakes. ``diagnosis`` names
    suggestions taken at the counter as ``cause|operation``.
    """
    require(policies.can_check_in(by, store_id), "reception.checkin")
    if vehicle_id is not None and not despite_open:
        _refuse_second_visit(vehicle_id)
    on_record = customer_reads.owner_id_of(vehicle_id) if vehicle_id is not None else None
    owner_id = customer_id or _owner(on_record, new_customer, store_id, by, at)
    car_id = vehicle_id or _new_car(new_vehicle, owner_id, by, at)
    if vehicle_id is not None and on_record is None:
        customers.transfer_vehicle(vehicle_id=vehicle_id, customer_id=owner_id, on=timezone.localdate(at), by=by, at=at)
    if odometer is not None:
        customers.read_odometer(
            vehicle_id=car_id, km=odometer, on=timezone.localdate(at), source="check_in", by=by, at=at
        )
    order = workshop.open_order(
        store_id=store_id,
        customer_id=owner_id,
        vehicle_id=car_id,
        odometer=odometer,
        comeback_of_id=comeback_of_id,
        lines=lines,
        by=by,
        at=at,
        **facts,
    )
    booked = _booked(appointment_id, by)
    if work := [*booked, *(code for code in advice if code not in booked)]:
        add_advice(order_id=order.pk, advice=work, by=by, at=at)
    if fault_codes.strip():
        read_codes(order_id=order.pk, codes=fault_codes, by=by, at=at)
    for cause, _bar, operation in (suggestion.partition("|") for suggestion in dict.fromkeys(diagnosis)):
        accept_suggestion(order_id=order.pk, cause=cause, operation=operation, by=by, at=at)
    kept_visit = appointment_id or (booked_visits.due_visit(vehicle_id, store_id, by, at) if vehicle_id else None)
    if kept_visit is not None:
        kept: dict[str, Any] = {"order_id": order.pk, "customer_id": owner_id, "vehicle_id": car_id}
        appointments.convert(appointment_id=kept_visit, **kept, by=by, at=at)
    return order


def _booked(appointment_id: int | None, by: Actor) -> list[str]:
    """The booked work, as advice is written."""
    if appointment_id is None:
        return []
    known = booked_visits.prefill_of(appointment_id, by)
    return [*(f"pkg:{number}" for number in known.packages), *(f"op:{number}" for number in known.operations)]


def _refuse_second_visit(vehicle_id: int) -> None:
    if open_order := orders.open_order_of(vehicle_id):
        raise Refused(
            _("这台车还有没交车的工单 %(number)s，请先打开它") % {"number": open_order.short_number},
            code="open_order",
            order=open_order.ref,
        )


def _owner(on_record: int | None, new: NewCustomer | None, store_id: int, by: Actor, at: datetime) -> int:
    """The owner on record; a new customer becomes the owner of a car that has none."""
    if on_record is not None and new is None:
        return on_record
    if new is None or not new.name.strip():
        raise Refused(_("请填写车主姓名或单位名称"), code="owner_missing", field="name")
    made = customers.create_customer(
        kind=new.kind,
        name=new.name,
        phones=[new.phone] if new.phone else [],
        source=new.source,
        home_store_id=store_id,
        by=by,
        at=at,
    )
    return int(made.pk)


def _new_car(new: NewVehicle | None, owner_id: int, by: Actor, at: datetime) -> int:
    if new is None or not (new.plate or new.vin):
        raise Refused(_("请填写车牌或车架号"), code="vehicle_missing", field="plate")
    return int(customers.create_vehicle(customer_id=owner_id, by=by, at=at, **asdict(new)).pk)
