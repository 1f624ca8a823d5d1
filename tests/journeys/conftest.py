"""Fixtures of the stories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.utils import timezone

from .cast import Chain, inside, open_chain


@pytest.fixture
def now() -> datetime:
    """When the story begins. Pages read the real clock, so the stories live today."""
    return timezone.now()


@pytest.fixture
def chain(db: None, now: datetime) -> Iterator[Chain]:
    """The chain with its scope open."""
    with inside(open_chain(now)) as opened:
        yield opened
