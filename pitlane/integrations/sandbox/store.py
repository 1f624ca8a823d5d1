"""What reached the sandbox, what it owes, and how it is told to fail: one SQLite file, for this user only."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECRET = "pitlane-sandbox"
TOKEN = "pitlane-sandbox-token"
WIRES = ("tencent_sms", "aliyun_sms", "wechat_account", "smtp")
FAULTS = ("down", "slow", "limit", "reject", "silent")
KEPT, DAYS = 2000, 7
SCHEMA = """
CREATE TABLE IF NOT EXISTS account (wire TEXT, id TEXT, secret TEXT, PRIMARY KEY (wire, id));
CREATE TABLE IF NOT EXISTS hook (wire TEXT, account TEXT, url TEXT, token TEXT, PRIMARY KEY (wire, account));
CREATE TABLE IF NOT EXISTS fault (wire TEXT PRIMARY KEY, mode TEXT);
CREATE TABLE IF NOT EXISTS address (what TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS message (
  id INTEGER PRIMARY KEY AUTOINCREMENT, wire TEXT NOT NULL, account TEXT NOT NULL, recipient TEXT NOT NULL,
  key TEXT NOT NULL, sign TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL, at REAL NOT NULL,
  fate TEXT NOT NULL, due REAL, told REAL, tries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS message_recent ON message (account, id);
CREATE INDEX IF NOT EXISTS message_recipient ON message (wire, account, recipient, at);
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """One message as the sandbox keeps it. ``fate``: delivered, or the provider's words for why not."""

    id: int
    wire: str
    account: str
    recipient: str
    key: str
    sign: str
    subject: str
    text: str
    url: str
    at: float
    fate: str
    due: float | None
    told: float | None
    tries: int


@dataclass(frozen=True, slots=True)
class Hook:
    """Where receipts of an account go, and the token that signs them where the wire has one."""

    url: str
    token: str


class Store:
    """Opens the file anew for every use, so that threads and processes need not agree on anything."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            with db:
                yield db
        finally:
            db.close()

    def secret_of(self, wire: str, account: str) -> str | None:
        """The key of an account. Every organisation here has one: ``sandbox-`` and its number."""
        with self._open() as db:
            row = db.execute("SELECT secret FROM account WHERE wire=? AND id=?", (wire, account)).fetchone()
        if row is not None:
            return str(row["secret"])
        return SECRET if account.startswith("sandbox-") else None

    def open_account(self, wire: str, account: str, secret: str) -> None:
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO account VALUES (?, ?, ?)", (wire, account, secret))

    def set_hook(self, wire: str, account: str, url: str, token: str = "") -> None:
        """Where this account wants its receipts; a path is one of our own web pages."""
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO hook VALUES (?, ?, ?, ?)", (wire, account, url, token))

    def hook_of(self, wire: str, account: str) -> Hook | None:
        with self._open() as db:
            row = db.execute("SELECT url, token FROM hook WHERE wire=? AND account=?", (wire, account)).fetchone()
        return Hook(row["url"], row["token"]) if row else None

    def set_fault(self, wire: str, mode: str) -> None:
        """Make one wire fail in a certain way, or be well again with an empty word."""
        with self._open() as db:
            db.execute("DELETE FROM fault WHERE wire=?", (wire,))
            if mode:
                db.execute("INSERT INTO fault VALUES (?, ?)", (wire, mode))

    def faults(self) -> dict[str, str]:
        with self._open() as db:
            return {row["wire"]: row["mode"] for row in db.execute("SELECT wire, mode FROM fault")}

    def set_address(self, what: str, value: str) -> None:
        with self._open() as db:
            db.execute("INSERT OR REPLACE INTO address VALUES (?, ?)", (what, value))

    def address_of(self, what: str) -> str:
        with self._open() as db:
            row = db.execute("SELECT value FROM address WHERE what=?", (what,)).fetchone()
        return str(row["value"]) if row else ""

    def take(self, *, due: float | None, fate: str, at: float, **facts: str) -> int:
        """Keep a message; what is older than a week, or one of too many, is forgotten."""
        row: dict[str, Any] = {"sign": "", "subject": "", "url": "", "key": "", **facts}
        row |= {"due": due, "fate": fate, "at": at}
        names = ", ".join(row)
        with self._open() as db:
            made = db.execute(
                f"INSERT INTO message ({names}) VALUES ({', '.join(['?'] * len(row))})", tuple(row.values())
            )
            number = int(made.lastrowid or 0)
            db.execute("DELETE FROM message WHERE at < ? OR id <= ?", (at - DAYS * 86400, number - KEPT))
        return number

    def by_key(self, wire: str, account: str, recipient: str, key: str) -> Taken | None:
        return next((one for one in self.to_recipient(wire, account, recipient) if one.key == key), None)

    def to_recipient(self, wire: str, account: str, recipient: str, since: float = 0) -> list[Taken]:
        sql = "SELECT * FROM message WHERE wire=? AND account=? AND recipient=? AND at>=? ORDER BY id DESC LIMIT 200"
        with self._open() as db:
            return [Taken(**row) for row in db.execute(sql, (wire, account, recipient, since))]

    def recent(self, account: str, most: int = 200) -> list[Taken]:
        """What one shop sent, newest first."""
        sql = "SELECT * FROM message WHERE account=? ORDER BY id DESC LIMIT ?"
        with self._open() as db:
            return [Taken(**row) for row in db.execute(sql, (account, most))]

    def owed(self, at: float) -> list[Taken]:
        """Messages whose fate has to be told now."""
        sql = "SELECT * FROM message WHERE due<=? AND told IS NULL AND tries<8 ORDER BY due LIMIT 100"
        with self._open() as db:
            return [Taken(**row) for row in db.execute(sql, (at,))]

    def note_told(self, number: int, at: float) -> None:
        with self._open() as db:
            db.execute("UPDATE message SET told=? WHERE id=?", (at, number))

    def note_unheard(self, number: int, again: float) -> None:
        """The hook did not answer well: it is told again later."""
        with self._open() as db:
            db.execute("UPDATE message SET tries=tries+1, due=? WHERE id=?", (again, number))
