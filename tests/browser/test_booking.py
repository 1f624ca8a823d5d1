"""A customer books on the phone, is reminded, moves the visit, comes, and the desk opens the order: the real server,
the real message clients, the sandbox as the other side."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.server import Installation, free_port, installation, wait_until

from .window import PHONE, WIDE, complaints, resize, sign_in, sticks_out, window

pytestmark = pytest.mark.browser
MOBILE = "13911112222"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A shop of its own with its sandbox running."""
    with installation(tmp_path_factory.mktemp("booking")) as made:
        tell(made, "books_online()")
        made.run("sandbox", "--port", str(free_port()), "--web", made.url, "--receipts-after", "0")
        wait_until(lambda: "sandbox: http" in (made.data / "sandbox.log").read_text(), what="the sandbox")
        made.serve()
        yield made


def tell(shop: Installation, call: str) -> Any:
    """Run a function of ``phone`` inside the installation."""
    code = f"import json; from tests.journeys import phone; print(json.dumps(phone.{call}))"
    return json.loads(shop.pitlane("shell", "-v", "0", "-c", code).splitlines()[-1])


def inbox(desk: Page) -> str:
    """The newest message that reached the phone, as the sandbox's inbox shows it."""
    desk.goto("/messages/sandbox/")
    return desk.locator("article").first.inner_text()


def link_in(text: str) -> str:
    found = re.search(r"https?://\S+/a/[\w-]+/", text)
    assert found, text
    return urlsplit(found.group()).path


def fine(page: Page) -> None:
    assert sticks_out(page) == "" and complaints(page) == []


def fill_in(page: Page, shop: Installation) -> None:
    """Plate, work, fault and time."""
    page.goto("/m/jc/book/")
    fine(page)
    page.get_by_label("车牌", exact=True).fill("京C55555")
    page.get_by_role("button", name="下一步").click()
    page.get_by_text("小保养（更换机油机滤）").click()
    page.get_by_label("哪里不对劲").fill("刹车有异响 😵")
    fine(page)
    page.get_by_role("button", name="下一步").click()
    fine(page)
    expect(page.get_by_role("heading", name="推荐时间")).to_be_visible()
    local = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(hours=5)
    local = local.replace(minute=0, second=0, microsecond=0)
    page.get_by_label("想要别的时间").fill(f"{local:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="看看能不能约").click()


def prove_phone(page: Page, desk: Page, shop: Installation) -> None:
    page.get_by_label("手机号").fill(MOBILE)
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("短信里的 6 位数字").wait_for()
    tell(shop, "carry()")
    code = re.search(r"\d{6}", inbox(desk).partition("验证码")[2])
    assert code
    page.get_by_label("短信里的 6 位数字").fill(code.group())
    page.get_by_role("button", name="登录").click()


def agree(page: Page) -> None:
    page.get_by_label("怎么称呼您").fill("赵先生")
    fine(page)
    page.get_by_role("button", name="预约", exact=True).click()
    expect(page.get_by_text("请先同意")).to_be_visible()
    expect(page.get_by_label("怎么称呼您")).to_have_value("赵先生")
    page.get_by_label("同意").check()
    page.get_by_role("button", name="预约", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已约好")
    fine(page)


def see_in_calendar(desk: Page, start: str) -> None:
    """The visit stands on its day; keys and screen readers reach every hour of it on a narrow screen too."""
    day = datetime.fromisoformat(start).astimezone(ZoneInfo("Asia/Shanghai")).date()
    desk.goto(f"/appointments/calendar/?day={day.isoformat()}")
    expect(desk.locator(".ap-card", has_text="小保养")).not_to_have_count(0)
    for size in (PHONE, WIDE):
        resize(desk, size)
        fine(desk)


def check_in(desk: Page, ref: str) -> None:
    """The desk sees what is to be verified, marks the arrival, and the visit becomes an order."""
    desk.goto(f"/appointments/{ref}/")
    expect(desk.get_by_text("待核对车牌和车主")).to_be_visible()
    expect(desk.get_by_text("客户自助").first).to_be_visible()
    desk.get_by_role("button", name="到店接车").click()
    expect(desk.get_by_text("请对照行驶证核对车和车主")).to_be_visible()
    expect(desk.get_by_label("姓名")).to_have_value("赵先生")
    desk.keyboard.press("F9")
    desk.wait_for_url("**/reception/check-in/*/")
    desk.locator("[name=odometer]").fill("43100")
    desk.locator("[name=fuel_level]").fill("60")
    desk.keyboard.press("F9")
    desk.wait_for_url("**/walkaround/")


def test_from_the_phone_to_the_order(chromium: Browser, shop: Installation) -> None:
    with (
        window(chromium, shop.url, size=PHONE, has_touch=True, is_mobile=True) as page,
        window(chromium, shop.url) as desk,
    ):
        sign_in(desk, "manager")
        fill_in(page, shop)
        prove_phone(page, desk, shop)
        agree(page)
        made = tell(shop, "newest()")
        assert (made["state"], made["source"]) == ("confirmed", "portal")
        assert "京C55555" in inbox(desk)
        see_in_calendar(desk, made["start"])
        tell(shop, f"remind({made['ref']!r})")
        page.goto(link_in(inbox(desk)))
        page.locator("form[action$=move] button").first.click()
        expect(page.get_by_role("status")).to_contain_text("已改到新的时间")
        fine(page)
        moved = tell(shop, "newest()")
        assert moved["start"] != made["start"] and moved["state"] == "rescheduled"
        check_in(desk, made["ref"])
        assert tell(shop, "newest()")["state"] == "converted"
        desk.goto(f"/appointments/{made['ref']}/")
        desk.get_by_role("link", name="工单", exact=True).last.click()
        expect(desk).to_have_url(re.compile("/orders/ord_"))
