"""The connection to SQLite: Django's own, with the compiler beside this file."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base, operations


@lru_cache(maxsize=1000)
def _with_question_marks(query: str) -> str:
    """Django writes ``%s``, SQLite reads ``?``; most statements come again and again."""
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class Cursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: Any = None) -> str:
        return (
            super().convert_query(query, param_names=param_names)
            if param_names is not None
            else _with_question_marks(query)
        )


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "pitlane.core.databases.sqlite3.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)
