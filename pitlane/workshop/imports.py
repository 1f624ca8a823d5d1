"""Repair history of a former program: visits with their lines become closed orders of known cars.

A file has one row per line of an invoice; rows of the same day, person, car and odometer are one visit. What the former
program masked or mistyped is kept and reported, never guessed away: a masked plate that several people or models
share stands for several cars, an odometer that runs backwards is recorded as doubtful.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.imports.profiles import Field, Issue, Profile, Reading, Row, Target, Unit, parse_date, register
from pitlane.core.imports.run import recall
from pitlane.core.money import ZERO, Money, MoneyError
from pitlane.customers import commands as customers
from pitlane.customers.queries import doubtful_readings, readable_plate

from . import commands

ABSURD_LINES = 300
MASK = ("XXX", "***")
LABOUR_WORDS = (
    *(
        "SERVICE",
        "CHECK",
        "OVERHAUL",
        "OVERHUAL",
        "LABOUR",
        "LABOR",
        "WASH",
        "LUBRICATION",
        "POLISH",
        "CLEAN",
        "ADJUST",
    ),
    *("GRAIND", "GRIND", "WELD", "REPAIR", "FITTING", "ALIGN", "WORK"),
    *("工时", "检查", "保养", "清洗", "更换", "维修", "调整", "拆装", "喷漆", "钣金"),  # zh-data
)
NOON = time(4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as the file tells it."""

    on: date
    settled: date
    owner: str
    phone: str
    plate: str
    foreign: bool
    shared: bool
    make: str
    model: str
    vin: str
    odometer: int | None
    lines: tuple[tuple[str, str, Money], ...]

    @property
    def car_key(self) -> str:
        """A whole plate or VIN names a car; a masked plate only does so together with model and person."""
        if self.vin:
            return _key("car", self.vin)
        if self.foreign or self.shared:
            return _key("car", self.plate, self.model, self.owner.casefold())
        return _key("car", self.plate)

    @property
    def person_key(self) -> str:
        return _key("person", self.owner.casefold(), self.phone or self.car_key)


def _key(kind: str, *parts: str) -> str:
    return f"{kind}:{sha256('|'.join(parts).encode()).hexdigest()[:40]}"


def line_kind(text: str) -> str:
    """Labour when the words say so, otherwise a part: old programs rarely tell them apart."""
    upper = text.upper()
    return "labour" if any(word in upper for word in LABOUR_WORDS) else "part"


def read_history(rows: Iterable[Row], target: Target) -> Reading:
    """Group rows into visits and say what is wrong with them; nothing is looked up or written."""
    reading = Reading()
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        reading.rows += 1
        if _usable(row, reading):
            groups[_visit_key(row)].append(row)
    masked = _shared_plates(groups, reading)
    by_car: dict[str, list[tuple[Visit, Row]]] = defaultdict(list)
    for key, members in groups.items():
        visit = _visit(members, masked)
        reading.units.append(Unit(_key("visit", *key), tuple(members), visit))
        if visit.foreign and visit.car_key not in by_car:
            reading.issues.append(_foreign(visit, members[0]))
        by_car[visit.car_key].append((visit, members[0]))
    for visits in by_car.values():
        _note_odometers(visits, reading)
    reading.issues.sort(key=lambda issue: issue.row.number)
    return reading


def _visit_key(row: Row) -> tuple[str, ...]:
    names = ("job_date", "invoice_date", "owner", "phone", "plate", "vin", "model", "odometer")
    return tuple(row.get(name).casefold() for name in names)


def _usable(row: Row, reading: Reading) -> bool:
    """Rows without a line, a date or a car cannot become history."""
    if not row.get("line"):
        problem = ("empty_line", _("项目内容是空的"))
    elif parse_date(row.get("job_date") or row.get("invoice_date")) is None:
        problem = ("bad_date", _("日期无法识别"))
    elif not row.get("plate") and not row.get("vin"):
        problem = ("no_vehicle", _("没有车牌也没有车架号"))
    elif not row.get("owner"):
        problem = ("no_customer", _("没有客户姓名"))
    else:
        return True
    reading.issues.append(Issue(row, "rejected", *problem))
    return False


