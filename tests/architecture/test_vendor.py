"""The third-party browser files are those the manifest names, unchanged."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from .source import PACKAGE, ROOT

FOLDERS = [PACKAGE / "core" / "static" / "vendor", ROOT / "tests" / "browser" / "vendor"]
ICON = re.compile(r"""{%\s*icon\s+["']([a-z0-9-]+)["']""")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_files_match_the_manifest(folder: Path) -> None:
    rows = [line.split("  ") for line in (folder / "MANIFEST").read_text().splitlines() if not line.startswith("#")]
    actual = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "MANIFEST"
    }
    assert actual == {name: digest for digest, name in rows}


def test_icons_used_in_templates_are_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (FOLDERS[0] / "icons.svg").read_text()))
    used = {
        (name, path.relative_to(ROOT).as_posix())
        for path in PACKAGE.glob("*/templates/**/*.html")
        for name in ICON.findall(path.read_text(encoding="utf-8"))
    }
    assert sorted((name, where) for name, where in used if name not in sprite) == []
