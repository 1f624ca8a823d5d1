"""Phones and the other personal facts of a customer: one written form, what is wrong with them, how they are masked.

The same person gives the same number in ten spellings; search, duplicate detection and blind indexes work only on one.
Masking lives here too, because a mask must leave exactly what a clerk needs to recognise the customer.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext_noop as _n

from .sentences import Problem

_NOISE = re.compile(r"[\s()\[\]·.,/\-‐‑–—_]+")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)\s*(\d{1,6})$", re.IGNORECASE)  # zh-data
_DASHED_EXTENSION = re.compile(r"^(.*\d{7,8})\s*[-–—]\s*(\d{1,5})$")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d\d)([1-9]\d{6,7})")
_SERVICE = re.compile(r"[48]00\d{7}")
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")
_WRITTEN_LANDLINE = re.compile(r"(0\d{2,3})-([1-9]\d{6,7})(?:-(\d{1,6}))?")
_NEAR = {"+852": 8, "+853": 8, "+886": 9}
MASK = "****"


def _split_extension(plain: str) -> tuple[str, str]:
    """The number and its extension (``010-12345678转801``, ``010-12345678-801``)."""
    found = _EXTENSION.search(plain)
    if found and len(re.sub(r"\D", "", plain[: found.start()])) >= 7:
        return plain[: found.start()], found[1]
    dashed = _DASHED_EXTENSION.match(plain)
    return (dashed[1], dashed[2]) if dashed and re.match(r"\D*0", plain) else (plain, "")


def normalise_phone(raw: str) -> str:
    """The one form that is stored, searched and hashed.

    Mainland mobile ``13800116217``, landline ``010-12345678`` (``-801`` with extension), service ``4008001234``, any
    other country in E.164. What cannot be read comes back without separators, so that ``phone_problem`` can explain it.
    """
    number, extension = _split_extension(unicodedata.normalize("NFKC", raw).strip())
    digits = re.sub(r"^(?:\+|00)86(?=[1-9048])", "", re.sub(r"^00(?=[1-9])", "+", _NOISE.sub("", number)))
    if re.fullmatch(r"86(?:1[3-9]\d{9})", digits) or re.fullmatch(r"01[3-9]\d{9}", digits):
        digits = digits[-11:]
    if re.fullmatch(r"(?:10|2\d|[3-9]\d\d)[1-9]\d{7}", digits) and re.match(r"\D*(?:\+|00)86", number):
        digits = "0" + digits
    landline = _LANDLINE.fullmatch(digits)
    if not landline:
        return digits
    return "-".join(part for part in (*landline.groups(), extension) if part)


def _is_known(phone: str) -> bool:
    if phone.startswith("+"):
        length = _NEAR.get(phone[:4])
        return bool(_ABROAD.fullmatch(phone)) and (length is None or len(phone) == 4 + length)
    return bool(_MOBILE.fullmatch(phone) or _WRITTEN_LANDLINE.fullmatch(phone) or _SERVICE.fullmatch(phone))


def phone_problem(raw: str) -> Problem | None:
    """What is wrong with a phone number and how to put it right, or None."""
    phone = normalise_phone(raw)
    if _is_known(phone):
        return None
    if not phone:
        return Problem("phone_empty", _n("请填写电话"))
    if wrong := re.search(r"[^\d+]", phone):
        return Problem("phone_character", _n("“%(char)s”不是数字：电话只填数字"), {"char": wrong[0]}, at=wrong.start())
    if phone.startswith("+"):
        return Problem("phone_abroad", _n("境外号码位数不对：应以 + 和国家或地区代码开头，如 +852 6123 4567"))
    return _mainland_problem(phone)


def is_mainland_mobile(raw: str) -> bool:
    """Can this number be sent a code? Codes to other countries are what fraud on text messages lives on."""
    return bool(_MOBILE.fullmatch(normalise_phone(raw)))


def _mainland_problem(phone: str) -> Problem:
    length = len(phone)
    if phone.startswith(("400", "800")):
        return Problem("phone_service", _n("400/800 电话应为 10 位，现在是 %(length)d 位"), {"length": length})
    if phone.startswith("1") and length >= 9:
        return _mobile_problem(phone)
    if phone.startswith("0"):
        return Problem("phone_landline", _n("固定电话应为区号加 7 或 8 位号码，如 010-12345678"))
    if length in (7, 8) and phone[0] in "23456789":
        return Problem("phone_area", _n("缺区号：固定电话应写成 010-12345678"))
    if length < 7:
        return Problem("phone_short", _n("位数太少：手机号应为 11 位，固定电话应带区号"))
    return Problem("phone_unknown", _n("不是手机号：手机号应为 11 位，以 13–19 开头"))


def _mobile_problem(phone: str) -> Problem:
    difference = len(phone) - 11
    if difference < 0:
        return Problem("phone_short", _n("少 %(count)d 位：手机号应为 11 位"), {"count": -difference})
    if difference > 0:
        return Problem("phone_long", _n("多 %(count)d 位：手机号应为 11 位"), {"count": difference})
    return Problem("phone_prefix", _n("第 2 位不能是 %(char)s：手机号以 13–19 开头"), {"char": phone[1]}, at=1)


def _number(phone: str) -> str:
    """The digits of the number itself, without extension."""
    landline = _WRITTEN_LANDLINE.fullmatch(phone)
    return landline[1] + landline[2] if landline else re.sub(r"\D", "", phone)


def tails(phone: str) -> list[str]:
    """Search keys: the last 4 to 8 digits and the whole number, for callers who say only the end."""
    digits = _number(normalise_phone(phone))
    found = [digits[-length:] for length in range(4, 9) if len(digits) >= length]
    return list(dict.fromkeys([*found, digits])) if digits else []


def display_phone(phone: str) -> str:
    """As people read it aloud: ``138 0011 6217``, ``400 800 1234``, ``+852 6123 4567``."""
    phone = normalise_phone(phone)
    if _MOBILE.fullmatch(phone):
        return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
    if _SERVICE.fullmatch(phone):
        return f"{phone[:3]} {phone[3:6]} {phone[6:]}"
    if phone[:4] in _NEAR:
        return f"{phone[:4]} {phone[4:8]} {phone[8:]}"
    return phone


def mask_phone(phone: str) -> str:
    """``138****6217``: enough to recognise the customer, not enough to call. An extension is left out."""
    phone = normalise_phone(phone)
    landline = _WRITTEN_LANDLINE.fullmatch(phone)
    if landline:
        return f"{landline[1]}-{MASK}{landline[2][-4:]}"
    head = phone[:4] if phone.startswith("+") else phone[:3]
    return f"{head}{MASK}{phone[-4:]}" if len(phone) >= len(head) + 6 else MASK


def mask_id(number: str) -> str:
    """Identity papers show the region and the last four; a birthday is never shown."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", number)).upper()
    if len(plain) in (15, 18):
        return f"{plain[:6]}{'*' * (len(plain) - 10)}{plain[-4:]}"
    return f"{plain[:1]}{MASK}{plain[-3:]}" if len(plain) >= 7 else MASK