def is_masked(plate: str) -> bool:
    return any(mask in plate.upper() for mask in MASK)


def _shared_plates(groups: dict[tuple[str, ...], list[Row]], reading: Reading) -> set[str]:
    """Masked plates under which several models stand; reported once for each further model."""
    models: dict[str, dict[str, Row]] = defaultdict(dict)
    for members in groups.values():
        plate = members[0].get("plate").upper()
        if is_masked(plate):
            models[plate].setdefault(members[0].get("model").upper(), members[0])
    for plate, seen in models.items():
        for row in list(seen.values())[1:]:
            text = _("脱敏车牌 %(plate)s 对应多个车型，按车型和车主分成不同的车") % {"plate": plate}
            reading.issues.append(Issue(row, "doubtful", "shared_plate", text))
    return set(models)


def _visit(members: Sequence[Row], masked: set[str]) -> Visit:
    first = members[0]
    opened = parse_date(first.get("job_date") or first.get("invoice_date")) or datetime(2000, 1, 1)
    settled = parse_date(first.get("invoice_date")) or opened
    plate = first.get("plate").upper()
    lines = tuple((line_kind(row.get("line")), " ".join(row.get("line").split())[:80], _amount(row)) for row in members)
    return Visit(
        on=opened.date(),
        settled=max(settled, opened).date(),
        owner=" ".join(first.get("owner").split())[:80],
        phone=first.get("phone"),
        plate=plate[:12],
        foreign=bool(plate) and not readable_plate(plate),
        shared=plate in masked,
        make=first.get("make")[:30],
        model=first.get("model")[:60],
        vin=first.get("vin").upper()[:17],
        odometer=_kilometres(first.get("odometer")),
        lines=lines[:ABSURD_LINES],
    )


def _amount(row: Row) -> Money:
    try:
        return Money.parse(row.get("amount")) if row.get("amount") else ZERO
    except MoneyError:
        return ZERO


def _kilometres(text: str) -> int | None:
    try:
        value = int(Decimal(text.replace(",", "").lower().removesuffix("km").strip()))
    except (InvalidOperation, ValueError):
        return None
    return value if 0 < value < 2_000_000_000 else None


def _foreign(visit: Visit, row: Row) -> Issue:
    text = _("「%(plate)s」不是中国车牌，按原样保存") % {"plate": visit.plate}
    return Issue(row, "doubtful", "foreign_plate", text)


REASONS = {
    "absurd": _("里程 %(km)s 不合常理，已标为存疑"),
    "backwards": _("里程 %(km)s 比以前小，已标为存疑"),
    "jump": _("里程 %(km)s 跳得太快，已标为存疑"),
    "above_later": _("里程 %(km)s 比以后的还大，已标为存疑"),
}


def _note_odometers(visits: list[tuple[Visit, Row]], reading: Reading) -> None:
    """Check the kilometres of one car in the order of time."""
    visits.sort(key=lambda pair: pair[0].on)
    known = [(visit.on, visit.odometer, row) for visit, row in visits if visit.odometer]
    doubts = doubtful_readings([(on, km) for on, km, _row in known])
    for place, reason in doubts.items():
        _on, km, row = known[place]
        reading.issues.append(Issue(row, "doubtful", f"odometer_{reason}", REASONS[reason] % {"km": f"{km:,}"}))
    for visit, row in visits:
        if visit.odometer is None:
            reading.issues.append(Issue(row, "doubtful", "odometer_missing", _("没有里程")))


