"""Measured values and steps: tables of cases."""

import pytest

from pitlane.core.errors import Refused
from pitlane.workshop.steps import (
    catalogue_steps,
    limit_text,
    measured,
    needs_peer,
    next_step,
    outside,
    read_value,
    ticked,
)

PAD = {"text": "测量", "measure": {"label": "厚度", "unit": "mm", "min": 3, "max": 15}}


@pytest.mark.parametrize(
    "text, wrong", [("2.9", True), ("3", False), ("3.0", False), ("15", False), ("15.01", True), ("2，9", True)]
)
def test_limits_include_their_ends(text: str, wrong: bool) -> None:
    assert outside(PAD["measure"], read_value(text)) is wrong


@pytest.mark.parametrize("text", ["", "薄", "NaN", "Infinity", "1..2"])
def test_only_numbers_are_values(text: str) -> None:
    with pytest.raises(Refused):
        read_value(text)


def test_a_step_is_ticked_with_its_values_and_unticked_without() -> None:
    done = ticked(PAD, values={"左": "2.1"}, by="张伟", at="2026-11-23T04:00:00+00:00", done=True)
    assert [(m.label, m.value, m.outside) for m in measured(done)] == [("左", "2.1", True)]
    assert ticked(done, values={}, by="张伟", at="", done=False) == PAD
    assert limit_text(PAD) == "3–15 mm"


def test_steps_of_the_catalogue_may_be_plain_texts() -> None:
    steps = catalogue_steps(["举升", {"text": "紧固", "peer": True}])
    assert steps[0] == {"text": "举升"} and needs_peer(steps) and next_step(steps) == 0
