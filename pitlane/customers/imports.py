"""Customers and cars of a former program. What cannot be read is reported, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.crypto import blind
from pitlane.core.imports import cells
from pitlane.core.imports.profiles import Field, Found, Issue, Profile, Target, Unit, register
from pitlane.core.imports.rows import Row
from pitlane.core.imports.run import recall
from pitlane.core.imports.sorting import Sorter
from pitlane.core.phones import id_card_problem, normalise_phone, phone_problem

from . import commands
from .completeness import clean_name, name_problem
from .lunar import lunar_day
from .names import GENDERS, SOURCES
from .plates import PlateError, parse_plate
from .vins import normalise_vin, vin_problem

KINDS = {"company": ("公司", "单位", "企业", "company", "fleet"), "person": ("个人", "person")}  # zh-data
COMPANY_WORDS = ("公司", "集团", "车队", "厂", "Ltd", "Co.")  # zh-data
GENDER_WORDS = {"m": ("男", "男士", "male"), "f": ("女", "小姐", "女性", "female")}  # zh-data
YES = ("是", "农历", "阴历", "y", "yes", "1", "true")  # zh-data
FUELS = {
    "petrol": ("汽油", "汽油车", "gasoline"),  # zh-data
    "diesel": ("柴油", "柴油车"),  # zh-data
    "hybrid": ("混动", "混合动力", "油电混合", "插电混动", "插混", "增程", "phev"),  # zh-data
    "ev": ("纯电", "电动", "纯电动", "电", "bev"),  # zh-data
}
CLASSES = {
    "economy": ("经济型", "经济", "微型", "小型"),  # zh-data
    "standard": ("普通型", "普通", "紧凑型", "中型"),  # zh-data
    "premium": ("中高级", "中高档", "中大型"),  # zh-data
    "luxury": ("豪华型", "豪华", "高档"),  # zh-data
    "nev": ("新能源",),  # zh-data
    "commercial": ("商用车", "商用", "货车", "客车"),  # zh-data
}
CONSENTS = {"service_consent_on": "service", "marketing_consent_on": "marketing"}
KM_LIMIT = 9_999_999


@dataclass(frozen=True, slots=True)
class Person:
    """One customer as the file tells it. ``consents`` were given on paper: purpose → day."""

    name: str
    phones: tuple[str, ...]
    kind: str
    tags: tuple[str, ...]
    facts: dict[str, Any]
    consents: dict[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Car:
    """One car as the file tells it, with its owner's name and phones."""

    plate: str
    plate_kind: str
    vin: str
    facts: dict[str, Any]
    odometer: int | None
    owner: str
    phones: tuple[str, ...]


def _doubt(notes: list[Issue], row: Row, code: str, message: object) -> None:
    notes.append(Issue(row, "doubtful", code, str(message)))


def _reject(notes: list[Issue], row: Row, code: str, message: object) -> None:
    notes.append(Issue(row, "rejected", code, str(message)))


def _phones(row: Row, notes: list[Issue]) -> tuple[str, ...]:
    """The numbers that are phone numbers; others are left out and named."""
    good = []
    for text in (part for key in ("phone", "phone2") for part in cells.words(row.get(key))):
        problem = phone_problem(text)
        if problem is not None and problem.blocks:
            _doubt(notes, row, "phone", problem)
        else:
            good.append(normalise_phone(text))
    return tuple(dict.fromkeys(good))


def _key(kind: str, *parts: str) -> str:
    return f"{kind}:{blind('import', '|'.join(parts))}"


def read_customers(rows: Iterable[Row], target: Target, sorter: Sorter) -> Iterator[Found]:
    """One customer a row; the same name with the same first phone twice is one customer."""
    for row in rows:
        notes: list[Issue] = []
        name = clean_name(row.get("name"))
        problem = name_problem(name)
        if problem is not None:
            yield Issue(row, "rejected", "name", str(problem))
            continue
        person = _person(row, name, notes)
        key = _person_key(name, person.phones)
        if sorter.first(key):
            yield Unit(key, (row,), person)
        else:
            _doubt(notes, row, "twice", _("文件里前面已有同名同电话的客户，合并为一位"))
        yield from notes


