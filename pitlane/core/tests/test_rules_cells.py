"""Numbers as people write them into spreadsheets."""

from decimal import Decimal

import pytest

from pitlane.core.imports import cells


@pytest.mark.parametrize(
    "text, found",
    [
        ("12,000 km", "12000"), ("4.5L", "4.5"), ("12万", "120000"), ("3.2 万公里", "32000"), ("6w", "60000"),
        ("", None), ("约", None), ("-3", "-3"),
    ],
)  # fmt: skip
def test_numbers_with_units(text: str, found: str | None) -> None:
    assert cells.number(text) == (None if found is None else Decimal(found))
