"""Shapes of the REST calls: public ids in and out, masked numbers, never a database id."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from pitlane.core.ids import parse_id, public_id

from .models import Call, ContactLog, CustomerPhone, Export
from .queries import CustomerCard, CustomerFilter, CustomerRow, Finding, VehicleCard
from .queries.story import Moment

Kind = Literal["person", "company"]
CLEARED = {"wechat", "email", "address", "id_number", "vin", "fuel", "vehicle_class"}
STAFF, STORE = "stf", "sto"


def _given(schema: Schema, *skipped: str) -> dict[str, Any]:
    """Only what the caller sent; ``null`` clears a text."""
    sent = schema.model_dump(exclude_unset=True, exclude=set(skipped))
    return {name: "" if value is None and name in CLEARED else value for name, value in sent.items()}


class PersonFacts(Schema):
    """The columns of a card."""

    kind: Kind = "person"
    name: str = Field(max_length=80)
    gender: str = ""
    contact_name: str = Field("", max_length=40)
    wechat: str | None = Field("", max_length=60)
    email: str | None = Field("", max_length=120)
    address: str | None = Field("", max_length=120)
    id_number: str | None = Field("", max_length=30)
    tax_id: str = Field("", max_length=24)
    invoice_title: str = Field("", max_length=80)
    source: str = Field("", max_length=20)
    advisor: str | None = None
    birthday: date | None = None
    birthday_lunar: bool = False
    preferences: dict[str, str] = {}
    note: str = Field("", max_length=500)
    tags: list[str] = []

    def facts(self) -> dict[str, Any]:
        """What the commands take."""
        given = _given(self, "advisor", "version")
        if "advisor" in self.model_fields_set:
            given["advisor_id"] = parse_id(STAFF, self.advisor) if self.advisor else None
        return given


class CustomerIn(PersonFacts):
    """A new card. The same phone or company is refused unless ``despite_duplicates``."""

    phones: list[str] = []
    consents: dict[str, bool] = {}
    despite_duplicates: bool = False


class CustomerChange(PersonFacts):
    """Only the fields sent are changed; ``version`` is the one that was read."""

    version: int
    name: str = Field("", max_length=80)

    def changes(self) -> dict[str, Any]:
        return self.facts()


class CustomerOut(Schema):
    """A card as colleagues and programs see it."""

    id: str
    kind: str
    name: str
    phone: str
    contact_name: str
    source: str
    advisor: str | None
    advisor_name: str
    home_store: str | None
    invoice_title: str
    tax_id: str
    note: str
    status: str
    tags: list[str]
    preferences: dict[str, Any]
    version: int


def customer_out(card: CustomerCard) -> CustomerOut:
    """The answer for one customer."""
    return CustomerOut(
        id=card.ref,
        kind=card.kind,
        name=card.name,
        phone=card.phone,
        contact_name=card.contact_name,
        source=card.source,
        advisor=public_id(STAFF, card.advisor_id) if card.advisor_id else None,
        advisor_name=card.advisor_name,
        home_store=public_id(STORE, card.home_store_id) if card.home_store_id else None,
        invoice_title=card.invoice_title,
        tax_id=card.tax_id,
        note=card.note,
        status=card.status,
        tags=list(card.tags),
        preferences=card.preferences,
        version=card.version,
    )


class FilterIn(Schema):
    """The filters of the list."""

    view: str = ""
    q: str = Field(default="", max_length=60)
    kind: str = ""
    source: str = ""
    tag: str = ""
    advisor: str = ""

    def as_filter(self) -> CustomerFilter:
        advisor_id = parse_id(STAFF, self.advisor) if self.advisor else None
        return CustomerFilter(self.view, self.q, self.kind, self.source, self.tag, advisor_id)


class CustomerLine(Schema):
    """One line of the list."""

    id: str
    name: str
    kind: str
    phone: str
    plate: str
    vehicle: str
    tags: list[str]
    completeness: int
    changed_at: datetime

    @classmethod
    def of(cls, row: CustomerRow) -> CustomerLine:
        return cls(
            id=row.ref,
            name=row.name,
            kind=row.kind,
            phone=row.phone,
            plate=row.car.plate if row.car else "",
            vehicle=row.car.title if row.car else "",
            tags=list(row.tags),
            completeness=row.completeness,
            changed_at=row.changed_at,
        )


class CheckIn(Schema):
    """A half-filled form."""

    name: str = ""
    phones: list[str] = []
    plate: str = ""
    plate_kind: str = ""
    vin: str = ""
    company: bool = False


class Checked(Schema):
    """A remark; ``blocks`` means that saving would be refused."""

    field: str
    code: str
    message: str
    blocks: bool
    known: str

    @classmethod
    def of(cls, found: Finding) -> Checked:
        return cls(field=found.field, code=found.code, message=str(found.text), blocks=found.blocks, known=found.ref)


class MomentOut(Schema):
    """One entry of the time line."""

    at: datetime
    title: str
    text: str
    detail: str
    order: str

    @classmethod
    def of(cls, moment: Moment) -> MomentOut:
        return cls(at=moment.at, title=moment.title, text=moment.text, detail=moment.detail, order=moment.number)


class PhoneIn(Schema):
    number: str = Field(max_length=30)
    label: str = Field("", max_length=20)
    primary: bool = False


class PhoneOut(Schema):
    id: str
    masked: str
    label: str
    primary: bool

    @classmethod
    def of(cls, phone: CustomerPhone) -> PhoneOut:
        return cls(id=phone.ref, masked=phone.masked, label=phone.label, primary=phone.primary)


class DayIn(Schema):
    label: str = Field(max_length=30)
    on: date
    lunar: bool = False
    yearly: bool = True


class DayOut(DayIn):
    id: str


class ContactIn(Schema):
    """What was said; ``next_on`` needs a ``next_step``."""

    channel: str
    text: str = Field("", max_length=500)
    outcome: str = Field("", max_length=40)
    next_step: str = Field("", max_length=120)
    next_on: date | None = None
    vehicle: str | None = None


class ContactOut(Schema):
    id: str
    at: datetime
    channel: str
    text: str
    outcome: str
    next_step: str
    next_on: date | None
    next_done_at: datetime | None

    @classmethod
    def of(cls, row: ContactLog) -> ContactOut:
        names = ("at", "channel", "text", "outcome", "next_step", "next_on", "next_done_at")
        return cls(id=row.ref, **{name: getattr(row, name) for name in names})


class CallIn(Schema):
    """A call from somebody without a card."""

    number: str = Field(max_length=30)
    text: str = Field(max_length=500)
    name: str = Field("", max_length=40)
    plate: str = Field("", max_length=12)
    next_step: str = Field("", max_length=120)
    next_on: date | None = None


class CallCloseIn(Schema):
    outcome: str = Field("", max_length=60)


class CallOut(Schema):
    """The number is masked, like everybody's."""

    id: str
    at: datetime
    masked: str
    name: str
    plate: str
    text: str
    next_step: str
    next_on: date | None
    closed_at: datetime | None

    @classmethod
    def of(cls, row: Call) -> CallOut:
        names = ("at", "masked", "name", "plate", "text", "next_step", "next_on", "closed_at")
        return cls(id=row.ref, **{name: getattr(row, name) for name in names})


