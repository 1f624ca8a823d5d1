"""Comparing and gathering the rows of a huge file without holding them.

A private database without a name: what does not fit into its small cache goes to a file that the system has unlinked
already, so nothing of it remains when the process ends or is killed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby, islice
from types import TracebackType
from typing import Any

from .rows import Row

CACHE_KIB = 16 * 1024
_SETUP = f"""
PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-{CACHE_KIB};
CREATE TABLE seen (key BLOB PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE heads (pile INTEGER, key BLOB, seq INTEGER, PRIMARY KEY (pile, key)) WITHOUT ROWID;
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY, pile INTEGER, key BLOB, place TEXT, fact TEXT, number INTEGER, cells TEXT
);
BEGIN;
"""
_SORTED = """
SELECT heads.seq, entries.fact, entries.number, entries.cells
FROM entries JOIN heads ON heads.pile = entries.pile AND heads.key = entries.key
WHERE entries.pile = ? ORDER BY heads.seq, entries.place, entries.seq
"""


def _digest(words: tuple[str, ...]) -> bytes:
    return blake2b("\x1f".join(words).encode("utf-8", "replace"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row put on a pile, with what was noted about it."""

    row: Row
    fact: Any


class Pile:
    """Rows that belong together by a key, wherever in the file they stand."""

    def __init__(self, store: sqlite3.Connection, number: int) -> None:
        self._store, self._number = store, number

    def add(self, *key: str, row: Row, place: str = "", fact: Any = None) -> None:
        """Put a row down under its key; ``place`` orders the rows of one key, else they stay in file order."""
        digest, cells = _digest(key), json.dumps(row.values, ensure_ascii=False)
        facts = (self._number, digest, place, json.dumps(fact), row.number, cells)
        added = self._store.execute(
            "INSERT INTO entries (pile, key, place, fact, number, cells) VALUES (?, ?, ?, ?, ?, ?)", facts
        )
        self._store.execute("INSERT OR IGNORE INTO heads VALUES (?, ?, ?)", (self._number, digest, added.lastrowid))

    def groups(self, most: int) -> Iterator[tuple[int, list[Entry]]]:
        """The rows of each key, in the order in which the keys came: how many went before, and at most so many."""
        found = self._store.execute(_SORTED, (self._number,))
        for _key, entries in groupby(found, key=lambda entry: entry[0]):
            before = 0
            while some := [_entry(*entry) for entry in islice(entries, most)]:
                yield before, some
                before += len(some)


def _entry(_seq: int, fact: str, number: int, cells: str) -> Entry:
    return Entry(Row(number, json.loads(cells)), json.loads(fact))


class Sorter:
    """What a reader of rows may ask: was this seen before; and piles to put rows on."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.executescript(_SETUP)
        self._piles = 0

    def __enter__(self) -> Sorter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._store.close()

    def first(self, *words: str) -> bool:
        """True when these words come together for the first time."""
        return self._store.execute("INSERT OR IGNORE INTO seen VALUES (?)", (_digest(words),)).rowcount == 1

    def pile(self) -> Pile:
        """An empty pile."""
        self._piles += 1
        return Pile(self._store, self._piles)
