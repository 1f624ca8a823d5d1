"""Labour operations as order lines, lists and forms need them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from pitlane.core.errors import Missing, Text
from pitlane.core.money import Money

from ..models import BayNeed, Operation, RepairClass, StatementPart, Trade
from ..naming import as_read, search_by_name


@dataclass(frozen=True, slots=True)
class OperationCard:
    """One labour operation, with everything that an order copies into its line."""

    id: int
    ref: str
    code: str
    name: str
    name_en: str
    trade: str
    category: str
    standard_hours: Decimal
    skill: str
    skill_level: int
    bay_type: str
    repair_class: str
    statement_part: str
    fixed_price: Money | None
    steps: list[dict[str, Any]]
    standard: str
    active: bool
    online: bool
    version: int

    @property
    def title(self) -> str:
        """The name in the language of the reader."""
        return as_read(self.name, self.name_en)

    @property
    def trade_text(self) -> Text:
        return trade_label(self.trade)

    @property
    def bay_text(self) -> Text:
        return dict(BayNeed.choices).get(self.bay_type, self.bay_type)

    @property
    def class_text(self) -> Text:
        return dict(RepairClass.choices).get(self.repair_class, self.repair_class)

    @property
    def statement_text(self) -> Text:
        return dict(StatementPart.choices).get(self.statement_part, self.statement_part)


def card(row: Operation) -> OperationCard:
    """The read object of a row."""
    names = [name for name in OperationCard.__slots__ if name != "id"]
    facts: dict[str, Any] = {name: getattr(row, name) for name in names}
    return OperationCard(id=row.pk, **facts)


def trade_label(code: str) -> Text:
    """The trade in the shop's words."""
    return dict(Trade.choices).get(code, code)


def operation_filter(
    text: str = "", *, trade: str = "", category: str = "", active: bool | None = True
) -> QuerySet[Any]:
    """Rows of the operation list."""
    rows = Operation.objects.all()
    if active is not None:
        rows = rows.filter(active=active)
    for name, value in (("trade", trade), ("category", category)):
        rows = rows.filter(**{name: value}) if value else rows
    return search_by_name(rows, text)


def find_operations(text: str = "", limit: int = 20, *, trade: str = "") -> list[OperationCard]:
    """What the advisor means while typing: by code, name, pinyin or initials."""
    return [card(row) for row in operation_filter(text, trade=trade)[:limit]]


def online_operations() -> list[OperationCard]:
    """The operations on the menu of the customers' booking page."""
    return [card(row) for row in Operation.objects.filter(active=True, online=True).order_by("code")]


def operation_by_id(operation_id: int) -> OperationCard:
    """One operation; ``Missing`` when it is not of this organisation."""
    row = Operation.objects.filter(pk=operation_id).first()
    if row is None:
        raise Missing()
    return card(row)


def operation_by_code(code: str) -> OperationCard | None:
    """One operation by its code: imports and the demo name work by codes."""
    row = Operation.objects.filter(code=code).first()
    return card(row) if row else None


def operations_by_code(codes: Iterable[str]) -> dict[str, OperationCard]:
    """Several operations in one query, by code; those the shop no longer offers are left out."""
    return {row.code: card(row) for row in Operation.objects.filter(code__in=set(codes), active=True)}


def operations_by_id(ids: Iterable[int]) -> dict[int, OperationCard]:
    """Several operations in one query."""
    return {row.pk: card(row) for row in Operation.objects.filter(pk__in=set(ids))}


def categories() -> list[str]:
    """The categories in use, for filters and forms."""
    return list(Operation.objects.order_by("category").values_list("category", flat=True).distinct())


def work_list() -> list[tuple[str, str]]:
    """Code and name of every active operation, for forms that choose one."""
    return list(Operation.objects.filter(active=True).order_by("code").values_list("code", "name"))
