"""Orders and lines as other domains and all screens see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext

from pitlane.accounts.queries import names_of_stores, skill_name
from pitlane.core.access import Actor
from pitlane.core.errors import Missing
from pitlane.core.money import Money
from pitlane.core.states import Label
from pitlane.parts import queries as stock

from .. import policies
from ..drafting import plain
from ..models import Assignment, Hold, OrderPart, RepairOrder, WorkItem
from ..sheet import LineRow, Sheet, demand_of, key_of
from ..states import APPROVAL, EDITABLE, ITEM, ORDER, OVER
from ..steps import done_count


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order in one line."""

    id: int
    ref: str
    number: str
    short_number: str
    state: str
    label: Label
    hold_reason: str
    order_type: str
    type_label: str
    store_id: int
    customer_id: int
    vehicle_id: int
    plate: str
    plate_kind: str
    vehicle: str
    title: str
    promised_at: datetime | None
    opened_at: datetime
    total: Money
    version: int
    unpriced: bool = False

    @property
    def over(self) -> bool:
        """The car has left, or the visit came to nothing."""
        return self.state in OVER

    @property
    def editable(self) -> bool:
        """Lines can still be added, changed and quoted."""
        return self.state in EDITABLE


def card_of(order: RepairOrder) -> OrderCard:
    """The card of an order whose vehicle is loaded."""
    return OrderCard(
        id=order.pk,
        ref=order.ref,
        number=order.number,
        short_number=order.short_number,
        state=order.state,
        label=label_of(order),
        hold_reason=order.hold_reason,
        order_type=order.order_type,
        type_label=order.get_order_type_display(),
        store_id=order.store_id,
        customer_id=order.customer_id,
        vehicle_id=order.vehicle_id,
        plate=order.vehicle.plate,
        plate_kind=order.vehicle.plate_kind,
        vehicle=order.vehicle.title,
        title=order.title,
        promised_at=order.promised_at,
        opened_at=order.opened_at,
        total=order.total,
        version=order.version,
        unpriced=order.unpriced,
    )


def stage_of(order: RepairOrder) -> str:
    """The state as people read it: ``dispatched`` once every approved job has somebody and nobody has begun."""
    return "dispatched" if order.state == "dispatch_pending" and order.dispatched_at else order.state


def label_of(order: RepairOrder) -> Label:
    """The state as the shop says it: a held order says why, one whose jobs are all given out is 已派工."""
    label = ORDER.label(order.state)
    if stage_of(order) == "dispatched":
        return ITEM.label("dispatched")
    if order.state == "on_hold" and order.hold_reason:
        return Label(label.family, Hold.Reason(order.hold_reason).label)
    return label


def order_for(order_id: int, by: Actor | None = None) -> OrderCard:
    """One order; ``Missing`` when it does not exist or is not for this actor."""
    return card_of(load_order(order_id, by))


def load_order(order_id: int, by: Actor | None = None, *related: str) -> RepairOrder:
    """The order with its car, checked against what the actor may see."""
    found: RepairOrder | None = RepairOrder.objects.select_related("vehicle", *related).filter(pk=order_id).first()
    if found is None or (by is not None and by.kind in ("staff", "key") and not policies.can_view(by, found)):
        raise Missing()
    return found


def open_order_of(vehicle_id: int) -> OrderCard | None:
    """The order of a car that is in the shop now."""
    order = (
        RepairOrder.objects.select_related("vehicle")
        .filter(vehicle_id=vehicle_id)
        .exclude(state__in=OVER)
        .order_by("-opened_at", "-pk")
        .first()
    )
    return card_of(order) if order else None


@dataclass(frozen=True, slots=True)
class LineCard:
    """A labour or part line of an order."""

    key: str
    id: int
    ref: str
    kind: str
    name: str
    code: str
    grade: str
    quantity: Decimal
    unit: str
    hours: Decimal
    flat: bool
    unit_price: Money
    list_amount: Money
    discount: Money
    amount: Money
    unpriced: bool
    approval: str
    approval_label: Label
    state: str
    state_label: Label | None
    extra: bool
    payers: Mapping[str, str]
    technicians: tuple[str, ...]
    technician_ids: tuple[int, ...]
    bay: str
    price_note: str
    package_code: str
    operation_id: int | None
    part_id: int | None
    item_key: str
    decline_reason: str
    decided_at: datetime | None
    steps_done: int
    steps_total: int
    skill: str
    skill_level: int
    customer_supplied: bool
    old_part: str
    fitted: bool
    stock_family: str
    stock_text: str

    @property
    def is_part(self) -> bool:
        return self.kind == "part"

    @property
    def revisable(self) -> bool:
        """Agreed to and not begun: it can still go back into the quote."""
        return self.approval == "approved" and self.state in ("", "pending")

    @property
    def skill_name(self) -> str:
        return str(skill_name(self.skill))


