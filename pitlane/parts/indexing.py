"""How a part is found in the one search box: by any fragment of its code, OEM number, barcode, name or pinyin."""

from __future__ import annotations

from pitlane.core.chinese import fold, pinyin_keys
from pitlane.core.search import Entry, suffixes

from .models import Part


def entry_for(part: Part) -> Entry:
    """The search entry of a part."""
    detail = " · ".join(filter(None, [part.code, part.oem_no, part.brand]))
    return Entry(kind="part", object_id=part.pk, title=part.name, detail=detail, keys=tuple(_keys(part)))


def _keys(part: Part) -> list[str]:
    numbers = [key for number in (part.code, part.oem_no, part.barcode) for key in suffixes(number)]
    words = fold(part.name).replace("/", " ").split()
    spoken = [pinyin_keys(word) for word in words]
    initials = [key for word in spoken for initial in word.initials for key in suffixes(initial)]
    return [*numbers, *suffixes(part.name), *words, *initials, *(full for word in spoken for full in word.full)]
