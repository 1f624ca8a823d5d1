"""Fixtures for all tests: one organisation with two stores, its scope open."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop


def _digest_of_migrations() -> str:
    """Changes with any migration of any installed app."""
    found = hashlib.sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        for file in sorted(Path(app.path, "migrations").glob("*.py")):
            found.update(f"{app.label}/{file.name}".encode() + file.read_bytes())
    return found.hexdigest()[:16]


@pytest.fixture(scope="session")
def migrated_file(request: pytest.FixtureRequest) -> Path | None:
    """Where pytest's cache keeps an empty, migrated SQLite file; None on PostgreSQL or without a cache."""
    cached = getattr(request.config, "cache", None)
    if connection.vendor != "sqlite" or cached is None:
        return None
    return Path(cached.mkdir("migrated")) / f"{_digest_of_migrations()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, migrated_file: Path | None) -> bool:
    """Begin from the kept file where there is one: running all migrations takes longer than most tests."""
    return django_db_keepdb or bool(migrated_file and migrated_file.exists())


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_keepdb: bool, migrated_file: Path | None
) -> None:
    if migrated_file and migrated_file.exists():
        shutil.copyfile(migrated_file, connection.settings_dict["TEST"]["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_keepdb: bool, migrated_file: Path | None) -> Iterator[None]:
    """Keep the file that the migrations made, for the next run; leave none behind in the temporary folder."""
    name = connection.settings_dict["NAME"]
    if migrated_file and not migrated_file.exists():
        for old in migrated_file.parent.glob("*.sqlite3"):
            old.unlink(missing_ok=True)
        whole = migrated_file.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(name)) as made, closing(sqlite3.connect(whole)) as kept:
            made.backup(kept)
        whole.replace(migrated_file)
    yield
    if migrated_file and django_db_keepdb:
        connection.close()
        for left in Path(name).parent.glob(f"{Path(name).name}*"):
            left.unlink(missing_ok=True)


def _deletes(
    self: DatabaseOperations,
    style: Any,
    tables: list[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    return [f"DELETE FROM {self.quote_name(table)}" for table in tables]


@pytest.fixture(scope="session", autouse=True)
def _flush_by_deleting() -> Iterator[None]:
    """A test with transactions of its own leaves few rows: deleting them takes 0.1 s, truncating 150 tables 4 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", _deletes)
        yield


@pytest.fixture
def at() -> datetime:
    return NOON


def make_shop(code: str) -> Shop:
    from pitlane.accounts.models import Organisation, Store

    org = Organisation.objects.create(code=code, name=f"{code} 连锁", created_at=NOON)
    with scope(org.pk):
        names = enumerate(("望京店", "通州店"))
        stores = [Store.objects.create(org_id=org.pk, code=f"S{n}", name=name) for n, name in names]
    return Shop(org.pk, stores[0].pk, stores[1].pk)


@pytest.fixture
def shop(db: None) -> Iterator[Shop]:
    """An organisation with its scope open."""
    made = make_shop("jc")
    with scope(made.org_id):
        yield made


@pytest.fixture
def other_shop(db: None) -> Shop:
    """A second organisation; open its scope yourself."""
    return make_shop("other")


@pytest.fixture(autouse=True)
def _own_counters(request: pytest.FixtureRequest) -> None:
    """Each test counts its own attempts: with Redis, counters would outlive the test."""
    cache.key_prefix = f"{settings.CACHES['default'].get('KEY_PREFIX', '')}:{request.node.nodeid}"[:150]