@dataclass(frozen=True, slots=True)
class Crew:
    """Who is on the jobs of an order."""

    names: Mapping[int, tuple[str, ...]]
    ids: Mapping[int, tuple[int, ...]]
    bays: Mapping[int, str]


def crew_of(order_ids: Iterable[int]) -> Crew:
    """Names, ids and bays by job, in one query for any number of orders."""
    rows = Assignment.objects.filter(item__order_id__in=list(order_ids), released_at=None)
    names: dict[int, list[str]] = defaultdict(list)
    ids: dict[int, list[int]] = defaultdict(list)
    bays: dict[int, str] = {}
    for row in rows.select_related("technician", "bay").order_by("pk"):
        names[row.item_id].append(row.technician.name)
        ids[row.item_id].append(row.technician_id)
        bays[row.item_id] = row.bay.name if row.bay else ""
    return Crew({k: tuple(v) for k, v in names.items()}, {k: tuple(v) for k, v in ids.items()}, bays)


def sheet_of(order: RepairOrder) -> Sheet:
    """The order with its lines, for reading."""
    items = list(order.items.exclude(state="removed").order_by("position", "pk"))
    return Sheet(order, items, list(order.parts.filter(removed=False).order_by("position", "pk")))


def lines_of(order_id: int) -> list[LineCard]:
    """The lines in the order of the screen: each job with its parts below it."""
    return line_cards(sheet_of(load_order(order_id)))


def proposed_lines(order_id: int) -> list[LineCard]:
    """The lines that wait for the customer's answer."""
    return [line for line in lines_of(order_id) if line.approval == "proposed"]


def in_screen_order(sheet: Sheet) -> list[LineRow]:
    """Jobs by position, each followed by its parts; parts without a job last."""
    below: dict[int | None, list[OrderPart]] = defaultdict(list)
    known = {item.pk for item in sheet.items}
    for part in sheet.parts:
        below[part.item_id if part.item_id in known else None].append(part)
    rows: list[LineRow] = []
    for item in sheet.items:
        rows += [item, *below[item.pk]]
    return rows + below[None]


def line_cards(sheet: Sheet, crew: Crew | None = None) -> list[LineCard]:
    """Cards of all lines with technicians and stock."""
    crew = crew or crew_of([sheet.order.pk])
    cards = stock.requisitions_for(sheet.order.pk) if sheet.parts else {}
    open_ids = {p.part_id for p in sheet.parts if p.part_id and demand_of(p) not in cards}
    shelf = stock.parts_by_id(open_ids, sheet.order.store_id) if open_ids else {}
    return [_line(row, crew, cards, shelf) for row in in_screen_order(sheet)]


def _line(
    row: LineRow,
    crew: Crew,
    cards: Mapping[str, stock.RequisitionCard],
    shelf: Mapping[int, stock.PartCard],
) -> LineCard:
    part = row if isinstance(row, OrderPart) else None
    item = row if isinstance(row, WorkItem) else None
    family, text = _stock(part, cards, shelf) if part else ("", "")
    return LineCard(
        key=key_of(row),
        id=row.pk,
        ref=row.ref,
        kind="part" if part else item.kind,  # type: ignore[union-attr]
        name=row.name,
        code=part.code if part else "",
        grade=part.grade if part else "",
        quantity=part.quantity if part else item.hours,  # type: ignore[union-attr]
        unit=part.unit if part else "h",
        hours=item.hours if item else Decimal(0),
        flat=bool(item and item.flat),
        unit_price=row.unit_price,
        list_amount=row.list_amount,
        discount=row.discount,
        amount=row.amount,
        unpriced=row.unpriced,
        approval=row.approval,
        approval_label=APPROVAL.label(row.approval),
        state=item.state if item else ("fitted" if part and part.fitted else ""),
        state_label=ITEM.label(item.state) if item else None,
        extra=row.extra,
        payers=row.payers,
        technicians=crew.names.get(row.pk, ()) if item else (),
        technician_ids=crew.ids.get(row.pk, ()) if item else (),
        bay=crew.bays.get(row.pk, "") if item else "",
        price_note=row.price_note,
        package_code=row.package_code,
        operation_id=item.operation_id if item else None,
        part_id=part.part_id if part else None,
        item_key=f"item:{part.item_id}" if part and part.item_id else "",
        decline_reason=row.decline_reason,
        decided_at=row.decided_at,
        steps_done=done_count(item.steps) if item else 0,
        steps_total=len(item.steps) if item else 0,
        skill=item.skill if item else "",
        skill_level=item.skill_level if item else 1,
        customer_supplied=bool(part and part.customer_supplied),
        old_part=part.old_part if part else "",
        fitted=bool(part and part.fitted),
        stock_family=family,
        stock_text=text,
    )


