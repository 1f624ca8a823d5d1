"""Moving average: the value is never negative and adds up to the fen, whatever comes and goes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pitlane.core.errors import Refused
from pitlane.core.money import Money
from pitlane.parts.costing import average_cost, clean_quantity, line_value, plain, share_of

quantities = st.decimals(min_value="0.001", max_value="500", places=3)
costs = st.integers(min_value=0, max_value=500_000).map(Money)


@given(st.lists(st.tuples(quantities, costs, st.fractions(min_value=0, max_value=1)), max_size=30))
def test_value_is_never_negative_and_follows_the_pieces(steps: list) -> None:
    on_hand, value, lines = Decimal(0), Money(0), []
    for quantity, cost, taken in steps:
        came = line_value(cost, quantity)
        on_hand, value = on_hand + quantity, value + came
        lines.append(came)
        part = (on_hand * taken.numerator / taken.denominator).quantize(Decimal("0.001"))
        if 0 < part <= on_hand:
            went = share_of(value, on_hand, part)
            assert Money(0) <= went <= value
            on_hand, value = on_hand - part, value - went
            lines.append(-went)
    assert sum(line.fen for line in lines) == value.fen >= 0
    if on_hand:
        assert share_of(value, on_hand, on_hand) == value
    else:
        assert value == Money(0)


@pytest.mark.parametrize(
    ("fen", "whole", "part", "share"),
    [(1000, "3", "1", 333), (1000, "3", "2", 667), (1000, "3", "3", 1000), (1, "2", "1", 1), (0, "5", "2", 0)],
)
def test_shares(fen: int, whole: str, part: str, share: int) -> None:
    assert share_of(Money(fen), Decimal(whole), Decimal(part)) == Money(share)


@pytest.mark.parametrize("part", ["0", "-1", "3.001"])
def test_no_share_outside_the_whole(part: str) -> None:
    with pytest.raises(ValueError):
        share_of(Money(1000), Decimal(3), Decimal(part))


def test_averages_and_lines() -> None:
    assert average_cost(Money(1000), Decimal(3)) == Money(333)
    assert average_cost(Money(0), Decimal(0)) == Money(0)
    assert line_value(Money(333), Decimal("0.25")) == Money(83)


def test_quantities_as_people_write_them() -> None:
    written = [plain(Decimal(text)) for text in ("1.000", "4.50", "0.250", "100", "-2.000")]
    assert written == ["1", "4.5", "0.25", "100", "-2"]
    assert clean_quantity(Decimal("0.25")) == Decimal("0.250")
    with pytest.raises(Refused):
        clean_quantity(Decimal("0.2505"))
