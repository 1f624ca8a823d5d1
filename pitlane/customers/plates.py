"""Rules for number plates (rules of this domain are split by document: plates, vins, completeness).

People in a shop speak in plates, so a plate is read as it is typed or said, put into one form, and drawn in its
colour. What cannot be a plate is refused with the character that is wrong. The formats follow GA 36.
"""

# zh-data

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _n

from pitlane.core.sentences import NotValid, Problem, Word

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
UNPLATED = _n("未上牌")
_UNPLATED_WORDS = frozenset(("未上牌", "无牌", "无牌照", "暂无牌照", "新车", "无"))
_NOISE = re.compile(r"[\s·.\-_,:;/‧•・●°*—–]+")
_LETTER = "A-HJ-NP-Z"
_SERIAL = "A-HJ-NP-Z0-9"
NEW_ENERGY_LETTERS = "DABCEFGHJK"


class PlateKind(StrEnum):
    """The look of a plate; the interface draws ``pl-plate--<kind>``."""

    BLUE = "blue"
    GREEN = "green"
    YELLOW = "yellow"
    DUAL = "dual"
    BLACK = "black"
    WHITE = "white"
    TEMPORARY = "temp"
    FOREIGN = "foreign"
    NONE = "none"


class PlateUse(StrEnum):
    """What the plate says about the vehicle beyond its colour."""

    ORDINARY = "ordinary"
    LEARNER = "learner"
    TRAILER = "trailer"
    POLICE = "police"
    RESCUE = "rescue"
    CONSULATE = "consulate"
    EMBASSY = "embassy"
    HONG_KONG = "hong_kong"
    MACAO = "macao"
    ARMED_POLICE = "armed_police"
    MILITARY = "military"
    TEMPORARY = "temporary"
    FOREIGN = "foreign"
    NONE = "none"


KIND_NAMES: dict[str, str] = {
    PlateKind.BLUE: _n("蓝牌"),
    PlateKind.GREEN: _n("绿牌（新能源小型车）"),
    PlateKind.YELLOW: _n("黄牌"),
    PlateKind.DUAL: _n("黄绿牌（新能源大型车）"),
    PlateKind.BLACK: _n("黑牌"),
    PlateKind.WHITE: _n("白牌"),
    PlateKind.TEMPORARY: _n("临时牌"),
    PlateKind.FOREIGN: _n("境外或其他号牌"),
    PlateKind.NONE: UNPLATED,
}


class PlateError(NotValid):
    """The text is not a number plate; carries what is wrong."""


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate in its one form. ``text`` is stored and copied, ``head`` and ``tail`` are drawn apart."""

    text: str
    province: str
    head: str
    tail: str
    kind: PlateKind
    use: PlateUse = PlateUse.ORDINARY
    warnings: tuple[Problem, ...] = ()

    @property
    def display(self) -> str:
        """As it stands on the plate: ``京A·8K326``."""
        if not self.text:
            return gettext(UNPLATED)
        return f"{self.head}·{self.tail}" if self.head else self.text

    @property
    def is_new_energy(self) -> bool:
        """Whether the plate belongs to a new-energy vehicle (work on high voltage needs a certificate)."""
        return self.kind in (PlateKind.GREEN, PlateKind.DUAL)


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    kind: PlateKind
    use: PlateUse = PlateUse.ORDINARY


def _form(pattern: str, kind: PlateKind, use: PlateUse = PlateUse.ORDINARY) -> _Form:
    return _Form(re.compile(pattern), kind, use)


_OFFICE = f"(?P<head>[{PROVINCES}][A-HJ-Z])"
_FORMS = (
    _form(f"{_OFFICE}(?P<tail>[{NEW_ENERGY_LETTERS}][{_SERIAL}]\\d{{4}})", PlateKind.GREEN),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]\\d{{4}}[{NEW_ENERGY_LETTERS}])", PlateKind.DUAL),
    _form(f"(?P<head>粤Z)(?P<tail>[{_SERIAL}]{{4}}港)", PlateKind.BLACK, PlateUse.HONG_KONG),
    _form(f"(?P<head>粤Z)(?P<tail>[{_SERIAL}]{{4}}澳)", PlateKind.BLACK, PlateUse.MACAO),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]{{5}})", PlateKind.BLUE),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]{{4}}学)", PlateKind.YELLOW, PlateUse.LEARNER),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]{{4,5}}挂)", PlateKind.YELLOW, PlateUse.TRAILER),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]{{4}}警)", PlateKind.WHITE, PlateUse.POLICE),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]{{4}}应急)", PlateKind.WHITE, PlateUse.RESCUE),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]{{4}}领)", PlateKind.BLACK, PlateUse.CONSULATE),
    _form(f"(?P<head>[{PROVINCES}]\\d{{3}})(?P<tail>\\d{{2}}领)", PlateKind.BLACK, PlateUse.CONSULATE),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]{{4}}使)", PlateKind.BLACK, PlateUse.EMBASSY),
    _form(r"(?P<head>使\d{3})(?P<tail>\d{3})", PlateKind.BLACK, PlateUse.EMBASSY),
    _form(r"(?P<head>\d{3})(?P<tail>\d{3}使)", PlateKind.BLACK, PlateUse.EMBASSY),
    _form(f"(?P<head>WJ[{PROVINCES}]?)(?P<tail>\\d{{4}}[0-9TDSHBXJ])", PlateKind.WHITE, PlateUse.ARMED_POLICE),
    _form(r"(?P<head>WJ\d{2})(?P<tail>\d{5})", PlateKind.WHITE, PlateUse.ARMED_POLICE),
    _form(f"(?P<head>[{_LETTER}]{{2}})(?P<tail>\\d{{5}})", PlateKind.WHITE, PlateUse.MILITARY),
    _form(f"{_OFFICE}(?P<tail>[{_SERIAL}]{{4,6}}临)", PlateKind.TEMPORARY, PlateUse.TEMPORARY),
)
_FOREIGN = re.compile(r"[0-9A-Z\u4e00-\u9fff]{2,12}")
_MARKS = re.compile(r"(?:学|挂|警|应急|领|使|港|澳|临)$")
_HINTS: dict[str, tuple[PlateKind, ...]] = {
    PlateKind.YELLOW: (PlateKind.BLUE,),
    PlateKind.BLACK: (PlateKind.BLUE,),
}


def _plain(raw: str) -> str:
    """Capital half-width letters without separators; a leading 临 moves to the end."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", raw)).upper()
    text = re.sub(r"(?:号牌|牌照|车牌号?)[:：]?", "", text)
    return f"{text[1:]}临" if text.startswith("临") else text


