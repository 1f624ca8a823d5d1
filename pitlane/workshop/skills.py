"""Which skill a job asks for and a technician lacks: the foreman is warned, and may know better."""

from __future__ import annotations

from collections.abc import Mapping

from pitlane.accounts.queries import skill_name


def lacks(skill: str, level: int, known: Mapping[str, int]) -> bool:
    """Whether a needed skill is missing or not mastered so far; work without a named skill anybody may do."""
    return bool(skill) and known.get(skill, 0) < level


def summary(known: Mapping[str, int]) -> str:
    """What somebody can do, as it stands under the name: 机修 L3 · 电工 L1."""
    return " · ".join(f"{skill_name(skill)} L{level}" for skill, level in known.items())
