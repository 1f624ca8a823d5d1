"""The chain in which the stories play: two stores, the people of a shop, its catalogue, its shelves and bays."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.test import Client

from pitlane.accounts import bootstrap
from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Role, Staff
from pitlane.accounts.queries import actor_for
from pitlane.catalog import commands as catalog
from pitlane.core.access import Actor, system
from pitlane.core.tenancy import scope
from pitlane.parts import commands as parts
from pitlane.scheduling import commands as scheduling

PASSWORD = "pitlane-demo"
BACKEND = "pitlane.accounts.backend.StaffBackend"
PEOPLE = {
    "advisor": ("advisor", "林晓燕"),
    "technician": ("technician", "张伟"),
    "colleague": ("technician", "李强"),
    "foreman": ("foreman", "郑国栋"),
    "inspector": ("inspector", "钱海波"),
    "parts": ("parts", "孙磊"),
    "cashier": ("cashier", "赵鹏"),
    "cashier2": ("cashier", "何静"),
    "manager": ("manager", "董明"),
    "finance": ("finance", "吴敏"),
}
ELSEWHERE = {"tz-advisor": ("advisor", "王芳"), "tz-cashier": ("cashier", "周丽")}


@dataclass
class Chain:
    """Ids of the organisation and its stores, and everybody by login."""

    org_id: int
    store_id: int
    other_store_id: int
    warehouse_id: int
    bay_id: int
    staff: dict[str, int] = field(default_factory=dict)

    def person(self, login: str) -> Staff:
        found: Staff = Staff.objects.get(pk=self.staff[login])
        return found

    def actor(self, login: str) -> Actor:
        """The person as the middleware builds them: with the permissions of their role, in their store."""
        return actor_for(self.person(login))

    def browser(self, login: str) -> Client:
        """The person's signed-in browser."""
        client = Client()
        client.force_login(self.person(login), backend=BACKEND)
        return client

    @property
    def system(self) -> Actor:
        return system(self.org_id)


def open_chain(at: datetime, code: str = "jc") -> Chain:
    """Found the organisation and take on everybody; open its scope yourself."""
    org = bootstrap.create_organisation(code=code, name="京城车坊连锁", at=at)
    who = {"by": system(org.pk), "at": at}
    with scope(org.pk):
        first = accounts.save_store(
            facts={"code": "WJ", "name": "望京店", "company": "北京车坊汽车服务有限公司"}, **who
        )
        second = accounts.save_store(facts={"code": "TZ", "name": "通州店"}, **who)
        bootstrap.create_admin(org=org, store=first, login=f"{code}-boss", name="董事长", password=PASSWORD, at=at)
        catalog.load_starting_catalogue(**who)
        shelves = [parts.open_warehouse(store_id=store.pk, name="主仓", **who) for store in (first, second)]
        parts.load_starting_parts(warehouse_ids=[shelf.pk for shelf in shelves], **who)
        bay = scheduling.save_bay(store_id=first.pk, name="1 号举升机", bay_type="lift", **who)
        chain = Chain(org.pk, first.pk, second.pk, shelves[0].pk, bay.pk)
        for number, (login, (role, name)) in enumerate([*PEOPLE.items(), *ELSEWHERE.items()], start=1):
            store = second if login in ELSEWHERE else first
            chain.staff[login] = _take_on(code, login, role, name, number, store.pk, **who)
    return chain


def _take_on(
    code: str, login: str, role: str, name: str, number: int, store_id: int, *, by: Actor, at: datetime
) -> int:
    return accounts.add_staff(
        login=login if code == "jc" else f"{code}-{login}",
        name=name,
        employee_no=f"E{number:03d}",
        role_ids=[Role.objects.get(code=role).pk],
        store_ids=[store_id],
        password=PASSWORD,
        by=by,
        at=at,
    ).pk


def issue_key(chain: Chain, scopes: list[str], at: datetime) -> str:
    """An API key of the first store; answers its secret."""
    secret = secrets.token_urlsafe(32)
    accounts.issue_api_key(
        name="收银接口", scopes=scopes, store_ids=[chain.store_id], secret=secret, by=chain.system, at=at
    )
    return secret


@contextmanager
def inside(chain: Chain) -> Iterator[Chain]:
    """Open the chain's scope."""
    with scope(chain.org_id):
        yield chain
