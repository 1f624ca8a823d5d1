"""Orders: list, read, open, change, hold, deliver, cancel; photos; the vehicle's archive and come-backs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Query, Schema
from ninja.files import UploadedFile
from pydantic import Field

from pitlane.accounts import queries as accounts
from pitlane.core.access import require
from pitlane.core.api import MAX_PAGE, Page, idempotent
from pitlane.core.files import content_of
from pitlane.core.ids import parse_id, public_id
from pitlane.customers.queries import vehicle_card

from .. import commands, queries
from .schemas import (
    ComeBackOut,
    Done,
    OrderChange,
    OrderDetail,
    OrderIn,
    OrderOut,
    Reason,
    detail_out,
    done,
    order_out,
    parsed,
    router,
    who,
)


class ListQuery(Schema):
    """Of ``store``, else of all stores of the caller.

    ``view``: all, in_shop, mine, due_today, late, parts, customer, unpaid.
    """

    view: str = "all"
    q: str = Field("", max_length=60)
    order_type: str = ""
    state: str = ""
    advisor: str | None = None
    technician: str | None = None
    customer: str | None = None
    vehicle: str | None = None
    store: str = ""
    days: int | None = Field(None, ge=1, le=3660)
    cursor: str | None = None
    limit: int = Field(50, ge=1, le=MAX_PAGE)


def may_read(request: HttpRequest) -> Any:
    """The caller, who must be allowed to see orders."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor.may("workshop.view"), "workshop.view")
    return actor


@router.get("/orders", operation_id="workshop_list_orders", summary="List repair orders", response=Page[OrderOut])
def list_orders(request: HttpRequest, query: Query[ListQuery]) -> Any:
    by = accounts.looking_at(may_read(request), query.store)
    wanted = queries.OrderFilter(
        view=query.view,
        q=query.q,
        order_type=query.order_type,
        state=query.state,
        advisor_id=parsed("stf", query.advisor),
        technician_id=parsed("stf", query.technician),
        customer_id=parsed("cus", query.customer),
        vehicle_id=parsed("veh", query.vehicle),
        days=query.days,
        cursor=query.cursor,
        limit=query.limit,
    )
    cards, cursor = queries.order_page(wanted, by=by, at=request.now)  # type: ignore[attr-defined]
    return {"items": [order_out(card) for card in cards], "next": cursor}


@router.post("/orders", operation_id="workshop_open_order", summary="Open a repair order", response={201: OrderOut})
@idempotent
def open_order(request: HttpRequest, body: OrderIn) -> Any:
    refs = {"store", "customer", "vehicle", "advisor", "comeback_of", "lines"}
    order = commands.open_order(
        store_id=parse_id("sto", body.store),
        customer_id=parse_id("cus", body.customer),
        vehicle_id=parse_id("veh", body.vehicle),
        advisor_id=parsed("stf", body.advisor),
        comeback_of_id=parsed("ord", body.comeback_of),
        lines=[line.line() for line in body.lines],
        source="api",
        **body.dict(exclude=refs),
        **who(request),
    )
    return 201, OrderOut(**order_out(queries.order_for(order.pk)))


@router.get("/orders/{order}", operation_id="workshop_get_order", summary="One repair order", response=OrderDetail)
def get_order(request: HttpRequest, order: str) -> Any:
    may_read(request)
    return detail_out(queries.order_screen(parse_id("ord", order), **who(request)))


@router.patch("/orders/{order}", operation_id="workshop_change_order", summary="Change the head", response=Done)
@idempotent
def change_order(request: HttpRequest, order: str, body: OrderChange) -> Any:
    changes = body.dict(exclude_unset=True, exclude={"version", "advisor"})
    if "advisor" in body.model_fields_set:
        changes["advisor_id"] = parsed("stf", body.advisor)
    changed = commands.change_order(
        order_id=parse_id("ord", order), version=body.version, changes=changes, **who(request)
    )
    return done(changed)


@router.post(
    "/orders/{order}/inspect", operation_id="workshop_begin_inspection", summary="Begin checking", response=Done
)
@idempotent
def begin_inspection(request: HttpRequest, order: str) -> Any:
    return done(commands.begin_inspection(order_id=parse_id("ord", order), **who(request)))


@router.post("/orders/{order}/cancel", operation_id="workshop_cancel_order", summary="Void the order", response=Done)
@idempotent
def cancel_order(request: HttpRequest, order: str, body: Reason) -> Any:
    return done(commands.cancel_order(order_id=parse_id("ord", order), reason=body.reason, **who(request)))


@router.post("/orders/{order}/deliver", operation_id="workshop_deliver", summary="Hand the car over", response=Done)
@idempotent
def deliver(request: HttpRequest, order: str) -> Any:
    return done(commands.deliver(order_id=parse_id("ord", order), **who(request)))


