"""Customers and cars of a former program. What cannot be read is reported, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.crypto import blind
from pitlane.core.imports import cells
from pitlane.core.imports.profiles import Field, Issue, Profile, Reading, Row, Target, Unit, register
from pitlane.core.imports.run import recall
from pitlane.core.phones import normalise_phone, phone_problem

from . import commands
from .completeness import clean_name, name_problem
from .names import SOURCES
from .plates import PlateError, parse_plate
from .vins import normalise_vin, vin_problem

KINDS = {"company": ("公司", "单位", "企业", "company", "fleet"), "person": ("个人", "person")}  # zh-data
COMPANY_WORDS = ("公司", "集团", "车队", "厂", "Ltd", "Co.")  # zh-data
KM_LIMIT = 9_999_999


@dataclass(frozen=True, slots=True)
class Person:
    """One customer as the file tells it."""

    name: str
    phones: tuple[str, ...]
    kind: str
    tags: tuple[str, ...]
    facts: dict[str, Any]


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


def _doubt(reading: Reading, row: Row, code: str, message: object) -> None:
    reading.issues.append(Issue(row, "doubtful", code, str(message)))


def _reject(reading: Reading, row: Row, code: str, message: object) -> None:
    reading.issues.append(Issue(row, "rejected", code, str(message)))


def _phones(row: Row, reading: Reading) -> tuple[str, ...]:
    """The numbers that are phone numbers; others are left out and named."""
    good = []
    for text in (part for key in ("phone", "phone2") for part in cells.words(row.get(key))):
        problem = phone_problem(text)
        if problem is not None and problem.blocks:
            _doubt(reading, row, "phone", problem)
        else:
            good.append(normalise_phone(text))
    return tuple(dict.fromkeys(good))


def _key(kind: str, *parts: str) -> str:
    return f"{kind}:{blind('import', '|'.join(parts))}"


def read_customers(rows: Iterable[Row], target: Target) -> Reading:
    """One customer a row; the same name with the same first phone twice is one customer."""
    reading, seen = Reading(), set[str]()
    for row in rows:
        reading.rows += 1
        name = clean_name(row.get("name"))
        problem = name_problem(name)
        if problem is not None:
            _reject(reading, row, "name", problem)
            continue
        person = _person(row, name, reading)
        key = _person_key(name, person.phones)
        if key in seen:
            _doubt(reading, row, "twice", _("文件里前面已有同名同电话的客户，合并为一位"))
            continue
        seen.add(key)
        reading.units.append(Unit(key, (row,), person))
    return reading


def _person(row: Row, name: str, reading: Reading) -> Person:
    phones = _phones(row, reading)
    if not phones:
        _doubt(reading, row, "no_phone", _("没有可用的电话"))
    sources: dict[str, tuple[str, ...]] = {key: (str(label),) for key, label in SOURCES.items()}
    texts = {key: row.get(key) for key in ("address", "wechat", "contact_name", "tax_id", "note")}
    facts: dict[str, Any] = {
        "source": cells.choice(row.get("source"), sources, "import"),
        **{k: v for k, v in texts.items() if v},
    }
    if birthday := _day(row, "birthday", reading):
        facts["birthday"] = birthday
    kind = cells.choice(row.get("kind"), KINDS, _kind(name))
    return Person(name, phones, kind, tuple(cells.words(row.get("tags"))), facts)


def _kind(name: str) -> str:
    return "company" if any(word in name for word in COMPANY_WORDS) else "person"


def _person_key(name: str, phones: Sequence[str]) -> str:
    return _key("customer", name.casefold(), *phones[:1])


def _day(row: Row, key: str, reading: Reading) -> date | None:
    found = cells.day(row.get(key))
    if row.get(key) and found is None:
        _doubt(reading, row, f"date_{key}", _("日期「%(text)s」无法识别，没有导入") % {"text": row.get(key)[:30]})
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
        made[unit.key] = found.id
    return made


def read_vehicles(rows: Iterable[Row], target: Target) -> Reading:
    """One car a row, known by its VIN, else by its plate."""
    reading, seen = Reading(), set[str]()
    for row in rows:
        reading.rows += 1
        car = _car(row, reading)
        if car is None:
            continue
        key = _key("vehicle", car.vin or f"{car.plate}|{car.plate_kind}")
        if key in seen:
            _doubt(reading, row, "twice", _("文件里前面已有这台车，后面的没有导入"))
            continue
        seen.add(key)
        reading.units.append(Unit(key, (row,), car))
    return reading


def _car(row: Row, reading: Reading) -> Car | None:
    vin = _vin(row, reading)
    plate, kind = _plate(row, reading)
    if not plate and not vin:
        _reject(reading, row, "no_vehicle", _("没有可用的车牌和车架号"))
        return None
    owner = clean_name(row.get("owner"))
    if owner and name_problem(owner) is not None:
        _doubt(reading, row, "owner", name_problem(owner))
        owner = ""
    texts = {"make": 30, "series": 40, "model": 60, "engine_no": 30, "colour": 20, "insurer": 40, "note": 200}
    facts: dict[str, Any] = {key: row.get(key)[:most] for key, most in texts.items() if row.get(key)}
    year = cells.number(row.get("model_year"))
    if year is not None and 1950 <= year <= 2100:
        facts["model_year"] = int(year)
    for key in ("purchased_on", "insurance_until", "inspection_until"):
        if found := _day(row, key, reading):
            facts[key] = found
    return Car(plate, kind, vin, facts, _kilometres(row, reading), owner, _phones(row, reading) if owner else ())


def _vin(row: Row, reading: Reading) -> str:
    text = row.get("vin")
    problem = vin_problem(text) if text else None
    if problem is not None and problem.blocks:
        _doubt(reading, row, "vin", problem)
        return ""
    return normalise_vin(text) if text else ""


def _plate(row: Row, reading: Reading) -> tuple[str, str]:
    """The plate and its kind; what is no Chinese plate is kept as it stands and named."""
    text = row.get("plate").upper()
    if not text:
        return "", ""
    try:
        plate = parse_plate(text)
    except PlateError as error:
        _doubt(reading, row, "foreign_plate", _("按原样保存：%(why)s") % {"why": error})
        return text[:12], "foreign"
    return plate.text, plate.kind.value


def _kilometres(row: Row, reading: Reading) -> int | None:
    text = row.get("odometer")
    found = cells.number(text) if text else None
    if text and (found is None or not 0 <= found <= KM_LIMIT):
        _doubt(reading, row, "odometer", _("里程「%(text)s」不合常理，没有导入") % {"text": text[:30]})
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
        Field("birthday", _("生日"), ("出生日期",)),  # zh-data
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
        NOTE,
    ),
    read=read_vehicles,
    apply=apply_vehicles,
    permission="customers.import",
    noun=_("车辆"),
)
register(CUSTOMERS, VEHICLES)