def _person(row: Row, name: str, notes: list[Issue]) -> Person:
    phones = _phones(row, notes)
    if not phones:
        _doubt(notes, row, "no_phone", _("没有可用的电话"))
    sources: dict[str, tuple[str, ...]] = {key: (str(label),) for key, label in SOURCES.items()}
    texts = {key: row.get(key) for key in ("address", "wechat", "contact_name", "tax_id", "note")}
    facts: dict[str, Any] = {
        "source": cells.choice(row.get("source"), sources, "import"),
        **{k: v for k, v in texts.items() if v},
        **_birthday(row, notes),
        **_identity(row, notes),
    }
    if gender := _named(row, "gender", {k: (*GENDER_WORDS[k], str(label)) for k, label in GENDERS.items()}, notes):
        facts["gender"] = gender
    kind = cells.choice(row.get("kind"), KINDS, _kind(name))
    return Person(name, phones, kind, tuple(cells.words(row.get("tags"))), facts, _paper(row, notes))


def _lunar(text: str) -> date | None:
    """The solar day of the lunar date in a cell, written in figures or as people say it, with its year."""
    written = cells.day(text)
    return lunar_day(f"农历{written:%Y-%m-%d}" if written else text, date.min) if text else None  # zh-data


def _birthday(row: Row, notes: list[Issue]) -> dict[str, Any]:
    """The lunar column holds either a date or a yes that makes the other column lunar."""
    solar, text = _day(row, "birthday", notes), row.get("birthday_lunar")
    lunar = _lunar(text)
    if solar and lunar:
        _doubt(notes, row, "two_birthdays", _("公历和农历生日都有，只导入公历生日"))
    elif lunar:
        return {"birthday": lunar, "birthday_lunar": True}
    elif solar and text.lower() in YES:
        return {"birthday": solar, "birthday_lunar": True}
    elif text and not solar:
        _doubt(notes, row, "date_birthday_lunar", _("日期「%(text)s」无法识别，没有导入") % {"text": text[:30]})
    return {"birthday": solar} if solar else {}


def _identity(row: Row, notes: list[Issue]) -> dict[str, str]:
    """An identity card number whose check digit holds, or another document's number; a wrong one is left out."""
    text = row.get("id_number")
    problem = id_card_problem(text) if text[:14].isdigit() and len(text) >= 15 else None
    if problem is not None:
        _doubt(notes, row, "id_number", problem)
        return {}
    return {"id_number": text[:30]} if text else {}


def _named(row: Row, key: str, names: dict[str, tuple[str, ...]], notes: list[Issue]) -> str:
    """The value that is named in the cell; a word that nobody knows is left out and named."""
    found = cells.choice(row.get(key), names, "")
    if row.get(key) and not found:
        _doubt(notes, row, key, _("「%(text)s」无法识别，没有导入") % {"text": row.get(key)[:30]})
    return found


def _paper(row: Row, notes: list[Issue]) -> dict[str, date]:
    """Consents need the day of the signed paper; a bare yes is nobody's consent."""
    given = {}
    for key, purpose in CONSENTS.items():
        on = cells.day(row.get(key))
        if on is not None and on <= timezone.localdate():
            given[purpose] = on
        elif row.get(key):
            _doubt(notes, row, "consent", _("授权要写纸质签字日期，「%(text)s」没有导入") % {"text": row.get(key)[:30]})
    return given


def _kind(name: str) -> str:
    return "company" if any(word in name for word in COMPANY_WORDS) else "person"


def _person_key(name: str, phones: Sequence[str]) -> str:
    return _key("customer", name.casefold(), *phones[:1])


def _day(row: Row, key: str, notes: list[Issue]) -> date | None:
    found = cells.day(row.get(key))
    if row.get(key) and found is None:
        _doubt(notes, row, f"date_{key}", _("日期「%(text)s」无法识别，没有导入") % {"text": row.get(key)[:30]})
    return found


@command
def apply_customers(*, units: Sequence[Unit], target: Target, by: Actor, at: datetime) -> dict[str, int]:
    """Write a chunk of customers; who is known by phone and name stays as they are."""
    made = {}
    for unit in units:
        person: Person = unit.facts
        found = commands.find_or_create_customer(
            name=person.name,
            phones=person.phones,
            kind=person.kind,
            tags=person.tags,
            facts={**person.facts, "home_store_id": target.store_id or None},
            by=by,
            at=at,
        )
        for purpose, on in person.consents.items():
            commands.note_paper_consent(customer_id=found.id, purpose=purpose, on=on, by=by, at=at)
        made[unit.key] = found.id
    return made


