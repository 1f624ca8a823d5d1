"""A real installation for tests that pull its plug: own data, own database, web server and worker as processes."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

try:
    import psycopg
except ImportError:  # only an installation on PostgreSQL needs it
    psycopg = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
_direct = build_opener(ProxyHandler({}))


def wait_until(true: Callable[[], bool], within: float = PATIENCE, what: str = "it") -> None:
    """Poll until something is so; a test never sleeps for a guessed time."""
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, f"waited {within:.0f} s in vain for {what}"
        time.sleep(0.05)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """Data directory, database and processes of one Pitlane."""

    data: Path
    database: str = ""
    port: int = field(default_factory=free_port)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PITLANE_", "DJANGO_"))}
        return kept | {
            "PITLANE_DATA": str(self.data),
            "PITLANE_DATABASE_URL": self.database,
            "PITLANE_API_RATE": "",
            "DJANGO_SETTINGS_MODULE": "pitlane.project.settings",
            "PYTHONPATH": str(ROOT),
        }

    def pitlane(self, *words: str) -> str:
        """Run one ``pitlane`` command to its end."""
        command = [sys.executable, "-m", "pitlane", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"pitlane {' '.join(words)}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def tell(self, call: str) -> Any:
        """Run a function of ``ground`` inside this installation and answer what it returns."""
        code = f"import json; from tests.journeys import ground; print(json.dumps(ground.{call}))"
        return json.loads(self.pitlane("shell", "-v", "0", "-c", code).splitlines()[-1])

    def run(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a process of the installation in a session of its own, so that it can be killed as a whole."""
        with (self.data / f"{words[0]}.log").open("ab") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "pitlane", *words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def serve(self, threads: int = 8) -> subprocess.Popen[bytes]:
        """Start the web server and wait until it answers."""
        process = self.run("serve", "--port", str(self.port), "--threads", str(threads))
        wait_until(self._answers, what=f"the web server (see {self.data}/serve.log)")
        return process

    def _answers(self) -> bool:
        try:
            with _direct.open(f"{self.url}/health/ready", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def cut(self, process: subprocess.Popen[bytes]) -> None:
        """Pull the plug: kill -9 for the process and everything it started."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.processes.remove(process)

    def stop(self) -> None:
        for process in list(self.processes):
            self.cut(process)

    def number(self, query: str) -> int:
        """One number straight from the tables."""
        if not self.database:
            with closing(sqlite3.connect(self.data / "db.sqlite3", timeout=30)) as base:
                return int(base.execute(query).fetchone()[0])
        with psycopg.connect(self.database) as base:
            row = base.execute(query.encode()).fetchone()
            assert row is not None
            return int(row[0])


class Server:
    """The server of PITLANE_DATABASE_URL, asked for databases beside the one of the tests; SQLite needs none."""

    def __init__(self, url: str) -> None:
        self.url = url if urlsplit(url).scheme.startswith("postgres") else ""

    def create(self, template: str = "") -> str:
        """A database of its own: nothing of an installation leaks into the tests. Answers its address."""
        if not self.url:
            return ""
        name = f"pitlane_cut_{secrets.token_hex(4)}"
        source = urlsplit(template).path.lstrip("/") or "template0"
        self._say(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {source}")
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def drop(self, database: str) -> None:
        if database:
            self._say(f"DROP DATABASE IF EXISTS {urlsplit(database).path.lstrip('/')} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as base:
            base.execute(statement.encode())


@contextmanager
def installation(data: Path, copy_of: Installation | None = None) -> Iterator[Installation]:
    """A migrated, empty installation on the kind of database that the tests run on."""
    server = Server(os.environ.get("PITLANE_DATABASE_URL", ""))
    made = Installation(data, server.create(copy_of.database if copy_of else ""))
    try:
        if copy_of is None:
            made.pitlane("migrate", "-v", "0")
        else:
            shutil.copytree(copy_of.data, data, dirs_exist_ok=True)
        yield made
    finally:
        made.stop()
        server.drop(made.database)
