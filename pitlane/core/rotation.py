"""Re-encrypting personal data under a new key, table by table, in small steps that may be interrupted anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models, transaction

from .crypto import Sealed, is_newest, reseal
from .fields import EncryptedTextField

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    """What one pass over a table did."""

    table: str
    rows: int
    changed: int


def sealed_tables() -> list[tuple[type[models.Model], list[str]]]:
    """Every table that holds encrypted text, with the names of those fields."""
    found = []
    for model in apps.get_models():
        names = [field.attname for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if names:
            found.append((model, names))
    return found


def rotate_all(chunk: int = CHUNK) -> Iterator[Rotated]:
    """One pass over all tables of all organisations. What is under the newest key already is passed over."""
    for model, names in sealed_tables():
        rows = changed = last = 0
        while True:
            seen, done, last = _rotate_chunk(model, names, last, chunk)
            rows, changed = rows + seen, changed + done
            if seen < chunk:
                break
        yield Rotated(model._meta.label, rows, changed)


def _rotate_chunk(model: Any, names: list[str], after: int, chunk: int) -> tuple[int, int, int]:
    with transaction.atomic():
        rows = list(model.unscoped.select_for_update().filter(pk__gt=after).order_by("pk").only(*names)[:chunk])
        stale = [row for row in rows if _renew(row, names)]
        model.unscoped.bulk_update(stale, names)
    return len(rows), len(stale), rows[-1].pk if rows else after


def _renew(row: models.Model, names: list[str]) -> bool:
    """Seal the row's fields anew (not saved); says whether anything was under an old key."""
    old = [name for name in names if (value := getattr(row, name)) and not is_newest(value.token)]
    for name in old:
        setattr(row, name, Sealed(reseal(getattr(row, name).token)))
    return bool(old)
