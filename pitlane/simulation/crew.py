"""Who works in the demo shops: one person for every role, several at the counter and on the floor."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import lru_cache
from random import Random

from django.contrib.auth.hashers import make_password

from pitlane.accounts import commands as accounts
from pitlane.accounts import queries as staff
from pitlane.accounts.models import Role, Staff
from pitlane.core.access import Actor
from pitlane.scheduling import commands as scheduling

from .people import People

PASSWORD = "pitlane-demo"


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody of the demo crew. ``skills`` maps skill to level."""

    login: str
    name: str
    role: str
    hired: date
    skills: dict[str, int] = field(default_factory=dict)


HANDS = (
    Hand("manager", "董明", "manager", date(2016, 3, 1)),
    Hand("advisor", "林晓燕", "advisor", date(2018, 5, 14)),
    Hand("advisor2", "陈立", "advisor", date(2021, 9, 6)),
    Hand("foreman", "郑国栋", "foreman", date(2016, 4, 11), {"mechanical": 3, "electrical": 3, "diagnosis": 3}),
    Hand("technician", "张伟", "technician", date(2017, 2, 20), {"mechanical": 3, "diagnosis": 3, "tyre": 2}),
    Hand("technician2", "刘强", "technician", date(2019, 7, 1), {"mechanical": 2, "tyre": 3, "wash": 1}),
    Hand("technician3", "王志远", "technician", date(2020, 3, 16), {"electrical": 3, "hv": 3, "diagnosis": 2}),
    Hand("technician4", "杨凯", "technician", date(2018, 10, 8), {"body": 3, "paint": 3, "wash": 1}),
    Hand("technician5", "周小虎", "technician", date(2025, 6, 30), {"mechanical": 1, "wash": 2, "tyre": 1}),
    Hand("inspector", "钱海波", "inspector", date(2017, 8, 21)),
    Hand("parts", "孙磊", "parts", date(2018, 1, 15)),
    Hand("cashier", "赵敏", "cashier", date(2022, 4, 18)),
    Hand("callcentre", "许佳", "callcentre", date(2023, 2, 6)),
)  # fmt: skip
HEAD_OFFICE = (
    Hand("admin", "周立群", "admin", date(2016, 1, 4)),
    Hand("marketing", "韩雪", "marketing", date(2022, 8, 1)),
    Hand("sales", "冯涛", "sales", date(2021, 5, 10)),
    Hand("salesmanager", "曹建军", "sales_manager", date(2019, 11, 4)),
    Hand("finance", "邓丽萍", "finance", date(2016, 9, 12)),
    Hand("auditor", "严正", "auditor", date(2020, 1, 13)),
)
CERTIFICATE = ("特种作业操作证（低压电工）", date(2028, 5, 31))
SHIFTS = tuple((weekday, time(8, 30), time(17, 30)) for weekday in range(7))


@dataclass(slots=True)
class Crew:
    """The people of one store as actors, by role, and what each technician can do."""

    by_role: dict[str, list[Actor]]
    skills: dict[int, dict[str, int]]

    def one(self, role: str) -> Actor:
        """The first person of a role."""
        return self.by_role[role][0]

    def able(self, skill: str) -> list[Actor]:
        """Technicians who can do it, the best first; anybody when nobody learned it."""
        technicians = self.by_role["technician"]
        skilled = [person for person in technicians if self.skills[person.id].get(skill)]
        return sorted(skilled, key=lambda person: -self.skills[person.id][skill]) or technicians


def others(rng: Random, today: date) -> tuple[Hand, ...]:
    """The same jobs in another store, done by other people."""
    people = People(rng, today)
    return tuple(replace(hand, name=people.name(rng.choice("mf"))) for hand in HANDS)


@lru_cache
def _hashed() -> str:
    """Everybody has the same password, so it is hashed once."""
    return make_password(PASSWORD)


def hire(
    hands: tuple[Hand, ...], store_id: int, code: str, by: Actor, at: datetime, *, first: int = 101
) -> list[Staff]:
    """Take people on; in a second store their logins carry its code."""
    roles = dict(Role.objects.values_list("code", "pk"))
    suffix = f"-{code.lower()}" if code else ""
    return [
        accounts.add_staff(
            login=f"{hand.login}{suffix}",
            name=hand.name,
            employee_no=f"{code}{number:03d}" if code else f"E{number:03d}",
            role_ids=[roles[hand.role]],
            store_ids=[store_id],
            password=PASSWORD,
            password_hash=_hashed(),
            hired_on=hand.hired,
            by=by,
            at=at,
        )
        for number, hand in enumerate(hands, start=first)
    ]


def _skill(skill: str, level: int) -> accounts.Skill:
    """High voltage needs a certificate that runs out."""
    return accounts.Skill(skill, level, *CERTIFICATE) if skill == "hv" else accounts.Skill(skill, level)


def crew_of(store_id: int, hands: tuple[Hand, ...], people: list[Staff], by: Actor, at: datetime) -> Crew:
    """Give the people their skills and hours, and answer them as actors."""
    by_role: dict[str, list[Actor]] = {}
    for hand, person in zip(hands, people, strict=True):
        by_role.setdefault(hand.role, []).append(staff.actor_for(person, store_id))
        if hand.skills:
            learned = [_skill(skill, level) for skill, level in hand.skills.items()]
            accounts.set_skills(staff_id=person.pk, skills=learned, by=by, at=at)
        if hand.role == "technician":
            hours = [scheduling.ShiftInput(*shift) for shift in SHIFTS if shift[0] != person.pk % 7]
            scheduling.set_shifts(staff_id=person.pk, store_id=store_id, shifts=hours, by=by, at=at)
    return Crew(by_role, {person.pk: hand.skills for hand, person in zip(hands, people, strict=True)})
