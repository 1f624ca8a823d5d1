"""Which skill a job asks for and a technician lacks: the foreman is warned, and may know better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Protocol

from .models import WorkItem


class HasSkills(Protocol):
    """A member of staff with the prefetched skills."""

    skills: object


def levels(person: HasSkills) -> dict[str, int]:
    """Skill to level."""
    return {row.skill: row.level for row in person.skills.all()}  # type: ignore[attr-defined]


def expired(person: HasSkills, on: date) -> list[str]:
    """Skills whose certificate is over."""
    rows: Iterable[object] = person.skills.all()  # type: ignore[attr-defined]
    return [row.skill for row in rows if row.valid_until and row.valid_until < on]  # type: ignore[attr-defined]


def lacks(skill: str, known: Mapping[str, int]) -> bool:
    """Whether a needed skill is missing; work without a named skill anybody may do."""
    return bool(skill) and skill not in known


def skill_gaps(item: WorkItem, person: HasSkills) -> list[str]:
    """The skills that this person lacks for the job."""
    return [item.skill] if lacks(item.skill, levels(person)) else []
