"""The third-party browser files are those the manifest names, unchanged."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from .source import PACKAGE, ROOT

FOLDERS = [PACKAGE / "core" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor"]
IN_TEMPLATES = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']|\bicon=["']([a-z0-9-]+)["']|#i-([a-z0-9-]+)""")
IN_PYTHON = re.compile(r"""\bicon["']?(?:: [\w\[\]]+)?\s*[=:]\s*["']([a-z0-9-]+)["']""")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_files_match_the_manifest(folder: Path) -> None:
    rows = [line.split("  ") for line in (folder / "MANIFEST").read_text().splitlines() if not line.startswith("#")]
    actual = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "MANIFEST"
    }
    assert actual == {name: digest for digest, name in rows}


def icons_in(pattern: str, names: re.Pattern[str]) -> set[tuple[str, str]]:
    return {
        (name, path.relative_to(ROOT).as_posix())
        for path in PACKAGE.glob(pattern)
        for groups in names.finditer(path.read_text(encoding="utf-8"))
        for name in groups.groups()
        if name
    }


def test_icons_used_are_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (FOLDERS[0] / "icons.svg").read_text()))
    used = icons_in("*/templates/**/*.html", IN_TEMPLATES) | icons_in("*/**/*.py", IN_PYTHON)
    found = sorted(f"{name} in {where}" for name, where in used if name not in sprite)
    assert not found, "\n".join(found)
