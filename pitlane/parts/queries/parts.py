"""Parts as order lines, the list, the part page and the combobox need them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round

from pitlane.accounts import queries as accounts
from pitlane.catalog.queries import search_by_name
from pitlane.core.access import Actor, here
from pitlane.core.errors import Missing, Text
from pitlane.core.money import Money, as_money

from ..costing import average_cost
from ..models import Part, StockLevel, Substitute
from .requisitions import RequisitionCard, open_of_part
from .requisitions import card as requisition_card
from .stock import MovementRow, level_rows, movements_of

ZERO = Decimal(0)
EXACT = Decimal("0.001")
OF_STORE = "warehouse__store_id"
CANDIDATES = 300
SIZE = 50
MOST_LABELS = 500


@dataclass(frozen=True, slots=True)
class PartCard:
    """A part with its stock in the main warehouse of one store. Never its cost."""

    id: int
    ref: str
    code: str
    oem_no: str
    name: str
    brand: str
    grade: str
    category: str
    unit: str
    price: Money
    barcode: str
    fits: list[str]
    min_stock: Decimal
    active: bool
    version: int
    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    bin: str = ""

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved

    @property
    def low(self) -> bool:
        return self.available < self.min_stock

    @property
    def grade_label(self) -> Text:
        return Part.Grade(self.grade).label


def grade_name(grade: str) -> Text:
    """The grade in words: customers must be told what kind of part they pay for; nothing for other lines."""
    return Part.Grade(grade).label if grade in Part.Grade else ""


_FACTS = [name for name in PartCard.__slots__ if name not in ("id", "on_hand", "reserved", "bin")]


def _cards(rows: Iterable[Part], store_id: int | None) -> list[PartCard]:
    """Cards with the stock of the store, in one more query."""
    rows = list(rows)
    levels = StockLevel.objects.filter(
        warehouse__store_id=store_id, warehouse__main=True, part_id__in=[row.pk for row in rows]
    ).values_list("part_id", "on_hand", "reserved", "bin")
    stock = {part: figures for part, *figures in levels} if store_id is not None else {}
    return [
        PartCard(row.pk, *[getattr(row, name) for name in _FACTS], *stock.get(row.pk, (ZERO, ZERO, ""))) for row in rows
    ]


def find_parts(text: str = "", store_id: int | None = None, limit: int = 20, *, fits: str = "") -> list[PartCard]:
    """What the advisor or the parts clerk means while typing; with a car (``make series``) only what fits it."""
    rows = search_by_name(Part.objects.filter(active=True), text)
    if not fits:
        return _cards(rows[:limit], store_id)
    ranked = [(_closeness(row.fits, fits), n, row) for n, row in enumerate(rows[:CANDIDATES])]
    kept = sorted((entry for entry in ranked if entry[0] < 2), key=lambda entry: entry[:2])
    return _cards([row for _rank, _n, row in kept[:limit]], store_id)


def _closeness(made_for: list[str], car: str) -> int:
    """0 made for this car, 1 for every car, 2 for other cars."""
    return 1 if not made_for else 0 if car in made_for else 2


def shelves(by: Actor, store: str = "") -> Q:
    """The main warehouses that are looked at: of the chosen store, or of all of mine that the condition 门店 names."""
    return Q(here(by, OF_STORE), accounts.in_named_stores(by, store, OF_STORE), warehouse__main=True)


def stocked(cards: Sequence[PartCard], where: Q) -> list[PartCard]:
    """The same parts with the stock of these shelves together; without a bin."""
    rows = StockLevel.objects.filter(where, part_id__in=[card.id for card in cards])
    sums = rows.order_by().values("part_id").annotate(lies=Sum("on_hand"), held=Sum("reserved"))
    stock = {row["part_id"]: (row["lies"].quantize(EXACT), row["held"].quantize(EXACT)) for row in sums}
    found = [(card, *stock.get(card.id, (ZERO, ZERO))) for card in cards]
    return [replace(card, on_hand=lies, reserved=held, bin="") for card, lies, held in found]


def cards_here(rows: Iterable[Part], by: Actor, store: str = "") -> list[PartCard]:
    """Cards with the stock of the chosen store; whoever looks at several sees what lies in all of them together."""
    if by.store_id is not None:
        return _cards(rows, by.store_id)
    return stocked(_cards(rows, None), shelves(by, store))


def _one(rows: QuerySet[Any], store_id: int | None) -> PartCard | None:
    found = _cards(rows[:1], store_id)
    return found[0] if found else None


def part_by_id(part_id: int, store_id: int | None = None) -> PartCard:
    """One part; ``Missing`` when it is not of this organisation."""
    found = _one(Part.objects.filter(pk=part_id), store_id)
    if found is None:
        raise Missing()
    return found


def part_here(part_id: int, by: Actor) -> PartCard:
    """One part with the stock of the chosen store or stores."""
    found = cards_here(Part.objects.filter(pk=part_id), by)
    if not found:
        raise Missing()
    return found[0]


def parts_here(ids: Iterable[int], by: Actor) -> list[PartCard]:
    """Several parts with the stock of the chosen store or stores."""
    return cards_here(Part.objects.filter(pk__in=set(ids)), by)


def part_by_code(code: str, store_id: int | None = None) -> PartCard | None:
    """One part by its code: packages and imports name parts by code."""
    return _one(Part.objects.filter(code=code), store_id)


def parts_by_code(codes: Iterable[str], store_id: int | None = None) -> dict[str, PartCard]:
    """Several parts at once, by code."""
    return {card.code: card for card in _cards(Part.objects.filter(code__in=set(codes)), store_id)}


def parts_by_id(ids: Iterable[int], store_id: int | None = None) -> dict[int, PartCard]:
    """Several parts at once, by id."""
    return {card.id: card for card in _cards(Part.objects.filter(pk__in=set(ids)), store_id)}


def named_part(text: str) -> PartCard | None:
    """The one part that a text means: a code (alone or before the name), a barcode, or a name that fits only one."""
    text = text.strip()
    if not text:
        return None
    code = text.split()[0].upper()
    same_code = Part.objects.filter(Q(code=code) | Q(code=text.upper()) | Q(barcode=text))
    same_name = Part.objects.filter(name=text, active=True)
    found = _cards(same_code.order_by("-active", "code")[:1], None) or _cards(same_name[:2], None)
    found = found or find_parts(text, limit=2)
    return found[0] if len(found) == 1 else None


def categories() -> list[str]:
    """The categories in use, for filters and forms."""
    rows = Part.objects.exclude(category="").order_by("category")
    return list(rows.values_list("category", flat=True).distinct())


def part_filter(
    by: Actor, *, text: str = "", category: str = "", grade: str = "", view: str = "", store: str = ""
) -> QuerySet[Any]:
    """Rows of the parts list; ``view`` is all, low, stocked or inactive.

    Low in one store is what is less than it should be; for who looks at several, what is low on any of the shelves.
    """
    rows = Part.objects.filter(active=view != "inactive")
    for name, value in (("category", category), ("grade", grade)):
        rows = rows.filter(**{name: value}) if value else rows
    levels = StockLevel.objects.filter(shelves(by, store), part_id=OuterRef("pk"))
    levels = levels.annotate(free=Round(F("on_hand") - F("reserved"), precision=3))
    if view == "low" and by.store_id is not None:
        rows = rows.annotate(_available=_first(levels)).filter(min_stock__gt=0, _available__lt=F("min_stock"))
    elif view == "low":
        rows = rows.filter(Exists(levels.filter(free__lt=OuterRef("min_stock"))), min_stock__gt=0)
    if view == "stocked":
        rows = rows.filter(Exists(levels.filter(free__gt=0)))
    return search_by_name(rows, text)


def _first(levels: QuerySet[Any]) -> Coalesce:
    free = levels.values("free")
    field: Any = DecimalField(max_digits=12, decimal_places=3)
    return Coalesce(Subquery(free[:1], output_field=field), Value(ZERO), output_field=field)


@dataclass(frozen=True, slots=True)
class PartPage:
    """One page of the list. ``value`` is what the store's stock is worth, for whoever may see cost."""

    rows: list[PartCard]
    after: str
    before: str
    low_count: int
    count: int
    value: Money | None


