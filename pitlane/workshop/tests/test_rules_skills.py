"""Who may be dispatched to what without a warning."""

from datetime import date

import pytest

from pitlane.accounts.queries import StaffCard
from pitlane.accounts.queries.people import Skill
from pitlane.workshop.skills import lacks

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "skill, level, missing",
    [("", 3, False), ("hv", 1, False), ("hv", 2, False), ("hv", 3, True), ("paint", 1, True)],
)
def test_a_skill_must_be_there_and_reach_the_level(skill: str, level: int, missing: bool) -> None:
    assert lacks(skill, level, {"hv": 2}) is missing


@pytest.mark.parametrize("until, counts", [(None, True), (DAY, True), (date(2026, 11, 22), False)])
def test_a_certificate_counts_until_its_last_day(until: date | None, counts: bool) -> None:
    card = StaffCard(1, "stf_x", "张伟", "T1", True, (Skill("hv", 2, until),))
    assert ("hv" in card.skills_on(DAY)) is counts
