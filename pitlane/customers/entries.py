"""What is typed about a customer or a car, put into the one form that is stored, or refused at its field.

The desk, the import and the simulation all pass here, so that a phone number is the same phone number everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.crypto import blind
from pitlane.core.errors import Refused
from pitlane.core.phones import id_card_problem, mask_address, normalise_phone, phone_problem
from pitlane.core.sentences import NotValid, Problem

from .completeness import clean_name, name_problem
from .plates import Plate, PlateError, PlateKind, parse_plate
from .vins import check_digit_ok, normalise_vin, vin_problem

PERSONAL = ("wechat", "email", "address", "id_number")
PERSON_COLUMNS = frozenset(
    (
        *PERSONAL,
        *("kind", "name", "gender", "tax_id", "invoice_title", "contact_name", "source", "advisor_id", "home_store_id"),
        *("birthday", "birthday_lunar", "preferences", "note"),
    )
)
CAR_COLUMNS = frozenset(
    (
        *("plate", "plate_kind", "vin", "make", "series", "model", "model_year", "vehicle_class", "fuel", "engine_no"),
        *("colour", "purchased_on", "insurance_until", "insurer", "inspection_until", "warranty_until", "warranty_km"),
        "note",
    )
)
MOST_TAGS = 20
LONGEST_TAG = 20
PURE_ELECTRIC = "DABCE"
_CARD = re.compile(r"\d{14,17}[\dXx]")


@dataclass(frozen=True, slots=True)
class NewVehicle:
    """A car to be registered. ``facts`` are columns of Vehicle; ``odometer`` is its first reading."""

    plate: str = ""
    plate_kind: str = ""
    vin: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    odometer: int | None = None
    odometer_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """A customer to be registered with phones, tags, consents and cars."""

    name: str
    phones: tuple[str, ...] = ()
    kind: str = "person"
    facts: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    consents: Mapping[str, bool] = field(default_factory=dict)
    vehicles: tuple[NewVehicle, ...] = ()


def stop(problem: Problem | None, name: str) -> None:
    """Refuse at the field what a rule found wrong."""
    if problem is not None and problem.blocks:
        refusal = NotValid(problem)
        refusal.field = name
        raise refusal


def person_facts(raw: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Columns of a customer from what was typed; unknown names are a programming error."""
    if unknown := set(raw) - PERSON_COLUMNS:
        raise TypeError(f"not columns of a customer: {sorted(unknown)}")
    facts: dict[str, Any] = _stripped(raw)
    if "name" in facts:
        stop(name_problem(facts["name"]), "name")
        facts["name"] = clean_name(facts["name"])
    if "address" in facts:
        facts["address_masked"] = mask_address(facts["address"])[:60] if facts["address"] else ""
    if "id_number" in facts:
        facts |= _identity(facts["id_number"])
    if facts.get("birthday") and facts["birthday"] > today:
        raise Refused(_("生日不能晚于今天"), code="birthday", field="birthday")
    return facts


def _stripped(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value for key, value in raw.items()}


def _identity(number: str) -> dict[str, Any]:
    plain = re.sub(r"\s", "", number or "").upper()
    if _CARD.fullmatch(plain):
        stop(id_card_problem(plain), "id_number")
    return {"id_number": plain, "id_index": blind("id", plain) if plain else ""}


def phone_numbers(raw: Iterable[str]) -> list[str]:
    """Each number once, in its one form; a wrong one is refused at the field ``phone``."""
    numbers = [normalise_phone(number) for number in raw if number and number.strip()]
    for number in numbers:
        stop(phone_problem(number), "phone")
    return list(dict.fromkeys(numbers))


def phone_index(number: str) -> str:
    """The keyed hash under which a number is found."""
    return blind("phone", normalise_phone(number))


def tag_names(raw: Iterable[str]) -> list[str]:
    """Tags as they are stored: short, each once."""
    names = list(dict.fromkeys(" ".join(tag.split())[:LONGEST_TAG] for tag in raw))
    return [name for name in names if name][:MOST_TAGS]


def read_plate(text: str, kind: str) -> Plate:
    """The plate in its one form; an empty one is a car without plate."""
    try:
        return parse_plate(text or "", kind=kind or ("" if text else PlateKind.NONE))
    except PlateError as error:
        error.field = "plate"
        raise


def car_facts(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a car from what was typed. The check digit of the VIN is noted, never refused."""
    if unknown := set(raw) - CAR_COLUMNS:
        raise TypeError(f"not columns of a vehicle: {sorted(unknown)}")
    facts = _stripped(raw)
    if "plate" in facts:
        plate = read_plate(facts["plate"], facts.get("plate_kind", ""))
        facts |= {"plate": plate.text, "plate_kind": plate.kind.value}
    if "vin" in facts:
        facts |= _vin(facts["vin"])
    return facts


def _vin(text: str) -> dict[str, Any]:
    if not text:
        return {"vin": "", "vin_checked": False}
    stop(vin_problem(text), "vin")
    vin = normalise_vin(text)
    return {"vin": vin, "vin_checked": check_digit_ok(vin)}


def new_car_facts(car: NewVehicle) -> dict[str, Any]:
    """All columns of a new car; a green plate says that it is a new-energy car."""
    facts = car_facts({**car.facts, "plate": car.plate, "plate_kind": car.plate_kind, "vin": car.vin})
    if facts["plate_kind"] in (PlateKind.GREEN, PlateKind.DUAL):
        pure = set(facts["plate"][2:]) & set(PURE_ELECTRIC)
        facts = {"fuel": "ev" if pure else "hybrid", "vehicle_class": "nev"} | facts
    if not facts["plate"] and not facts["vin"]:
        raise Refused(_("车牌和车架号至少填一项"), code="vehicle_unnamed", field="plate")
    return facts


def checked(row: NewCustomer, today: date) -> NewCustomer:
    """The whole row in stored form, or the first refusal."""
    facts = person_facts({**row.facts, "name": row.name, "kind": row.kind}, today)
    return replace(
        row, name=facts["name"], facts=facts, phones=tuple(phone_numbers(row.phones)), tags=tuple(tag_names(row.tags))
    )
