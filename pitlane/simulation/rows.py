"""Rows written straight into tables, fast: COPY on PostgreSQL, one prepared statement on SQLite.

Only ``bulk`` uses this, for benchmark databases. Values that the caller does not name are the model's defaults.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models


def _day_time(value: datetime) -> Any:
    """SQLite keeps moments as text in UTC."""
    if connection.vendor == "postgresql":
        return value
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _decimal(field: Any) -> Callable[[Decimal], Any]:
    if connection.vendor == "postgresql":
        return lambda value: value
    return lambda value: connection.ops.adapt_decimalfield_value(value, field.max_digits, field.decimal_places)


def _prepare(field: Any) -> Callable[[Any], Any] | None:
    """How a given value gets into the database, where it does not go as it is."""
    if isinstance(field, models.DateTimeField):
        return _day_time
    if isinstance(field, models.DateField) and connection.vendor != "postgresql":
        return str
    if isinstance(field, models.DecimalField):
        return _decimal(field)
    return json.dumps if isinstance(field, models.JSONField) else None


class Table:
    """Collects rows of one model and writes them in one go. Ids are given out here, upwards from the highest."""

    def __init__(self, model: Any, names: Sequence[str], **fixed: Any) -> None:
        self.model, self.names = model, list(names)
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        by_name = {field.attname: field for field in fields}
        rest = [field for field in fields if field.attname not in names]
        self.columns = ["id", *[by_name[name].column for name in names], *[field.column for field in rest]]
        self._prepare = [_prepare(by_name[name]) for name in names]
        self._rest = tuple(self._default(field, fixed) for field in rest)
        self._rows: list[tuple[Any, ...]] = []
        highest = model.unscoped.aggregate(highest=models.Max("pk"))["highest"]
        self.next_id = int(highest or 0) + 1

    @staticmethod
    def _default(field: Any, fixed: dict[str, Any]) -> Any:
        value = fixed[field.attname] if field.attname in fixed else field.get_default()
        if isinstance(field, models.JSONField):
            return json.dumps(value)
        return field.get_db_prep_save(value, connection)

    def add(self, *values: Any) -> int:
        """One row, values in the order of the names; answers its id."""
        pk = self.next_id
        self.next_id += 1
        ready = (
            value if prepare is None or value is None else prepare(value)
            for value, prepare in zip(values, self._prepare, strict=True)
        )
        self._rows.append((pk, *ready, *self._rest))
        return pk

    def write(self) -> int:
        """Write what was collected; answers how many rows."""
        names = ", ".join(connection.ops.quote_name(column) for column in self.columns)
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for row in self._rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", self._rows)
        written = len(self._rows)
        self._rows.clear()
        return written


def settle_sequences(tables: Iterable[Table]) -> None:
    """Tell PostgreSQL which ids were given out here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [table.model for table in tables]):
            cursor.execute(statement)


class Unindexed:
    """Takes the secondary indexes of tables away while they are filled, and builds them once at the end."""

    def __init__(self, models_: Iterable[Any]) -> None:
        self.indexes = [(model, index) for model in models_ for index in model._meta.indexes]

    def __enter__(self) -> None:
        self._all("remove_sql")

    def __exit__(self, *error: object) -> None:
        self._all("create_sql")

    def _all(self, how: str) -> None:
        editor = connection.schema_editor(collect_sql=False)
        editor.deferred_sql = []
        for model, index in self.indexes:
            editor.execute(getattr(index, how)(model, editor), params=None)
