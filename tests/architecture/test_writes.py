"""Only commands write: a screen, an interface, a job or a reaction calls one."""

from __future__ import annotations

import ast

from .source import dotted, place, tree, with_role

READERS = ("views", "api", "jobs", "reactions", "queries", "policies", "rules", "states", "events")
ALWAYS = {"save", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "asave", "adelete"}
ON_QUERYSETS = {"create", "update", "acreate", "aupdate"}
MANAGERS = {"objects", "unscoped", "filter", "exclude", "all", "select_for_update", "_default_manager"}
FUNCTIONS = {"insert_rows", "save_row", "save_changes", "save_columns"}  # of core.rows
NOT_TABLES = {"cache", "router", "api", "session", "commands", "storage"}


def writes(node: ast.AST) -> bool:
    """Whether a call looks like a write to a table."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
        return True
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    *chain, verb = dotted(node).split(".")
    if NOT_TABLES & set(chain):
        return False
    return verb in ALWAYS or (verb in ON_QUERYSETS and bool(MANAGERS & set(chain)))


def test_only_commands_write() -> None:
    found = [place(path, node) for path in with_role(*READERS) for node in ast.walk(tree(path)) if writes(node)]
    assert not found, "\n".join(found)


def test_no_signals_and_no_save_overrides() -> None:
    found = []
    for path in with_role("models", "apps", "commands", "views", "api", "reactions", "jobs"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete"}:
                found.append(place(path, node))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("django.db.models.signals", "django.dispatch")
            ):
                found.append(place(path, node))
    assert not found, "\n".join(found)