def part_page(
    by: Actor,
    *,
    text: str = "",
    category: str = "",
    grade: str = "",
    view: str = "",
    store: str = "",
    after: str = "",
    before: str = "",
    size: int = SIZE,
    falling: bool = False,
) -> PartPage:
    """The parts list with the stock of the chosen store or stores, paged by code.

    A text search answers its best matches on one page.
    """
    rows = part_filter(by, text=text, category=category, grade=grade, view=view, store=store)
    count = rows.count()
    shown, more_after, more_before = (
        _page(rows, after, before, size, falling) if not text.strip() else (list(rows[:size]), 0, 0)
    )
    low = part_filter(by, view="low", store=store).count()
    return PartPage(
        rows=cards_here(shown, by, store),
        after=shown[-1].code if shown and more_after else "",
        before=shown[0].code if shown and more_before else "",
        low_count=low,
        count=count,
        value=_stock_value(by, store) if by.may("parts.cost", by.store_id) else None,
    )


def parts_of_filter(by: Actor, conditions: Mapping[str, str]) -> list[PartCard]:
    """The parts behind "select all", one more than is printed at once so that too many are noticed."""
    return cards_here(part_filter(by, **conditions)[: MOST_LABELS + 1], by)


def _page(rows: QuerySet[Any], after: str, before: str, size: int, falling: bool) -> tuple[list[Part], bool, bool]:
    """One page by code in either direction, forwards from ``after`` or backwards from ``before``."""
    down = falling != bool(before)
    start = before or after
    if start:
        rows = rows.filter(**{"code__lt" if down else "code__gt": start})
    found = list(rows.order_by("-code" if down else "code")[: size + 1])
    more = len(found) > size
    return (found[:size][::-1], True, more) if before else (found[:size], more, bool(after))


