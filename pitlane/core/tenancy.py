"""Organisations are kept strictly apart: no query without an open organisation.

Every business table inherits ``OrgModel``. Its default manager filters by the organisation of the open
``scope`` and raises ``NoScope`` when none is open: forgetting the scope fails closed instead of leaking.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, TypeVar

from django.db import models

_org: ContextVar[int | None] = ContextVar("pitlane_org", default=None)
M = TypeVar("M", bound=models.Model)


class NoScope(RuntimeError):
    """A query ran outside any organisation. A programming error, never a user's."""


@contextmanager
def scope(org_id: int) -> Iterator[None]:
    """Open an organisation for the block. Requests, jobs and imports open exactly one."""
    token = _org.set(org_id)
    try:
        yield
    finally:
        _org.reset(token)


@contextmanager
def no_scope() -> Iterator[None]:
    """Close the organisation for the block (sign-in pages, tests of failing closed)."""
    token = _org.set(None)
    try:
        yield
    finally:
        _org.reset(token)


def current_org() -> int:
    """Id of the open organisation."""
    org_id = _org.get()
    if org_id is None:
        raise NoScope("no organisation is open; use core.tenancy.scope(org_id)")
    return org_id


def open_org() -> int | None:
    """Id of the open organisation, or None: only for code that must work before sign-in."""
    return _org.get()


class OrgManager(models.Manager[M]):
    """The default door to every business table: only rows of the open organisation.

    Every query of every page begins here, so the filtered beginning is kept and copied instead of built each time.
    """

    _beginnings: ClassVar[dict[tuple[Any, ...], tuple[int, models.QuerySet[Any]]]] = {}

    def get_queryset(self) -> models.QuerySet[M]:
        org_id, key = current_org(), (self.model, self._db)
        known = self._beginnings.get(key)
        if known is None or known[0] != org_id:
            known = (org_id, models.QuerySet(self.model, using=self._db).filter(org_id=org_id))
            self._beginnings[key] = known
        return known[1].all()


class OrgModel(models.Model):
    """Base of every business table. ``unscoped`` is for the few listed places that must cross organisations."""

    org = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        default=open_org,
        db_index=False,
    )

    objects: Any = OrgManager()
    unscoped: Any = models.Manager()

    class Meta:
        abstract = True
