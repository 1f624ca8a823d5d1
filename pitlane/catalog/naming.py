"""How a shop's words are found while typing: by code, by name, by pinyin or by initials, in any order.

One text column holds every way to say a thing, without separators; each typed word must occur in it. What begins with
the typed word comes before what only contains it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import get_language

from pitlane.core.chinese import fold, pinyin_keys
from pitlane.core.search import normal


def name_keys(name: str, *codes: str, longest: int = 600) -> str:
    """Name, pinyin, initials and codes as one searchable text: ``机油滤清器 jiyoulvqingqi jylqq of01``."""
    spoken = pinyin_keys(name)
    ways = [name, *sorted(spoken.full), *sorted(spoken.initials), *codes]
    return " ".join(filter(None, map(normal, ways)))[:longest]


def as_read(name: str, name_en: str) -> str:
    """The name as its reader reads it: the English one in the English interface, where the shop wrote one."""
    return name_en if name_en and (get_language() or "").startswith("en") else name


def typed_words(text: str) -> list[str]:
    """The words of a query in the form of the key column."""
    return [word for word in map(normal, fold(text).split()) if word]


def search_by_name(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows that contain every typed word, the best match first. No words: everything by code."""
    words = typed_words(text)
    if not words:
        return rows.none() if text.strip() else rows.order_by("code")
    for word in words:
        rows = rows.filter(name_keys__contains=word)
    return rows.annotate(_match=_closeness(words[0], normal(text))).order_by("_match", "code")


def _closeness(word: str, whole: str) -> Case:
    return Case(
        When(Q(code__iexact=whole) | Q(name_keys__endswith=f" {whole}"), then=Value(0)),
        When(name_keys__startswith=word, then=Value(1)),
        When(name_keys__contains=f" {word}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