def _stock_value(by: Actor, store: str) -> Money:
    rows = StockLevel.objects.filter(here(by, OF_STORE), accounts.in_named_stores(by, store, OF_STORE))
    return as_money(rows.aggregate(value=Sum("value"))["value"])


@dataclass(frozen=True, slots=True)
class LevelCard:
    """The stock of a part in one warehouse; cost is None for whoever may not see it."""

    warehouse_id: int
    warehouse_ref: str
    warehouse: str
    store: str
    store_id: int
    bin: str
    on_hand: Decimal
    reserved: Decimal
    average: Money | None
    value: Money | None

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class SubstituteCard:
    """A part that may stand in."""

    part: PartCard
    supersedes: bool


@dataclass(frozen=True, slots=True)
class PartScreen:
    """Everything on the page of one part, and what the actor may do there."""

    part: PartCard
    levels: list[LevelCard]
    movements: list[MovementRow]
    substitutes: list[SubstituteCard]
    requisitions: list[RequisitionCard]
    may_edit: bool
    may_adjust: bool
    may_receive: bool
    sees_cost: bool


def level_card(row: StockLevel, cost: bool) -> LevelCard:
    """The read object of a level."""
    return LevelCard(
        warehouse_id=row.warehouse_id,
        warehouse_ref=row.warehouse.ref,
        warehouse=row.warehouse.name,
        store=row.warehouse.store.name,
        store_id=row.warehouse.store_id,
        bin=row.bin,
        on_hand=row.on_hand,
        reserved=row.reserved,
        average=average_cost(row.value, row.on_hand) if cost else None,
        value=row.value if cost else None,
    )


def part_screen(part_id: int, *, by: Actor) -> PartScreen:
    """The part page: levels in the visible stores, ledger, substitutes, open requisitions."""
    part = part_here(part_id, by)
    cost = by.may("parts.cost")
    pairs = dict(Substitute.objects.filter(part_id=part_id).values_list("other_id", "supersedes"))
    others = {card.id: card for card in parts_here(pairs, by)}
    return PartScreen(
        part=part,
        levels=[level_card(row, cost) for row in level_rows(by, part_id=part_id).order_by("warehouse_id")],
        movements=movements_of(part_id, by),
        substitutes=[SubstituteCard(others[pk], supersedes) for pk, supersedes in pairs.items()],
        requisitions=[requisition_card(row) for row in open_of_part(part_id, by)],
        may_edit=by.may("parts.edit"),
        may_adjust=by.may("parts.adjust", by.store_id),
        may_receive=by.may("parts.receive", by.store_id),
        sees_cost=cost,
    )