class ConsentIn(Schema):
    purpose: Literal["service", "marketing", "photo", "sharing"]
    granted: bool
    via: str = Field("api", max_length=30)


class RevealIn(Schema):
    what: Literal["phone", "wechat", "email", "address", "id_number"] = "phone"
    phone: str = ""


class RevealOut(Schema):
    what: str
    value: str


class EraseIn(Schema):
    reason: str = Field(max_length=200)


class CarFacts(Schema):
    """The columns of a car."""

    plate: str = Field("", max_length=16)
    plate_kind: str = ""
    vin: str | None = Field("", max_length=24)
    make: str = Field("", max_length=30)
    series: str = Field("", max_length=40)
    model: str = Field("", max_length=60)
    model_year: int | None = Field(None, ge=1900, le=2100)
    vehicle_class: Literal["economy", "standard", "premium", "luxury", "nev", "commercial"] | None = None
    fuel: Literal["petrol", "diesel", "hybrid", "ev"] | None = None
    engine_no: str = Field("", max_length=30)
    colour: str = Field("", max_length=20)
    purchased_on: date | None = None
    insurance_until: date | None = None
    insurer: str = Field("", max_length=30)
    inspection_until: date | None = None
    warranty_until: date | None = None
    warranty_km: int | None = Field(None, ge=0, le=9_999_999)
    note: str = Field("", max_length=300)
    take_plate: bool = False


