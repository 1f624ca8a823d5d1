"""A document changes its state through its table of moves only, and every state of a table can be reached."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module

import pytest

from pitlane.core.states import Moves

from .source import PACKAGE, domain_of, files, place, role_of, tree

TABLE_KEEPER = PACKAGE / "core" / "states.py"


def assigned(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        yield from node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield node.target


def test_only_the_table_of_moves_assigns_a_state() -> None:
    found = [
        place(path, target)
        for path in files()
        if path != TABLE_KEEPER
        for node in ast.walk(tree(path))
        for target in assigned(node)
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]
    assert not found, "\n".join(found)


def tables() -> list[Moves]:
    modules = [f"pitlane.{domain_of(path)}.states" for path in files() if role_of(path) == "states"]
    found = [value for name in sorted(set(modules)) for value in vars(import_module(name)).values()]
    return list({id(value): value for value in found if isinstance(value, Moves)}.values())


@pytest.mark.parametrize("moves", tables(), ids=lambda moves: moves.document)
def test_every_state_can_be_reached(moves: Moves) -> None:
    seen, waiting = set(), [moves.start]
    while waiting:
        state = waiting.pop()
        if state not in seen:
            seen.add(state)
            waiting += moves.table.get(state, {}).values()
    assert set(moves.states) - seen == set()
