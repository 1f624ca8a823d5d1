"""The descriptions by which the diagnosis is measured: other words than the knowledge base uses, with the true cause.

Every fifth row was looked at while the weights were set; the others never were, and only they count.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from io import StringIO
from typing import Any

from . import knowledge
from .fault_codes import data_text, parse_codes
from .rules_diagnosis import CLEAR, NOTHING, SHOWN, Complaint, Experience, Seen, diagnose

DEEP = 30
AGAIN = 3
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


def learned_from(stream: Sequence[Held]) -> Experience:
    """What a shop knows after these visits: the advisor refuses what stands above the truth and takes the truth."""
    votes: dict[tuple[str, str, str], tuple[int, int]] = {}
    cars: Counter[str] = Counter()
    done: Counter[tuple[str, str]] = Counter()
    usual: Counter[str] = Counter()
    for each in stream:
        found = diagnose(each.complaint, Experience(votes=votes), shown=SHOWN)
        for ranked in found.ranked:
            key = (ranked.symptom, ranked.cause.code, ranked.operations[0])
            yes, no = votes.get(key, (0, 0))
            right = ranked.cause.code == each.cause
            votes[key] = (yes + right, no + (not right))
            if right:
                break
        usual[each.operation] += 1
        for symptom, strength in found.symptoms:
            if strength >= CLEAR:
                cars[symptom] += 1
                done[symptom, each.operation] += 1
    seen = {
        symptom: Seen(count, 0, {code: (n, 0) for (which, code), n in done.items() if which == symptom})
        for symptom, count in cars.items()
    }
    shares = {code: n / len(stream) for code, n in usual.items()}
    return Experience(votes=votes, seen=seen, shares=shares)


def halves(held: Sequence[Held]) -> tuple[list[Held], list[Held]]:
    """Faults that come more than once: the first, third, … description teaches, the others are measured."""
    by_cause: dict[str, list[Held]] = {}
    for each in held:
        by_cause.setdefault(each.cause, []).append(each)
    often = [group for group in by_cause.values() if len(group) > 1]
    return [each for group in often for each in group[::2]], [each for group in often for each in group[1::2]]


def compared() -> dict[str, Any]:
    """All of it in one run: our ranking beside two floors, and before and after learning from half of them."""
    held = rows()
    often = dict(Counter(each.operation for each in held))
    early, late = halves(held)
    known = learned_from(early * AGAIN)
    return {
        "descriptions": len(held),
        "ours": measure(by_diagnosis(), held).rows(),
        "floor_most_frequent_operation": measure(by_frequency(often), held, causes=False).rows(),
        "floor_keywords": measure(by_keywords, held).rows(),
        "learning": {
            "visits": len(early) * AGAIN,
            "descriptions": len(late),
            "before": measure(by_diagnosis(), late).rows(),
            "after": measure(by_diagnosis(known), late).rows(),
        },
    }
