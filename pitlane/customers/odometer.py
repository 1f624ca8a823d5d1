"""Rules for odometer readings: which ones are believed.

Maintenance is predicted from kilometres, so a slip of the finger (62,418 typed as 624,180) must not move a forecast.
Nothing is thrown away: a doubtful reading is kept and marked, and a later one may show that the earlier was wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LARGEST = 1_500_000
PER_DAY = 1_200
ALLOWANCE = 1_000
LARGEST_STORED = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Seen:
    """One reading that is already known."""

    id: int
    on: date
    km: int
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the new reading is doubtful, why, and which believed readings it shows to be wrong."""

    doubtful: bool
    reason: str = ""
    overturned: tuple[int, ...] = ()


def _reachable(start: Seen, km: int, on: date) -> bool:
    days = max(0, (on - start.on).days)
    return start.km <= km <= start.km + PER_DAY * days + ALLOWANCE


def judge(km: int, on: date, known: Sequence[Seen]) -> Verdict:
    """Compare with the believed readings before and after that day; two doubtful ones that agree overturn one."""
    if km > LARGEST:
        return Verdict(True, "absurd")
    believed = sorted((seen for seen in known if not seen.doubtful), key=lambda seen: (seen.on, seen.km))
    before = next((seen for seen in reversed(believed) if seen.on <= on), None)
    after = next((seen for seen in believed if seen.on > on), None)
    if after is not None and km > after.km:
        return Verdict(True, "above_later")
    if before is None or _reachable(before, km, on):
        return Verdict(False)
    if _seconded(km, on, before, known):
        return Verdict(
            False, overturned=tuple(seen.id for seen in believed if seen.on <= on and _conflicts(seen, km, on))
        )
    return Verdict(True, "backwards" if km < before.km else "jump")


def _conflicts(seen: Seen, km: int, on: date) -> bool:
    return not _reachable(seen, km, on)


def _seconded(km: int, on: date, before: Seen, known: Sequence[Seen]) -> bool:
    """Does an earlier doubtful reading, not older than the believed one, fit the new one?"""
    return any(
        seen.doubtful and seen.km <= LARGEST and before.on <= seen.on <= on and _reachable(seen, km, on)
        for seen in known
    )


def doubts(readings: Sequence[tuple[date, int]]) -> dict[int, str]:
    """Which readings of one car's past, in the order of time, would not be believed, and why: place → reason."""
    known: list[Seen] = []
    found: dict[int, str] = {}
    for place, (on, km) in enumerate(readings):
        verdict = judge(km, on, known)
        if verdict.doubtful:
            found[place] = verdict.reason
        known.append(Seen(place, on, min(km, LARGEST_STORED), verdict.doubtful))
    return found