_PROVINCE = "(?:.{2,9}?(?:省|自治区|特别行政区))?"  # zh-data
_CITY = "(?P<city>[^市区县]{1,6}?(?:市|州|盟))?"  # zh-data
_COUNTY = "(?P<county>[^市]{1,8}?(?:区|县|旗|市))?"  # zh-data
_DISTRICT = re.compile(_PROVINCE + _CITY + _COUNTY)


def mask_address(address: str) -> str:
    """``朝阳区 望京西园****``: the district and the first four characters, no house number."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", address))
    found = _DISTRICT.match(plain)
    district = (found["county"] or found["city"] or "") if found else ""
    street = re.split(r"\d", plain[found.end() :] if found else plain)[0]
    return f"{district} {street[:4]}{MASK}".strip()


_COMPOUND = re.findall("..", "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐宇文长孙司徒夏侯端木南宫")  # zh-data


def mask_name(name: str) -> str:
    """``王**``: the surname only, for the floor board and the waiting room screen. Company names stay."""
    name = name.strip()
    if len(name) > 4:
        return name
    kept = 2 if name[:2] in _COMPOUND and len(name) > 2 else 1
    return name[:kept] + "*" * (len(name) - kept)


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_REGIONS = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83)
)


def id_card_check(first17: str) -> str:
    """The eighteenth character of a resident identity card (GB 11643)."""
    return _ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True)) % 11]


def _is_date(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return False
    return int(text[:4]) >= 1850


def id_card_problem(raw: str) -> Problem | None:
    """What is wrong with an identity card number: length, character, region, birthday or check digit."""
    number = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw)).upper()
    if len(number) != 18:
        return Problem("id_length", _n("身份证号应为 18 位，现在是 %(length)d 位"), {"length": len(number)})
    if wrong := re.search(r"[^0-9]", number[:17]):
        params = {"place": wrong.start() + 1, "char": wrong[0]}
        return Problem("id_character", _n("第 %(place)d 位“%(char)s”不是数字"), params, at=wrong.start())
    if int(number[:2]) not in _ID_REGIONS:
        return Problem("id_region", _n("前两位 %(region)s 不是省级代码"), {"region": number[:2]}, at=0)
    if not _is_date(number[6:14]):
        return Problem("id_birthday", _n("第 7–14 位 %(date)s 不是日期"), {"date": number[6:14]}, at=6)
    if number[17] != id_card_check(number[:17]):
        return Problem("id_check", _n("校验位不对：请逐位核对身份证号"), at=17)
    return None
