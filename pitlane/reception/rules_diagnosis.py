"""From what the customer says, fault codes and mileage to ranked causes and operations, each with its evidence.

A naive Bayes sum: how common a cause is, how strongly each symptom and code points to it, whether the car's mileage and
age fit, what this shop did for the same complaint, and what its advisors thought of the suggestion before. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import exp, log

from django.utils.translation import gettext as _

from . import knowledge
from .fault_codes import explain
from .knowledge import Cause
from .wording import Wordings

LINK_FLOOR = 0.4
COMMON = 0.45
CODE_GAIN = 1.15
NAME_LINK = 9.0
NAME_ENOUGH = 0.62
FAINT = 0.2
MONTHS = 12
SHOWN = 5
TOLD = 0.6
CLEAR = 0.3
HABIT_CARS = 4
RARE = 0.05
STEADY = 20.0
EXPECTED = 0.25
PATIENCE = 6.0
HABIT_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Complaint:
    """A car and what is wrong with it. Unknown facts are left out, they then say nothing."""

    text: str = ""
    codes: tuple[str, ...] = ()
    km: int | None = None
    years: float | None = None
    fuel: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Cars of the shop's closed orders with one symptom: all, of the same series, and both again per operation."""

    cars: int = 0
    same: int = 0
    operations: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Experience:
    """What one organisation knows itself. ``votes``: (symptom, cause, operation) → accepted, refused.

    ``shares``: how often each operation is done at all, so that an oil service does not look like a cure.
    """

    votes: Mapping[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    seen: Mapping[str, Seen] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    causes: Sequence[Cause] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """One likely cause with what speaks for it."""

    cause: Cause
    probability: float
    why: tuple[str, ...]
    symptom: str
    operations: tuple[str, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.probability)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answer: likely causes, what to check before, and which symptoms were understood."""

    ranked: tuple[Ranked, ...] = ()
    checks: tuple[str, ...] = ()
    symptoms: tuple[tuple[str, float], ...] = ()

    @property
    def operations(self) -> list[tuple[str, float]]:
        """Operations by how likely they cure it; the same operation of several causes adds up."""
        sums: dict[str, float] = {}
        for each in self.ranked:
            for n, code in enumerate(each.operations):
                sums[code] = sums.get(code, 0.0) + each.probability * (1.0 if n == 0 else 0.5)
        return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


NOTHING = Experience()


@cache
def symptom_words() -> Wordings:
    """The wordings of all symptoms, ready to compare."""
    return Wordings({each.code: (each.name, *each.words) for each in knowledge.symptoms().values()})


@cache
def cause_words() -> Wordings:
    """The names of all causes: some customers name the part."""
    return Wordings({each.code: (each.name,) for each in knowledge.causes().values()})


def symptoms_in(text: str) -> dict[str, float]:
    """The symptoms that a description speaks of, strongest first."""
    return symptom_words().near(text) or symptom_words().near(text, limit=3, enough=FAINT)


def diagnose(complaint: Complaint, known: Experience = NOTHING, shown: int = SHOWN) -> Diagnosis:
    """Rank the causes. Without a word or code that is understood the answer is empty, never a guess."""
    said = symptoms_in(complaint.text)
    own = {cause.code: cause for cause in known.causes}
    named = cause_words().near(complaint.text, enough=NAME_ENOUGH)
    if own:
        named |= Wordings({code: (cause.name, *cause.words) for code, cause in own.items()}).near(complaint.text)
    bases = {code[:5] for code in complaint.codes}
    candidates = [*knowledge.causes().values(), *own.values()]
    weighed = []
    for cause in candidates:
        evidence = _evidence(cause, said, named, bases, known)
        if evidence and fits(cause, complaint):
            habit = _habit(cause, said, known)
            score = (
                COMMON * log(cause.weight)
                + sum(gain for gain, _words in evidence)
                + _age(cause, complaint)
                + sum(gain for gain, _words in habit)
                + _votes(cause, said, known)
            )
            weighed.append((score, cause, [*_strongest(evidence), *habit]))
    habits = _learned(said, known, {code for _score, cause, _why in weighed for code in cause.operations})
    return _answer([*weighed, *habits], complaint, said, shown)


def fits(cause: Cause, complaint: Complaint) -> bool:
    """A diesel has no spark plugs."""
    return not (cause.fuels and complaint.fuel) or complaint.fuel in cause.fuels


Evidence = list[tuple[float, str]]
Weighed = tuple[float, Cause, Evidence]


def _evidence(
    cause: Cause,
    said: Mapping[str, float],
    named: Mapping[str, float],
    bases: set[str],
    known: Experience,
) -> Evidence:
    """What of the complaint points to this cause. Nothing means that the cause is not spoken of."""
    found: Evidence = []
    for code, link in cause.symptoms:
        if code in said:
            words = _("描述中的「%(name)s」") % {"name": knowledge.symptoms()[code].label}
            found.append((said[code] * log((link + LINK_FLOOR) / LINK_FLOOR), words))
    if cause.code in named:
        words = _("描述里提到「%(name)s」") % {"name": cause.label}
        found.append((named[cause.code] * log((NAME_LINK + LINK_FLOOR) / LINK_FLOOR), words))
    for code in sorted(bases & cause.fault_codes):
        meaning = {"code": code, "meaning": explain(code).meaning}
        found.append((CODE_GAIN * log(_of_codes(known.causes) / _carriers(code)), _("%(code)s %(meaning)s") % meaning))
    return found


def _strongest(evidence: Evidence) -> Evidence:
    """What is worth saying: a hint that hardly counts is left out beside a clear one."""
    ordered = sorted(evidence, key=lambda each: -each[0])
    return [each for n, each in enumerate(ordered) if n == 0 or each[0] >= TOLD]


def _of_codes(own: Sequence[Cause]) -> float:
    return float(len(knowledge.causes()) + len(own))


@cache
def _carriers(code: str) -> int:
    return max(1, sum(code in cause.fault_codes for cause in knowledge.causes().values()))


def _age(cause: Cause, complaint: Complaint) -> float:
    """Wear comes with mileage and years: a cause that the car is too young for loses, one that is due gains."""
    gains = [
        _due(complaint.km, cause.from_km) if cause.from_km and complaint.km is not None else None,
        _due(complaint.years, cause.from_years) if cause.from_years and complaint.years is not None else None,
    ]
    known = [gain for gain in gains if gain is not None]
    return max(known, default=0.0)


def _due(now: float, usual: float) -> float:
    if now >= usual:
        return 0.25
    return -1.0 if now < usual / 2 else -0.25


def _habit(cause: Cause, said: Mapping[str, float], known: Experience) -> Evidence:
    """What this shop did for cars with the same complaint, compared with how often it does so anyway."""
    found: Evidence = []
    for symptom, strength in said.items():
        seen = known.seen.get(symptom)
        if seen is None or not seen.cars:
            continue
        best = max(cause.operations, key=lambda code: seen.operations.get(code, (0, 0)), default="")
        done, _same = seen.operations.get(best, (0, 0))
        if done:
            found.append((strength * _lift(seen, best, known), _told(seen, best, known)))
    return found[:1]


def _lift(seen: Seen, operation: str, known: Experience) -> float:
    """How much more often the shop does this for the complaint than for any car; the same series counts twice."""
    done, same = seen.operations[operation]
    usual = max(known.shares.get(operation, 0.0), RARE)
    often = (done + same + STEADY * usual) / (seen.cars + seen.same + STEADY)
    return min(max(log(often / usual), -0.5), 2.2)


def _told(seen: Seen, operation: str, known: Experience) -> str:
    done, same = seen.operations[operation]
    name = known.names.get(operation, operation)
    if same:
        words = _("本店近 %(months)s 个月同车系 %(cars)s 台类似描述，%(done)s 台做了 %(operation)s")
        return words % {"months": MONTHS, "cars": seen.same, "done": same, "operation": name}
    words = _("本店近 %(months)s 个月 %(cars)s 台类似描述，%(done)s 台做了 %(operation)s")
    return words % {"months": MONTHS, "cars": seen.cars, "done": done, "operation": name}


def _votes(cause: Cause, said: Mapping[str, float], known: Experience) -> float:
    """Accepted and refused suggestions move a cause, smoothed so that one answer does not decide."""
    accepted = refused = 0.0
    for (symptom, code, _operation), (yes, no) in known.votes.items():
        if code == cause.code and (not symptom or symptom in said):
            accepted, refused = accepted + yes, refused + no
    rate = (accepted + EXPECTED * PATIENCE) / (accepted + refused + PATIENCE)
    return log(rate / EXPECTED)


def _learned(said: Mapping[str, float], known: Experience, covered: set[str]) -> list[Weighed]:
    """Work that this shop does for a complaint although no cause of the book says so."""
    found = []
    for symptom, strength in said.items():
        seen = known.seen.get(symptom)
        if seen is None or seen.cars < HABIT_CARS:
            continue
        for code, (done, _same) in seen.operations.items():
            often = done / seen.cars
            if code not in covered and often >= HABIT_SHARE and often > 2 * known.shares.get(code, 0.0):
                covered = covered | {code}
                name = known.names.get(code, code)
                cause = Cause(f"habit:{code}", name, name, operations=(code,), symptoms=((symptom, 0.0),))
                gain = strength * (log((10 * often + LINK_FLOOR) / LINK_FLOOR) + _lift(seen, code, known))
                found.append((gain, cause, [(gain, _told(seen, code, known))]))
    return found


def _answer(weighed: Iterable[Weighed], complaint: Complaint, said: Mapping[str, float], shown: int) -> Diagnosis:
    ordered = sorted(weighed, key=lambda each: (-each[0], each[1].code))
    if not ordered:
        return Diagnosis(symptoms=tuple(said.items()))
    top = ordered[0][0]
    whole = sum(exp(score - top) for score, _cause, _why in ordered)
    ranked = [_ranked(cause, exp(score - top) / whole, why, complaint, said) for score, cause, why in ordered[:shown]]
    checks = dict.fromkeys(check for each in ranked[:SHOWN] for check in each.cause.checks)
    return Diagnosis(tuple(ranked), tuple(checks)[:6], tuple(said.items()))


def _ranked(cause: Cause, probability: float, why: Evidence, complaint: Complaint, said: Mapping[str, float]) -> Ranked:
    told = [words for _gain, words in why]
    if cause.from_km and complaint.km is not None and complaint.km >= cause.from_km:
        told.append(_("里程 %(km)s km，常在 %(from)s km 以后出现") % {"km": complaint.km, "from": cause.from_km})
    shown = [code for code, _link in cause.symptoms if code in said]
    symptom = max(shown, key=lambda code: said[code], default="")
    return Ranked(cause, probability, tuple(dict.fromkeys(told)), symptom, cause.operations)