class VehicleIn(CarFacts):
    """A new car, for its owner or without one."""

    customer: str | None = None
    odometer: int | None = Field(None, ge=0, le=9_999_999)

    def facts(self) -> dict[str, Any]:
        return _given(self, "customer")


class VehicleChange(CarFacts):
    """Only the fields sent are changed; ``version`` is the one that was read."""

    version: int

    def changes(self) -> dict[str, Any]:
        given = _given(self, "version", "take_plate")
        return {name: value for name, value in given.items() if name not in ("fuel", "vehicle_class") or value}


class VehicleOut(Schema):
    """A car with its people."""

    id: str
    plate: str
    plate_kind: str
    vin: str
    title: str
    make: str
    series: str
    model: str
    model_year: int | None
    vehicle_class: str
    fuel: str
    colour: str
    engine_no: str
    odometer: int | None
    odometer_on: date | None
    purchased_on: date | None
    insurance_until: date | None
    insurer: str
    inspection_until: date | None
    warranty_until: date | None
    warranty_km: int | None
    owner: str | None
    owner_name: str
    driver: str | None
    driver_name: str
    version: int


def vehicle_out(card: VehicleCard) -> VehicleOut:
    """The answer for one car."""
    facts: dict[str, Any] = {name: getattr(card, name, None) for name in VehicleOut.model_fields}
    facts |= {"id": card.ref, "owner": card.owner_ref or None, "driver": card.driver_ref or None}
    return VehicleOut(**facts)


class PersonIn(Schema):
    """A customer's public id, or null for nobody."""

    customer: str | None = None


class TransferIn(PersonIn):
    on: date | None = None


class OdometerIn(Schema):
    km: int = Field(ge=0, le=9_999_999)
    on: date | None = None


class ReadingOut(Schema):
    on: date
    km: int
    source: str
    doubtful: bool


class ExportIn(Schema):
    """What shall leave the house, and why. ``filter`` is for customers, the days are for orders."""

    what: Literal["customers", "vehicles", "parts", "orders"] = "customers"
    since: date | None = None
    until: date | None = None
    reason: str = Field(max_length=200)
    file_format: Literal["xlsx", "csv"] = "xlsx"
    with_phones: bool = False
    filter: FilterIn = Field(default_factory=FilterIn)

    def filters(self) -> dict[str, Any]:
        """The conditions of the kind that is asked for."""
        if self.what == "customers":
            return self.filter.as_filter().as_dict()
        days = {"since": self.since, "until": self.until}
        return {name: on.isoformat() for name, on in days.items() if on and self.what == "orders"}


class ExportOut(Schema):
    id: str
    what: str
    rows: int
    file_format: str
    started: bool
    ready: bool
    requested_at: datetime

    @classmethod
    def of(cls, export: Export) -> ExportOut:
        return cls(
            id=export.ref,
            what=export.what,
            rows=export.rows,
            file_format=export.file_format,
            started=export.started_at is not None,
            ready=export.file_id is not None,
            requested_at=export.requested_at,
        )


class FirstCarIn(CarFacts):
    """The car that comes with a new customer."""

    odometer: int | None = Field(None, ge=0, le=9_999_999)


class RegistrationIn(Schema):
    """A new customer with the car they came in."""

    customer: CustomerIn
    car: FirstCarIn | None = None

    def facts(self) -> dict[str, Any]:
        """What the command takes."""
        person = self.customer.facts()
        apart: dict[str, Any] = {
            name: person.pop(name) for name in ("phones", "consents", "despite_duplicates") if name in person
        }
        car = _given(self.car) if self.car else {}
        return {**apart, "take_plate": car.pop("take_plate", False), "facts": person, "car": car}


class RegistrationOut(Schema):
    """The card and its cars."""

    customer: CustomerOut
    vehicles: list[VehicleOut]
