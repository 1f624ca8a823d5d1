"""The project's own source as the architecture tests see it: files, domains and syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "pitlane"
EVERYWHERE = {"core"}
COMPOSERS = {"project", "simulation", "founding"}  # they begin where nobody works yet, or stand above all


def domains() -> list[str]:
    """Folders of the package that own something."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def files(domain: str = "*", *, tests: bool = False) -> list[Path]:
    """A domain's Python files, without migrations, and without its tests unless asked for."""
    skipped = {"migrations"} if tests else {"migrations", "tests"}
    return [path for path in sorted(PACKAGE.glob(f"{domain}/**/*.py")) if not skipped & set(path.parts)]


def domain_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def role_of(path: Path) -> str:
    """``views`` for both ``workshop/views.py`` and ``workshop/views/orders.py``."""
    return path.relative_to(PACKAGE).parts[1].removesuffix(".py")


def with_role(*roles: str) -> list[Path]:
    """All files of all domains that play one of these parts; core is machinery and plays none."""
    return [path for path in files() if role_of(path) in roles and domain_of(path) not in EVERYWHERE]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST) -> str:
    """``pitlane/workshop/views.py:12``: what an editor opens."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def imports(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """Every project module or name imported by a file, absolute, relative imports resolved."""
    package = list(path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """``a.b().c`` as ``a.b.c``: the names of a chain from its root on."""
    if isinstance(node, ast.Call):
        return dotted(node.func)
    if isinstance(node, ast.Subscript):
        return dotted(node.value)
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""
