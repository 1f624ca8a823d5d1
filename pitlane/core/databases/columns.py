"""The columns of a table, worked out once for each connection instead of for each statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models.sql import compiler

if TYPE_CHECKING:
    Base = compiler.SQLCompiler
else:
    Base = object
EVERYTHING: tuple[frozenset[str], bool] = (frozenset(), True)  # neither defer() nor only()


class Columns(NamedTuple):
    """What ``get_select`` answers for a whole row, and how its values are read."""

    select: list[Any]
    of_class: dict[str, Any]
    converters: dict[int, Any]


class RemembersColumns(Base):
    """Mixed into the compiler of SELECT. Anything but whole rows of one table goes Django's own way."""

    _columns: Columns | None = None

    def get_select(self, with_col_aliases: bool = False) -> tuple[Any, Any, Any]:
        if with_col_aliases or not self._whole_rows():
            return super().get_select(with_col_aliases)
        known: dict[Any, Columns] = self.connection.__dict__.setdefault("known_columns", {})
        columns = known.get(self.query.model)
        if columns is None:
            select, of_class, _none = super().get_select()
            converters = super().get_converters([expression for expression, _sql, _alias in select])
            columns = known[self.query.model] = Columns(select, of_class, converters)  # type: ignore[arg-type]
        self._columns = columns
        return list(columns.select), columns.of_class, {}

    def get_converters(self, expressions: Any) -> Any:
        if self._columns is None or len(expressions) != len(self._columns.select):
            return super().get_converters(expressions)
        return self._columns.converters

    def _whole_rows(self) -> bool:
        """All columns of the model's own table under its own name, and nothing besides."""
        query: Any = self.query
        return (
            query.default_cols
            and query.deferred_loading == EVERYTHING
            and not (query.select_related or query.annotation_select or query.extra_select or query.combinator)
            and query.base_table == query.model._meta.db_table
            and not query.model._meta.parents
        )
