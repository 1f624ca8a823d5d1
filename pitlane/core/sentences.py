"""Sentences that a pure rule can say without knowing the user's language.

A rule decides far from any request, so it returns what to say as a message key with its parameters; the sentence is
put into the reader's language only when it is shown. Programs read ``code``, people read ``str(sentence)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import lazystr
from django.utils.translation import gettext

from .errors import Refused


class Word(str):
    """A parameter that is itself a message key, such as the name of a kind of plate."""

    __slots__ = ()


def _shown(value: object) -> object:
    return gettext(value) if isinstance(value, Word) else value


def _written(value: object) -> object:
    return value.source if isinstance(value, Sentence) else value


@dataclass(frozen=True, slots=True)
class Sentence:
    """What to say: a stable ``code``, the Chinese message key ``text`` and its parameters."""

    code: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return gettext(self.text) % {name: _shown(value) for name, value in self.params.items()}

    @property
    def source(self) -> str:
        """The sentence in the source language whatever is active, for reports, logs and tests."""
        return self.text % {name: _written(value) for name, value in self.params.items()}


@dataclass(frozen=True, slots=True)
class Problem(Sentence):
    """What is wrong with an entry and how to put it right.

    ``blocks`` is false for a warning that the user may keep; ``at`` is the index of the wrong character in the
    normalised entry, so that a form can put the cursor there.
    """

    blocks: bool = True
    at: int | None = None


class NotValid(Refused, ValueError):
    """An entry that a rule cannot read; carries the problem for the field it was typed into."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(lazystr(problem), code=problem.code)
        self.problem = problem
