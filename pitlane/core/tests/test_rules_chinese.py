"""Pinyin keys, capital amounts and folding, as the front desk and the law want them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.core.chinese import capital_amount, fold, is_han, pinyin_keys, weekday_zh

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("王建国", {"wangjianguo"}, {"wjg"}),
        ("单立人", {"shanliren", "danliren"}, {"slr", "dlr"}),
        ("解晓东", {"xiexiaodong", "jiexiaodong"}, {"xxd", "jxd"}),
        ("仇英", {"qiuying", "chouying"}, {"qy", "cy"}),
        ("查良镛", {"zhaliangyong", "chaliangyong"}, {"zly", "cly"}),
        ("区伟", {"ouwei", "quwei"}, {"ow", "qw"}),
        ("曾国藩", {"zengguofan", "cengguofan"}, {"zgf", "cgf"}),
        ("吕布", {"lvbu", "lubu"}, {"lb"}),
        ("卜算", {"busuan", "bosuan"}, {"bs"}),
        ("欧阳晓晨", {"ouyangxiaochen"}, {"oyxc"}),
        ("尉迟恭", {"yuchigong", "weichigong"}, {"ycg", "wcg"}),
        ("Tom张", {"tomzhang"}, {"tz"}),
        ("阿卜杜拉·买买提", {"abudulamaimaiti", "abodulamaimaiti"}, {"abdlmmt"}),
        ("４S店", {"4sdian"}, {"4d"}),
    ],
)
def test_names_are_found_by_every_reading(name, full, initials):
    keys = pinyin_keys(name)
    assert full & keys.full
    assert initials <= keys.initials or initials == keys.initials


def test_both_readings_of_a_surname_are_kept():
    assert pinyin_keys("单立人").full == {"shanliren", "danliren"}
    assert pinyin_keys("单立人").initials == {"slr", "dlr"}


def test_long_company_names_stay_few():
    keys = pinyin_keys("重庆长乐车行朝阳重型汽车销售服务有限公司")
    assert len(keys.full) <= 8
    assert any(key.startswith("chongqing") for key in keys.full)


def test_nothing_gives_nothing():
    assert pinyin_keys("").full == pinyin_keys("···").full == frozenset()


@given(st.text(max_size=30))
def test_any_text_gives_plain_keys(text):
    keys = pinyin_keys(text)
    assert all(key and " " not in key for key in keys.full | keys.initials)
    assert len(keys.full) <= 8


@pytest.mark.parametrize(
    ("fen", "capital"),
    [
        (0, "零元整"), (10000, "壹佰元整"), (1000, "壹拾元整"), (5, "伍分"), (50, "伍角整"), (105, "壹元零伍分"),
        (150, "壹元伍角整"), (168032, "壹仟陆佰捌拾元叁角贰分"), (10700053, "壹拾万柒仟元伍角叁分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"), (32504, "叁佰贰拾伍元零肆分"), (600714, "陆仟零柒元壹角肆分"),
        (303560, "叁仟零叁拾伍元陆角整"), (-13440, "负壹佰叁拾肆元肆角整"), (10000500, "壹拾万零伍元整"),
        (100_000_000_00, "壹亿元整"), (105_000_000_00, "壹亿零伍佰万元整"), (100_000_001_00, "壹亿零壹元整"),
        (10**12 * 100, "壹万亿元整"), (10**12 * 100 + 100, "壹万亿零壹元整"), (2002_0000_0000_00, "贰仟零贰亿元整"),
        (1_0010_0010_00, "壹亿零壹拾万零壹拾元整"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(fen, capital):
    assert capital_amount(fen) == capital


_VALUES = {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}


def _read_integer(text):
    for name, size in (("亿", 10**8), ("万", 10**4)):
        if name in text:
            high, _, low = text.rpartition(name)
            return _read_integer(high) * size + _read_integer(low)
    number, digit = 0, 0
    for char in text:
        if char in _VALUES:
            digit = _VALUES[char]
        else:
            number, digit = number + digit * {"拾": 10, "佰": 100, "仟": 1000}[char], 0
    return number + digit


def _read(text):
    sign = -1 if text.startswith("负") else 1
    yuan, _, rest = text.removeprefix("负").removesuffix("整").rpartition("元")
    jiao, _, odd = rest.rpartition("角")
    odd = odd.removesuffix("分")
    return sign * (_read_integer(yuan) * 100 + _VALUES[jiao or "零"] * 10 + _VALUES[odd.lstrip("零") or "零"])


@given(st.one_of(st.integers(-(10**17), 10**17), st.integers(0, 10**7)))
def test_capitals_can_be_read_back(fen):
    text = capital_amount(fen)
    assert _read(text) == fen
    assert "零零" not in text
    assert text.endswith(("整", "分"))


def test_too_large_for_capitals():
    with pytest.raises(ValueError, match="too large"):
        capital_amount(10**18)


@pytest.mark.parametrize(
    ("text", "folded"), [(" Ａbc　１２ ", "abc 12"), ("京Ａ·８K", "京a·8k"), ("國", "國"), ("a\n\tb", "a b"), ("", "")]
)
def test_fold(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_of_spaces_and_case_is_final(text):
    assert fold(fold(text)) == fold(text).strip() or fold(fold(fold(text))) == fold(fold(text))


def test_is_han():
    assert is_han("车坊") and is_han("𠮷") and not is_han("车a") and not is_han("") and not is_han("。")


def test_weekdays():
    assert [weekday_zh(date(2026, 11, day)) for day in (23, 28, 29)] == ["周一", "周六", "周日"]
