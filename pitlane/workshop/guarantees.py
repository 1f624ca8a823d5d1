"""Rules for the guarantee on repairs (rules of this domain are split by document).

A settled line is guaranteed for so many kilometres or days, whichever ends first. A car that returns within them is a
come-back and costs its owner nothing, so the shop must recognise it at the door and not after the bill.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_noop as _n

from pitlane.core.sentences import Sentence


class Terms(NamedTuple):
    """A promise in kilometres and days; None means that side sets no limit."""

    km: int | None
    days: int | None


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What was promised on settlement: covered up to and including ``until`` and ``until_km``."""

    settled: date
    until: date | None
    until_km: int | None
    promised: bool = True

    def days_left(self, on: date) -> int | None:
        """Days still covered after ``on``; negative when over, None without a limit in days."""
        return (self.until - on).days if self.until else None

    def km_left(self, odometer: int | None) -> int | None:
        """Kilometres still covered, None where either odometer is unknown."""
        return None if self.until_km is None or odometer is None else self.until_km - odometer


def at_least(promised: Terms | None, statutory: Terms | None) -> Terms | None:
    """A shop may promise more than the law and never less: the longer of each side."""
    if promised is None or statutory is None:
        return promised or statutory
    return Terms(_longer(promised.km, statutory.km), _longer(promised.days, statutory.days))


def _longer(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def guarantee_until(settled: date, odometer: int | None, km: int | None, days: int | None) -> Guarantee:
    """The end of a guarantee that begins on settlement. Neither km nor days means that nothing was promised."""
    return Guarantee(
        settled=settled,
        until=None if days is None else settled + timedelta(days=days),
        until_km=None if km is None or odometer is None else odometer + km,
        promised=km is not None or days is not None,
    )


def covers(guarantee: Guarantee, on: date, odometer: int | None) -> bool:
    """Whether the guarantee holds on that day at that odometer, whichever limit comes first.

    An unknown odometer leaves the date to decide; where only kilometres were promised the customer has the benefit.
    """
    if not guarantee.promised or on < guarantee.settled:
        return False
    if guarantee.until is not None and on > guarantee.until:
        return False
    left = guarantee.km_left(odometer)
    return left is None or left >= 0


@dataclass(frozen=True, slots=True)
class FormerLine:
    """A settled line of the same vehicle: which system it belongs to (brake, cooling …) and its guarantee."""

    key: str
    name: str
    system: str
    guarantee: Guarantee


@dataclass(frozen=True, slots=True)
class ComeBack:
    """A former line that covers the returning car; ``matches`` when the concern is about the same system."""

    line: FormerLine
    matches: bool
    days_left: int | None
    km_left: int | None
    why: Sentence


def come_back(
    lines: Iterable[FormerLine], on: date, odometer: int | None, *, systems: Collection[str] = ()
) -> list[ComeBack]:
    """Former lines still under guarantee, those of the systems the customer complains about first, newest first."""
    covered = [_come_back(line, on, odometer, systems) for line in lines if covers(line.guarantee, on, odometer)]
    covered.sort(key=lambda found: found.line.guarantee.settled, reverse=True)
    return sorted(covered, key=lambda found: not found.matches)


def _come_back(line: FormerLine, on: date, odometer: int | None, systems: Collection[str]) -> ComeBack:
    days, km = line.guarantee.days_left(on), line.guarantee.km_left(odometer)
    return ComeBack(line, line.system in systems, days, km, _why(line, days, km))


def _why(line: FormerLine, days: int | None, km: int | None) -> Sentence:
    params = {"name": line.name, "on": line.guarantee.settled.isoformat(), "days": days, "km": f"{km or 0:,}"}
    if days is None and km is None:
        return Sentence("covered", _n("%(on)s 做过%(name)s，仍在质保期"), params)
    if km is None:
        return Sentence("covered_days", _n("%(on)s 做过%(name)s，质保还剩 %(days)s 天"), params)
    if days is None:
        return Sentence("covered_km", _n("%(on)s 做过%(name)s，质保还剩 %(km)s km"), params)
    return Sentence("covered_both", _n("%(on)s 做过%(name)s，质保还剩 %(days)s 天、%(km)s km"), params)
