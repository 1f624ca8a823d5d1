"""Prices: explained, and exact to the fen between lines, payers, parts and tax."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.billing.pricing import (
    PART_NAMES,
    BillLine,
    ChargePart,
    PricingError,
    bill_totals,
    price_line,
    round_off,
    split_payers,
)
from pitlane.core.money import ZERO, Money, total

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

D = Decimal
quantities = st.decimals(0, 1000, places=3)
prices = st.builds(Money, st.integers(0, 10**8))
rates = st.decimals(0, 1, places=4)
taxes = st.sampled_from([D(0), D("0.01"), D("0.03"), D("0.06"), D("0.09"), D("0.13")])
lines = st.builds(
    lambda part, quantity, price, rate, tax: BillLine(part, price_line(quantity, price, rate, tax_rate=tax)),
    st.sampled_from(list(ChargePart)),
    quantities,
    prices,
    rates,
    taxes,
)


@pytest.mark.parametrize(
    ("line", "inside", "expected"),
    [
        ((D("2.5"), Money(12000)), False, (30000, 0, 30000, 0, 30000)),
        ((D("2.5"), Money(12000), D("0.1")), False, (30000, 3000, 27000, 0, 27000)),
        ((D("2.5"), Money(12000), D("0.1"), Money(2000)), False, (30000, 5000, 25000, 0, 25000)),
        ((D("2.5"), Money(12000), D("0.1"), Money(2000), D("0.13")), False, (30000, 5000, 25000, 3250, 28250)),
        ((D("1"), Money(11300), 0, ZERO, D("0.13")), True, (11300, 0, 10000, 1300, 11300)),
        ((D("0.125"), Money(9999)), False, (1250, 0, 1250, 0, 1250)),
        ((D("0"), Money(9999)), False, (0, 0, 0, 0, 0)),
        ((D("1"), Money(100), D("1")), False, (100, 100, 0, 0, 0)),
    ],
)
def test_a_line(line, inside, expected):
    price = price_line(*line, prices_include_tax=inside)
    assert (price.list_amount.fen, price.discount.fen, price.net.fen, price.tax.fen, price.total.fen) == expected


def test_each_step_is_told():
    price = price_line(D("2.50"), Money(12000), D("0.1"), Money(2000), D("0.13"))
    assert [step.source for step in price.why] == [
        "2.5 × ¥120.00 = ¥300.00",
        "优惠 10%：−¥30.00",
        "再优惠 −¥20.00",
        "加税 13%：¥32.50",
        "合计 ¥282.50",
    ]
    assert [step.code for step in price_line(D(1), Money(1130), tax_rate=D("0.13"), prices_include_tax=True).why] == [
        "price_listed",
        "price_tax_inside",
    ]
    assert [step.source for step in price_line(D(10), Money(100)).why] == ["10 × ¥1.00 = ¥10.00"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ((D(-1), Money(100)), "数量不能小于 0"),
        ((D(1), Money(-100)), "单价和优惠不能小于 0；退款请走冲减"),
        ((D(1), Money(100), D("1.1")), "优惠比例应在 0% 到 100% 之间"),
        ((D(1), Money(100), 0, Money(101)), "优惠 ¥1.01 超过金额 ¥1.00"),
        ((D(1), Money(100), 0, ZERO, D(13)), "税率应在 0% 到 100% 之间"),
    ],
)
def test_impossible_prices_are_refused(line, sentence):
    with pytest.raises(PricingError) as refused:
        price_line(*line)
    assert refused.value.problem.source == sentence


@given(quantities, prices, rates, taxes, st.booleans())
def test_a_line_adds_up(quantity, price, rate, tax, inside):
    line = price_line(quantity, price, rate, tax_rate=tax, prices_include_tax=inside)
    assert line.net + line.tax == line.total
    assert line.list_amount - line.discount == (line.total if inside else line.net)
    assert (-line).total == -line.total
    reversal = -line
    assert -reversal == line


@pytest.mark.parametrize(
    ("amount", "shares", "expected"),
    [
        (100000, {"insurer": Money(80000), "customer": D(1)}, {"insurer": 80000, "customer": 20000}),
        (100, {"a": D("0.5"), "b": D("0.5")}, {"a": 50, "b": 50}),
        (101, {"a": D("0.5"), "b": D("0.5")}, {"a": 51, "b": 50}),
        (-101, {"a": D("0.5"), "b": D("0.5")}, {"a": -51, "b": -50}),
        (100, {"customer": Money(100)}, {"customer": 100}),
        (100, {"maker": Money(100), "customer": D(1)}, {"maker": 100, "customer": 0}),
        (0, {"customer": D(1)}, {"customer": 0}),
    ],
)
def test_payers(amount, shares, expected):
    parts = split_payers(Money(amount), shares)
    assert {payer: part.fen for payer, part in parts.items()} == expected
    assert list(parts) == list(shares)


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ({"a": D("0.5"), "b": D("0.4")}, "各付款方比例合计应为 100%，现在是 90%"),
        ({"a": Money(101)}, "各付款方合计超出 ¥1.00，多 ¥0.01"),
        ({"a": Money(60)}, "还有 ¥0.40 没有付款方"),
        ({}, "还有 ¥1.00 没有付款方"),
        ({"a": D("1.5"), "b": D("-0.5")}, "付款方的份额不能小于 0"),
        ({"a": Money(-1), "b": D(1)}, "付款方的份额不能小于 0"),
    ],
)
def test_shares_that_do_not_fit(shares, sentence):
    with pytest.raises(PricingError) as refused:
        split_payers(Money(100), shares)
    assert refused.value.problem.source == sentence


@given(st.integers(-(10**9), 10**9), st.integers(0, 100), st.lists(st.integers(1, 100), min_size=1, max_size=5))
def test_payers_sum_exactly(fen, percent, parts):
    amount = Money(fen)
    fixed = amount * D(percent) * D("0.01")
    whole = sum(parts)
    shares = {str(i): (D(part) / D(whole)).quantize(D("1e-6")) for i, part in enumerate(parts)}
    shares["0"] += 1 - sum(shares.values())
    found = split_payers(amount, {"insurer": fixed, **shares})
    assert total(found.values()) == amount
    assert found["insurer"] == fixed


@given(st.lists(lines, max_size=12), st.sampled_from([1, 10, 100]))
def test_the_bill_adds_up_in_every_column(found, unit):
    totals = bill_totals(found)
    assert list(totals.parts) == list(ChargePart)
    for column in ("list_amount", "discount", "net", "tax", "total"):
        assert getattr(totals, column) == total(getattr(line.price, column) for line in found)
        assert getattr(totals, column) == total(getattr(part, column) for part in totals.parts.values())
    rounded = round_off(totals, unit)
    assert rounded.due + rounded.round_off == totals.total
    assert rounded.due.fen % unit == 0
    assert ZERO <= rounded.round_off < Money(unit)


def test_the_six_parts_have_names_in_the_order_of_the_form():
    assert [PART_NAMES[part] for part in ChargePart] == ["诊断费", "检测费", "材料费", "工时费", "加工费", "其他费用"]
