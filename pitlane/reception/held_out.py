"""The descriptions by which the diagnosis is measured: other words than the knowledge base uses, with the true cause.

Every fifth row was looked at while the weights were set; the others never were, and only they count.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from io import StringIO

from . import knowledge
from .fault_codes import data_text, parse_codes
from .rules_diagnosis import NOTHING, Complaint, Experience, diagnose

DEEP = 30
Ranking = Callable[[Complaint], tuple[list[str], list[str]]]


@dataclass(frozen=True, slots=True)
class Held:
    """One description with what was truly wrong."""

    complaint: Complaint
    cause: str

    @property
    def operation(self) -> str:
        return knowledge.causes()[self.cause].operations[0]


@dataclass(frozen=True, slots=True)
class Score:
    """How often the truth is among the first, and the mean reciprocal rank."""

    top1: float
    top3: float
    top5: float
    mrr: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of ranking over all descriptions; a way without causes has no figure for them."""

    operation: Score
    cause: Score | None = None

    def rows(self) -> dict[str, dict[str, float] | None]:
        """As plain numbers."""
        return {"cause": asdict(self.cause) if self.cause else None, "operation": asdict(self.operation)}


@cache
def rows(tuning: bool = False) -> tuple[Held, ...]:
    """The held-out descriptions, or those that were used for tuning."""
    read = csv.DictReader(StringIO(data_text("held_out_diagnosis.csv")))
    return tuple(_held(row) for n, row in enumerate(read) if (n % 5 == 0) is tuning)


def _held(row: dict[str, str]) -> Held:
    codes = parse_codes(row["codes"]).codes
    return Held(Complaint(row["text"], codes, int(row["km"]) if row["km"] else None, None, row["fuel"]), row["cause"])


def by_diagnosis(known: Experience = NOTHING) -> Ranking:
    """Our own ranking."""

    def rank(complaint: Complaint) -> tuple[list[str], list[str]]:
        found = diagnose(complaint, known, shown=DEEP)
        return [each.cause.code for each in found.ranked], [code for code, _weight in found.operations]

    return rank


def by_frequency(counts: dict[str, int]) -> Ranking:
    """The floor: always the work that is done most often."""
    often = sorted(counts, key=lambda code: (-counts[code], code))
    return lambda _complaint: ([], often)


def by_keywords(complaint: Complaint) -> tuple[list[str], list[str]]:
    """The floor: how many characters of a cause's own words stand in the description."""
    found = []
    for cause in knowledge.causes().values():
        words = cause.name + "".join(
            knowledge.symptoms()[code].name + "".join(knowledge.symptoms()[code].words) for code, _w in cause.symptoms
        )
        found.append((len(set(words) & set(complaint.text)) / len(set(words)), cause))
    found.sort(key=lambda each: (-each[0], each[1].code))
    return [cause.code for _n, cause in found], list(dict.fromkeys(op for _n, c in found for op in c.operations))


def measure(rank: Ranking, held: Sequence[Held], causes: bool = True) -> Measured:
    """Rank every description and see where the truth is."""
    places = [(each, rank(each.complaint)) for each in held]
    operation = _score([_place(operations, each.operation) for each, (_causes, operations) in places])
    if not causes:
        return Measured(operation)
    return Measured(operation, _score([_place(found, each.cause) for each, (found, _operations) in places]))


def _place(found: list[str], wanted: str) -> int:
    return found.index(wanted) + 1 if wanted in found else 0


def _score(places: list[int]) -> Score:
    def among(most: int) -> float:
        return round(sum(0 < place <= most for place in places) / len(places), 4)

    reciprocal = sum(1 / place for place in places if place) / len(places)
    return Score(among(1), among(3), among(5), round(reciprocal, 4))