def read_vehicles(rows: Iterable[Row], target: Target, sorter: Sorter) -> Iterator[Found]:
    """One car a row, known by its VIN, else by its plate."""
    for row in rows:
        notes: list[Issue] = []
        car = _car(row, notes)
        if car is not None:
            key = _key("vehicle", car.vin or f"{car.plate}|{car.plate_kind}")
            if sorter.first(key):
                yield Unit(key, (row,), car)
            else:
                _doubt(notes, row, "twice", _("文件里前面已有这台车，后面的没有导入"))
        yield from notes


def _car(row: Row, notes: list[Issue]) -> Car | None:
    vin = _vin(row, notes)
    plate, kind = _plate(row, notes)
    owner = clean_name(row.get("owner"))
    if not plate and not vin:
        _reject(notes, row, "no_vehicle", _("没有可用的车牌和车架号"))
        return None
    if owner and (problem := name_problem(owner)) is not None:
        _reject(notes, row, "owner", _("车主不能导入（%(why)s），所以这台车没有导入") % {"why": problem})
        return None
    phones = _phones(row, notes)
    if phones and not owner:
        _doubt(notes, row, "no_owner", _("有电话但没有车主姓名，电话没有导入"))
    if owner and not phones and (row.get("phone") or row.get("phone2")):
        _doubt(notes, row, "no_phone", _("没有可用的电话"))
    return Car(plate, kind, vin, _car_facts(row, notes), _kilometres(row, "odometer", notes), owner, phones)


def _car_facts(row: Row, notes: list[Issue]) -> dict[str, Any]:
    texts = {"make": 30, "series": 40, "model": 60, "engine_no": 30, "colour": 20, "insurer": 30, "note": 200}
    facts: dict[str, Any] = {key: row.get(key)[:most] for key, most in texts.items() if row.get(key)}
    year = cells.number(row.get("model_year"))
    if year is not None and 1950 <= year <= 2100:
        facts["model_year"] = int(year)
    named = {"fuel": _named(row, "fuel", FUELS, notes), "vehicle_class": _named(row, "vehicle_class", CLASSES, notes)}
    days = ("purchased_on", "insurance_until", "inspection_until", "warranty_until")
    more = {"warranty_km": _kilometres(row, "warranty_km", notes), **{key: _day(row, key, notes) for key in days}}
    return facts | {key: value for key, value in (named | more).items() if value}


def _vin(row: Row, notes: list[Issue]) -> str:
    text = row.get("vin")
    problem = vin_problem(text) if text else None
    if problem is not None and problem.blocks:
        _doubt(notes, row, "vin", problem)
        return ""
    return normalise_vin(text) if text else ""


def _plate(row: Row, notes: list[Issue]) -> tuple[str, str]:
    """The plate and its kind; what is no Chinese plate is kept as it stands and named."""
    text = row.get("plate").upper()
    if not text:
        return "", ""
    try:
        plate = parse_plate(text)
    except PlateError as error:
        _doubt(notes, row, "foreign_plate", _("按原样保存：%(why)s") % {"why": error})
        return text[:12], "foreign"
    return plate.text, plate.kind.value


def _kilometres(row: Row, key: str, notes: list[Issue]) -> int | None:
    text = row.get(key)
    found = cells.number(text) if text else None
    if text and (found is None or not 0 <= found <= KM_LIMIT):
        _doubt(notes, row, key, _("里程「%(text)s」不合常理，没有导入") % {"text": text[:30]})
        return None
    return int(found) if found is not None else None


@command
def apply_vehicles(*, units: Sequence[Unit], target: Target, by: Actor, at: datetime) -> dict[str, int]:
    """Write a chunk of cars with their owners; what is known stays as it is."""
    cars: list[Car] = [unit.facts for unit in units]
    known = recall(CUSTOMERS.key, sorted({_person_key(car.owner, car.phones) for car in cars if car.owner}))
    return {unit.key: _write_car(unit.facts, known, target, by, at) for unit in units}


def _write_car(car: Car, known: dict[str, int], target: Target, by: Actor, at: datetime) -> int:
    """The owner is the customer whom the customers' file brought in under that name, else found or made."""
    owner = None
    if car.owner:
        owner = commands.find_or_create_customer(
            name=car.owner,
            phones=car.phones,
            kind=_kind(car.owner),
            facts={"source": "import", "home_store_id": target.store_id or None},
            known_id=known.get(_person_key(car.owner, car.phones)),
            by=by,
            at=at,
        ).id
    return commands.find_or_create_vehicle(
        plate=car.plate,
        plate_kind=car.plate_kind,
        vin=car.vin,
        customer_id=owner,
        odometer=car.odometer,
        facts=car.facts,
        by=by,
        at=at,
    ).id


