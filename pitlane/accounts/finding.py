"""How a store is found by what people type: its code, its name in characters or pinyin, its region."""

from __future__ import annotations

from django.db.models import Q

from pitlane.core.chinese import fold, pinyin_keys

LONGEST = 200


def sounds_of(name: str) -> str:
    """The name in pinyin and by initials, for a search that nobody types characters into."""
    keys = pinyin_keys(name)
    return " ".join(sorted(keys.full | keys.initials))[:LONGEST]


def store_matches(text: str) -> Q:
    """The condition of what was typed; nothing typed matches every store."""
    typed = fold(text)
    if not typed:
        return Q()
    named = Q(name__icontains=typed) | Q(region__name__icontains=typed)
    return Q(code__istartswith=typed) | named | Q(sounds__contains=typed.replace(" ", ""))
