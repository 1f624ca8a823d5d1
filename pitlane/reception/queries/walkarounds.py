"""The walk-around as a card on the order and as the page where it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor
from pitlane.core.ids import public_id
from pitlane.customers import queries as customers
from pitlane.workshop import queries as orders

from .. import policies
from ..models import Walkaround
from ..rules import NOTED_ELSEWHERE, SERIOUS


@dataclass(frozen=True, slots=True)
class MarkCard:
    """One mark on the car diagram as ``ui/_car.html`` draws it."""

    n: int
    x: int
    y: int
    zone: str
    kind: str
    note: str
    label: str
    family: str


@dataclass(frozen=True, slots=True)
class CheckCard:
    """One question of the standard checklist with its answer."""

    code: str
    name: str
    kind: str
    unit: str
    required: bool
    answer: str
    options: tuple[tuple[str, str], ...] = ()
    field: str = ""

    @property
    def open(self) -> bool:
        """Asked for before signing and not answered in the list."""
        return self.required and not self.answer and not self.field

    @property
    def said(self) -> str:
        """The answer in words."""
        return dict(self.options).get(self.answer, self.answer)


@dataclass(frozen=True, slots=True)
class WalkaroundCard:
    """What was noted and who signed it."""

    id: int
    ref: str
    marks: list[MarkCard]
    checks: dict[str, str]
    belongings: str
    note: str
    fuel_level: int | None
    odometer: int | None
    key_place: str
    signed_at: datetime | None
    signed_name: str
    signature_ref: str
    made_at: datetime
    made_by: str

    @property
    def signed(self) -> bool:
        return self.signed_at is not None


@dataclass(frozen=True, slots=True)
class PhotoCard:
    """A photo of the car as it came."""

    file_ref: str
    caption: str
    at: datetime
    by_name: str


@dataclass(frozen=True, slots=True)
class WalkaroundScreen:
    """The page of step three."""

    order: Any
    vehicle: Any
    card: WalkaroundCard
    checks: list[CheckCard]
    photos: list[PhotoCard]
    may_edit: bool
    zones: list[Place] = field(default_factory=list)
    kinds: list[Place] = field(default_factory=list)
    marks_json: list[dict[str, Any]] = field(default_factory=list)


def walkaround_of(order_id: int) -> WalkaroundCard | None:
    """The walk-around of an order, or None when nobody began it."""
    row = Walkaround.objects.filter(order_id=order_id).select_related("order").first()
    return None if row is None else _card(row)


def _card(row: Walkaround) -> WalkaroundCard:
    return WalkaroundCard(
        id=row.pk,
        ref=row.ref if row.pk else "",
        marks=_marks(row.marks),
        checks=row.checks,
        belongings=row.belongings,
        note=row.note,
        fuel_level=row.order.fuel_level,
        odometer=row.order.odometer,
        key_place=row.order.key_place,
        signed_at=row.signed_at,
        signed_name=row.signed_name,
        signature_ref=public_id("fil", row.signature_id) if row.signature_id else "",
        made_at=row.made_at,
        made_by=row.made_by,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A zone on the car diagram or a kind of damage, as the page offers it; ``x`` and ``y`` are the diagram's."""

    code: str
    name: str
    x: int = 0
    y: int = 0


def _places(kind: str) -> list[Place]:
    english = get_language() == "en"
    return [
        Place(e.code, e.name_en if english and e.name_en else e.name, *_on_car(e.data))
        for e in catalog.standard_list(kind)
    ]


def _on_car(data: dict[str, Any]) -> tuple[int, int]:
    """From percent of length and width to the diagram's 320 × 116."""
    return round(10 + 3.02 * data.get("x", 50)), round(28 + 0.94 * data.get("y", 50))


def _marks(marks: list[dict[str, Any]]) -> list[MarkCard]:
    if not marks:
        return []
    zones, kinds = catalog.list_names("zone"), catalog.list_names("damage")
    return [_mark(mark, zones, kinds) for mark in marks]


def _called(names: dict[str, tuple[str, str]], code: str) -> str:
    name, name_en = names.get(code, (code, code))
    return name_en if name_en and get_language() == "en" else name


def _mark(mark: dict[str, Any], zones: dict[str, tuple[str, str]], kinds: dict[str, tuple[str, str]]) -> MarkCard:
    words = (_called(zones, mark["zone"]), _called(kinds, mark["kind"]), mark["note"])
    family = "bad" if mark["kind"] in SERIOUS else "hold"
    label = " ".join(str(word) for word in words if word)
    return MarkCard(mark["n"], mark["x"], mark["y"], mark["zone"], mark["kind"], mark["note"], label, family)


def walkaround_screen(
    order_id: int, *, answers: dict[str, str] | None = None, by: Actor, at: datetime
) -> WalkaroundScreen:
    """Everything of step three, begun or not; ``answers`` typed but not kept yet stand before those on record."""
    order = orders.order_for(order_id, by)
    row = Walkaround.objects.filter(order_id=order_id).select_related("order").first()
    if row is None:
        row = Walkaround(order_id=order_id, made_at=at, made_by=by.name)
    card = _card(row)
    return WalkaroundScreen(
        order=order,
        vehicle=customers.vehicle_card(order.vehicle_id),
        card=card,
        checks=_checks(card.checks if answers is None else answers),
        photos=_photos(row),
        may_edit=policies.can_check_in(by, order.store_id) and not card.signed,
        zones=_places("zone"),
        kinds=_places("damage"),
        marks_json=row.marks,
    )


def _photos(row: Walkaround) -> list[PhotoCard]:
    photos = row.order.photos.filter(kind="walkaround").order_by("pk")[:60]
    return [PhotoCard(public_id("fil", photo.file_id), photo.caption, photo.at, photo.by_name) for photo in photos]


def _checks(answers: dict[str, str]) -> list[CheckCard]:
    english = get_language() == "en"
    return [_check(entry, answers.get(entry.code, ""), english) for entry in catalog.checklist("reception")]


def _check(entry: Any, answer: str, english: bool) -> CheckCard:
    def named(thing: dict[str, Any]) -> str:
        return str(thing.get("name_en") or thing["name"]) if english else str(thing["name"])

    return CheckCard(
        code=entry.code,
        name=entry.name_en if english and entry.name_en else entry.name,
        kind=entry.data.get("kind", "check"),
        unit=entry.data.get("unit", ""),
        required=bool(entry.data.get("required")),
        answer=answer,
        options=tuple((option["code"], named(option)) for option in entry.data.get("options", ())),
        field=NOTED_ELSEWHERE.get(entry.code, ""),
    )


def needed_fields() -> list[str]:
    """Fields of the form that must be filled before the customer signs, as the shop's reception list says."""
    return [check.field for check in _checks({}) if check.field and check.required]


def standard_checks() -> dict[str, str]:
    """The answers of a car with which everything is in order, for whoever signs many walk-arounds (demo, training)."""
    first = {c.code: c.options[0][0] if c.options else "ok" for c in _checks({}) if c.kind in ("check", "choice")}
    return first
