"""The customer's phone: 390 pixels, with and without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.server import Installation

from .window import PHONE, complaints, sticks_out, window

pytestmark = pytest.mark.browser


def choose(page: Page, job: int, words: str) -> None:
    page.locator("fieldset").nth(job).get_by_text(words, exact=True).click()


def test_answer_with_a_finger(chromium: Browser, shop: Installation, day: dict[str, Any]) -> None:
    with window(chromium, shop.url, size=PHONE, has_touch=True, is_mobile=True) as page:
        page.goto(day["portal"]["finger"])
        assert sticks_out(page) == "" and complaints(page) == []
        choose(page, 0, "同意")
        choose(page, 1, "这次不做")
        choose(page, 2, "下次再做")
        box = page.locator("canvas").bounding_box()
        assert box is not None
        page.locator("canvas").scroll_into_view_if_needed()
        box = page.locator("canvas").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 20, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 120, box["y"] + 70, steps=8)
        page.mouse.move(box["x"] + 200, box["y"] + 20, steps=8)
        page.mouse.up()
        page.get_by_role("button", name="提交答复").click()
        expect(page.get_by_role("status").first).to_contain_text("已收到您的答复")
        expect(page.get_by_text("手写签名")).to_be_visible()
        assert sticks_out(page) == "" and complaints(page) == []


def test_answer_without_javascript(chromium: Browser, shop: Installation, day: dict[str, Any]) -> None:
    with window(chromium, shop.url, size=PHONE, java_script_enabled=False) as page:
        page.goto(day["portal"]["plain"])
        for job in range(3):
            choose(page, job, "同意")
        page.get_by_label("或输入姓名代替手写").fill("陈建国")
        page.get_by_role("button", name="提交答复").click()
        expect(page.get_by_text("已收到您的答复")).to_be_visible()
        page.goto(day["portal"]["plain"])
        expect(page.get_by_text("您的答复", exact=True)).to_be_visible()
        assert page.get_by_role("button", name="提交答复").count() == 0, "the link answers once"


def test_a_guessed_address_shows_nothing(chromium: Browser, shop: Installation, day: dict[str, Any]) -> None:
    with window(chromium, shop.url, size=PHONE) as page:
        answer = page.goto("/p/" + "x" * 43 + "/")
        assert answer is not None and answer.status == 404
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert complaints(page) == []
