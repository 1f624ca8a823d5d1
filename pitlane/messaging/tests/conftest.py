"""A post room with test providers for every test of messaging."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pitlane.core.testing import Shop

from .factories import Post, post, street


@pytest.fixture
def room(shop: Shop) -> Iterator[Post]:
    """A shop with an SMS channel that works and cannot be asked."""
    with street():
        made = post(shop)
        made.choose("sms", "plain_sms")
        yield made
