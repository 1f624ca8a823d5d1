"""Commands and rules are told the time and draw no lots: the same input gives the same result."""

from __future__ import annotations

import ast

from .source import dotted, imports, place, tree, with_role

CLOCKS = {
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
    "now",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.date.today",
    "date.today",
    "time.time",
    "time.monotonic",
    "uuid4",
    "uuid.uuid4",
}
SOURCES = ("random", "secrets", "socket", "urllib.request", "httpx", "requests", "time", "uuid.uuid4")


def reads_clock(node: ast.AST) -> bool:
    """``timezone.localtime(at)`` only converts, so it counts when called with nothing."""
    if not isinstance(node, ast.Call) or dotted(node.func) not in CLOCKS:
        return False
    converts = dotted(node.func) in {"timezone.localdate", "timezone.localtime"}
    return not (converts and (node.args or node.keywords))


def test_commands_and_rules_have_no_clock_no_chance_and_no_network() -> None:
    found = []
    for path in with_role("commands", "rules"):
        found += [place(path, node) for node in ast.walk(tree(path)) if reads_clock(node)]
        found += [
            f"{place(path, node)} imports {name}"
            for node, name in imports(path)
            if any(name == source or name.startswith(f"{source}.") for source in SOURCES)
        ]
    assert not found, "\n".join(found)


def test_rules_know_no_tables_and_no_settings() -> None:
    found = [
        f"{place(path, node)} imports {name}"
        for path in with_role("rules")
        for node, name in imports(path)
        if name.startswith(("django.db", "django.conf")) or name.split(".")[2:3] == ["models"]
    ]
    assert not found, "\n".join(found)
