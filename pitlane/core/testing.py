"""What tests of every domain need: an organisation with two stores, actors, and a proof that nothing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

from django.apps import apps
from django.db import connections

from .access import PERMISSIONS, Actor
from .errors import PitlaneError
from .tenancy import scope

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """A test organisation: ids of two stores and actors for them."""

    org_id: int
    store_id: int
    other_store_id: int

    def actor(self, *permissions: str, store_id: int | None = None, staff_id: int = 0, name: str = "林晓燕") -> Actor:
        """A staff actor with exactly these permissions in one store."""
        chosen = store_id or self.store_id
        return Actor(
            org_id=self.org_id,
            kind="staff",
            id=staff_id,
            name=name,
            permissions=frozenset(permissions),
            stores=frozenset({chosen}),
            store_id=chosen,
        )

    def boss(self, staff_id: int = 0) -> Actor:
        """An actor who may do everything in every store."""
        return Actor(
            org_id=self.org_id,
            kind="staff",
            id=staff_id,
            name="董店长",
            permissions=frozenset(PERMISSIONS),
            stores=None,
            store_id=self.store_id,
        )


def row_counts() -> dict[str, int]:
    """Rows of every Pitlane table over all organisations."""
    models = [m for m in apps.get_models() if m.__module__.startswith("pitlane.") and hasattr(m, "unscoped")]
    return {model._meta.label: model.unscoped.count() for model in models}


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Fail when the block added or removed any row: refusals must change nothing."""
    before = row_counts()
    yield
    after = row_counts()
    changed = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    assert not changed, f"rows changed: {changed}"


def together(org_id: int, jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the jobs at the same moment, each in a thread with a connection of its own.

    A refusal is an answer like any other; an error that is none of the family fails the test.
    """
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            start.wait()
            with scope(org_id):
                return job()
        except PitlaneError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