def _without_look_alikes(text: str) -> tuple[str, tuple[Problem, ...]]:
    """Replace O and I after the office letter: plates have none, so 0 and 1 were meant."""
    warnings = []
    for at, char in enumerate(text):
        if char in "OI" and at >= 2:
            meant = "0" if char == "O" else "1"
            params = {"place": at + 1, "char": char, "meant": meant}
            message = _n("第 %(place)d 位的字母 %(char)s 已改为数字 %(meant)s：号牌不用字母 O 和 I")
            warnings.append(Problem("plate_look_alike", message, params, blocks=False, at=at))
            text = text[:at] + meant + text[at + 1 :]
    return text, tuple(warnings)


def _old_office(head: str) -> tuple[Problem, ...]:
    if head[1:2] != "O":
        return ()
    message = _n("%(head)s 是旧公务号段，已基本停用：请核对第 2 位")
    return (Problem("plate_old_office", message, {"head": head}, blocks=False, at=1),)


def _coloured(form: _Form, kind: str) -> PlateKind:
    """The hinted colour where the text alone does not tell it (a lorry's yellow plate reads like a blue one)."""
    return PlateKind(kind) if kind and form.kind in _HINTS.get(kind, ()) else form.kind


def parse_plate(raw: str, *, kind: str = "") -> Plate:
    """Read a plate in any spelling; ``kind`` tells yellow or black from blue, or asks to take a foreign plate as it is.

    Raises ``PlateError`` with the problem.
    """
    plain = _plain(raw)
    if plain in _UNPLATED_WORDS or (kind == PlateKind.NONE and not plain):
        return Plate("", "", "", "", PlateKind.NONE, PlateUse.NONE)
    if kind == PlateKind.FOREIGN and _FOREIGN.fullmatch(plain):
        return Plate(plain, "", "", plain, PlateKind.FOREIGN, PlateUse.FOREIGN)
    text, warnings = _without_look_alikes(plain)
    for form in _FORMS:
        if found := form.pattern.fullmatch(text):
            head = found["head"]
            province = next((char for char in head if char in PROVINCES), "")
            warnings += _old_office(head)
            return Plate(text, province, head, found["tail"], _coloured(form, kind), form.use, warnings)
    raise PlateError(_why_not(text))


def plate_problem(raw: str, *, kind: str = "") -> Problem | None:
    """What is wrong with the typed plate in a sentence for the form, or None."""
    try:
        parse_plate(raw, kind=kind)
    except PlateError as error:
        return error.problem
    return None


