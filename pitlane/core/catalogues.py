"""Translation catalogues: one per domain, compiled when the system is set up and never committed compiled.

A catalogue file is the people's work (``django.po``); its machine form (``django.mo``) is made from it here with
babel alone, so that no shop needs gettext installed.
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent


def sources() -> list[Path]:
    """Every domain's catalogues, in a fixed order."""
    return sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po"))


def compile_stale() -> int:
    """Compile what is newer than its machine form and say how many; a start with nothing to do costs no time."""
    stale = [path for path in sources() if _is_stale(path)]
    for path in stale:
        compile_one(path)
    return len(stale)


def _is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < path.stat().st_mtime_ns


def compile_one(path: Path) -> None:
    """Replace the machine form in one step: a running server never reads half a file."""
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parent.parent.name)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    with partial.open("wb") as target:
        write_mo(target, catalogue)
    partial.replace(path.with_suffix(".mo"))
