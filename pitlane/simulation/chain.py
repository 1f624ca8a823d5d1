"""The demo chain: organisation, stores, people, catalogue, stock. One store for ``small``, three for ``medium``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from typing import Any

from pitlane.accounts import bootstrap
from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Organisation
from pitlane.appointments import commands as appointments
from pitlane.catalog import commands as catalog
from pitlane.core.access import Actor, system
from pitlane.parts import commands as parts
from pitlane.scheduling import commands as scheduling
from pitlane.scheduling import queries as bays

from .crew import HANDS, HEAD_OFFICE, PASSWORD, Crew, crew_of, hire, others
from .seasons import CLOSES, OPENS
from .shelf import Shelf

CODE = "demo"
NAME = "京城车坊连锁"


@dataclass(frozen=True, slots=True)
class Place:
    """A store of the chain; ``busy`` is how many cars come on an average day."""

    code: str
    name: str
    company: str
    address: str
    phone: str
    busy: float


PLACES = (
    Place("WJ", "望京店", "北京车坊汽车服务有限公司", "北京市朝阳区阜通东大街 6 号", "010-84720011", 2.1),
    Place("TZ", "通州店", "北京车坊通州汽车维修有限公司", "北京市通州区新华西街 60 号", "010-69540022", 1.9),
    Place("YZ", "亦庄店", "北京车坊亦庄汽车服务有限公司", "北京市大兴区荣华中路 15 号", "010-67880033", 1.6),
)
BAYS = (
    *[(f"举升 {n} 号", "lift") for n in range(1, 5)],
    *[("平位 1 号", "flat"), ("平位 2 号", "flat"), ("四轮定位", "alignment"), ("钣金 1 号", "body")],
    *[("烤漆房", "paint"), ("洗车 1 号", "wash"), ("高压 1 号", "hv")],
)
EQUIPMENT = {
    "lift": ("two_post",),
    "alignment": ("aligner", "four_post"),
    "body": ("welder", "frame"),
    "paint": ("booth",),
    "wash": ("vacuum",),
    "hv": ("hv_tools", "charger"),
    "flat": ("tyre_changer", "balancer", "diagnostic"),
}
BOOKING: dict[str, Any] = {
    "reminders": [24 * 60, 2 * 60],
    "late_minutes": 60,
    "offer_minutes": 60,
    "risky_percent": 30,
    "online": True,
    "notice": "请带行驶证。早到可以先喝杯茶，迟到半小时以上请打个电话。",
}
TERMS: dict[str, Any] = {
    "horizon_days": 30,
    "lead_minutes": 60,
    "step_minutes": 30,
    "before_minutes": 0,
    "after_minutes": 0,
    "overbook_per_day": 1,
    "closed_holidays": ["spring_festival"],
}


@dataclass(slots=True)
class Shop:
    """One store at work: whom and what a simulated day needs, and the dice."""

    store_id: int
    place: Place
    crew: Crew
    warehouse_id: int
    bays: dict[str, list[int]]
    shelf: Shelf
    rng: Random
    boss: Actor
    busy_until: dict[int, datetime] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    serial: int = 0

    def key(self, what: str) -> str:
        """A request key that no other request has."""
        self.serial += 1
        return f"demo-{self.place.code}-{self.serial}-{what}"


def found(size: str, seed: int, at: datetime) -> tuple[Organisation, Actor]:
    """The organisation with its first administrator's data still to come; marked as a demo."""
    org = bootstrap.create_organisation(code=CODE, name=NAME, at=at)
    org.settings = {"demo": {"size": size, "seed": seed, "password": PASSWORD, "unfinished": True}}
    org.save(update_fields=["settings"])
    return org, system(org.pk, "演示数据")


def open_stores(org: Organisation, count: int, seed: int, by: Actor, at: datetime) -> list[Shop]:
    """The stores with everything that must be there before the first car comes."""
    catalog.load_starting_catalogue(by=by, at=at)
    stores = [
        accounts.save_store(
            facts={
                "code": place.code,
                "name": place.name,
                "company": place.company,
                "address": place.address,
                "phone": place.phone,
                "licence": f"京交运管许可京字 1101050{number:05d} 号",
                "settings": {"round_off_fen": 10},
            },
            by=by,
            at=at,
        )
        for number, place in enumerate(PLACES[:count], start=1)
    ]
    rooms = [parts.open_warehouse(store_id=store.pk, name="主仓", by=by, at=at) for store in stores]
    parts.load_starting_parts(warehouse_ids=[room.pk for room in rooms], by=by, at=at)
    shelf = Shelf()
    hire(HEAD_OFFICE, stores[0].pk, "", by, at, first=201)
    shops = []
    for number, (store, place, room) in enumerate(zip(stores, PLACES, rooms, strict=False)):
        rng = Random(f"{seed}:{place.code}")
        hands = others(rng, at.date()) if number else HANDS
        people = hire(hands, store.pk, place.code if number else "", by, at)
        crew = crew_of(store.pk, hands, people, by, at)
        _open_hours(store.pk, by, at)
        shops.append(Shop(store.pk, place, crew, room.pk, _bays(store.pk, by, at), shelf, rng, by))
    return shops


def _open_hours(store_id: int, by: Actor, at: datetime) -> None:
    """Open every day but over the Spring Festival, and short on the last day of the year for the stocktake."""
    who: dict[str, Any] = {"store_id": store_id, "by": by, "at": at}
    week = [scheduling.ShiftInput(weekday, OPENS, CLOSES) for weekday in range(7)]
    scheduling.save_hours(hours=week, **who)
    scheduling.save_terms(**TERMS, **who)
    half = [(OPENS, time(12, 0))]
    scheduling.save_day(day=date(at.year, 12, 31), kind="special", hours=half, note="年终盘点，下午不营业", **who)
    appointments.set_plan(**BOOKING, **who)


def _bays(store_id: int, by: Actor, at: datetime) -> dict[str, list[int]]:
    for name, bay_type in BAYS:
        tags = EQUIPMENT.get(bay_type, ())
        scheduling.save_bay(store_id=store_id, name=name, bay_type=bay_type, equipment=tags, by=by, at=at)
    found: dict[str, list[int]] = {}
    for bay in bays.bays(store_id):
        found.setdefault(bay.bay_type, []).append(bay.id)
    return found
