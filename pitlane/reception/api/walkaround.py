"""The walk-around over the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import File, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from pitlane.core import files
from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from .door import SignatureIn, order_of, router, who


class MarkIn(Schema):
    zone: str
    x: float
    y: float
    kind: str = ""
    note: str = Field("", max_length=80)


class WalkaroundIn(Schema):
    marks: list[MarkIn] = []
    checks: dict[str, str] = {}
    belongings: str = Field("", max_length=200)
    note: str = Field("", max_length=300)
    fuel_level: int | None = Field(None, ge=0, le=100)
    odometer: int | None = Field(None, ge=0)
    key_place: str | None = Field(None, max_length=20)


class MarkOut(Schema):
    n: int
    zone: str
    x: int
    y: int
    kind: str
    note: str
    label: str


class WalkaroundOut(Schema):
    id: str
    marks: list[MarkOut]
    checks: dict[str, str]
    belongings: str
    note: str
    fuel_level: int | None
    odometer: int | None
    key_place: str
    signed_at: datetime | None
    signed_name: str


def _walkaround(order_id: int) -> WalkaroundOut:
    card = queries.walkaround_of(order_id)
    assert card is not None
    marks = [MarkOut(n=m.n, zone=m.zone, x=m.x, y=m.y, kind=m.kind, note=m.note, label=m.label) for m in card.marks]
    return WalkaroundOut(
        id=card.ref,
        marks=marks,
        checks=card.checks,
        belongings=card.belongings,
        note=card.note,
        fuel_level=card.fuel_level,
        odometer=card.odometer,
        key_place=card.key_place,
        signed_at=card.signed_at,
        signed_name=card.signed_name,
    )


@router.get(
    "/orders/{ref}/walkaround",
    operation_id="reception_walkaround",
    summary="The walk-around of an order",
    response={200: WalkaroundOut, 204: None},
)
def walkaround(request: HttpRequest, ref: str) -> Any:
    """204 when nobody began it."""
    order = order_of(request, ref)
    return Status(204, None) if queries.walkaround_of(order.id) is None else Status(200, _walkaround(order.id))


@router.put(
    "/orders/{ref}/walkaround",
    operation_id="reception_save_walkaround",
    summary="Save the walk-around",
    response=WalkaroundOut,
)
@idempotent
def save_walkaround(request: HttpRequest, ref: str, body: WalkaroundIn) -> WalkaroundOut:
    """May be repeated until it is signed."""
    order_id = parse_id("ord", ref)
    commands.save_walkaround(order_id=order_id, **body.dict(), **who(request))
    return _walkaround(order_id)


@router.post(
    "/orders/{ref}/walkaround/sign",
    operation_id="reception_sign_walkaround",
    summary="Sign the walk-around",
    response=WalkaroundOut,
)
@idempotent
def sign_walkaround(request: HttpRequest, ref: str, body: SignatureIn) -> WalkaroundOut:
    """Freezes it."""
    order_id = parse_id("ord", ref)
    commands.sign_walkaround(order_id=order_id, name=body.name, signature_png=body.png(), **who(request))
    return _walkaround(order_id)


class FileOut(Schema):
    id: str


@router.post(
    "/orders/{ref}/walkaround/photos",
    operation_id="reception_add_photo",
    summary="Add a photo of the car",
    response={201: FileOut},
)
@idempotent
def add_photo(request: HttpRequest, ref: str, photo: UploadedFile = File(...)) -> Any:
    """JPG, PNG or WebP; it is decoded and stored without its metadata."""
    made = commands.add_walkaround_photo(
        order_id=parse_id("ord", ref),
        content=files.content_of(photo, "photo"),
        name=photo.name or "photo",
        **who(request),
    )
    return 201, FileOut(id=public_id("fil", made.file_id))