@command
def apply_history(*, units: Sequence[Unit], target: Target, by: Actor, at: datetime) -> dict[str, int]:
    """Write a chunk of visits: people and cars found or made, then their closed orders with all lines."""
    visits: list[Visit] = [unit.facts for unit in units]
    known = recall(PROFILE_KEY, sorted({v.car_key for v in visits} | {v.person_key for v in visits}))
    made: dict[str, int] = {}
    orders = [_history_order(visit, known, made, by, at) for visit in visits]
    ids = commands.add_history(store_id=target.store_id, orders=orders, by=by, at=at)
    return made | {unit.key: order_id for unit, order_id in zip(units, ids, strict=True)}


def _history_order(
    visit: Visit, known: dict[str, int], made: dict[str, int], by: Actor, at: datetime
) -> commands.HistoryOrder:
    person, car = _parties(visit, known, made, by, at)
    if visit.odometer:
        customers.read_odometer(vehicle_id=car, km=visit.odometer, on=visit.on, source="import", by=by, at=at)
    opened = datetime.combine(visit.on, NOON)
    return commands.HistoryOrder(
        customer_id=person,
        vehicle_id=car,
        opened_at=opened,
        closed_at=max(datetime.combine(visit.settled, NOON), opened + timedelta(hours=2)),
        odometer=visit.odometer,
        title="、".join(name for _kind, name, _amount in visit.lines[:2])[:80],
        lines=[
            commands.HistoryLine(kind=kind, name=name, quantity=Decimal(1), amount=amount)
            for kind, name, amount in visit.lines
        ],
    )


def _parties(visit: Visit, known: dict[str, int], made: dict[str, int], by: Actor, at: datetime) -> tuple[int, int]:
    person = known.get(visit.person_key)
    if person is None:
        phones = [visit.phone] if visit.phone else []
        person = customers.find_or_create_customer(
            name=visit.owner, phones=phones, facts={"source": "import"}, by=by, at=at
        ).id
        known[visit.person_key] = made[visit.person_key] = person
    car = known.get(visit.car_key)
    if car is None:
        car = _car(visit, person, by, at)
        known[visit.car_key] = made[visit.car_key] = car
    return person, car


def _car(visit: Visit, person: int, by: Actor, at: datetime) -> int:
    return customers.find_or_create_vehicle(
        plate=visit.plate,
        plate_kind="foreign" if visit.foreign else "",
        vin=visit.vin,
        customer_id=person,
        on=visit.on,
        facts={"make": visit.make, "model": visit.model},
        by=by,
        at=at,
    ).id


FIELDS = (
    Field("job_date", _("进厂日期"), ("job_card_date", "开单日期", "接车日期", "date")),  # zh-data
    Field("invoice_date", _("结算日期"), ("结账日期",)),  # zh-data
    Field("owner", _("客户姓名"), ("business_partner_name", "客户", "车主", "customer", "name"), True),  # zh-data
    Field("phone", _("手机号"), ("电话", "mobile")),  # zh-data
    Field("plate", _("车牌"), ("vehicle_no", "车牌号", "plate_number")),  # zh-data
    Field("vin", _("车架号"), ("VIN", "车架")),  # zh-data
    Field("make", _("品牌"), ("厂牌", "brand")),  # zh-data
    Field("model", _("车型"), ("vehicle_model", "车系")),  # zh-data
    Field("odometer", _("里程"), ("current_km_reading", "公里数", "km", "mileage")),  # zh-data
    Field("line", _("项目或配件"), ("invoice_line_text", "项目", "项目名称", "description"), required=True),  # zh-data
    Field("amount", _("金额"), ("amount", "价格", "price")),  # zh-data
)
JOBCARDS = {
    "job_date": "job_card_date",
    "invoice_date": "invoice_date",
    "owner": "business_partner_name",
    "plate": "vehicle_no",
    "model": "vehicle_model",
    "odometer": "current_km_reading",
    "line": "invoice_line_text",
}
PROFILE_KEY = "history"
HISTORY = Profile(
    key=PROFILE_KEY,
    label=_("历史工单"),
    fields=FIELDS,
    read=read_history,
    apply=apply_history,
    permission="customers.import",
    noun=_("进厂次数"),
    layouts={"jobcards": JOBCARDS},
)
register(HISTORY)
