"""The database's own statistics, without which it picks poor indexes once a shop has many customers."""

from __future__ import annotations

from django.db import connection


def refresh() -> None:
    """Let the database look at how its rows are spread; after large imports and every night. Safe at any time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
