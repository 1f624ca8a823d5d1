"""Short ways to read and write rows where Django's general ones cost more than the database does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


def one_of(rows: models.QuerySet[M]) -> M | None:
    """The only row of a query by key. ``first()`` would sort and cut what can be no more than one."""
    return next(iter(rows), None)


def save_columns(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns of several rows with one statement. Rows that say the same need no case for each row."""
    if not rows:
        return
    model = type(rows[0])
    attributes = [model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    said = [[getattr(row, name) for name in attributes] for row in rows]
    if all(each == said[0] for each in said):
        same = dict(zip(attributes, said[0], strict=True))
        model.objects.filter(pk__in=[row.pk for row in rows]).update(**same)  # type: ignore[attr-defined]
    else:
        model.objects.bulk_update(rows, names)  # type: ignore[attr-defined]
