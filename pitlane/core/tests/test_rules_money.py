"""Money: nothing is lost, everything is rounded once, and what is printed can be typed back."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.core.money import (
    LARGEST_FEN,
    ZERO,
    Money,
    MoneyError,
    parse,
    round_half_up,
    round_off,
    tax_included,
    total,
)

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

fen = st.integers(-(10**12), 10**12)
amounts = st.builds(Money, fen)
weights = st.lists(st.one_of(st.integers(0, 1000), st.decimals(0, 100, places=4)), min_size=1, max_size=8).filter(
    lambda found: sum(found) > 0
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1200", 120000), ("1,200", 120000), ("1,200元", 120000), ("¥1200.5", 120050), ("￥１，２００．５０", 120050),
        ("1200 元", 120000), ("CNY 1200", 120000), ("−¥134.40", -13440), ("-134.4", -13440), ("¥-134.4", -13440),
        ("1.2万", 1200000), ("113.2 万元", 113200000), ("0", 0), (".5", 50), ("5.", 500), ("1,234,567.89", 123456789),
        ("+3", 300), ("12块", 1200), ("3035.60元整", 303560),
    ],
)  # fmt: skip
def test_reads_what_people_type(typed, expected):
    assert Money.parse(typed) == Money(expected)


@pytest.mark.parametrize(
    ("typed", "code", "sentence"),
    [
        ("", "money_empty", "请填写金额，如 1200"),
        ("abc", "money_unreadable", "“abc”不是金额：可写成 1200、1,200 或 1200元"),
        ("12.345", "money_decimals", "“12.345”小数太多：金额只到分，最多两位小数"),
        ("1,20", "money_commas", "“1,20”的逗号位置不对：每三位一个，如 1,200"),
        ("--1", "money_unreadable", "“--1”不是金额：可写成 1200、1,200 或 1200元"),
        (",", "money_unreadable", "“,”不是金额：可写成 1200、1,200 或 1200元"),
        ("99999999999999999", "money_too_large", "“99999999999999999”超出可记的最大金额，请检查位数"),
        ("1e5", "money_unreadable", "“1e5”不是金额：可写成 1200、1,200 或 1200元"),
        ("NaN", "money_unreadable", "“NaN”不是金额：可写成 1200、1,200 或 1200元"),
    ],
)
def test_refuses_with_a_sentence(typed, code, sentence):
    with pytest.raises(MoneyError) as refused:
        parse(typed)
    assert (refused.value.problem.code, refused.value.problem.source) == (code, sentence)
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize(
    ("amount", "printed"), [(303560, "¥3,035.60"), (-13440, "−¥134.40"), (0, "¥0.00"), (5, "¥0.05"), (-1, "−¥0.01")]
)
def test_prints_as_documents_do(amount, printed):
    assert str(Money(amount)) == printed


def test_other_currencies_print_and_never_mix():
    assert str(Money(100, "HKD")) == "HK$1.00"
    assert str(Money(-100, "XYZ")) == "−XYZ 1.00"
    with pytest.raises(ValueError, match="mix"):
        Money(1) + Money(1, "HKD")
    with pytest.raises(ValueError, match="mix"):
        _ = Money(1) < Money(1, "HKD")


def test_refuses_floats_and_other_types():
    for wrong in (lambda: Money(1.5), lambda: Money(1) * 1.1, lambda: Money(1) + 1, lambda: Money(1) < 1):
        with pytest.raises(TypeError):
            wrong()


@pytest.mark.parametrize(
    ("amount", "expected"), [("0.5", 1), ("1.5", 2), ("2.5", 3), ("-0.5", -1), ("-2.5", -3), ("2.4999", 2), ("0", 0)]
)
def test_halves_go_away_from_zero(amount, expected):
    assert round_half_up(Decimal(amount)) == expected


@given(st.fractions(max_denominator=10_000))
def test_fractions_and_decimals_round_alike(amount):
    assert round_half_up(-amount) == -round_half_up(amount)
    assert abs(round_half_up(amount) - amount) * 2 <= 1


@given(st.integers(-LARGEST_FEN, LARGEST_FEN))
def test_what_is_printed_can_be_typed(fen):
    assert parse(str(Money(fen))) == Money(fen)


@given(amounts, amounts, amounts)
def test_sums_do_not_depend_on_order(a, b, c):
    assert (a + b) + c == a + (b + c) == total([c, a, b])
    assert a - b == a + -b == -(b - a)
    assert (a < b) == (a.fen < b.fen)


@given(amounts, weights)
def test_a_split_never_loses_a_fen(amount, weights):
    parts = amount.split(weights)
    assert total(parts) == amount
    assert len(parts) == len(weights)
    assert all(not part for part, weight in zip(parts, weights, strict=True) if weight == 0)
    assert [-part for part in parts] == (-amount).split(weights)


@given(amounts, weights)
def test_each_part_is_within_a_fen_of_its_share(amount, weights):
    whole = sum(map(Decimal, weights))
    for part, weight in zip(amount.split(weights), weights, strict=True):
        assert abs(part.fen - amount.fen * Decimal(weight) / whole) < Decimal("1.0001")


def test_split_refuses_senseless_weights():
    for senseless in ([], [0, 0], [1, -1], [Decimal("0.0")]):
        with pytest.raises(ValueError, match="weights"):
            Money(100).split(senseless)


def test_equal_thirds_give_the_first_the_odd_fen():
    assert Money(100).split([1, 1, 1]) == [Money(34), Money(33), Money(33)]


@given(amounts, st.decimals(0, "0.2", places=3))
def test_tax_inside_adds_up(amount, rate):
    net, tax = tax_included(amount, rate)
    assert net + tax == amount
    assert abs(net) <= abs(amount)


def test_tax_inside_table():
    assert tax_included(Money(11300), Decimal("0.13")) == (Money(10000), Money(1300))
    assert tax_included(Money(10000), Decimal(0)) == (Money(10000), ZERO)


@given(amounts, st.sampled_from([1, 10, 100, 500, 1000]))
def test_round_off_favours_the_customer(amount, unit):
    kept = round_off(amount, unit)
    assert kept.fen % unit == 0
    assert abs(kept) <= abs(amount)
    assert abs(amount - kept).fen < unit


@given(amounts)
def test_yuan_and_back(amount):
    assert Money.from_yuan(amount.yuan) == amount
    assert bool(amount) == (amount != ZERO)
    assert abs(amount).fen == abs(amount.fen)