@router.post("/orders/{order}/close", operation_id="workshop_close_order", summary="Close the order", response=Done)
@idempotent
def close_order(request: HttpRequest, order: str) -> Any:
    return done(commands.close_order(order_id=parse_id("ord", order), **who(request)))


class HoldIn(Schema):
    """``reason``: parts, approval, technician, sublet, customer."""

    reason: str
    note: str = Field("", max_length=200)


@router.post("/orders/{order}/hold", operation_id="workshop_hold_order", summary="Hold with a reason", response=Done)
@idempotent
def hold_order(request: HttpRequest, order: str, body: HoldIn) -> Any:
    return done(commands.hold_order(order_id=parse_id("ord", order), **body.dict(), **who(request)))


@router.post("/orders/{order}/resume", operation_id="workshop_resume_order", summary="Resume", response=Done)
@idempotent
def resume_order(request: HttpRequest, order: str) -> Any:
    return done(commands.resume_order(order_id=parse_id("ord", order), **who(request)))


class PhotoIn(Schema):
    kind: str = "work"
    item: str = ""
    step: int | None = None
    caption: str = Field("", max_length=80)
    customer_visible: bool = True


class PhotoOut(Schema):
    file: str


@router.post(
    "/orders/{order}/photos", operation_id="workshop_add_photo", summary="Add a photo", response={201: PhotoOut}
)
@idempotent
def add_photo(request: HttpRequest, order: str, body: Form[PhotoIn], file: File[UploadedFile]) -> Any:
    photo = commands.add_photo(
        order_id=parse_id("ord", order),
        content=content_of(file, "photo"),
        name=file.name or "photo",
        item_id=parsed("itm", body.item),
        **body.dict(exclude={"item"}),
        **who(request),
    )
    return 201, PhotoOut(file=photo.file.ref)


class HistoryOut(Schema):
    """One event of the order."""

    at: datetime
    who: str
    icon: str
    text: str


@router.get(
    "/orders/{order}/history",
    operation_id="workshop_order_history",
    summary="What happened to an order",
    response=list[HistoryOut],
)
def history(request: HttpRequest, order: str) -> Any:
    may_read(request)
    screen = queries.order_screen(parse_id("ord", order), **who(request))
    return [HistoryOut(at=told.at, who=told.text, icon=told.icon, text=told.title) for told in screen.story]


class ArchiveOut(Schema):
    """One frozen record of the vehicle archive."""

    order: str
    order_number: str
    made_at: datetime
    digest: str
    missing: list[str]
    record: dict[str, Any]


@router.get(
    "/vehicles/{vehicle}/archive",
    operation_id="workshop_vehicle_archive",
    summary="Electronic repair archive",
    response=list[ArchiveOut],
)
def archive(request: HttpRequest, vehicle: str) -> Any:
    by = may_read(request)
    found = queries.archive_of(parse_id("veh", vehicle), by=by)
    return [
        ArchiveOut(
            order=entry.order_ref,
            order_number=entry.short_number,
            made_at=entry.made_at,
            digest=entry.digest,
            missing=list(entry.missing),
            record=entry.snapshot,
        )
        for entry in found.entries
    ]


@router.get(
    "/vehicles/{vehicle}/comebacks",
    operation_id="workshop_comebacks",
    summary="Lines under guarantee today",
    response=list[ComeBackOut],
)
def comebacks(request: HttpRequest, vehicle: str, odometer: int | None = None) -> Any:
    may_read(request)
    day = timezone.localdate(request.now)  # type: ignore[attr-defined]
    found = queries.come_backs(vehicle_card(parse_id("veh", vehicle)).id, day, odometer)
    return [
        ComeBackOut(
            order=card.order_ref,
            order_number=card.order_number,
            description=card.description,
            settled_on=card.settled_on,
            days_left=card.days_left,
            km_left=card.km_left,
            why=card.why,
        )
        for card in found
    ]


class FixOut(Schema):
    store: str
    visits: int
    comebacks: int
    rate: float | None


@router.get(
    "/workshop/first-time-fix", operation_id="workshop_first_time_fix", summary="First-time-fix rate", response=FixOut
)
def first_time_fix(request: HttpRequest, store: str, first: date, last: date) -> Any:
    by = may_read(request)
    store_id = parse_id("sto", store)
    require(by.in_store(store_id), "workshop.view")
    found = queries.first_time_fix(store_id, first, last)
    rate = None if found.rate is None else float(found.rate)
    return FixOut(store=public_id("sto", store_id), visits=found.visits, comebacks=found.comebacks, rate=rate)