def _why_not(text: str) -> Problem:
    if not text:
        return Problem("plate_empty", _n("请填写车牌；新车可填“未上牌”"))
    if text.startswith("WJ"):
        return Problem("plate_armed_police", _n("武警号牌应为 WJ、省份简称（可无）和 5 位号码，如 WJ京12345"))
    if text[0] not in PROVINCES:
        return _no_province(text)
    return _wrong_character(text) or _wrong_length(text)


def _no_province(text: str) -> Problem:
    if "\u4e00" <= text[0] <= "\u9fff" and text[0] != "使":
        return Problem("plate_province", _n("第 1 位“%(char)s”不是省份简称"), {"char": text[0]}, at=0)
    if re.fullmatch(f"[A-Z][{_SERIAL}]{{5,6}}[学挂警领港澳]?", text):
        return Problem("plate_no_province", _n("缺省份简称：应如 京%(text)s"), {"text": text}, at=0)
    message = _n("“%(text)s”不是中国大陆号牌：请核对，或选“境外或其他号牌”")
    return Problem("plate_foreign", message, {"text": text}, at=0)


def _wrong_character(text: str) -> Problem | None:
    """The first character that no plate can have at its place."""
    if len(text) > 1 and not re.match(r"[A-HJ-Z]", text[1]):
        params = {"place": 2, "char": text[1]}
        return Problem("plate_office", _n("第 %(place)d 位“%(char)s”应为字母（I 除外）"), params, at=1)
    body = _MARKS.sub("", text)
    if wrong := re.search(f"[^{_SERIAL}]", body[2:]):
        params = {"place": wrong.start() + 3, "char": wrong[0]}
        return Problem("plate_character", _n("第 %(place)d 位“%(char)s”不能用在号牌上"), params, at=wrong.start() + 2)
    return None


_LENGTHS: dict[str, tuple[int, str]] = {
    "": (7, _n("小型汽车")),
    "学": (7, _n("教练车")),
    "挂": (7, _n("挂车")),
    "警": (7, _n("警车")),
    "港": (7, _n("粤港两地车")),
    "澳": (7, _n("粤澳两地车")),
    "领": (7, _n("领馆汽车")),
    "使": (7, _n("使馆汽车")),
    "临": (8, _n("临时号牌")),
    "应急": (8, _n("应急救援车")),
}


def _wrong_length(text: str) -> Problem:
    mark = found[0] if (found := _MARKS.search(text)) else ""
    wanted, name = _LENGTHS[mark]
    if not mark and len(text) == 8:
        return _not_new_energy(text)
    if not mark and len(text) > 8:
        wanted, name = 8, _n("新能源汽车")
    if mark in "港澳" and mark and not text.startswith("粤Z"):
        return Problem("plate_cross_border", _n("%(name)s号牌应以 粤Z 开头"), {"name": Word(name)}, at=0)
    params = {"count": abs(len(text) - wanted), "name": Word(name), "wanted": wanted}
    if len(text) < wanted:
        return Problem("plate_short", _n("少 %(count)d 位：%(name)s应为 %(wanted)d 位"), params)
    return Problem("plate_long", _n("多 %(count)d 位：%(name)s应为 %(wanted)d 位"), params)


def _not_new_energy(text: str) -> Problem:
    """Eight characters that are no new-energy plate: either a digit is wrong or one character is too many."""
    tail = text[2:]
    if tail[0] in NEW_ENERGY_LETTERS or tail[-1] in NEW_ENERGY_LETTERS:
        digits = range(2, 6) if tail[0] in NEW_ENERGY_LETTERS else range(1, 5)
        at = next(i for i in digits if not tail[i].isdigit()) + 2
        params = {"place": at + 1, "char": text[at]}
        return Problem("plate_digit", _n("新能源号牌第 %(place)d 位应为数字，现在是“%(char)s”"), params, at=at)
    return Problem(
        "plate_new_energy",
        _n("多 1 位：小型汽车应为 7 位；8 位的新能源号牌第 3 位或末位应为字母 D、A、B、C、E、F、G、H、J、K 之一"),
        at=7,
    )


def plate_fragment(raw: str) -> str:
    """A typed piece of a plate in the form of the search keys: capitals, no separators, O as 0 and I as 1."""
    return _plain(raw).replace("O", "0").replace("I", "1")


def plate_suffixes(text: str) -> list[str]:
    """Search keys: the whole plate and every ending of two characters or more, also without 挂, 警 and the like."""
    number = text.lstrip(PROVINCES)
    keys = [text] if text else []
    keys += [number[at:] for at in range(len(number) - 1)]
    bare = _MARKS.sub("", number)
    if bare != number:
        keys += [bare[at:] for at in range(len(bare) - 1)]
    return list(dict.fromkeys(keys))
