"""Every page and every API operation, asked by strangers, other organisations and other stores: they get nowhere.

The routes are generated from the URL configuration and the API document, so a new page is walked from its first day.
"""

from __future__ import annotations

from pitlane.accounts.tests.factories import make_role, person, starting_role
from pitlane.core.access import Actor, expand, system
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes

from .routes import Ids, calls, pages, unknown_ids
from .walker import Walker, each_call, each_page, flaws

PUBLIC = {
    "appointments/feed/<str:token>.ics": "calendar programs sign in nowhere; the address is a secret of 256 bits",
    "health/live": "load balancers ask it",
    "health/ready": "load balancers ask it",
    "setup": "the first organisation, behind the code of the console; afterwards it only leads to the sign-in",
    "sign-in": "where everybody begins",
    "sign-in/code": "the second factor, after the password",
    "sign-out": "ending a session needs none",
    "me/preferences": "language and theme may be chosen before signing in",
    "a/<str:token>/": "the customer's appointment behind a secret address",
    "m/<slug:code>/book/": "customers choose the store to book",
    "m/<slug:code>/book/<str:store>": "customers begin to book, with their car",
    "m/<slug:code>/book/<str:store>/<str:token>/car": "a draft behind a secret of 256 bits",
    "m/<slug:code>/book/<str:store>/<str:token>/work": "a draft behind a secret of 256 bits",
    "m/<slug:code>/book/<str:store>/<str:token>/photos": "a draft behind a secret of 256 bits",
    "m/<slug:code>/book/<str:store>/<str:token>/photos/<fil:pk>": "photos of that draft only",
    "m/<slug:code>/book/<str:store>/<str:token>/time": "a draft behind a secret of 256 bits",
    "m/<slug:code>/book/<str:store>/<str:token>/confirm": "books for whoever is signed in with a phone",
    "a/<str:token>/visit.ics": "the customer's appointment for the calendar of the phone",
    "a/<str:token>/come": "the customer confirms the appointment",
    "a/<str:token>/move": "the customer takes another time",
    "a/<str:token>/cancel": "the customer cancels",
    "m/<slug:code>/": "the customer's own pages: sign-in with a phone, or what belongs to it",
    "m/<slug:code>/cars/<veh:pk>/": "a car of whoever signed in with a phone",
    "m/<slug:code>/orders/<ord:pk>/": "a visit of whoever signed in with a phone",
    "m/<slug:code>/orders/<ord:pk>/answer": "their answer to the quote",
    "m/<slug:code>/orders/<ord:pk>/bill/": "their bill",
    "m/<slug:code>/orders/<ord:pk>/record.pdf": "the record of their visit",
    "m/<slug:code>/orders/<ord:pk>/photos/<fil:file>": "photos of their visit",
    "m/<slug:code>/visits/<apt:pk>/": "their appointment",
    "m/<slug:code>/visits/<apt:pk>/come": "they confirm it",
    "m/<slug:code>/visits/<apt:pk>/move": "they take another time",
    "m/<slug:code>/visits/<apt:pk>/cancel": "they cancel it",
    "m/<slug:code>/data/<str:ref>/": "their wishes and consents",
    "m/<slug:code>/data/<str:ref>/code": "a fresh code before a copy leaves",
    "m/<slug:code>/data/<str:ref>/copy": "the copy of their data",
    "m/<slug:code>/data/<str:ref>/erase": "their request for erasure",
    "m/<slug:code>/app.webmanifest": "the name and icons under which phones install the pages",
    "m/<slug:code>/worker.js": "keeps the look and the page for no network, never anybody's data",
    "m/<slug:code>/offline": "what is shown without a network",
    "m/<slug:code>/sign-in": "the customer's phone; known and unknown ones get the same answer",
    "m/<slug:code>/sign-in/code": "the code from the message",
    "m/<slug:code>/sign-out": "ends the customer's session",
    "p/<str:token>/": "the customer's order behind a secret address",
    "p/<str:token>/answer": "the customer's answer to an estimate",
    "p/<str:token>/bill/": "the customer's bill",
    "p/<str:token>/photos/<fil:pk>": "photos of the customer's own order",
    "hooks/tencent_sms/<str:token>": "the service reports behind a secret address",
    "hooks/aliyun_sms/<str:token>": "the service reports behind a secret address",
    "hooks/wechat_account/<str:token>": "the service reports behind a secret address, and signs",
    "hooks/sandbox_tencent_sms/<str:token>": "the sandbox reports behind a secret address",
    "hooks/sandbox_aliyun_sms/<str:token>": "the sandbox reports behind a secret address",
    "hooks/sandbox_wechat_account/<str:token>": "the sandbox reports behind a secret address, and signs",
}
NOBODYS = {
    "GET /me",
    "GET /stores",
    "GET /approvals",
    "GET /me/views",
    "GET /me/sessions",
    "POST /me/sign-out",
    "GET /me/approvals",
    "GET /search",
    "GET /imports",
}  # what a signed-in caller without any permission may ask
STORE_BOUND = {
    "ord", "itm", "fin", "stl", "pay", "til", "req", "whs", "bay", "lea", "est", "rec", "imp", "apv", "fil", "cor",
    "msg",
}  # fmt: skip


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
