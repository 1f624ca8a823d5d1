"""VINs: what is wrong with one, the check digit, and what it tells."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.customers.makers import MAKERS
from pitlane.customers.vins import (
    check_digit,
    check_digit_ok,
    decode,
    display_vin,
    model_years,
    normalise_vin,
    suggest_vin,
    vin_problem,
    vin_suffixes,
    vin_warning,
)

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
vins = st.text(CHARACTERS, min_size=17, max_size=17)
SHARED = Path(os.environ.get("PITLANE_SHARED_DATA") or Path(__file__).parents[4] / "shared" / "data")
VECTORS = SHARED / "vin" / "vin_vectors_ford_tesla.csv"


def with_check_digit(vin: str) -> str:
    return vin[:8] + check_digit(vin) + vin[9:]


@pytest.mark.parametrize(
    ("raw", "at", "sentence"),
    [
        ("LSVAA418", None, "少 9 位：车架号应为 17 位"),
        ("LSVAA4188C21877311", None, "多 1 位：车架号应为 17 位"),
        ("LSVAA4I88C2187731", 6, "第 7 位不能是字母 I：车架号不用 I、O、Q，应为数字 1"),
        ("LSVAA4188C21877Q1", 15, "第 16 位不能是字母 Q：车架号不用 I、O、Q，应为数字 0"),
        ("LSVAA418京C2187731", 8, "第 9 位“京”不是字母或数字"),
        ("", None, "请填写车架号，见行驶证“车辆识别代号”"),
    ],
)
def test_says_what_is_wrong(raw, at, sentence):
    problem = vin_problem(raw)
    assert (problem.at, problem.source, problem.blocks) == (at, sentence, True)


@pytest.mark.parametrize(
    ("vin", "digit"),
    [("1M8GDM9AXKP042788", "X"), ("11111111111111111", "1"), ("5GZCZ43D13S812715", "1"), ("LSVAA4188C2187731", "2")],
)
def test_check_digit(vin, digit):
    assert check_digit(vin) == digit
    assert check_digit_ok(vin) == (vin[8] == digit)


def test_a_failed_check_digit_asks_and_never_blocks():
    warning = vin_warning("LSVAA4188C2187731")
    assert warning.source == "校验位不符（第 9 位是 8，按规则应为 2）：请对照行驶证核对，无误可保存"
    assert not warning.blocks
    assert vin_warning("LSVAA4182C2187731") is None
    assert vin_warning("too short") is None


def test_look_alikes_are_suggested_only_when_they_fit():
    assert suggest_vin("IM8GDM9AXKPO42788") == "1M8GDM9AXKP042788"
    assert suggest_vin("IM8GDM9AXKPO42789") == ""
    assert suggest_vin("1M8GDM9AXKP042788") == ""


@pytest.mark.parametrize(
    ("vin", "maker_zh", "country", "year"),
    [
        ("LSVAA4182C2187731", "上汽大众", "中国", 2012),
        ("LFV3A23C8J3000001", "一汽-大众", "中国", 2018),
        ("LGXCE4CC0P0000001", "比亚迪", "中国", 2023),
        ("LRW3E7FA0NC000001", "特斯拉（上海）", "中国", 2022),
        ("WBA3A5C50DF000001", "宝马", "德国", 2013),
        ("JTHBK1GG0F2000001", "雷克萨斯", "日本", 2015),
        ("LSVAA4182V2187731", "上汽大众", "中国", 2027),
        ("LSVAA4182W2187731", "上汽大众", "中国", 1998),
        ("LSVAA418202187731", "上汽大众", "中国", None),
        ("LZZAA4182C2187731", "中国重汽", "中国", 2012),
        ("L99AA4182C2187731", "", "中国", 2012),
        ("G99AA4182C2187731", "", "", 2012),
    ],
)
def test_decodes_maker_country_year(vin, maker_zh, country, year):
    facts = decode(vin, today_year=2026)
    assert (facts.wmi, facts.maker_zh, facts.country, facts.year) == (vin[:3], maker_zh, country, year)


def test_years_repeat_after_thirty():
    assert model_years("0" * 9 + "A" + "0" * 7, today_year=2026) == (1980, 2010)
    assert model_years("0" * 9 + "V" + "0" * 7, today_year=2025) == (1997,)
    assert model_years("0" * 9 + "V" + "0" * 7, today_year=2026) == (1997, 2027)


def test_a_malformed_number_is_not_decoded():
    with pytest.raises(ValueError, match="well-formed"):
        decode("LSV", today_year=2026)


def test_the_table_knows_the_makers_on_chinese_roads():
    chinese = [wmi for wmi in MAKERS if wmi[0] in "LH"]
    assert len(chinese) >= 100
    assert all(len(wmi) == 3 and not set("IOQ") & set(wmi) for wmi in MAKERS)
    assert all((zh and en and en.isascii()) or "ë" in en for zh, en in MAKERS.values())


def test_shown_in_groups_and_found_by_tail():
    assert display_vin("lsvaa418-2c2187731") == "LSV AA4182 C2187731"
    assert normalise_vin(display_vin("LSVAA4182C2187731")) == "LSVAA4182C2187731"
    assert vin_suffixes("LSVAA4182C2187731")[:2] == ["LSVAA4182C2187731", "C2187731"]
    assert "7731" in vin_suffixes("LSVAA4182C2187731")
    assert vin_suffixes("") == []


@given(vins)
def test_a_number_with_its_check_digit_passes(vin):
    vin = with_check_digit(vin)
    assert vin_problem(vin) is None
    assert vin_warning(vin) is None
    assert decode(vin, today_year=2026).check_ok


@given(vins, st.integers(0, 16), st.sampled_from("0123456789"))
def test_any_wrong_digit_fails_the_check(vin, at, digit):
    vin = with_check_digit(vin)
    if at != 8 and vin[at].isdigit() and vin[at] != digit:
        assert not check_digit_ok(vin[:at] + digit + vin[at + 1 :])


@given(st.text(max_size=25))
def test_any_text_is_a_number_or_a_sentence(text):
    problem = vin_problem(text)
    assert problem is None or problem.source
    vin_warning(text), suggest_vin(text), display_vin(text), vin_suffixes(text)


@pytest.mark.skipif(not VECTORS.exists(), reason="no reference VINs here: set PITLANE_SHARED_DATA to the data folder")
def test_reference_numbers_of_north_american_cars():
    with VECTORS.open(encoding="utf-8") as rows:
        cases = list(csv.DictReader(rows))
    wrong = []
    for case in cases:
        facts = decode(case["vin"], today_year=2026)
        if str(facts.year) != case["year"] or not facts.check_ok or case["make"] not in facts.maker_en.upper():
            wrong.append((case["vin"], facts))
    assert cases and not wrong
