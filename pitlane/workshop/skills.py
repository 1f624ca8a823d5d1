"""Which skill a job asks for and a technician lacks: the foreman is warned, and may know better."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

NAMES: dict[str, Text] = {
    "mechanical": _("机修"),
    "electrical": _("电工"),
    "diagnosis": _("诊断"),
    "hv": _("高压电"),
    "body": _("钣金"),
    "paint": _("喷漆"),
    "tyre": _("轮胎"),
    "wash": _("洗美"),
}


def name_of(skill: str) -> Text:
    """The skill in the shop's words."""
    return NAMES.get(skill, skill)


def lacks(skill: str, known: Mapping[str, int]) -> bool:
    """Whether a needed skill is missing; work without a named skill anybody may do."""
    return bool(skill) and skill not in known


def summary(known: Mapping[str, int]) -> str:
    """What somebody can do, as it stands under the name: 机修 L3 · 电工 L1."""
    return " · ".join(f"{name_of(skill)} L{level}" for skill, level in known.items())
