"""Repair history of a former program: visits with their lines become closed orders of known cars.

A file has one row per line of an invoice; rows of the same day, person, car and odometer are one visit. What the former
program masked or mistyped is kept and reported, never guessed away: a masked plate that several people or models
share stands for several cars, an odometer that runs backwards is recorded as doubtful.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.commands import command
from pitlane.core.errors import Text
from pitlane.core.imports import cells
from pitlane.core.imports.profiles import Field, Found, Issue, Profile, Target, Unit, parse_date, register
from pitlane.core.imports.rows import Row
from pitlane.core.imports.run import recall
from pitlane.core.imports.sorting import Entry, Pile, Sorter
from pitlane.core.money import Money
from pitlane.customers import commands as customers
from pitlane.customers.queries import doubtful_readings, readable_plate

from . import commands

ABSURD_LINES = 300
ABSURD_VISITS = 5000
LARGEST_QUANTITY = Decimal(10_000)
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


KINDS: dict[str, tuple[str, ...]] = {
    "labour": ("工时", "人工", "项目", "维修项目", "工时费"),  # zh-data
    "part": ("配件", "材料", "零件", "配件费", "parts"),  # zh-data
}


@dataclass(frozen=True, slots=True)
class PastLine:
    """One line of a visit. What the old program did not say about money stays unknown."""

    kind: str
    name: str
    amount: Money | None = None
    quantity: Decimal = Decimal(1)
    unit: str = ""


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
    lines: tuple[PastLine, ...]

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


def read_history(rows: Iterable[Row], target: Target, sorter: Sorter) -> Iterator[Found]:
    """Group rows into visits and say what is wrong with them; nothing is looked up or written."""
    visits, readings = sorter.pile(), sorter.pile()
    for row in rows:
        problem = _problem(row)
        if problem is not None:
            yield Issue(row, "rejected", *problem)
        else:
            visits.add(*_visit_key(row), row=row)
    for before, entries in visits.groups(ABSURD_LINES):
        if before:
            text = _("一次进厂最多 %(most)d 行，多出的没有导入") % {"most": ABSURD_LINES}
            yield from (Issue(entry.row, "rejected", "too_many", text) for entry in entries)
        else:
            yield from _found([entry.row for entry in entries], readings, sorter)
    for _before, entries in readings.groups(ABSURD_VISITS):
        yield from _odometer_doubts(entries)


def _found(members: list[Row], readings: Pile, sorter: Sorter) -> Iterator[Found]:
    """The visit of some rows, and what is doubtful about it by itself."""
    visit, first, notes = _visit(members), members[0], list[Issue]()
    yield Unit(_key("visit", *_visit_key(first)), tuple(members), visit)
    if visit.shared and _further_model(visit, sorter):
        text = _("脱敏车牌 %(plate)s 对应多个车型，按车型和车主分成不同的车") % {"plate": visit.plate}
        notes.append(Issue(first, "doubtful", "shared_plate", text))
    if visit.foreign and sorter.first("foreign", visit.car_key):
        text = _("「%(plate)s」不是中国车牌，按原样保存") % {"plate": visit.plate}
        notes.append(Issue(first, "doubtful", "foreign_plate", text))
    if visit.odometer:
        readings.add(visit.car_key, row=first, place=visit.on.isoformat(), fact=visit.odometer)
    else:
        notes.append(Issue(first, "doubtful", "odometer_missing", _("没有里程")))
    yield from notes
    yield from (issue for row in members if (issue := _money_doubt(row)) is not None)


def _further_model(visit: Visit, sorter: Sorter) -> bool:
    """A masked plate under which another model stood already; true once for each model."""
    first_model = sorter.first("model", visit.plate, visit.model.upper())
    return first_model and not sorter.first("plate", visit.plate)


def _money_doubt(row: Row) -> Issue | None:
    unread = [row.get(key) for key in ("amount", "price") if row.get(key) and _money(row, key) is None]
    if row.get("quantity") and _quantity(row) is None:
        unread.append(row.get("quantity"))
    if not unread:
        return None
    text = _("「%(text)s」不是金额或数量，没有导入") % {"text": unread[0][:30]}
    return Issue(row, "doubtful", "amount", text)


def _visit_key(row: Row) -> tuple[str, ...]:
    names = ("job_date", "invoice_date", "owner", "phone", "plate", "vin", "model", "odometer")
    return tuple(row.get(name).casefold() for name in names)


def _problem(row: Row) -> tuple[str, Text] | None:
    """Rows without a line, a date or a car cannot become history."""
    if not row.get("line"):
        return "empty_line", _("项目内容是空的")
    if parse_date(row.get("job_date") or row.get("invoice_date")) is None:
        return "bad_date", _("日期无法识别")
    if not row.get("plate") and not row.get("vin"):
        return "no_vehicle", _("没有车牌也没有车架号")
    if not row.get("owner"):
        return "no_customer", _("没有客户姓名")
    return None


def is_masked(plate: str) -> bool:
    return any(mask in plate.upper() for mask in MASK)


def _visit(members: Sequence[Row]) -> Visit:
    first = members[0]
    opened = parse_date(first.get("job_date") or first.get("invoice_date")) or datetime(2000, 1, 1)
    settled = parse_date(first.get("invoice_date")) or opened
    plate = first.get("plate").upper()
    return Visit(
        on=opened.date(),
        settled=max(settled, opened).date(),
        owner=" ".join(first.get("owner").split())[:80],
        phone=first.get("phone"),
        plate=plate[:12],
        foreign=bool(plate) and not readable_plate(plate),
        shared=is_masked(plate),
        make=first.get("make")[:30],
        model=first.get("model")[:60],
        vin=first.get("vin").upper()[:17],
        odometer=_kilometres(first.get("odometer")),
        lines=tuple(_line(row) for row in members),
    )


def _line(row: Row) -> PastLine:
    """What the line says; its amount, or its price times the quantity, or neither."""
    text, quantity = row.get("line"), _quantity(row) or Decimal(1)
    amount, price = _money(row, "amount"), _money(row, "price")
    if amount is None and price is not None:
        amount = price * quantity
    kind = cells.choice(row.get("kind"), KINDS, line_kind(text))
    return PastLine(kind, " ".join(text.split())[:80], amount, quantity, row.get("unit")[:8])


def _money(row: Row, key: str) -> Money | None:
    found = cells.money(row.get(key))
    return found if found is not None and found.fen >= 0 else None


def _quantity(row: Row) -> Decimal | None:
    found = cells.number(row.get("quantity"))
    return found if found is not None and 0 < found <= LARGEST_QUANTITY else None


def _kilometres(text: str) -> int | None:
    try:
        value = int(Decimal(text.replace(",", "").lower().removesuffix("km").strip()))
    except (InvalidOperation, ValueError):
        return None
    return value if 0 < value < 2_000_000_000 else None


REASONS = {
    "absurd": _("里程 %(km)s 不合常理，已标为存疑"),
    "backwards": _("里程 %(km)s 比以前小，已标为存疑"),
    "jump": _("里程 %(km)s 跳得太快，已标为存疑"),
    "above_later": _("里程 %(km)s 比以后的还大，已标为存疑"),
}


def _odometer_doubts(entries: list[Entry]) -> Iterator[Issue]:
    """Check the kilometres of one car, which come in the order of time."""
    known = [(_on(entry.row), int(entry.fact)) for entry in entries]
    for place, reason in doubtful_readings(known).items():
        text = REASONS[reason] % {"km": f"{known[place][1]:,}"}
        yield Issue(entries[place].row, "doubtful", f"odometer_{reason}", text)


def _on(row: Row) -> date:
    return (parse_date(row.get("job_date") or row.get("invoice_date")) or datetime(2000, 1, 1)).date()


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
        title="、".join(line.name for line in visit.lines[:2])[:80],
        lines=[_history_line(line) for line in visit.lines],
    )


def _history_line(line: PastLine) -> commands.HistoryLine:
    hours = line.quantity if line.kind == "labour" and line.quantity != 1 else None
    return commands.HistoryLine(
        kind=line.kind, name=line.name, quantity=line.quantity, unit=line.unit, amount=line.amount, hours=hours
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


UNKNOWN = _("空着时按单价和数量算；都没有就是未知")
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
    Field("kind", _("类型"), ("项目类型", "类别", "line_type"), help=_("工时或配件；空着时按名称判断")),  # zh-data
    Field("quantity", _("数量"), ("工时数", "qty", "用量")),  # zh-data
    Field("unit", _("单位"), ("计量单位",)),  # zh-data
    Field("price", _("单价"), ("价格", "unit_price")),  # zh-data
    Field("amount", _("金额"), ("小计", "合计", "line_total"), help=UNKNOWN),  # zh-data
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
