"""From search to the paid bill without touching the mouse: only keys are pressed, on a real server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from tests.journeys.server import Installation

from .window import sign_in, window

pytestmark = pytest.mark.browser
FAR = 140
FOCUSED = """wanted => {
    const at = document.activeElement;
    const words = (at.innerText || at.getAttribute("aria-label") || "").replace(/[\\s·]/g, "");
    return at.name === wanted || at.value === wanted || words.startsWith(wanted);
}"""


@dataclass
class Hands:
    """Ten fingers and no mouse."""

    page: Page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tab_to(self, wanted: str) -> None:
        """Tab until the control with this name, value or caption has the focus."""
        for _turn in range(FAR):
            if self.page.evaluate(FOCUSED, wanted):
                return
            self.press("Tab")
        raise AssertionError(f"{FAR} times Tab do not reach {wanted!r} on {self.page.url}")

    def fill(self, name: str, text: str) -> None:
        self.tab_to(name)
        self.press("Control+a")
        self.type(text)

    def go(self, *keys: str, to: str) -> None:
        """Press keys that lead to another page."""
        start = self.page.url
        try:
            with self.page.expect_navigation(url=f"**{to}*"):
                self.press(*keys)
        except TimeoutError as error:
            seen = " ".join(self.page.inner_text("body").split())[:1500]
            raise AssertionError(f"{keys} on {start} led to {self.page.url}, not {to}: {seen}") from error

    def next(self, to: str) -> None:
        """F9 is the next legal step on every page of the day."""
        self.go("F9", to=to)


def find_and_check_in(hands: Hands, plate: str) -> None:
    """Slash, the plate's tail, Ctrl+Enter: the car stands at the counter."""
    hands.press("/")
    hands.type(plate[-5:])
    expect(hands.page.get_by_role("option").first).to_be_visible()
    hands.go("Control+Enter", to="/reception/check-in/?vehicle=**")
    hands.next("/reception/check-in/*/")
    hands.fill("concern", "保养")
    hands.fill("odometer", "43100")
    hands.fill("fuel_level", "60")
    hands.next("/walkaround/")


def walk_around(hands: Hands) -> None:
    """One key for the whole list, then the name instead of a signature."""
    hands.press("a")
    hands.fill("signature_typed", "客户")
    hands.next("/quote/")


def quote(hands: Hands) -> None:
    """Pinyin initials find the job, Enter takes it; the customer signs at the counter."""
    for text in ("MA-001", "OL-03"):
        hands.tab_to("q")
        hands.type(text)
        expect(hands.page.locator(".rc-offer").first).to_contain_text(text)
        hands.go("Enter", to="/quote/?focus=1")
    hands.next("/reception/estimates/*/")
    hands.next("/sign/")
    hands.fill("signature_typed", "客户")
    hands.next("/orders/*/")


def dispatch(hands: Hands, technician: str) -> None:
    """In the drawer; then the parts leave the shelf."""
    hands.press("F9")
    expect(hands.page.get_by_role("dialog")).to_be_visible()
    hands.tab_to(technician)
    hands.press("Space")
    hands.go("Control+s", to="/orders/*/")
    hands.tab_to("领料")
    hands.go("Enter", to="/orders/*/")


def work(hands: Hands, plate: str) -> None:
    """The technician's terminal: start, every step with its value or why there is no photo, done."""
    hands.page.goto("/my-jobs/")
    hands.tab_to(plate)
    hands.go("Enter", to="/my-jobs/itm_*/")
    job = hands.page.url
    hands.tab_to("开始施工")
    hands.go("Enter", to="/my-jobs/itm_*/")
    while (step := hands.page.locator("[data-s=now]")).count():
        number = step.get_attribute("id")
        if (measure := step.locator("input[inputmode=decimal]")).count():
            hands.fill(str(measure.get_attribute("name")), "4")
        if step.locator("[name=no_photo]").count():
            hands.tab_to("no_photo")
            hands.press("ArrowDown")
        hands.tab_to("完成第")
        hands.go("Enter", to=job.removeprefix(hands.page.url.partition("/my-jobs")[0]))
        assert hands.page.locator(f"#{number}[data-s=now]").count() == 0, f"{number} was not taken"
    hands.tab_to("完工自检")
    hands.go("Enter", to="/my-jobs/")


def inspect(hands: Hands) -> None:
    """Somebody else looks at the work."""
    hands.page.reload()
    hands.next("/inspect/")
    hands.next("/quality/")


def settle(hands: Hands, plate: str) -> None:
    """Back to the order by its plate, then the bill and the money."""
    hands.press("/")
    hands.type(plate[-5:])
    expect(hands.page.get_by_role("option").first).to_be_visible()
    hands.go("Control+Enter", to="/reception/check-in/?vehicle=**")
    hands.go("Enter", to="/orders/*/")
    hands.next("/settle/")
    hands.next("/pay/")
    hands.go("Enter", to="/orders/*/")


def test_from_search_to_the_paid_bill(chromium: Browser, shop: Installation, day: dict[str, Any]) -> None:
    plate = day["free_plate"]
    with window(chromium, shop.url) as desk, window(chromium, shop.url) as terminal:
        sign_in(desk, "manager")
        find_and_check_in(Hands(desk), plate)
        walk_around(Hands(desk))
        quote(Hands(desk))
        dispatch(Hands(desk), day["technician"])
        sign_in(terminal, "technician")
        work(Hands(terminal), plate)
        inspect(Hands(desk))
        settle(Hands(desk), plate)
        expect(desk.get_by_text("已收款").first).to_be_visible()


def test_help_lists_the_keys_of_the_page(chromium: Browser, shop: Installation, day: dict[str, Any]) -> None:
    with window(chromium, shop.url) as page:
        sign_in(page, "advisor")
        hands = Hands(page)
        hands.press("?")
        expect(page.locator("[data-keys-dialog]")).to_contain_text("接车")
        hands.press("Escape")
        hands.go("g", "o", to="/orders/")
        hands.go("F2", to="/reception/check-in/")
