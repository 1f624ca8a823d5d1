"""What all endpoints of reception share: the router, the caller, and which orders and cars a caller may read."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema
from pydantic import Field

from pitlane.core.access import require
from pitlane.core.errors import Missing, Refused
from pitlane.core.ids import parse_id
from pitlane.customers import queries as customers
from pitlane.workshop import queries as orders

router = Router()


def who(request: HttpRequest) -> dict[str, Any]:
    """The two arguments that every command takes."""
    return {"by": request.actor, "at": request.now}  # type: ignore[attr-defined]


def order_of(request: HttpRequest, ref: str) -> Any:
    """An order in a store of the caller, who may see repair orders; ``Missing`` otherwise."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor.may("workshop.view"), "workshop.view")
    order = orders.order_for(parse_id("ord", ref), actor)
    if not actor.in_store(order.store_id):
        raise Missing()
    return order


def car_of(request: HttpRequest, ref: str) -> Any:
    """A car, for callers who may see repair orders: advice tells what was done to it."""
    require(request.actor.may("workshop.view"), "workshop.view")  # type: ignore[attr-defined]
    return customers.vehicle_card(parse_id("veh", ref))


class SignatureIn(Schema):
    """A PNG in base64, or the typed name."""

    name: str = Field("", max_length=40)
    signature_png: str = Field("", max_length=1_400_000)

    def png(self) -> bytes | None:
        try:
            return b64decode(self.signature_png, validate=True) if self.signature_png else None
        except (BadBase64, ValueError) as error:
            raise Refused(_("签名没有传完整，请重签"), code="signature", field="signature_png") from error


class KeysOut(Schema):
    """Keys of the order's lines that were added."""

    keys: list[str]
