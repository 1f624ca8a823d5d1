"""Plates of all kinds, in every spelling, and the sentence for what is no plate."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.customers.plates import (
    KIND_NAMES,
    NEW_ENERGY_LETTERS,
    PROVINCES,
    PlateError,
    PlateKind,
    parse_plate,
    plate_fragment,
    plate_problem,
    plate_suffixes,
)

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

SERIAL = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
provinces = st.sampled_from(PROVINCES)
offices = st.sampled_from("ABCDEFGHJKLMNPQRSTUVWXYZ")
blue = st.builds("{}{}{}".format, provinces, offices, st.text(SERIAL, min_size=5, max_size=5))
green = st.builds(
    "{}{}{}{}{:04d}".format,
    provinces,
    offices,
    st.sampled_from(NEW_ENERGY_LETTERS),
    st.sampled_from(SERIAL),
    st.integers(0, 9999),
)
dual = st.builds("{}{}{:05d}{}".format, provinces, offices, st.integers(0, 99999), st.sampled_from(NEW_ENERGY_LETTERS))


@pytest.mark.parametrize(
    ("raw", "text", "head", "tail", "kind", "use"),
    [
        ("京A8K326", "京A8K326", "京A", "8K326", "blue", "ordinary"),
        ("京a·8k326", "京A8K326", "京A", "8K326", "blue", "ordinary"),
        (" 京Ａ ８Ｋ３２６ ", "京A8K326", "京A", "8K326", "blue", "ordinary"),
        ("京A-8K326", "京A8K326", "京A", "8K326", "blue", "ordinary"),
        ("京AD06218", "京AD06218", "京A", "D06218", "green", "ordinary"),
        ("粤BFA1234", "粤BFA1234", "粤B", "FA1234", "green", "ordinary"),
        ("京A12345D", "京A12345D", "京A", "12345D", "dual", "ordinary"),
        ("京AF3390D", "京AF3390D", "京A", "F3390D", "dual", "ordinary"),
        ("粤ZF023港", "粤ZF023港", "粤Z", "F023港", "black", "hong_kong"),
        ("粤Z·1234澳", "粤Z1234澳", "粤Z", "1234澳", "black", "macao"),
        ("京A0326警", "京A0326警", "京A", "0326警", "white", "police"),
        ("京A1234学", "京A1234学", "京A", "1234学", "yellow", "learner"),
        ("津A3326挂", "津A3326挂", "津A", "3326挂", "yellow", "trailer"),
        ("京X1234应急", "京X1234应急", "京X", "1234应急", "white", "rescue"),
        ("沪A0023领", "沪A0023领", "沪A", "0023领", "black", "consulate"),
        ("沪224·78领", "沪22478领", "沪224", "78领", "black", "consulate"),
        ("使 014·578", "使014578", "使014", "578", "black", "embassy"),
        ("224578使", "224578使", "224", "578使", "black", "embassy"),
        ("WJ京12345", "WJ京12345", "WJ京", "12345", "white", "armed_police"),
        ("wj京1234j", "WJ京1234J", "WJ京", "1234J", "white", "armed_police"),
        ("WJ01·00001", "WJ0100001", "WJ01", "00001", "white", "armed_police"),
        ("VA12345", "VA12345", "VA", "12345", "white", "military"),
        ("临京A12345", "京A12345临", "京A", "12345临", "temp", "temporary"),
        ("京A1234临", "京A1234临", "京A", "1234临", "temp", "temporary"),
    ],
)
def test_every_kind_is_read(raw, text, head, tail, kind, use):
    plate = parse_plate(raw)
    assert (plate.text, plate.head, plate.tail, plate.kind, plate.use) == (text, head, tail, kind, use)
    assert plate.display == f"{head}·{tail}"
    assert plate_problem(raw) is None
    assert parse_plate(plate.text, kind=plate.kind) == plate


@pytest.mark.parametrize("raw", ["未上牌", "无牌", "新车", " 未上牌 "])
def test_a_car_without_a_plate(raw):
    plate = parse_plate(raw)
    assert (plate.text, plate.kind, plate.display) == ("", "none", "未上牌")
    assert parse_plate("", kind="none") == plate


def test_the_colour_hint_decides_where_the_text_does_not():
    assert parse_plate("京P12326", kind="yellow").kind == "yellow"
    assert parse_plate("京P12326").kind == "blue"
    assert parse_plate("京AD06218", kind="yellow").kind == "green"
    assert parse_plate("京P12326", kind="none").text == "京P12326"


def test_foreign_plates_only_when_asked_for():
    assert parse_plate("KA-03 MF XXXX", kind="foreign").text == "KA03MFXXXX"
    assert parse_plate("KA03MFXXXX", kind="foreign").display == "KA03MFXXXX"
    assert plate_problem("KA03MFXXXX").code == "plate_foreign"


def test_look_alikes_are_put_right_and_said():
    plate = parse_plate("京A8K3OI")
    assert plate.text == "京A8K301"
    assert [warning.at for warning in plate.warnings] == [5, 6]
    assert plate.warnings[0].source == "第 6 位的字母 O 已改为数字 0：号牌不用字母 O 和 I"
    assert not any(warning.blocks for warning in plate.warnings)
    assert parse_plate("粤O12345").warnings[0].code == "plate_old_office"


@pytest.mark.parametrize(
    ("raw", "at", "sentence"),
    [
        ("", None, "请填写车牌；新车可填“未上牌”"),
        ("京A8K32", None, "少 1 位：小型汽车应为 7 位"),
        ("京", None, "少 6 位：小型汽车应为 7 位"),
        ("京AD062188", None, "多 1 位：新能源汽车应为 8 位"),
        ("京A123学", None, "少 1 位：教练车应为 7 位"),
        ("京A8K3266", 7, None),
        ("京AD06K18", 5, "新能源号牌第 6 位应为数字，现在是“K”"),
        ("A8K326", 0, "缺省份简称：应如 京A8K326"),
        ("晶A8K326", 0, "第 1 位“晶”不是省份简称"),
        ("京88K326", 1, "第 2 位“8”应为字母（I 除外）"),
        ("京A8K32?", 6, "第 7 位“?”不能用在号牌上"),
        ("京A学1234", 2, "第 3 位“学”不能用在号牌上"),
        ("沪A1234港", 0, "粤港两地车号牌应以 粤Z 开头"),
        ("WJ12", None, "武警号牌应为 WJ、省份简称（可无）和 5 位号码，如 WJ京12345"),
        ("KA53ES1234", 0, "“KA53ES1234”不是中国大陆号牌：请核对，或选“境外或其他号牌”"),
    ],
)
def test_says_which_character_is_wrong(raw, at, sentence):
    problem = plate_problem(raw)
    assert problem.at == at
    assert problem.blocks
    assert sentence is None or problem.source == sentence


def test_the_error_is_a_refusal_with_its_sentence():
    with pytest.raises(PlateError) as refused:
        parse_plate("京A8K32")
    assert refused.value.code == "plate_short"
    assert str(refused.value) == "少 1 位：小型汽车应为 7 位"


@given(blue)
def test_blue_plates_round_trip(text):
    plate = parse_plate(text)
    assert plate.text == plate.head + plate.tail == text
    assert parse_plate(plate.display.lower()) == plate


@given(green)
def test_small_new_energy_is_green(text):
    assert parse_plate(text).kind == PlateKind.GREEN
    assert parse_plate(text).is_new_energy


@given(dual)
def test_large_new_energy_is_dual(text):
    assert parse_plate(text).kind == PlateKind.DUAL


@given(st.one_of(blue, green, dual), st.data())
def test_one_character_less_or_more_is_never_the_same_plate(text, data):
    at = data.draw(st.integers(2, len(text) - 1))
    shorter = text[:at] + text[at + 1 :]
    if plate_problem(shorter) is None:
        assert parse_plate(shorter).text != text


@given(st.text(max_size=20))
def test_any_text_is_a_plate_or_a_sentence(text):
    problem = plate_problem(text)
    if problem is None:
        assert parse_plate(text).kind in KIND_NAMES
    else:
        assert problem.source and problem.code.startswith("plate_")


@given(st.text(PROVINCES + "AIO01D港挂临使WJ", max_size=10))
def test_plate_like_text_is_a_plate_or_a_sentence(text):
    assert (plate_problem(text) is None) or plate_problem(text).source


def test_search_keys():
    assert plate_suffixes("京A8K326") == ["京A8K326", "A8K326", "8K326", "K326", "326", "26"]
    assert {"A3326挂", "3326挂", "A3326", "326"} <= set(plate_suffixes("津A3326挂"))
    assert plate_suffixes("") == []
    assert plate_fragment("a·8k3o") == "A8K30"


@given(st.one_of(blue, green), st.data())
def test_any_fragment_starts_a_key(text, data):
    start = data.draw(st.integers(1, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    assert any(key.startswith(text[start:end]) for key in plate_suffixes(text))