def _stock(
    part: OrderPart, cards: Mapping[str, stock.RequisitionCard], shelf: Mapping[int, stock.PartCard]
) -> tuple[str, str]:
    """What the shelf says about a part line: colour and words."""
    if part.customer_supplied:
        return "idle", gettext("客户自带")
    card = cards.get(demand_of(part))
    if card is not None and card.state != "cancelled":
        return card.label.family, str(card.label.text)
    known = shelf.get(part.part_id or 0)
    if known is None:
        return "idle", "" if part.part_id is None else gettext("库存未知")
    enough = known.available >= part.quantity
    return ("idle" if enough else "hold"), gettext("可用 %(n)s") % {"n": plain(known.available)}


def short_parts(order_id: int) -> int:
    """How many approved parts of the order are still missing."""
    return sum(1 for card in stock.requisitions_for(order_id).values() if card.state == "backordered")


@dataclass(frozen=True, slots=True)
class VisitCard:
    """A visit of a car: what was done when. ``ref`` and number are empty where the order itself may not be opened."""

    order_id: int
    store_id: int
    ref: str
    short_number: str
    opened_at: datetime
    odometer: int | None
    title: str
    total: Money | None
    state: str
    label: Label | None
    operations: tuple[int, ...]
    lines: tuple[str, ...]
    store: str = ""


def visits_seen(vehicle_id: int, *, by: Actor, limit: int) -> list[VisitCard]:
    """The visits of a car as somebody reads them.

    Cars are shared in the organisation, orders belong to a store: of an order out of reach stays what was done when
    and in which store, without number, link, state or amount.
    """
    visits = history_of(vehicle_id, limit)
    seen = orders_seen([visit.order_id for visit in visits], by)
    names = names_of_stores(visit.store_id for visit in visits if visit.order_id not in seen)
    return [
        visit
        if visit.order_id in seen
        else replace(visit, ref="", short_number="", total=None, label=None, store=names[visit.store_id])
        for visit in visits
    ]


def orders_seen(order_ids: Iterable[int], by: Actor) -> set[int]:
    """Which of these orders somebody may open (one query)."""
    if not by.may("workshop.view"):
        return set()
    return set(policies.own_orders(by).filter(pk__in=list(order_ids)).values_list("pk", flat=True))


def history_of(vehicle_id: int, limit: int = 50) -> list[VisitCard]:
    """The visits of a car, newest first, with the operations that were really done (two queries)."""
    return history_for([vehicle_id], limit)


def history_for(vehicle_ids: Iterable[int], limit: int = 50) -> list[VisitCard]:
    """The visits of several cars, newest first."""
    orders = list(
        RepairOrder.objects.filter(vehicle_id__in=list(vehicle_ids))
        .exclude(state="cancelled")
        .order_by("-opened_at", "-pk")[:limit]
    )
    done = WorkItem.objects.filter(order__in=orders, approval="approved").exclude(state="removed")
    jobs: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
    for order_id, operation_id, name in done.order_by("position").values_list("order_id", "operation_id", "name"):
        jobs[order_id].append((operation_id, name))
    return [
        VisitCard(
            order_id=order.pk,
            store_id=order.store_id,
            ref=order.ref,
            short_number=order.short_number,
            opened_at=order.opened_at,
            odometer=order.odometer,
            title=order.title,
            total=None if order.unpriced else order.total,
            state=order.state,
            label=label_of(order),
            operations=tuple(op for op, _name in jobs[order.pk] if op),
            lines=tuple(name for _op, name in jobs[order.pk]),
        )
        for order in orders
    ]
