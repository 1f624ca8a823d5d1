"""The diagnosis benchmark: how often the true cause and the right operation are among the first suggestions.

It needs no database and no network; the descriptions ship with the product and the figures are the same everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pitlane.reception import queries

WAYS = {
    "ours": "our ranking",
    "floor_keywords": "floor: shared characters",
    "floor_most_frequent_operation": "floor: the most frequent operation",
}


def run() -> dict[str, Any]:
    """Everything that is measured."""
    return queries.measured_diagnosis()


def as_json(result: dict[str, Any]) -> list[str]:
    return [json.dumps(result, indent=2, ensure_ascii=False)]


def as_text(result: dict[str, Any]) -> Iterator[str]:
    """Tables for people."""
    yield f"{result['descriptions']} descriptions in other words than the knowledge base"
    yield f"{'':38}{'top 1':>8}{'top 3':>8}{'top 5':>8}{'MRR':>8}"
    for key, name in WAYS.items():
        yield from _rows(name, result[key])
    learning = result["learning"]
    yield f"Learning: {learning['visits']} visits answered, measured on the other {learning['descriptions']}"
    for key in ("before", "after"):
        yield from _rows(key, learning[key])


def _rows(name: str, scores: dict[str, Any]) -> Iterator[str]:
    for what in ("cause", "operation"):
        if score := scores[what]:
            figures = "".join(f"{100 * score[top]:7.1f}%" for top in ("top1", "top3", "top5"))
            yield f"{name + ', ' + what:38}{figures}{score['mrr']:8.3f}"
