"""The floor under the life cycle: the rows that one order leaves behind, written by hand-made SQL and nothing else.

One order is run in this process; every row that is new afterwards is a template. Copies of all templates, with new ids
and new unique texts, are then inserted with ``executemany``: no reads, no locks, no rules, no updates. What the system
needs more than this is the price of everything it does for the shop.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from .lifecycle import STEPS

UNIQUE_TEXTS = {
    "core_eventrow": ("hash",),
    "core_idempotencyrecord": ("key",),
    "workshop_repairorder": ("number",),
    "billing_settlement": ("number",),
    "billing_payment": ("number", "request_key"),
    "parts_requisition": ("demand",),
}
NOT_COPIED = {"core_numberseries", "parts_stocklevel", "django_session"}


@dataclass(frozen=True, slots=True)
class Floor:
    """Orders per second of bare inserts."""

    tables: int
    rows_per_order: int
    orders: int
    per_order_commit: float
    per_step_commit: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Template:
    """One row as it lies in its table."""

    table: str
    columns: tuple[str, ...]
    values: tuple[Any, ...]

    @property
    def id(self) -> int:
        return int(self.values[self.columns.index("id")])


def _tables() -> list[str]:
    """Tables with a whole-number id, in which an order leaves rows."""
    whole = [model for model in apps.get_models() if isinstance(model._meta.pk, models.AutoField | models.BigAutoField)]
    managed = [model for model in whole if model._meta.managed and model._meta.pk.column == "id"]
    names = {m._meta.db_table for m in managed if m.__module__.startswith(("pitlane.", "django_q."))}
    return sorted(names - NOT_COPIED)


def highest() -> dict[str, int]:
    """The highest id of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
            found[table] = int(cursor.fetchone()[0])
    return found


def templates(before: dict[str, int]) -> list[Template]:
    """Every row that came after the mark."""
    found = []
    with connection.cursor() as cursor:
        for table, last in before.items():
            cursor.execute(f"SELECT * FROM {table} WHERE id > %s ORDER BY id", [last])
            columns = tuple(column[0] for column in cursor.description)
            found += [Template(table, columns, tuple(row)) for row in cursor.fetchall()]
    return found


class Copier:
    """Inserts copies of the templates; ids and unique texts are new in each copy."""

    def __init__(self, rows: list[Template]) -> None:
        by_table: dict[str, list[Template]] = defaultdict(list)
        for row in rows:
            by_table[row.table].append(row)
        self.owners = _owners(set(by_table))
        self.tables = {table: by_table[table] for table in _parents_first(by_table, self.owners)}
        self.mark, self.done = highest(), 0
        self.next_id = {table: self.mark[table] + 1 for table in self.tables}
        self.new_ids: dict[str, dict[int, int]] = {}

    def order(self, commits: int) -> None:
        """One more copy of the order, its tables spread over so many transactions."""
        self.done += 1
        self.new_ids = {table: self._numbered(table) for table in self.tables}
        names = list(self.tables)
        size = -(-len(names) // commits)
        for start in range(0, len(names), size):
            with transaction.atomic(), connection.cursor() as cursor:
                for table in names[start : start + size]:
                    self._insert(cursor, table)

    def _numbered(self, table: str) -> dict[int, int]:
        ids = {}
        for row in self.tables[table]:
            ids[row.id] = self.next_id[table]
            self.next_id[table] += 1
        return ids

    def _insert(self, cursor: Any, table: str) -> None:
        rows = self.tables[table]
        marks = ", ".join(["%s"] * len(rows[0].columns))
        columns = ", ".join(connection.ops.quote_name(column) for column in rows[0].columns)
        copies = [tuple(self._values(row)) for row in rows]
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", copies)

    def _values(self, row: Template) -> Iterator[Any]:
        for column, value in zip(row.columns, row.values, strict=True):
            if column == "id":
                yield self.new_ids[row.table][value]
            elif (row.table, column) == ("core_eventrow", "seq"):
                yield 10**9 + self.new_ids[row.table][row.id]
            elif column in UNIQUE_TEXTS.get(row.table, ()):
                yield f"~{self.done}~{row.id}"
            elif isinstance(value, dict | list):
                yield json.dumps(value)
            else:
                yield self.new_ids.get(self.owners.get((row.table, column), ""), {}).get(value, value)

    def remove(self) -> None:
        """Take the copies away again, so that the benchmark's database stays sound."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table in reversed(self.tables):
                cursor.execute(f"DELETE FROM {table} WHERE id > %s", [self.mark[table]])


def _owners(tables: set[str]) -> dict[tuple[str, str], str]:
    """Which column of a copied table points to another copied table."""
    owners = {(table, "order_id"): "workshop_repairorder" for table in tables}
    owners["core_searchdoc", "object_id"] = "workshop_repairorder"
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            target = field.remote_field.model._meta.db_table if field.remote_field else ""
            if model._meta.db_table in tables and target in tables and field.column:
                owners[model._meta.db_table, field.column] = target
    return owners


def _parents_first(tables: Iterable[str], owners: dict[tuple[str, str], str]) -> list[str]:
    """The order in which rows can be inserted."""
    waiting, ready = set(tables), list[str]()
    while waiting:
        free = [t for t in waiting if not any(o in waiting - {t} for (table, _c), o in owners.items() if table == t)]
        ready += sorted(free or waiting)
        waiting -= set(ready)
    return ready


def measure_floor(rows: list[Template], orders: int) -> Floor:
    """Bare inserts for so many orders, first with one commit per order, then with one per step."""
    copier = Copier(rows)
    try:
        computing = time.process_time()
        first = _rate(lambda: copier.order(1), orders)
        computed = (time.process_time() - computing) * 1000 / orders
        second = _rate(lambda: copier.order(len(STEPS)), orders)
    finally:
        copier.remove()
    return Floor(len(copier.tables), len(rows), orders, first, second, computed)


def _rate(work: Callable[[], None], times: int) -> float:
    began = time.perf_counter()
    for _ in range(times):
        work()
    return times / (time.perf_counter() - began)
