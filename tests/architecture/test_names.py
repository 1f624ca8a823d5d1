"""Names say what a thing is for, and no file grows until nobody reads it."""

from __future__ import annotations

from pathlib import Path

from .source import PACKAGE, ROOT, files

VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "service", "services", "common", "base", "misc"}
LONGEST = 500
DJANGO_ASKS_FOR = {"pitlane/core/databases/postgresql/base.py", "pitlane/core/databases/sqlite3/base.py"}


def test_no_vague_module_names() -> None:
    vague = {str(path.relative_to(ROOT)) for path in files(tests=True) if {path.stem, path.parent.name} & VAGUE}
    assert vague == DJANGO_ASKS_FOR


def test_no_file_is_too_long() -> None:
    templates = [path for path in PACKAGE.glob("**/*.html") if "static" not in path.parts]
    scripts = [
        path for path in PACKAGE.glob("**/*.js") if "vendor" not in path.parts and path.name != "echarts-theme.js"
    ]
    found = [path for path in [*files(tests=True), *templates, *scripts] if lines(path) > LONGEST]
    assert [f"{path.relative_to(ROOT)}: {lines(path)} lines" for path in found] == []


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")
