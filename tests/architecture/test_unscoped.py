"""Crossing organisations is rare, and every place that does it is on this list with its reason."""

from __future__ import annotations

import ast

from .source import ROOT, files, place, tree

ALLOWED = {
    "pitlane/core/tenancy.py": "defines it",
    "pitlane/core/jobs.py": "the worker finds the organisation of a job by its number before it opens the scope",
    "pitlane/core/rotation.py": "a new key re-encrypts the personal data of every organisation",
    "pitlane/core/housekeeping.py": "old answers and sessions are forgotten for every organisation",
    "pitlane/core/links.py": "a private link says which organisation it belongs to",
    "pitlane/core/management/commands/doctor.py": "looks at every organisation of the installation in turn",
    "pitlane/core/testing.py": "counts all rows, so that a refusal proves that nothing changed anywhere",
    "pitlane/simulation/rows.py": "row ids for bulk inserts continue after the highest one of the whole table",
    "pitlane/messaging/queries/sealed.py": "a hook's address says which organisation it belongs to",
    "pitlane/appointments/queries/ical.py": "the secret address of a calendar says which organisation it belongs to",
    "pitlane/accounts/backend.py": "signs people in before any organisation is open",
    "pitlane/accounts/views/sign_in.py": "the second factor is asked before any organisation is open",
    "pitlane/accounts/queries/actors.py": "an interface key says which organisation it belongs to",
    "pitlane/accounts/commands/staff.py": "a login name is unique in the whole installation",
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
