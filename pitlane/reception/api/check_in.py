"""Checking cars in over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id

from .. import commands
from .advice import advice_key
from .door import router, who


class CustomerIn(Schema):
    name: str = Field(max_length=80)
    phone: str = Field("", max_length=24)
    kind: str = "person"


class VehicleIn(Schema):
    plate: str = Field("", max_length=12)
    plate_kind: str = ""
    vin: str = Field("", max_length=17)
    make: str = Field("", max_length=30)
    series: str = Field("", max_length=40)
    model: str = Field("", max_length=60)
    model_year: int | None = None
    fuel: str = "petrol"
    vehicle_class: str = "standard"
    purchased_on: date | None = None


class CheckInIn(Schema):
    """A known car by ``vehicle``, or a new one; the owner on record, or a new customer."""

    store: str
    vehicle: str | None = None
    customer: str | None = None
    new_vehicle: VehicleIn | None = None
    new_customer: CustomerIn | None = None
    order_type: str = "repair"
    title: str = Field("", max_length=80)
    concern: str = Field("", max_length=500)
    odometer: int | None = Field(None, ge=0)
    fuel_level: int | None = Field(None, ge=0, le=100)
    promised_at: datetime | None = None
    bringer_name: str = Field("", max_length=40)
    bringer_phone: str = Field("", max_length=24)
    key_place: str = Field("", max_length=20)
    comeback_of: str | None = None
    advice: list[str] = []
    despite_open: bool = False
    appointment: str | None = None


class OrderOut(Schema):
    id: str
    number: str
    short_number: str
    state: str


def _parsed(prefix: str, ref: str | None) -> int | None:
    return None if ref is None else parse_id(prefix, ref)


def _order_out(order: Any) -> OrderOut:
    return OrderOut(id=order.ref, number=order.number, short_number=order.short_number, state=order.state)


@router.post(
    "/reception/check-ins", operation_id="reception_check_in", summary="Check a car in", response={201: OrderOut}
)
@idempotent
def check_in(request: HttpRequest, body: CheckInIn) -> Any:
    """Opens a repair order; customer and car are created when they are new."""
    named = {"store", "vehicle", "customer", "new_vehicle", "new_customer", "comeback_of", "advice", "appointment"}
    order = commands.check_in(
        store_id=parse_id("sto", body.store),
        vehicle_id=_parsed("veh", body.vehicle),
        customer_id=_parsed("cus", body.customer),
        new_vehicle=commands.NewVehicle(**body.new_vehicle.dict()) if body.new_vehicle else None,
        new_customer=commands.NewCustomer(**body.new_customer.dict()) if body.new_customer else None,
        comeback_of_id=_parsed("ord", body.comeback_of),
        appointment_id=_parsed("apt", body.appointment),
        advice=[advice_key(key) for key in body.advice],
        **body.dict(exclude=named),
        **who(request),
    )
    return 201, _order_out(order)
