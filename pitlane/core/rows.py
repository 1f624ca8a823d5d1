"""Short ways to read and write rows where Django's general ones cost more than the database does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

from .errors import Missing
from .tenancy import current_org

M = TypeVar("M", bound=models.Model)
AT_ONCE = 100


def one_of(rows: models.QuerySet[M]) -> M | None:
    """The only row of a query by key. ``first()`` would sort and cut what can be no more than one."""
    return next(iter(rows), None)


@cache
def _columns(model: type[models.Model], names: tuple[str, ...]) -> tuple[list[Any], str]:
    """The fields behind the names, and the statement that writes them in one organisation, up to the ids."""
    meta: Any = model._meta
    quote = connection.ops.quote_name
    fields = [meta.get_field(name) for name in names]
    said = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    return fields, f"UPDATE {quote(meta.db_table)} SET {said} WHERE {quote('org_id')} = %s AND {quote('id')}"


def save_row(row: models.Model, names: Sequence[str]) -> None:
    """Write these columns of a row that was read before, by the shortest statement there is."""
    fields, statement = _columns(type(row), tuple(names))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} = %s", [*values, row.org_id, row.pk])  # type: ignore[attr-defined]
        if cursor.rowcount != 1:
            raise Missing()


@cache
def _new_row(model: type[models.Model]) -> tuple[list[Any], str, str, str]:
    """The fields of a new row, and the three parts of the statement that writes it and answers its id."""
    meta: Any = model._meta
    quote = connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    names = ", ".join(quote(field.column) for field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    return (
        fields,
        f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ",
        places,
        f" RETURNING {quote(meta.pk.column)}",
    )


def insert_rows(rows: Sequence[M]) -> Sequence[M]:
    """Write new rows of one table by one statement for each hundred, and give them their ids."""
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        fields, head, places, tail = _new_row(type(some[0]))
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in some for field in fields]
        with connection.cursor() as cursor:
            cursor.execute(head + ", ".join([places] * len(some)) + tail, values)
            ids = cursor.fetchall()
        for row, (pk,) in zip(some, ids, strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, connection.alias
    return rows


def watch(row: models.Model) -> None:
    """Remember what the columns of a row say now, for ``save_changes``."""
    row.__dict__["_read"] = _said(row)


def _said(row: models.Model) -> dict[str, Any]:
    return {field.name: row.__dict__.get(field.attname) for field in row._meta.concrete_fields}


def save_changes(row: models.Model) -> None:
    """Write the columns that say something else than when the row was watched; a row that never was, whole.

    Lists and dicts are always written, because they may be changed in place.
    """
    before: dict[str, Any] | None = row.__dict__.get("_read")
    if before is None:
        row.save()
        return
    now = _said(row)
    changed = [name for name, value in now.items() if isinstance(value, list | dict) or value != before[name]]
    if changed:
        save_row(row, changed)
    row.__dict__["_read"] = now


def save_columns(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns of several rows with one statement. Rows that say the same need no case for each row."""
    if not rows:
        return
    model = type(rows[0])
    fields, statement = _columns(model, tuple(names))
    said = [[getattr(row, field.attname) for field in fields] for row in rows]
    if any(each != said[0] for each in said):
        model.objects.bulk_update(rows, names)  # type: ignore[attr-defined]
        return
    values = [field.get_db_prep_save(value, connection) for field, value in zip(fields, said[0], strict=True)]
    places = ", ".join(["%s"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} IN ({places})", [*values, current_org(), *(row.pk for row in rows)])
