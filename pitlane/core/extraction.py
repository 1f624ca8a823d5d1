"""Finds every text that a user may read: what the translation catalogues must contain.

Python is read with babel's own reader; templates are first turned into Python-like lines by Django, the way its
``makemessages`` does it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

Spec = tuple[int | tuple[int, int] | tuple[int, str], ...]
KEYWORDS: dict[str, Spec | None] = {
    "_": None,
    "_n": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = {"tests", "migrations", "static"}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the interface and the file it stands in."""

    singular: str
    plural: str | None
    context: str | None
    file: str
    line: int

    @property
    def key(self) -> tuple[str | None, str]:
        return (self.context, self.singular)


def texts_of(domain: Path) -> list[Text]:
    """All texts of a domain, in the order of its files."""
    found: list[Text] = []
    for path in sorted(domain.rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and not SKIPPED & set(path.relative_to(domain).parts):
            found += texts_in(path, domain.parent.parent)
    return found


def texts_in(path: Path, root: Path) -> Iterator[Text]:
    """The texts of one file; a template counts only when it lies in a templates folder."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "templates" not in path.parts:
            return
        lines = templatize(source, origin=str(path)).splitlines()
        source = "\n".join(line.strip() for line in lines)
    for line, message, _comments, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        singular, plural = message if isinstance(message, tuple) else (message, None)
        yield Text(singular, plural, context, path.relative_to(root).as_posix(), line)
