"""Whatever a user reads can be read in three languages.

A Chinese text stands inside a gettext call or a translation tag. What is data and not text (the characters of number
plates, words of a parser) carries the comment ``zh-data`` on its line, or in the first ten lines of a file for the
whole file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from pitlane.core import translation
from pitlane.core.extraction import KEYWORDS

from .source import PACKAGE, dotted, files, place, tree

HAN = re.compile(r"[\u3400-\u9fff]")
MARK = "zh-data"
DATA_DOMAINS = {"simulation"}
DATA_FILES = {"project/settings.py", "core/testing.py"}  # languages name themselves; people of the tests
PRODUCT = "车坊"
TRANSLATED = [
    re.compile(r"{%\s*comment.*?endcomment\s*%}", re.S),
    re.compile(r"{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}", re.S),
    re.compile(r"{%\s*trans(?:late)?\b.*?%}", re.S),
    re.compile(r"""_\(\s*(?:"[^"]*"|'[^']*')\s*\)"""),
    re.compile(r"{#.*?#}"),
]
EAGER = {"gettext", "ngettext", "pgettext", "npgettext"}
SCRIPT_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.S)


def is_data(path: Path) -> bool:
    head = path.read_text(encoding="utf-8").splitlines()[:10]
    name = path.relative_to(PACKAGE)
    if name.parts[0] in DATA_DOMAINS or name.as_posix() in DATA_FILES:
        return True
    return any(line.strip() == f"# {MARK}" for line in head)


def bare_in_python(path: Path) -> list[str]:
    """Chinese string literals outside gettext calls; docstrings are for developers and may quote."""
    covered: set[int] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in KEYWORDS:
            covered |= {id(part) for argument in node.args for part in ast.walk(argument)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            covered.add(id(node.value))
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        f"{place(path, node)} {node.value[:30]!r}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HAN.search(node.value.replace(PRODUCT, ""))
        and id(node) not in covered
        and not any(MARK in line for line in lines[node.lineno - 1 : node.end_lineno])
    ]


def bare_in_text(path: Path, patterns: list[re.Pattern[str]]) -> list[str]:
    """Lines with Chinese after everything translated is blanked out, line by line kept."""
    raw = path.read_text(encoding="utf-8")
    text = raw
    for pattern in patterns:
        text = pattern.sub(lambda match: "\n" * match.group().count("\n"), text)
    return [
        f"{path.relative_to(PACKAGE.parent)}:{number} {line.strip()[:60]}"
        for number, (line, original) in enumerate(zip(text.split("\n"), raw.split("\n"), strict=True), 1)
        if HAN.search(line) and MARK not in original
    ]


def test_no_bare_chinese_in_python() -> None:
    found = [flaw for path in files() if not is_data(path) for flaw in bare_in_python(path)]
    assert not found, "\n".join(found)


def test_no_bare_chinese_in_templates() -> None:
    templates = sorted(path for path in PACKAGE.glob("*/templates/**/*") if path.is_file())
    found = [flaw for path in templates for flaw in bare_in_text(path, TRANSLATED)]
    assert not found, "\n".join(found)


def test_no_bare_chinese_in_scripts() -> None:
    scripts = [path for path in sorted(PACKAGE.glob("*/static/**/*.js")) if "vendor" not in path.parts]
    found = [flaw for path in scripts for flaw in bare_in_text(path, [SCRIPT_COMMENT])]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("folder", translation.domains(), ids=lambda folder: folder.name)
def test_catalogues_are_complete(folder: Path) -> None:
    found = translation.problems(folder)
    assert not found, "\n".join(found)


def test_one_text_has_one_english_name() -> None:
    found = translation.disagreements(translation.domains())
    assert not found, "\n".join(found)


def test_the_three_languages_are_offered() -> None:
    assert {code.lower() for code, _name in settings.LANGUAGES} == {"zh-hans", "zh-hant", "en"}


def at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the module is read: everything but the insides of functions."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from at_import(child)


@pytest.mark.parametrize("path", files(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_text_is_translated_before_the_reader_is_known(path: Path) -> None:
    """A plain gettext at import says its sentence in whatever language the process began with."""
    eager = {
        alias.asname or alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in EAGER
    }
    calls = [node for node in at_import(tree(path)) if isinstance(node, ast.Call) and dotted(node.func) in eager]
    assert not calls, [place(path, call) for call in calls]
