"""How near a customer's own words are to words we know. Pure and small: no model, no download.

Words that mean the same become one token (synonyms), the rest is cut into pairs of characters; rare tokens count more
than common ones. The best wording of a thing decides how well it was meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from math import log

from . import knowledge

LONGEST = 600
BREAK = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
DENIABLE = frozenset(("异响", "抖动", "漏油", "漏", "故障灯", "高温", "跑偏", "熄火", "顿挫", "臭味", "烟"))  # zh-data
SAID = frozenset(("没有", "没啥", "没什么", "无", "未见", "未发现"))  # zh-data
ENOUGH = 0.34
NEXT = 0.55
FADE = 4
CLAUSE = 0.8
CLAUSE_ENOUGH = 0.5
MOST_CLAUSES = 12
Tokens = frozenset[str]


@cache
def _variants() -> re.Pattern[str]:
    known = sorted(knowledge.synonyms(), key=len, reverse=True)
    return re.compile("|".join(re.escape(word.lower()) for word in known))


@cache
def _canonical() -> dict[str, str]:
    return {variant.lower(): word for variant, word in knowledge.synonyms().items()}


def plain(text: str) -> str:
    """Half width, lower case, simplified characters, without control characters and emoji."""
    return unicodedata.normalize("NFKC", text[:LONGEST]).lower().translate(knowledge.simplified())


def clauses(text: str) -> list[list[str]]:
    """The clauses of a description as lists of words we know and stretches we do not. Denied clauses are left out."""
    found = []
    for clause in filter(None, BREAK.split(plain(text))):
        words = _words(clause)
        if not _denied(clause, words):
            found.append(words)
    return found


def _words(clause: str) -> list[str]:
    words, end = [], 0
    for match in _variants().finditer(clause):
        words += [clause[end : match.start()], "=" + _canonical()[match.group()]]
        end = match.end()
    return [word for word in [*words, clause[end:]] if word]


def _denied(clause: str, words: list[str]) -> bool:
    """「没有异响」 says that a thing is not there."""
    named = [word[1:] for word in words if word.startswith("=")]
    rest = "".join(word for word in words if not word.startswith("="))
    return len(named) == 1 and named[0] in DENIABLE and any(rest.endswith(no) or rest == no for no in SAID)


def tokens(text: str) -> Tokens:
    """What a text is compared by."""
    found: set[str] = set()
    for words in clauses(text):
        for word in words:
            found |= {word} if word.startswith("=") else _pieces(word)
    return frozenset(found)


def _pieces(stretch: str) -> set[str]:
    latin = set(re.findall(r"[0-9a-z]{2,}", stretch))
    han = re.sub(r"[0-9a-z]+", " ", stretch)
    pairs = {part[n : n + 2] for part in han.split() for n in range(len(part) - 1)}
    singles = {part for part in han.replace(" ", "")}
    return latin | pairs | singles


class Wordings:
    """Many things, each with its wordings, compared with one text at a time."""

    def __init__(self, things: Mapping[str, Iterable[str]]) -> None:
        self._known = {code: [tokens(word) for word in words] for code, words in things.items()}
        counts = Counter(token for sets in self._known.values() for token in frozenset().union(*sets))
        total = max(len(self._known), 2)
        self._rare = {token: _worth(token, log(1 + total / count)) for token, count in counts.items()}

    def near(self, text: str, limit: int = 6, enough: float = ENOUGH) -> dict[str, float]:
        """What the text speaks of, with a strength up to 1, strongest first.

        The text is read as a whole and clause by clause: people name two troubles in one sentence.
        """
        found = self._near(tokens(text), limit, enough)
        for clause in BREAK.split(plain(text))[:MOST_CLAUSES]:
            for code, value in self._near(tokens(clause), limit, CLAUSE_ENOUGH).items():
                found[code] = max(found.get(code, 0.0), CLAUSE * value)
        return dict(sorted(found.items(), key=lambda each: (-each[1], each[0]))[:limit])

    def _near(self, said: Tokens, limit: int, enough: float) -> dict[str, float]:
        found = {code: self._best(sets, said) for code, sets in self._known.items()} if said else {}
        strong = [(code, value) for code, value in found.items() if value >= enough]
        strong.sort(key=lambda each: (-each[1], each[0]))
        top = strong[0][1] if strong else 1.0
        return {code: value * (value / top) ** FADE for code, value in strong[:limit] if value >= NEXT * top}

    def _best(self, sets: list[Tokens], said: Tokens) -> float:
        best = max((self._cover(words, said) for words in sets), default=0.0)
        whole = frozenset().union(*sets)
        shared = sum(self._rare[token] for token in whole & said)
        told = sum(self._rare.get(token, 0.0) for token in said) or 1.0
        return 0.72 * best + 0.28 * shared / told

    def _cover(self, words: Tokens, said: Tokens) -> float:
        whole = sum(self._rare[token] for token in words)
        return sum(self._rare[token] for token in words & said) / whole if whole else 0.0


def _worth(token: str, rarity: float) -> float:
    """A known word counts twice a pair of characters, a single character half."""
    if token.startswith("="):
        return 2.0 * rarity
    return rarity if len(token) > 1 else 0.5 * rarity
