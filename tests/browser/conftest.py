"""A served installation with an order at every stage, and one Chromium for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.server import Installation, installation

from .window import chromium_path, launch


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not chromium_path():
        pytest.skip("no Chromium here: install chromium, or name one in PITLANE_CHROMIUM")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("shop")) as made:
        yield made


@pytest.fixture(scope="session")
def day(shop: Installation) -> dict[str, Any]:
    """Addresses of what there is to see: one order at every stage of the day."""
    facts: dict[str, Any] = shop.tell("every_stage()")
    shop.serve()
    return facts