PHONE = Field("phone", _("手机号"), ("电话", "手机", "联系电话", "mobile", "tel"))  # zh-data
PHONE2 = Field("phone2", _("其他电话"), ("电话2", "备用电话", "固话"))  # zh-data
LUNAR = _("日期；或写「是」表示生日是农历")
PAPER = _("客户在纸上签字的日期；没有日期不导入")
NOTE = Field("note", _("备注"), ("说明", "remark", "memo"))  # zh-data
CUSTOMERS = Profile(
    key="customers",
    label=_("客户"),
    fields=(
        Field("name", _("客户姓名"), ("客户", "客户名称", "姓名", "车主", "customer"), required=True),  # zh-data
        PHONE,
        PHONE2,
        Field("kind", _("类型"), ("客户类型", "性质"), help=_("写着公司或单位的按企业客户导入")),  # zh-data
        Field("source", _("来源"), ("来源渠道", "客户来源")),  # zh-data
        Field("tags", _("标签"), ("客户标签", "分类"), help=_("多个标签用逗号或顿号分开")),  # zh-data
        Field("address", _("地址"), ("联系地址", "住址")),  # zh-data
        Field("wechat", _("微信"), ("微信号",)),  # zh-data
        Field("gender", _("性别"), ("称呼", "sex")),  # zh-data
        Field("birthday", _("生日"), ("出生日期", "公历生日")),  # zh-data
        Field("birthday_lunar", _("农历生日"), ("阴历生日", "是否农历"), help=LUNAR),  # zh-data
        Field("id_number", _("证件号"), ("身份证号", "身份证", "证件号码")),  # zh-data
        Field("service_consent_on", _("服务通知授权日期"), ("服务授权", "同意服务通知"), help=PAPER),  # zh-data
        Field("marketing_consent_on", _("营销授权日期"), ("营销授权", "同意营销"), help=PAPER),  # zh-data
        Field("contact_name", _("联系人"), ("contact",)),
        Field("tax_id", _("税号"), ("纳税人识别号", "统一社会信用代码")),  # zh-data
        NOTE,
    ),
    read=read_customers,
    apply=apply_customers,
    permission="customers.import",
    noun=_("客户"),
)
VEHICLES = Profile(
    key="vehicles",
    label=_("车辆"),
    fields=(
        Field("plate", _("车牌"), ("车牌号", "车牌号码", "牌照", "plate_number")),  # zh-data
        Field("vin", _("车架号"), ("VIN", "VIN码", "车架", "车辆识别代号")),  # zh-data
        Field("owner", _("车主"), ("客户", "客户姓名", "客户名称", "姓名", "owner_name")),  # zh-data
        PHONE,
        PHONE2,
        Field("make", _("品牌"), ("厂牌", "brand")),  # zh-data
        Field("series", _("车系"), ("系列",)),  # zh-data
        Field("model", _("车型"), ("型号", "车辆型号")),  # zh-data
        Field("model_year", _("年款"), ("年份", "year")),  # zh-data
        Field("colour", _("颜色"), ("车身颜色", "color")),  # zh-data
        Field("engine_no", _("发动机号"), ("发动机",)),  # zh-data
        Field("odometer", _("里程"), ("公里数", "行驶里程", "km", "mileage")),  # zh-data
        Field("purchased_on", _("购车日期"), ("上牌日期", "注册日期")),  # zh-data
        Field("insurer", _("保险公司"), ("承保公司",)),  # zh-data
        Field("insurance_until", _("保险到期"), ("保险到期日", "交强险到期")),  # zh-data
        Field("inspection_until", _("年检到期"), ("年审到期", "检验有效期")),  # zh-data
        Field("warranty_until", _("质保到期"), ("保修到期", "质保截止", "三包到期", "质保日期")),  # zh-data
        Field("warranty_km", _("质保里程"), ("保修里程", "质保公里", "三包里程")),  # zh-data
        Field("vehicle_class", _("车辆级别"), ("级别", "车辆类别", "class")),  # zh-data
        Field("fuel", _("燃料"), ("燃料种类", "燃油", "能源类型", "动力")),  # zh-data
        NOTE,
    ),
    read=read_vehicles,
    apply=apply_vehicles,
    permission="customers.import",
    noun=_("车辆"),
)
register(CUSTOMERS, VEHICLES)
