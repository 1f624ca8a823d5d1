"""Every page and every API operation, asked by everybody who must not: nobody gets further than they may.

The routes are generated from the URL configuration and the API document, so a new page is walked from its first day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Staff
from pitlane.accounts.roles import STARTING_ROLES
from pitlane.accounts.tests.factories import BACKEND, make_role, person, starting_role
from pitlane.billing import commands as billing
from pitlane.core import files
from pitlane.core.access import Actor, expand, system
from pitlane.core.imports import run
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop, nothing_changes
from pitlane.customers import commands as customers
from pitlane.reception import commands as reception
from pitlane.scheduling import commands as scheduling
from pitlane.workshop.tests import factories as workshop

from .routes import Call, Ids, Page, ask, calls, pages, unknown_ids

PUBLIC = {
    "health/live": "load balancers ask it",
    "health/ready": "load balancers ask it",
    "sign-in": "where everybody begins",
    "sign-in/code": "the second factor, after the password",
    "sign-out": "ending a session needs none",
    "me/preferences": "language and theme may be chosen before signing in",
    "p/<str:token>/": "the customer's order behind a secret address",
    "p/<str:token>/answer": "the customer's answer to an estimate",
    "p/<str:token>/bill/": "the customer's bill",
    "p/<str:token>/photos/<fil:pk>": "photos of the customer's own order",
}
NOBODYS = {"GET /me", "GET /stores", "GET /approvals"}  # what a signed-in caller without any permission may ask
STORE_BOUND = {"ord", "itm", "fin", "stl", "pay", "til", "req", "whs", "bay", "lea", "est", "rec", "imp", "apv", "fil"}
Answers = Iterator[tuple[str, int]]
ENDS_SESSION = {"sign-out", "me/sessions/end", "me/sessions/<ses:pk>/end"}


def ids_of(shop: Shop) -> Ids:
    """The first thing of every kind in the organisation; made-up ids for kinds that have none."""
    found = unknown_ids()
    with scope(shop.org_id):
        for model in apps.get_models():
            kind = getattr(model, "id_prefix", "")
            row = model.objects.order_by("pk").first() if kind and hasattr(model, "unscoped") else None
            if row is not None:
                found[kind] = row.ref
    return found


@pytest.fixture
def house(shop: Shop) -> Ids:
    """A shop in the middle of its day: orders at several stages, bills, money, stock, people, files, requests."""
    bench, now = workshop.bench(shop), timezone.now()
    boss = shop.boss(staff_id=bench.advisor.pk)
    order = workshop.opened(bench, lines=workshop.usual_lines(bench))
    reception.send_estimate(order_id=order.pk, token="t" * 43, by=boss, at=now)
    done = workshop.settled(bench, at=NOON)
    billing.open_till(store_id=shop.store_id, by=boss, at=now)
    billing.open_credit(customer_id=bench.customer_id, limit=Money(100000), by=boss, at=now)
    deposit = {"order_id": order.pk, "order_number": order.number, "store_id": shop.store_id, "request_key": "d"}
    billing.take_deposit(**deposit, customer_id=bench.customer_id, method="cash", amount=Money(5000), by=boss, at=now)
    scheduling.save_bay(store_id=shop.store_id, name="1 号工位", bay_type="lift", by=boss, at=now)
    customers.log_contact(
        customer_id=bench.customer_id,
        channel="call_in",
        text="回电",
        next_step="回电",
        next_on=NOON.date(),
        by=boss,
        at=now,
    )
    accounts.request_approval(
        kind="discount", permission="accounts.approve_discount", subject="x", summary="折扣", reason="老客户",
        store_id=shop.store_id, by=boss, at=now,
    )  # fmt: skip
    accounts.issue_api_key(name="x", scopes=["accounts.view"], secret="pl_x", by=boss, at=now)
    files.keep(content=b"a,b\n", name="a.csv", purpose="document", store_id=shop.store_id, by=boss, at=now)
    table = files.receive(["姓名,电话\n王,13800138000\n".encode()], "a.csv", "import")
    given = {"profile_key": "customers", "upload": table, "store_id": shop.store_id}
    run.dry_run(batch_id=run.start_import(**given, by=boss, at=now).pk, by=boss, at=now)
    assert done.pk != order.pk
    return ids_of(shop)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the request did, nobody after it sees it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Walker:
    """Somebody with a browser who tries every address."""

    def __init__(self, who: Staff | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        if who is not None:
            self.client.force_login(Staff.unscoped.get(pk=who.pk), backend=BACKEND)
        self.cookies = self.client.cookies.copy()

    def _settle(self, answer: HttpResponse) -> int:
        if answer.streaming:
            b"".join(answer.streaming_content)
        self.client.cookies = self.cookies.copy()
        return answer.status_code

    def page(self, page: Page, ids: Ids, method: str = "GET") -> int:
        with undone():
            return self._settle(self.client.generic(method, page.path(ids)))

    def call(self, call: Call, ids: Ids) -> int:
        with undone():
            return self._settle(ask(self.client, call, ids))


def flaws(found: Answers, fine: Callable[[str, int], bool]) -> str:
    """The addresses whose answer is not fine, one a line."""
    return "".join(f"{what} answered {status}\n" for what, status in found if not fine(what, status))


def each_page(walker: Walker, ids: Ids, *methods: str, only: set[str] | None = None) -> Answers:
    for page in pages():
        if not page.public and page.pattern not in ENDS_SESSION and (only is None or page.kinds & only):
            yield from ((f"{method} /{page.pattern}", walker.page(page, ids, method)) for method in methods)


def each_call(walker: Walker, ids: Ids, only: set[str] | None = None) -> Answers:
    for call in calls():
        if only is None or call.kinds & only:
            yield f"{call.method} {call.pattern}", walker.call(call, ids)


def test_the_public_pages_are_those_on_the_list() -> None:
    assert {page.pattern for page in pages() if page.public} == set(PUBLIC)


def test_every_page_is_guarded_and_names_a_permission_that_exists() -> None:
    known = expand(["*"])
    assert [page.pattern for page in pages() if not page.guarded] == []
    assert [page.pattern for page in pages() if page.permission and page.permission not in known] == []


def test_every_operation_has_its_own_name_and_a_summary() -> None:
    names = [call.name for call in calls()]
    assert len(names) == len(set(names)) and len(names) > 100


def test_nobody_without_signing_in(house: Ids) -> None:
    walker = Walker()
    with nothing_changes():
        found = flaws(each_page(walker, house, "GET", "POST"), lambda _what, status: status in (302, 405))
        found += flaws(each_call(walker, house), lambda _what, status: status == 401)
    assert not found, found


def test_those_without_any_permission_see_and_change_nothing(shop: Shop, house: Ids) -> None:
    walker = Walker(person(shop, make_role(shop, "nothing")))
    guarded = {f"{method} /{page.pattern}" for page in pages() if page.permission for method in ("GET", "POST")}

    def fine(what: str, status: int) -> bool:
        return status in (403, 404, 405) if what in guarded else status < 500

    def refused(what: str, status: int) -> bool:
        if what in NOBODYS:
            return status == 200
        return status in ((403, 404) if what.startswith("GET") else (403, 404, 422))

    with nothing_changes():
        found = flaws(each_page(walker, house, "GET", "POST"), fine) + flaws(each_call(walker, house), refused)
    assert not found, found


@pytest.mark.parametrize("code", [role.code for role in STARTING_ROLES])
def test_a_role_opens_its_own_pages_only(shop: Shop, house: Ids, code: str) -> None:
    role = starting_role(shop, code)
    walker, mine = Walker(person(shop, role)), expand(list(role.permissions))
    for page in pages():
        if page.public or page.pattern in ENDS_SESSION:
            continue
        if page.permission and page.permission not in mine:
            status = walker.page(page, house, "POST")
            assert status in (403, 404), f"{code}: POST /{page.pattern} answered {status}"
            continue
        for method in ("GET", "POST"):
            status = walker.page(page, house, method)
            assert status < 500, f"{code}: {method} /{page.pattern} answered {status}"
            if page.permission and method == "GET":
                assert status != 403 or page.kinds, f"{code}: GET /{page.pattern} is refused although the role may"


@pytest.mark.parametrize("code", ["admin", "manager", "technician"])
def test_no_role_breaks_the_api(shop: Shop, house: Ids, code: str) -> None:
    walker = Walker(person(shop, starting_role(shop, code)))
    found = flaws(each_call(walker, house), lambda _what, status: status < 500)
    assert not found, found


def test_another_organisation_finds_nothing(shop: Shop, other_shop: Shop, house: Ids) -> None:
    kinds = {kind for page in pages() for kind in page.kinds} | {kind for call in calls() for kind in call.kinds}
    with scope(other_shop.org_id):
        walker = Walker(person(other_shop, starting_role(other_shop, "admin")))
        with nothing_changes():
            found = flaws(each_page(walker, house, "GET", only=kinds), lambda _what, status: status in (404, 405))
            found += flaws(
                each_page(walker, house, "POST", only=kinds), lambda _what, status: status in (404, 405, 422)
            )
            found += flaws(each_call(walker, house, kinds), foreign)
    assert not found, found


def foreign(what: str, status: int) -> bool:
    """A foreign thing is unknown; a body that is refused before anything is looked up says nothing either."""
    return status in (404, 405) if what.startswith("GET") else status in (404, 405, 422)


def test_another_store_finds_nothing_of_this_one(shop: Shop, house: Ids) -> None:
    walker = Walker(person(shop, starting_role(shop, "manager"), store_id=shop.other_store_id))

    def closed(what: str, status: int) -> bool:
        return status in (403, 404, 405) if what.startswith("GET") else status in (403, 404, 405, 422)

    with nothing_changes():
        found = flaws(each_page(walker, house, "GET", "POST", only=STORE_BOUND), closed)
        found += flaws(each_call(walker, house, STORE_BOUND), closed)
    assert not found, found


def test_the_house_knows_every_kind_that_addresses_name(house: Ids) -> None:
    made_up = unknown_ids()
    unreached = {kind for page in pages() for kind in page.kinds if house[kind] == made_up[kind]}
    assert unreached <= {"ses", "exp", "lea", "day", "fin", "pkg", "sch", "rec"}


def test_the_walkers_actor_is_the_one_of_the_role(shop: Shop) -> None:
    who = person(shop, starting_role(shop, "cashier"))
    answer = Walker(who).client.get("/api/v1/me").json()
    actor: Actor = system(shop.org_id)
    assert answer["permissions"] == sorted(expand(list(starting_role(shop, "cashier").permissions)))
    assert actor.may("anything")
