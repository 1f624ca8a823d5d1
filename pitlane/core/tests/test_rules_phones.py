"""Phones, masks and identity numbers."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pitlane.core.phones import (
    display_phone,
    id_card_check,
    id_card_problem,
    mask_address,
    mask_id,
    mask_name,
    mask_phone,
    normalise_phone,
    phone_problem,
    tails,
)

settings.register_profile("patient", deadline=None)  # a busy machine is no reason to fail
settings.load_profile("patient")

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    ("raw", "phone", "shown", "masked"),
    [
        ("138 0011 6217", "13800116217", "138 0011 6217", "138****6217"),
        ("+86 138-0011-6217", "13800116217", "138 0011 6217", "138****6217"),
        ("008613800116217", "13800116217", "138 0011 6217", "138****6217"),
        ("８６１３８００１１６２１７", "13800116217", "138 0011 6217", "138****6217"),
        ("013800116217", "13800116217", "138 0011 6217", "138****6217"),
        ("010-12345678", "010-12345678", "010-12345678", "010-****5678"),
        ("(010)62345678转801", "010-62345678-801", "010-62345678-801", "010-****5678"),
        ("0755-8345678-12", "0755-8345678-12", "0755-8345678-12", "0755-****5678"),
        ("+86 10 62345678", "010-62345678", "010-62345678", "010-****5678"),
        ("400-800-1234", "4008001234", "400 800 1234", "400****1234"),
        ("+852 6123 4567", "+85261234567", "+852 6123 4567", "+852****4567"),
        ("00853 6612-3456", "+85366123456", "+853 6612 3456", "+853****3456"),
        ("+886 912 345 678", "+886912345678", "+886 9123 45678", "+886****5678"),
        ("+1 (415) 555-2671", "+14155552671", "+14155552671", "+141****2671"),
    ],
)
def test_one_form_for_every_spelling(raw, phone, shown, masked):
    assert normalise_phone(raw) == phone
    assert phone_problem(raw) is None
    assert display_phone(raw) == shown
    assert mask_phone(raw) == masked


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("", "请填写电话"),
        ("1380011621", "少 1 位：手机号应为 11 位"),
        ("138001162170", "多 1 位：手机号应为 11 位"),
        ("12345678901", "第 2 位不能是 2：手机号以 13–19 开头"),
        ("62345678", "缺区号：固定电话应写成 010-12345678"),
        ("0755-12", "固定电话应为区号加 7 或 8 位号码，如 010-12345678"),
        ("400800123", "400/800 电话应为 10 位，现在是 9 位"),
        ("+8526123", "境外号码位数不对：应以 + 和国家或地区代码开头，如 +852 6123 4567"),
        ("13800116217x", "“x”不是数字：电话只填数字"),
        ("123", "位数太少：手机号应为 11 位，固定电话应带区号"),
        ("6234567890123", "不是手机号：手机号应为 11 位，以 13–19 开头"),
    ],
)
def test_says_what_is_wrong(raw, sentence):
    assert phone_problem(raw).source == sentence


@given(mobiles, st.sampled_from(["", " ", "-"]), st.sampled_from(["", "+86", "86", "0086 ", "+86 "]))
def test_mobiles_survive_any_spelling(mobile, gap, prefix):
    typed = f"{prefix}{mobile[:3]}{gap}{mobile[3:7]}{gap}{mobile[7:]}"
    assert normalise_phone(typed) == mobile
    assert normalise_phone(display_phone(mobile)) == mobile
    assert mobile not in mask_phone(typed)


@given(st.text(max_size=25))
def test_no_text_breaks_them(text):
    normalised = normalise_phone(text)
    assert normalise_phone(normalised) == normalised or phone_problem(normalised)
    phone_problem(text), mask_phone(text), display_phone(text), tails(text), id_card_problem(text), mask_id(text)
    mask_address(text), mask_name(text)


def test_tails_are_four_to_eight_digits_and_the_whole():
    assert tails("138 0011 6217") == ["6217", "16217", "116217", "0116217", "00116217", "13800116217"]
    assert tails("010-62345678-801") == ["5678", "45678", "345678", "2345678", "62345678", "01062345678"]
    assert tails("") == []


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("北京市朝阳区望京西园三区 312 号", "朝阳区 望京西园****"),
        ("广东省深圳市南山区科技园南路8号", "南山区 科技园南****"),
        ("浙江省义乌市稠城街道1号", "义乌市 稠城街道****"),
        ("湖南省长沙县星沙街道", "长沙县 星沙街道****"),
        ("内蒙古自治区呼伦贝尔市鄂温克族自治旗巴彦托海镇", "鄂温克族自治旗 巴彦托海****"),
        ("望京西园", "望京西园****"),
        ("", "****"),
    ],
)
def test_addresses_keep_the_district(address, masked):
    assert mask_address(address) == masked


@given(st.integers(1, 99999))
def test_house_numbers_never_show(number):
    assert not re.search(r"\d", mask_address(f"北京市海淀区知春路{number}号院{number}室"))


def test_names_and_papers_are_masked():
    assert (mask_name("王建国"), mask_name("欧阳晓晨"), mask_name("李")) == ("王**", "欧阳**", "李")
    assert mask_name("顺达物流（北京）有限公司") == "顺达物流（北京）有限公司"
    assert mask_id("11010519491231002X") == "110105********002X"
    assert (mask_id("E12345678"), mask_id("12")) == ("E****678", "****")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("11010519491231002X", None), ("11010519491231002x", None), ("110105 19491231 002X", None),
        ("110105194912310021", "id_check"), ("1101051949123100", "id_length"), ("1101051949123100A1", "id_character"),
        ("990105194912310021", "id_region"), ("110105194913310021", "id_birthday"),
        ("110105194902300021", "id_birthday"),
    ],
)  # fmt: skip
def test_identity_numbers(number, code):
    problem = id_card_problem(number)
    assert (problem and problem.code) == code


@given(st.dates(), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(born, serial, place, step):
    first17 = f"110105{max(born.year, 1900):04d}{born.month:02d}{min(born.day, 28):02d}{serial:03d}"
    number = first17 + id_card_check(first17)
    assert id_card_problem(number) is None
    wrong = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert id_card_problem(wrong) is not None
