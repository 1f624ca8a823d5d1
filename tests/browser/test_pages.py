"""Every page of the day: axe is content, nothing sticks out. Desk and phone, light and dark, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.server import Installation, installation

from .window import PHONE, SMALL, WIDE, complaints, paint, resize, sign_in, sticks_out, unfold, window

pytestmark = pytest.mark.browser

PAGES: dict[str, list[str]] = {
    "": ["/sign-in", "{portal[waiting]}", "{portal[bill]}", "{portal[bill]}bill/"],
    "advisor": [
        "/",
        "/me/home",
        "/messages/preferences/{customer}/",
        "/search?q=A1",
        "/customers",
        "/customers/new",
        "/customers/{customer}",
        "/vehicles/{vehicle}",
        "/vehicles/{vehicle}/archive/",
        "/reception/check-in/",
        "/reception/check-in/?vehicle={vehicle}",
        "/reception/check-in/?plate=京N7R961",
        "/reception/quote/",
        "/reception/orders/{orders[checked_in]}/walkaround/",
        "/reception/orders/{orders[quoting]}/quote/",
        "/reception/orders/{orders[quoting]}/quote/?q=xby",
        "/reception/orders/{orders[quoting]}/diagnosis/",
        "/reception/knowledge/?q=P03",
        "/reception/estimates/{estimate}/",
        "/reception/estimates/{estimate}/sign/",
        "/orders/",
        "/orders/{orders[quoted]}/",
        "/orders/{orders[working]}/",
        "/orders/{orders[completed]}/settle/",
        "/orders/{orders[delivered]}/",
        "/orders/{orders[working]}/label/",
        "/reception/orders/{orders[delivered]}/quote/",
        "/calls/new",
    ],
    "foreman": ["/", "/workshop/", "/orders/{orders[approved]}/dispatch/"],
    "technician": ["/my-jobs/", "/my-jobs/{item}/"],
    "inspector": ["/quality/", "/quality/report/", "/orders/{orders[inspected]}/inspect/"],
    "parts": ["/", "/parts/", "/parts/{part}/", "/parts/receive", "/parts/requisitions/"],
    "cashier": [
        "/",
        "/billing/",
        "/billing/settlements/{bill}/",
        "/orders/{orders[settled]}/pay/",
        "/billing/payments/",
        "/billing/till/",
    ],
    "manager": [
        "/",
        "/billing/day/",
        "/approvals/",
        "/catalog/",
        "/catalog/packages/",
        "/catalog/lists/",
        "/quality/report/",
        "/reception/knowledge/new/",
        "/scheduling/",
        "/scheduling/hours/",
        "/scheduling/terms/",
        "/scheduling/calendar/",
        "/scheduling/capacity/",
        "/appointments/",
        "/appointments/calendar/",
        "/appointments/calendar/?span=week&by=technician",
        "/appointments/new/",
        "/appointments/peaks/",
        "/appointments/settings/",
        "/appointments/online/",
        "/messages/",
        "/messages/templates/",
        "/organisation/staff/",
        "/imports/",
    ],
    "jc-boss": [
        "/organisation/",
        "/organisation/stores/",
        "/organisation/stores/{store}/",
        "/messages/channels/",
        "/messages/rules/",
        "/organisation/keys/",
    ],
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation in which nobody works yet."""
    with installation(tmp_path_factory.mktemp("empty")) as made:
        made.serve()
        yield made


def look_at(page: Page, path: str) -> list[str]:
    """Everything that is wrong with a page at both widths, in both themes."""
    answer = page.goto(path)
    assert answer is not None
    if answer.status != 200:
        return [f"{path}: {answer.status}"]
    found = []
    for size in (WIDE, SMALL, PHONE):
        resize(page, size)
        if wide := sticks_out(page):
            found.append(f"{path} at {size[0]} sticks out: {wide}")
    for width in (PHONE[0], WIDE[0]):
        unfold(page, width)
        for theme in ("dark", "light"):
            paint(page, theme)
            found += [f"{path} at {width} {theme}: {each}" for each in complaints(page)]
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("login", PAGES)
def test_pages(chromium: Browser, shop: Installation, day: dict[str, Any], login: str, language: str) -> None:
    with window(chromium, shop.url, language) as page:
        if login:
            sign_in(page, login)
        found = [each for path in PAGES[login] for each in look_at(page, path.format(**day))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_the_first_run(chromium: Browser, empty: Installation, language: str) -> None:
    with window(chromium, empty.url, language) as page:
        found = look_at(page, "/setup")
        assert page.url.endswith("/setup")
    assert not found, "\n".join(found)
