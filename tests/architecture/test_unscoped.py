"""Crossing organisations is rare, and every place that does it is on this list with its reason."""

from __future__ import annotations

import ast

from .source import ROOT, files, place, tree

ALLOWED = {
    "pitlane/core/tenancy.py": "defines it",
    "pitlane/core/jobs.py": "the worker finds the organisation of a job by its number before it opens the scope",
    "pitlane/core/links.py": "a private link says which organisation it belongs to",
    "pitlane/core/doctor.py": "looks at the whole installation",
}


def uses_unscoped(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == "unscoped") or (
        isinstance(node, ast.Name) and node.id == "unscoped"
    )


def test_unscoped_is_used_only_where_listed() -> None:
    found = [
        place(path, node)
        for path in files()
        if path.relative_to(ROOT).as_posix() not in ALLOWED
        for node in ast.walk(tree(path))
        if uses_unscoped(node)
    ]
    assert not found, "\n".join(found)


def test_the_list_holds_nothing_superfluous() -> None:
    needless = [
        name
        for name in ALLOWED
        if (ROOT / name).exists() and not any(uses_unscoped(node) for node in ast.walk(tree(ROOT / name)))
    ]
    assert not needless, "\n".join(needless)
