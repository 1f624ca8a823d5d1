"""The templates that ship with the program: one set of words per language for SMS, WeChat and e-mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "data" / "templates.yaml"
LANGUAGES = ("zh-hans", "zh-hant", "en")
SHORT = ("sms", "wechat")


@dataclass(frozen=True, slots=True)
class Words:
    """What one starting template says on one channel in one language."""

    channel: str
    language: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class StartingTemplate:
    """A template before a shop changed anything."""

    code: str
    purpose: str
    variables: tuple[str, ...]
    required: tuple[str, ...]
    words: tuple[Words, ...]


@cache
def starting_templates() -> dict[str, StartingTemplate]:
    """All of them by code, in the order of the file."""
    raw: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        code: StartingTemplate(
            code, facts["purpose"], tuple(facts["variables"]), tuple(facts["required"]), tuple(_words(facts))
        )
        for code, facts in raw.items()
    }


def _words(facts: dict[str, Any]) -> Iterator[Words]:
    for language in LANGUAGES:
        said = facts[language]
        yield from (Words(channel, language, "", said["text"]) for channel in SHORT)
        yield Words("email", language, said["subject"], said["body"])
