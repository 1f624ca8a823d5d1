"""Reads that every command begins with, made once: Django builds and spells the query, later calls fill in values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import connection, models, transaction

from .tenancy import current_org, scope

M = TypeVar("M")
Value = int | str | date | datetime
STAND_IN = 7_700_000_000_000_000  # no id is as large, so a place in the statement can be told from a constant


class Plan(NamedTuple):
    """A statement of one connection: its text, where the values go, and how the rows become objects."""

    model: type[models.Model] | None
    text: str
    values: tuple[Any, ...]
    places: tuple[Any, ...]
    names: list[str]
    converters: list[tuple[int, list[Any], Any]]
    locks: bool


class Prepared(Generic[M]):
    """A query by ids within the open organisation: for whole rows, or for tuples where it ends in ``values_list``.

    ``Prepared(lambda order_id: WorkItem.objects.filter(order_id=order_id))`` is then called with the ids. The query
    must depend on nothing but them, and each must stand in it as it is given. What else the query compares with comes
    after the ids: ``others`` holds, for each, a value of the column's type that no row and no constant has. A query
    that is ``unscoped`` says so by ``everywhere``.
    """

    def __init__(
        self,
        rows: Callable[..., models.QuerySet[Any, M]],
        ids: int = 1,
        others: Sequence[Value] = (),
        everywhere: bool = False,
    ) -> None:
        self._rows, self._everywhere = rows, everywhere
        self._stands: tuple[Value, ...] = (*range(STAND_IN + 1, STAND_IN + 1 + ids), *others)

    def __call__(self, *values: Value) -> list[M]:
        plan = self._plan()
        if plan.locks and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("a row is locked inside a command only")
        whole = values if self._everywhere else (*values, current_org())
        given = dict(zip(plan.places, map(_plain, whole), strict=True))
        with connection.cursor() as cursor:
            cursor.execute(plan.text, [given.get(value, value) for value in plan.values])
            found = cursor.fetchall()
        return [_object(plan, row) for row in found]

    def one(self, *values: Value) -> M | None:
        """The only row, of a query by key."""
        return next(iter(self(*values)), None)

    def _plan(self) -> Plan:
        known: dict[Prepared[Any], Plan] = connection.__dict__.setdefault("prepared", {})
        if self not in known:
            known[self] = self._made()
        return known[self]

    def _made(self) -> Plan:
        with scope(STAND_IN):
            query: Any = self._rows(*self._stands).query
        compiler = query.get_compiler(connection=connection)
        text, values = compiler.as_sql()
        places = tuple(map(_plain, self._stands if self._everywhere else (*self._stands, STAND_IN)))
        if set(places) - set(values):
            raise RuntimeError("every value must stand in the statement as it is given")
        columns = [expression for expression, _sql, _alias in compiler.select]
        converters = [(place, found, column) for place, (found, column) in compiler.get_converters(columns).items()]
        names = [column.target.attname for column in columns]
        model = query.model if query.default_cols else None
        return Plan(model, text, tuple(values), places, names, converters, query.select_for_update)


def _plain(value: Value) -> Any:
    """What the database gets for a value, as Django's lookups give it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _object(plan: Plan, row: tuple[Any, ...]) -> Any:
    values = list(row)
    for place, converters, column in plan.converters:
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    if plan.model is None:
        return tuple(values)
    return plan.model.from_db(connection.alias, plan.names, values)
