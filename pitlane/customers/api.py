"""REST calls for customers, cars, contacts, privacy and exports. Numbers are masked; ``reveal`` is its own call."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Router

from pitlane.accounts import queries as accounts
from pitlane.core.access import require
from pitlane.core.api import Page, idempotent
from pitlane.core.errors import Missing
from pitlane.core.ids import parse_id
from pitlane.core.reach import reaches
from pitlane.core.views import send_file

from . import commands, policies, queries
from .caller import Request
from .schemas import (
    CallCloseIn,
    CallIn,
    CallOut,
    Checked,
    CheckIn,
    ConsentIn,
    ContactIn,
    ContactOut,
    CustomerChange,
    CustomerIn,
    CustomerLine,
    CustomerOut,
    DayIn,
    DayOut,
    EraseIn,
    ExportIn,
    ExportOut,
    FilterIn,
    MomentOut,
    OdometerIn,
    PersonIn,
    PhoneIn,
    PhoneOut,
    ReadingOut,
    RegistrationIn,
    RegistrationOut,
    RevealIn,
    RevealOut,
    TransferIn,
    VehicleChange,
    VehicleIn,
    VehicleOut,
    customer_out,
    vehicle_out,
)

router = Router()


def _customer(ref: str) -> int:
    return parse_id("cus", ref)


def _vehicle(ref: str) -> int:
    return parse_id("veh", ref)


def _viewer(request: Request) -> Any:
    """The caller, who must be allowed to see customers."""
    require(policies.can_view(request.actor), "customers.view")
    return request.actor


def _who(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": request.now}


# ---- customers ------------------------------------------------------------------------------------------------------


@router.get("/customers", response=Page[CustomerLine], operation_id="list_customers", summary="List customers")
def list_customers(request: Request, wanted: Query[FilterIn], cursor: str | None = None, limit: int = 50) -> Any:
    by = _viewer(request)
    rows, following = queries.customers_page(wanted.as_filter(), by=by, at=request.now, cursor=cursor, limit=limit)
    return {"items": [CustomerLine.of(row) for row in rows], "next": following}


@router.post("/customers", response={201: CustomerOut}, operation_id="create_customer", summary="Open a customer card")
@idempotent
def create_customer(request: Request, body: CustomerIn) -> Any:
    made = commands.create_customer(**body.facts(), **_who(request))
    return 201, customer_out(queries.customer_card(made.pk))


@router.post(
    "/customers/checks", response=list[Checked], operation_id="check_entry", summary="Remarks on a half-filled form"
)
def check_entry(request: Request, body: CheckIn) -> Any:
    _viewer(request)
    return [Checked.of(found) for found in queries.entry_checks(**body.model_dump(), by=request.actor)]


@router.get("/customers/{ref}", response=CustomerOut, operation_id="get_customer", summary="One customer")
def get_customer(request: Request, ref: str) -> Any:
    _viewer(request)
    return customer_out(queries.customer_card(_customer(ref)))


@router.patch("/customers/{ref}", response=CustomerOut, operation_id="change_customer", summary="Change a card")
@idempotent
def change_customer(request: Request, ref: str, body: CustomerChange) -> Any:
    pk = _customer(ref)
    commands.change_customer(customer_id=pk, version=body.version, changes=body.changes(), **_who(request))
    return customer_out(queries.customer_card(pk))


@router.get(
    "/customers/{ref}/vehicles",
    response=list[VehicleOut],
    operation_id="list_vehicles_of_customer",
    summary="Cars of a customer",
)
def vehicles_of_customer(request: Request, ref: str) -> Any:
    """Cars that the customer owns or drives now."""
    _viewer(request)
    return [vehicle_out(card) for card in queries.vehicles_of(queries.customer_card(_customer(ref)).id)]


@router.get("/customers/{ref}/timeline", response=Page[MomentOut], operation_id="get_timeline", summary="The time line")
def timeline(request: Request, ref: str, tab: str = "", cursor: str | None = None) -> Any:
    by = _viewer(request)
    card = queries.customer_card(_customer(ref))
    told, following = queries.facts(card.id, by=by, tab=tab, cursor=cursor)
    return {"items": [MomentOut.of(moment) for moment in told], "next": following}


@router.get("/customers/{ref}/phones", response=list[PhoneOut], operation_id="list_phones", summary="Masked numbers")
def list_phones(request: Request, ref: str) -> Any:
    _viewer(request)
    return [PhoneOut.of(phone) for phone in queries.phones_of(_customer(ref))]


@router.post("/customers/{ref}/phones", response={201: PhoneOut}, operation_id="add_phone", summary="Add a number")
@idempotent
def add_phone(request: Request, ref: str, body: PhoneIn) -> Any:
    made = commands.add_phone(customer_id=_customer(ref), **body.model_dump(), **_who(request))
    return 201, PhoneOut.of(made)


@router.delete(
    "/customers/{ref}/phones/{phone}", response={204: None}, operation_id="remove_phone", summary="Delete a number"
)
@idempotent
def remove_phone(request: Request, ref: str, phone: str) -> Any:
    """Delete a number."""
    commands.remove_phone(customer_id=_customer(ref), phone_id=parse_id("pho", phone), **_who(request))
    return 204, None


@router.post(
    "/customers/{ref}/phones/{phone}/primary",
    response={204: None},
    operation_id="set_primary_phone",
    summary="Choose the number called first",
)
@idempotent
def set_primary_phone(request: Request, ref: str, phone: str) -> Any:
    """Choose the number that is called first."""
    commands.set_primary_phone(customer_id=_customer(ref), phone_id=parse_id("pho", phone), **_who(request))
    return 204, None


@router.post("/customers/{ref}/dates", response={201: DayOut}, operation_id="add_important_date", summary="Note a day")
@idempotent
def add_date(request: Request, ref: str, body: DayIn) -> Any:
    made = commands.add_date(customer_id=_customer(ref), **body.model_dump(), **_who(request))
    return 201, DayOut(id=made.ref, label=made.label, on=made.on, lunar=made.lunar, yearly=made.yearly)


@router.delete(
    "/customers/{ref}/dates/{day}",
    response={204: None},
    operation_id="remove_important_date",
    summary="Forget a day",
)
@idempotent
def remove_date(request: Request, ref: str, day: str) -> Any:
    """Forget a day."""
    commands.remove_date(customer_id=_customer(ref), date_id=parse_id("day", day), **_who(request))
    return 204, None


@router.put("/customers/{ref}/tags", response=CustomerOut, operation_id="set_tags", summary="Replace the tags")
@idempotent
def set_tags(request: Request, ref: str, body: list[str]) -> Any:
    pk = _customer(ref)
    commands.set_tags(customer_id=pk, tags=body, **_who(request))
    return customer_out(queries.customer_card(pk))


# ---- contact log ----------------------------------------------------------------------------------------------------


@router.get("/customers/{ref}/contacts", response=Page[ContactOut], operation_id="list_contacts", summary="Contact log")
def list_contacts(request: Request, ref: str, cursor: str | None = None, limit: int = 50) -> Any:
    _viewer(request)
    page, following = queries.contacts_of(queries.customer_card(_customer(ref)).id, cursor=cursor, limit=limit)
    return {"items": [ContactOut.of(row) for row in page], "next": following}


@router.post("/customers/{ref}/contacts", response={201: ContactOut}, operation_id="log_contact", summary="Log contact")
@idempotent
def log_contact(request: Request, ref: str, body: ContactIn) -> Any:
    facts = body.model_dump(exclude={"vehicle"})
    vehicle_id = _vehicle(body.vehicle) if body.vehicle else None
    made = commands.log_contact(customer_id=_customer(ref), vehicle_id=vehicle_id, **facts, **_who(request))
    return 201, ContactOut.of(made)


@router.post("/contacts/{ref}/finish", response=ContactOut, operation_id="finish_next_step", summary="Finish a step")
@idempotent
def finish_next_step(request: Request, ref: str) -> Any:
    return ContactOut.of(commands.finish_next_step(contact_id=parse_id("con", ref), **_who(request)))


# ---- calls ----------------------------------------------------------------------------------------------------------


@router.get("/calls", response=list[CallOut], operation_id="list_calls", summary="Calls that wait for an answer")
def list_calls(request: Request, store: str = "") -> Any:
    """From people without a card, of ``store``, else of all stores of the caller, the earliest promise first."""
    _viewer(request)
    return [CallOut.of(row) for row in queries.open_calls(by=accounts.looking_at(request.actor, store))]


@router.post("/calls", response={201: CallOut}, operation_id="record_call", summary="Record a call")
@idempotent
def record_call(request: Request, body: CallIn) -> Any:
    """It moves into the contact log as soon as a customer has the number."""
    return 201, CallOut.of(commands.record_call(**body.model_dump(), **_who(request)))


@router.post("/calls/{ref}/close", response=CallOut, operation_id="close_call", summary="Close a call")
@idempotent
def close_call(request: Request, ref: str, body: CallCloseIn) -> Any:
    """The number is forgotten."""
    return CallOut.of(commands.close_call(call_id=parse_id("cal", ref), outcome=body.outcome, **_who(request)))


# ---- privacy --------------------------------------------------------------------------------------------------------


@router.post("/customers/{ref}/consents", response={204: None}, operation_id="give_consent", summary="Note a yes or no")
@idempotent
def give_consent(request: Request, ref: str, body: ConsentIn) -> Any:
    commands.give_consent(customer_id=_customer(ref), **body.model_dump(), **_who(request))
    return 204, None


@router.post("/customers/{ref}/reveal", response=RevealOut, operation_id="reveal", summary="One full value, on record")
@idempotent
def reveal(request: Request, ref: str, body: RevealIn) -> Any:
    text = commands.reveal(customer_id=_customer(ref), what=body.what, reference=body.phone, **_who(request))
    return RevealOut(what=body.what, value=text)


@router.post(
    "/customers/{ref}/subject-access",
    response=dict[str, Any],
    operation_id="subject_access",
    summary="Everything kept about a person",
)
@idempotent
def subject_access(request: Request, ref: str) -> Any:
    """Everything kept about one person, for that person."""
    return commands.subject_access(customer_id=_customer(ref), **_who(request))


@router.post("/customers/{ref}/erase", response={204: None}, operation_id="erase_customer", summary="Erase a person")
@idempotent
def erase_customer(request: Request, ref: str, body: EraseIn) -> Any:
    commands.erase_customer(customer_id=_customer(ref), reason=body.reason, **_who(request))
    return 204, None


# ---- cars -----------------------------------------------------------------------------------------------------------


@router.get("/vehicles", response=list[VehicleOut], operation_id="find_vehicles", summary="Find cars by plate or VIN")
def find_vehicles(request: Request, plate: str = "", vin: str = "") -> Any:
    _viewer(request)
    found = [queries.find_by_plate(plate) if plate else None, queries.find_by_vin(vin) if vin else None]
    cards = {card.id: card for card in found if card and reaches(request.actor, "veh", card.id)}
    return [vehicle_out(card) for card in cards.values()]


@router.post("/vehicles", response={201: VehicleOut}, operation_id="create_vehicle", summary="Register a car")
@idempotent
def create_vehicle(request: Request, body: VehicleIn) -> Any:
    owner_id = _customer(body.customer) if body.customer else None
    made = commands.create_vehicle(customer_id=owner_id, **body.facts(), **_who(request))
    return 201, vehicle_out(queries.vehicle_card(made.pk))


@router.post(
    "/registrations",
    response={201: RegistrationOut},
    operation_id="register_customer",
    summary="Open a customer card and register the first car; both or neither",
)
@idempotent
def register_customer(request: Request, body: RegistrationIn) -> Any:
    made = commands.register_customer(**body.facts(), **_who(request))
    cars = [vehicle_out(card) for card in queries.vehicles_of(made.pk)]
    return 201, RegistrationOut(customer=customer_out(queries.customer_card(made.pk)), vehicles=cars)


@router.get("/vehicles/{ref}", response=VehicleOut, operation_id="get_vehicle", summary="One car")
def get_vehicle(request: Request, ref: str) -> Any:
    _viewer(request)
    return vehicle_out(queries.vehicle_card(_vehicle(ref)))


@router.patch("/vehicles/{ref}", response=VehicleOut, operation_id="change_vehicle", summary="Change a car")
@idempotent
def change_vehicle(request: Request, ref: str, body: VehicleChange) -> Any:
    pk = _vehicle(ref)
    commands.change_vehicle(
        vehicle_id=pk, version=body.version, changes=body.changes(), take_plate=body.take_plate, **_who(request)
    )
    return vehicle_out(queries.vehicle_card(pk))


@router.post(
    "/vehicles/{ref}/transfer", response=VehicleOut, operation_id="transfer_vehicle", summary="Change the owner"
)
@idempotent
def transfer_vehicle(request: Request, ref: str, body: TransferIn) -> Any:
    pk = _vehicle(ref)
    owner_id = _customer(body.customer) if body.customer else None
    commands.transfer_vehicle(vehicle_id=pk, customer_id=owner_id, on=body.on, **_who(request))
    return vehicle_out(queries.vehicle_card(pk))


@router.put("/vehicles/{ref}/driver", response=VehicleOut, operation_id="set_driver", summary="Set or clear the driver")
@idempotent
def set_driver(request: Request, ref: str, body: PersonIn) -> Any:
    pk = _vehicle(ref)
    driver_id = _customer(body.customer) if body.customer else None
    commands.set_driver(vehicle_id=pk, customer_id=driver_id, **_who(request))
    return vehicle_out(queries.vehicle_card(pk))


@router.get("/vehicles/{ref}/odometer", response=list[ReadingOut], operation_id="list_readings", summary="Kilometres")
def list_readings(request: Request, ref: str) -> Any:
    _viewer(request)
    card = queries.vehicle_card(_vehicle(ref))
    return [ReadingOut(on=r.on, km=r.km, source=r.source, doubtful=r.doubtful) for r in queries.readings(card.id)]


@router.post(
    "/vehicles/{ref}/odometer", response={201: ReadingOut}, operation_id="read_odometer", summary="Note kilometres"
)
@idempotent
def read_odometer(request: Request, ref: str, body: OdometerIn) -> Any:
    on = body.on or timezone.localdate(request.now)
    made = commands.read_odometer(vehicle_id=_vehicle(ref), km=body.km, on=on, source="api", **_who(request))
    return 201, ReadingOut(on=made.on, km=made.km, source=made.source, doubtful=made.doubtful)


# ---- exports --------------------------------------------------------------------------------------------------------


@router.post("/customer-exports", response={201: ExportOut}, operation_id="request_export", summary="Ask for an export")
@idempotent
def request_export(request: Request, body: ExportIn) -> Any:
    made = commands.request_export(
        what=body.what,
        filters=body.filters(),
        reason=body.reason,
        file_format=body.file_format,
        with_phones=body.with_phones,
        **_who(request),
    )
    return 201, ExportOut.of(made)


@router.get("/customer-exports/{ref}", response=ExportOut, operation_id="get_export", summary="Where an export stands")
def get_export(request: Request, ref: str) -> Any:
    require(policies.can_export(request.actor), "customers.export")
    return ExportOut.of(queries.export_for(parse_id("exp", ref), request.actor))


@router.post(
    "/customer-exports/{ref}/start", response=ExportOut, operation_id="start_export", summary="Spend the approval"
)
@idempotent
def start_export(request: Request, ref: str) -> Any:
    return ExportOut.of(commands.start_export(export_id=parse_id("exp", ref), **_who(request)))


@router.get(
    "/customer-exports/{ref}/file", response=bytes, operation_id="get_export_file", summary="The file of an export"
)
def get_export_file(request: Request, ref: str) -> Any:
    """For the person or the key that asked, once it is ready."""
    require(policies.can_export(request.actor), "customers.export")
    export = queries.export_for(parse_id("exp", ref), request.actor)
    if export.file is None:
        raise Missing()
    return send_file(export.file)
