"""Every command asks whether the actor may, and a test proves that it says no."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from .source import PACKAGE, ROOT, domain_of, imports, tree, with_role


def names_in(node: ast.AST) -> set[str]:
    """Every name and attribute that stands in a piece of code."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


@cache
def functions(path: Path) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)}


def tables(path: Path) -> dict[str, ast.AST]:
    """The module's constants by name: tests keep their cases in tables."""
    found: dict[str, ast.AST] = {}
    for node in tree(path).body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        found |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return found


def reaches(start: ast.AST, known: Mapping[str, ast.AST]) -> set[str]:
    """The names that a piece of code uses, itself or through the functions that are known."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        new = names_in(waiting.pop()) - seen
        seen |= new
        waiting += [known[name] for name in new if name in known]
    return seen


@cache
def borrowed(path: Path) -> dict[str, Path]:
    """Names that a file takes from other files of its domain, and from which."""
    found = {}
    for _node, name in imports(path):
        module, _dot, last = name.rpartition(".")
        file = ROOT / f"{module.replace('.', '/')}.py"
        if file.is_file() and domain_of(path) == module.split(".")[1]:
            found[last] = file
    return found


def leans_on(path: Path, node: ast.AST, seen: set[tuple[Path, str]]) -> set[str]:
    """The names that a command uses, itself or through plain functions of its domain, wherever they live."""
    names = names_in(node)
    found = set(names)
    for name in names:
        home = path if name in functions(path) else borrowed(path).get(name)
        target = functions(home).get(name) if home else None
        if home and target and (home, name) not in seen and not is_command(target):
            seen.add((home, name))
            found |= leans_on(home, target, seen)
    return found


def is_command(node: ast.FunctionDef) -> bool:
    return any(names_in(decorator) & {"command"} for decorator in node.decorator_list)


@cache
def commands() -> dict[str, tuple[Path, ast.FunctionDef]]:
    """Every command of the system by ``domain.name``."""
    return {
        f"{domain_of(path)}.{node.name}": (path, node)
        for path in with_role("commands", "imports")
        for node in functions(path).values()
        if is_command(node) and not node.name.startswith("_")
    }


def test_every_command_asks_a_policy_or_leaves_it_to_the_commands_it_composes() -> None:
    known = {name.partition(".")[2] for name in commands()}
    asked = {"require", "policies"}
    found = []
    for name, (path, node) in commands().items():
        used = leans_on(path, node, set())
        if not used & asked and not used & (known - {node.name}):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    assert not found, "\n".join(found)


def refused_names(path: Path) -> set[str]:
    """The names used by tests of a file that expect a refusal."""
    found: set[str] = set()
    for node in functions(path).values():
        if node.name.startswith("test_") and (names_in(node) & {"raises", "refused", "refuses"}):
            found |= reaches(node, {**tables(path), **functions(path)})
    return found


def test_every_command_has_a_test_that_it_is_refused() -> None:
    everywhere = [path for path in (ROOT / "tests").glob("**/test_*.py") if path.parent.name != "architecture"]
    found = []
    for name, (path, node) in commands().items():
        own = sorted((PACKAGE / domain_of(path) / "tests").glob("test_*.py"))
        if not any(node.name in refused_names(file) for file in [*own, *everywhere]):
            found.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    assert not found, "\n".join(found)
