"""The manual names pages, buttons and sentences as they stand on the screen.

Whatever the manual puts into 「」 is a text of the interface, whole and in the same words; ``…`` stands for what
the page fills in. Who renames a button learns here which page of the manual to change.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pitlane.core import translation
from pitlane.core.extraction import texts_of

from .source import PACKAGE

MANUAL = PACKAGE.parent / "docs" / "manual"
PAGES = sorted(MANUAL.glob("*.md"))
QUOTED = re.compile(r"「([^「」]+)」")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
FILLED_IN = re.compile(r"%\(\w+\)[sd]")


def as_written(text: str) -> str:
    """A text of the interface the way the manual writes it; its own quotation marks are left out."""
    return re.sub(r"[「」]", "", FILLED_IN.sub("…", text).replace("%%", "%")).strip()


@pytest.fixture(scope="module")
def interface() -> set[str]:
    """Every text that a page, a refusal or a message of the interface may show."""
    return {as_written(text.singular) for folder in translation.domains() for text in texts_of(folder)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_are_those_of_the_screen(page: Path, interface: set[str]) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    unknown = [
        f"{page.name}:{number} 「{name}」"
        for number, line in enumerate(lines, 1)
        for name in QUOTED.findall(line)
        if name not in interface
    ]
    assert not unknown, "\n".join(unknown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if not (MANUAL / target).exists()]
    assert not broken, f"{page.name}: {broken}"


def test_the_contents_name_every_page() -> None:
    contents = set(LINK.findall((MANUAL / "README.md").read_text(encoding="utf-8")))
    assert {page.name for page in PAGES} - {"README.md"} <= contents and len(PAGES) > 1
