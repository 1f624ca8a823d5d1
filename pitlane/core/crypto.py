"""Personal data at rest: encryption with a rotating key and keyed hashes for exact and tail search.

The keys are their own secret, not derived from ``SECRET_KEY``: ``keys.json`` in the data directory (mode 600) or
``PITLANE_KEYS`` in the environment. The first key encrypts, all decrypt; ``pitlane rotate-keys`` re-encrypts.
The file is looked at on every use, so that all running processes follow a rotation at once. The index key stays,
because every keyed hash would have to be recomputed from decrypted values.
"""

from __future__ import annotations

import hmac
import json
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Encryption keys, newest first, and the key of the blind index."""

    encryption: tuple[str, ...]
    index: str

    def fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self.encryption])


def _draft(path: Path, ring: KeyRing) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump({"encryption": ring.encryption, "index": ring.index}, out)
    return draft


def _write(path: Path, ring: KeyRing) -> None:
    os.replace(_draft(path, ring), path)


def _write_first(path: Path) -> None:
    """The first keys of an installation; when two processes start at once, one of them wins and both use its keys."""
    draft = _draft(path, KeyRing((_new_key(),), _new_key()))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _new_key() -> str:
    return Fernet.generate_key().decode()


def key_ring() -> KeyRing:
    """The keys as they are now; a fresh installation makes its own on first use."""
    if text := os.environ.get("PITLANE_KEYS"):
        return _parsed(text)
    path = Path(settings.KEYS_FILE)
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        _write_first(path)
        changed = path.stat().st_mtime_ns
    return _read(path, changed)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> KeyRing:
    return _parsed(path.read_text())


@lru_cache(maxsize=4)
def _parsed(text: str) -> KeyRing:
    raw = json.loads(text)
    return KeyRing(tuple(raw["encryption"]), raw["index"])


@lru_cache(maxsize=4)
def _fernet_of(ring: KeyRing) -> MultiFernet:
    return ring.fernet()


def _fernet() -> MultiFernet:
    return _fernet_of(key_ring())


def in_environment() -> bool:
    """Are the keys kept outside (then whoever keeps them makes new ones)?"""
    return bool(os.environ.get("PITLANE_KEYS"))


def add_key() -> None:
    """Put a new encryption key in front; old rows stay readable until they are re-encrypted."""
    ring = key_ring()
    _write(Path(settings.KEYS_FILE), KeyRing((_new_key(), *ring.encryption), ring.index))


def drop_old_keys() -> None:
    """Keep only the newest encryption key; call after every row was re-encrypted."""
    ring = key_ring()
    _write(Path(settings.KEYS_FILE), KeyRing(ring.encryption[:1], ring.index))


def is_newest(token: str) -> bool:
    """Is this sealed with the newest key already?"""
    try:
        Fernet(key_ring().encryption[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def seal(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    return _fernet().decrypt(token.encode()).decode()


def reseal(token: str) -> str:
    """The same secret under the newest key."""
    return _fernet().rotate(token.encode()).decode()


def blind(kind: str, text: str) -> str:
    """Keyed hash for equality search: the same value gives the same 32 hex digits, nobody can go back."""
    return hmac.new(key_ring().index.encode(), f"{kind}:{text}".encode(), sha256).hexdigest()[:32]


class Sealed:
    """An encrypted value in memory. Printing it shows dots; ``reveal()`` is the one way to the text."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def reveal(self) -> str:
        try:
            return unseal(self.token) if self.token else ""
        except InvalidToken as error:
            raise RuntimeError("no key fits this encrypted value; was keys.json replaced?") from error

    def __str__(self) -> str:
        return "••••" if self.token else ""

    __repr__ = __str__

    def __bool__(self) -> bool:
        return bool(self.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)
