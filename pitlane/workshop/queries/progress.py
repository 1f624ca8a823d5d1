"""What the owner of the car may see on the phone: plain words, no trade terms, no inside figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.states import Label

from ..models import OrderPhoto, RepairOrder
from .cards import LineCard, OrderCard, card_of, line_cards, load_order, sheet_of, stage_of
from .screen import Stage, progress, stages_of


@dataclass(frozen=True, slots=True)
class Progress:
    """The owner's view of the order."""

    order_id: int
    ref: str
    number: str
    short_number: str
    store_id: int
    store: str
    store_phone: str
    customer_id: int
    vehicle_id: int
    plate: str
    plate_kind: str
    vehicle: str
    title: str
    concern: str
    advisor: str
    state: str
    label: Label
    says: str
    steps: list[Stage]
    percent: int
    promised_at: datetime | None
    delivered_at: datetime | None
    settled_at: datetime | None
    lines: list[LineCard]
    pending: Money
    total: Money
    photos: list[OrderPhoto]

    @property
    def undecided(self) -> list[LineCard]:
        return [line for line in self.lines if line.approval == "proposed"]


def portal_progress(order_id: int, *, at: datetime) -> Progress:
    """The order as its owner may see it; the caller has checked the link."""
    order = load_order(order_id, None, "store", "advisor")
    sheet = sheet_of(order)
    card = card_of(order)
    events = list(EventRow.objects.filter(order_id=order.pk, kind__startswith="workshop.Order").order_by("-seq")[:60])
    photos = OrderPhoto.objects.filter(order=order, customer_visible=True).select_related("file")
    return Progress(
        order_id=order.pk,
        ref=card.ref,
        number=order.number,
        short_number=order.short_number,
        store_id=order.store_id,
        store=order.store.name,
        store_phone=order.store.phone,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        plate=card.plate,
        plate_kind=card.plate_kind,
        vehicle=card.vehicle,
        title=order.title,
        concern=order.concern,
        advisor=order.advisor.name if order.advisor else "",
        state=order.state,
        label=card.label,
        says=says(stage_of(order)),
        steps=stages_of(order, sheet, events, at),
        percent=progress(sheet),
        promised_at=order.promised_at,
        delivered_at=order.delivered_at,
        settled_at=order.settled_at,
        lines=line_cards(sheet),
        pending=order.pending_total,
        total=order.total,
        photos=list(photos.order_by("-pk")[:30]),
    )


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit as its owner's list shows it."""

    card: OrderCard
    says: str


def own_visits(customer_ids: Iterable[int], *, vehicle_id: int | None = None, limit: int = 30) -> list[OwnVisit]:
    """The visits of these people, the latest first, for themselves; what came to nothing is left out."""
    rows = RepairOrder.objects.filter(customer_id__in=list(customer_ids)).exclude(state="cancelled")
    rows = rows.filter(vehicle_id=vehicle_id) if vehicle_id else rows
    rows = rows.select_related("vehicle").order_by("-opened_at", "-pk")[:limit]
    return [OwnVisit(card_of(order), says(stage_of(order))) for order in rows]


def says(state: str) -> str:
    """One sentence about where the car is."""
    return {
        "checked_in": _("车已接收，马上开始检查"),
        "inspecting": _("正在检查您的车"),
        "awaiting_approval": _("请您确认维修项目"),
        "dispatch_pending": _("已确认，正在安排技师"),
        "dispatched": _("已安排技师，马上开工"),
        "in_progress": _("正在施工"),
        "on_hold": _("暂时停下，顾问会与您联系"),
        "qc_pending": _("施工完成，正在做最后检查"),
        "completed": _("已完工，可以来取车"),
        "reopened": _("账单正在更正"),
        "settled": _("已结算，请付款取车"),
        "paid": _("已付款，可以取车"),
        "on_account": _("可以取车"),
        "delivered": _("已交车，感谢光临"),
        "closed": _("已交车，感谢光临"),
        "cancelled": _("工单已取消"),
    }.get(state, "")
