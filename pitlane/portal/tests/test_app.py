"""Installable, light, and without anybody's data in the phone's cache."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from pitlane.accounts.models import Organisation
from pitlane.core.testing import Shop
from pitlane.reception.tests.factories import world

from ..models import PhoneSession
from .phones import PHONE, open_sms, sign_in

HOME = "/m/jc/"
MOST = 100 * 1024
LINKED = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"')
FONTS = re.compile(r"url\(\"?([^)\"]+\.woff2)")


def own(name: str) -> bytes:
    """A static file; whatever a page names must be there."""
    found = finders.find(name)
    assert found, name
    return Path(str(found)).read_bytes()


def weight(page: bytes) -> int:
    """What the first view costs compressed: the page, everything it links to, and every font of its styles."""
    linked = LINKED.findall(page.decode())
    styles = [own(name) for name in linked if name.endswith(".css")]
    fonts = {name for style in styles for name in FONTS.findall(style.decode())}
    small = [page, *(own(name) for name in linked)]
    return sum(len(gzip.compress(body)) for body in small) + sum(len(own(f"core/{name}")) for name in fonts)


@pytest.mark.parametrize("address", [HOME, "/m/jc/sign-in"])
def test_the_first_view_is_light(shop: Shop, client: Client, address: str) -> None:
    open_sms(shop)
    made = world(shop)
    made.quoted()
    if address == HOME:
        sign_in(client, phone=made.owner.phones.get(primary=True).number.reveal())
        assert client.get(address).context["page"].running
    page = client.get(address)
    assert page.status_code == 200 and weight(page.content) <= MOST


def test_pages_hold_no_script_of_their_own(shop: Shop, client: Client) -> None:
    open_sms(shop)
    sign_in(client)
    page = client.get(HOME).content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)", page) and not re.search(r"\son\w+=", page)


def test_the_manifest_bears_the_name_of_the_organisation(shop: Shop, client: Client) -> None:
    Organisation.objects.filter(pk=shop.org_id).update(name='京城 "车坊" 连锁')
    answer = client.get(f"{HOME}app.webmanifest")
    facts = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (facts["name"], facts["start_url"], facts["scope"]) == ('京城 "车坊" 连锁', HOME, HOME)
    assert {icon["sizes"] for icon in facts["icons"]} == {"192x192", "512x512"}
    assert all(own(icon["src"].removeprefix("/static/"))[:4] == b"\x89PNG" for icon in facts["icons"])


def test_the_worker_keeps_the_shell_and_nothing_else(shop: Shop, client: Client) -> None:
    script = client.get(f"{HOME}worker.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    text = script.content.decode()
    listed = json.loads(re.search(r"SHELL = (\[.*?\])", text)[1])  # type: ignore[index]
    assert all(address.startswith("/static/") and own(address.removeprefix("/static/")) for address in listed)
    assert f'OFFLINE = "{HOME}offline"' in text and text.count("cache.add") == 1 and "cache.put" not in text


def test_the_page_without_network_knows_nobody(shop: Shop, client: Client) -> None:
    open_sms(shop)
    made = world(shop)
    sign_in(client, phone=made.owner.phones.get(primary=True).number.reveal())
    assert PhoneSession.objects.exists()
    page = client.get(f"{HOME}offline")
    text = page.content.decode()
    assert "现在没有网络" in text and "csrf" not in text and "csrftoken" not in page.cookies
    assert "王" not in text and PHONE[-4:] not in text and made.car.plate not in text


@pytest.mark.parametrize("name", ["app.webmanifest", "worker.js", "offline"])
def test_an_unknown_organisation_has_none(shop: Shop, client: Client, name: str) -> None:
    assert client.get(f"/m/nowhere/{name}").status_code == 404
