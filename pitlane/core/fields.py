"""Model fields for values of the trade: money in fen, encrypted text, search keys, quantities."""

from __future__ import annotations

from typing import Any

from django.db import models

from .crypto import Sealed, seal
from .money import Money


class MoneyField(models.BigIntegerField):
    """``Money`` in Python, integer fen in the database."""

    _pyi_private_set_type: Money | int | models.expressions.Combinable  # type: ignore[assignment]
    _pyi_private_get_type: Money  # type: ignore[assignment]

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Money | None:
        return None if value is None else Money(value)

    def to_python(self, value: Any) -> Money | None:
        if value is None or isinstance(value, Money):
            return value
        return Money(int(value))

    def get_prep_value(self, value: Any) -> int | None:
        return value.fen if isinstance(value, Money) else super().get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))


class EncryptedTextField(models.TextField):
    """Personal text, sealed at rest; reads as ``Sealed`` so that a template can never print it by accident."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        return None if value is None else Sealed(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        if isinstance(value, Sealed):
            return value.token
        return seal(str(value)) if value else ""


class KeyField(models.CharField):
    """Text compared byte by byte, so that a range over a plain b-tree index answers prefix search on both databases."""

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        parameters["collation"] = "C" if connection.vendor == "postgresql" else "BINARY"
        return parameters


def quantity_field(**options: Any) -> models.DecimalField:
    """Quantities of parts and hours of labour: three decimals are enough for 0.25 L and 0.125 h."""
    return models.DecimalField(max_digits=12, decimal_places=3, **options)
