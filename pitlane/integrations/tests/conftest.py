"""The real clients and the real sandbox, in a thread of its own, with its file in a folder of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pitlane.accounts.tests.factories import BACKEND, person, starting_role
from pitlane.core.testing import Shop
from pitlane.messaging.tests.factories import Post, post

from ..sandbox.desk import Limits
from ..sandbox.server import Sandbox, store_path
from ..sandbox.store import Store


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[Sandbox]:
    """A sandbox that listens; receipts are brought only when a test asks for it."""
    settings.DATA_DIR = tmp_path
    made = Sandbox(Store(store_path()), limits=Limits(per_recipient=5, receipt_after=0, slow=0.01))
    made.start(receipts=False)
    yield made
    made.stop()


@pytest.fixture
def desk(room: Post) -> Client:
    """The head of the shop at a browser."""
    client = Client()
    client.force_login(person(room.shop, starting_role(room.shop, "admin")), backend=BACKEND)
    return client


@pytest.fixture
def room(shop: Shop, sandbox: Sandbox) -> Post:
    """A shop whose channels all lead to the sandbox."""
    made = post(shop)
    for channel, provider in (
        ("sms", "sandbox_tencent_sms"),
        ("wechat", "sandbox_wechat_account"),
        ("email", "sandbox_smtp"),
    ):
        made.choose(channel, provider, secret="")
    return made
