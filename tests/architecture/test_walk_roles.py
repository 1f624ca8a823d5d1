"""Every starting role opens its own pages and nobody else's, and none of them breaks anything."""

from __future__ import annotations

import pytest

from pitlane.accounts.roles import STARTING_ROLES
from pitlane.accounts.tests.factories import person, starting_role
from pitlane.core.access import expand
from pitlane.core.testing import Shop

from .routes import Ids, pages
from .walker import ENDS_SESSION, Walker, each_call, flaws


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
