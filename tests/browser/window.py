"""What the browser tests do with a page: sign in, listen for errors, ask axe, press keys."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from tests.journeys.cast import PASSWORD

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ASK_AXE = """tags => axe.run(document, {runOnly: tags, resultTypes: ["violations"]}).then(
    result => result.violations.map(rule => rule.id + ": " + rule.nodes.slice(0, 3).map(
        node => node.html.slice(0, 160) + " " + (node.any[0] || node.all[0] || {message: ""}).message).join(" | ")))"""
STICKING_OUT = """() => {
    const page = document.documentElement;
    if (page.scrollWidth <= page.clientWidth) return "";
    const wide = [...document.body.querySelectorAll("*")].filter(
        each => each.checkVisibility() && each.getBoundingClientRect().right > page.clientWidth + 1);
    return `${page.scrollWidth} px: ` + wide.slice(0, 4).map(e => e.outerHTML.slice(0, 120)).join(" | ");
}"""
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
WIDE, PHONE, SMALL = (1440, 900), (390, 844), (320, 640)


def chromium_path() -> str:
    """Where Chromium is: named by PITLANE_CHROMIUM, else the system's own."""
    named = os.environ.get("PITLANE_CHROMIUM", "")
    return named or next((path for name in NAMES if (path := shutil.which(name))), "")


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)


class Listener:
    """Everything a page complained about: script errors, CSP violations, missing files."""

    def __init__(self, context: BrowserContext) -> None:
        self.heard: list[str] = []
        context.on("console", self._console)
        context.on("weberror", lambda error: self.heard.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        expected = "Failed to load resource" in message.text  # told by the response itself, with its address
        if message.type in ("error", "warning") and not expected:
            self.heard.append(f"{message.page and message.page.url}: {message.text}")

    def _response(self, response: Any) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.heard.append(f"{response.status} {response.url}")


@contextmanager
def window(chromium: Browser, base: str, language: str = "zh-hans", **options: Any) -> Iterator[Page]:
    """A fresh browser window in a language; afterwards nothing may have been complained about."""
    size = options.pop("size", WIDE)
    viewport = {"width": size[0], "height": size[1]}
    context = chromium.new_context(base_url=base, viewport=viewport, reduced_motion="reduce", **options)
    context.set_default_timeout(15_000)
    context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    listener = Listener(context)
    try:
        yield context.new_page()
        assert listener.heard == []
    finally:
        context.close()


def sign_in(page: Page, login: str) -> None:
    """Through the sign-in page, by keyboard."""
    page.goto("/sign-in")
    page.locator("[name=login]").focus()
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.locator("[name=password]").focus()
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/sign-in" not in page.url, page.inner_text("main")


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def paint(page: Page, theme: str) -> None:
    """Light or dark, as the theme switch does it."""
    page.evaluate("theme => document.documentElement.dataset.bsTheme = theme", theme)


def complaints(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(ASK_AXE, TAGS)
    return [str(each) for each in found]


def sticks_out(page: Page) -> str:
    """What makes the page scroll sideways, or nothing."""
    return str(page.evaluate(STICKING_OUT))


def unfold(page: Page, width: int) -> None:
    """A window as high as its page, so that no sticky bar lies over what axe looks at."""
    resize(page, (width, 900))
    height = page.evaluate("() => document.documentElement.scrollHeight")
    resize(page, (width, max(900, min(int(height) + 60, 8_000))))
