"""A benchmark never touches the shop's own database: it gets a data directory and a database of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Place:
    """Where a benchmark of one size lives; the same size finds its data again."""

    folder: Path
    url: str

    def environment(self) -> Mapping[str, str]:
        """What a process needs to work there."""
        own = {"PITLANE_DATA": str(self.folder), "PITLANE_DATABASE_URL": self.url, "PITLANE_API_RATE": ""}
        return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "pitlane.project.settings", "PITLANE_DEBUG": ""}


def place_for(customers: int, orders: int, url: str) -> Place:
    """The place of a size of the front desk."""
    return place_named(f"{customers}_{orders}", url)


def place_named(name: str, url: str) -> Place:
    """A place by name; with a PostgreSQL address a database of that server, else a file."""
    if not url:
        return Place(Path(settings.DATA_DIR) / "bench" / f"sqlite_{name}", "")
    parts = urlsplit(url)
    return Place(
        Path(settings.DATA_DIR) / "bench" / f"postgresql_{name}",
        urlunsplit(parts._replace(path=f"/pitlane_bench_{name}")),
    )


def make(place: Place, url: str, *, fresh: bool) -> None:
    """Make the database when it is not there; ``fresh`` throws an old one away."""
    if fresh:
        shutil.rmtree(place.folder, ignore_errors=True)
    place.folder.mkdir(parents=True, exist_ok=True)
    if place.url:
        _make_postgresql(place, url, fresh=fresh)


def _make_postgresql(place: Place, url: str, *, fresh: bool) -> None:
    import psycopg
    from psycopg import sql

    name = sql.Identifier(urlsplit(place.url).path.lstrip("/"))
    with psycopg.connect(url, autocommit=True) as server:
        if fresh:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name.as_string(None).strip('"')])
        if known.fetchone() is None:
            server.execute(sql.SQL("CREATE DATABASE {}").format(name))


def run_inside(place: Place, arguments: Sequence[str]) -> int:
    """Go on in a process whose settings know only the benchmark's database."""
    command = [sys.executable, "-m", "pitlane", "bench", *arguments, "--inside"]
    return subprocess.run(command, env=dict(place.environment()), check=False).returncode
