"""Public identifiers: database ids are never shown. ``cus_8Kd2LqXy`` stands for one row of one kind.

They are opaque, not secret: access is decided by scope and policy. Private links use real secrets instead.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.urls import register_converter
from sqids import Sqids
from sqids.constants import DEFAULT_ALPHABET

from . import reach
from .errors import Missing


@lru_cache
def _coder(prefix: str) -> Sqids:
    seed = f"{settings.PUBLIC_ID_SALT}:{prefix}".encode()
    ranked = sorted(DEFAULT_ALPHABET, key=lambda ch: sha256(seed + ch.encode()).digest())
    return Sqids(alphabet="".join(ranked), min_length=8, blocklist=[])


@lru_cache(maxsize=4096)
def public_id(prefix: str, pk: int) -> str:
    """``public_id("cus", 42)`` → ``"cus_…"``."""
    return f"{prefix}_{_coder(prefix).encode([pk])}"


def parse_id(prefix: str, text: str) -> int:
    """The row behind a public id; ``Missing`` when it is of another kind, made up, or out of an own-only reach."""
    head, _, tail = text.partition("_")
    numbers = _coder(prefix).decode(tail) if head == prefix else []
    if len(numbers) != 1 or public_id(prefix, numbers[0]) != text:
        raise Missing()
    reach.check(prefix, numbers[0])
    return numbers[0]


def converter(prefix: str) -> str:
    """Register ``<prefix:pk>`` for urls.py so that views receive the integer; returns the prefix."""

    class PublicIdConverter:
        regex = f"{prefix}_[A-Za-z0-9]{{8,24}}"

        def to_python(self, value: str) -> int:
            try:
                return parse_id(prefix, value)
            except Missing as error:
                raise ValueError(str(error)) from error

        def to_url(self, value: int | str) -> str:
            return value if isinstance(value, str) else public_id(prefix, value)

    register_converter(PublicIdConverter, prefix)
    return prefix


class HasPublicId:
    """Mixin for models that appear in addresses and in the API; set ``id_prefix``."""

    id_prefix: str
    pk: int

    @property
    def ref(self) -> str:
        return public_id(self.id_prefix, self.pk)
