"""``pitlane start``: bring the database up to date, fill an empty one, and keep web pages and worker running."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command, get_commands
from django.db import OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from pitlane.core import statistics
from pitlane.core.catalogues import compile_stale

from .hosts import for_a_phone

READY_WITHIN = 60.0
GRACE = 20.0
LONGEST_PAUSE = 60.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_direct = build_opener(ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked of ``pitlane start``."""

    host: str
    port: int
    threads: int
    demo: str

    @property
    def address(self) -> str:
        """What to type into a browser on this machine; ``0.0.0.0`` is no address to visit."""
        host = "127.0.0.1" if self.everywhere else self.host
        return f"http://{host}:{self.port}"

    @property
    def everywhere(self) -> bool:
        """Whether other devices may reach it, too."""
        return self.host in ("", "0.0.0.0", "::")


@dataclass
class Child:
    """One process of ours, its log file, and how to start it again."""

    name: str
    arguments: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    starts: int = 0

    def start(self) -> None:
        """In a session of its own, so that Ctrl-C reaches us first and we end it in order."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.started, self.starts = time.monotonic(), self.starts + 1
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pitlane", *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def rested(self) -> bool:
        """Whether it may be started again: what keeps dying must not keep the machine busy."""
        return time.monotonic() - self.started > min(LONGEST_PAUSE, 2**self.starts)

    def tell(self, number: int) -> None:
        """Send a signal, unless the process is gone already."""
        if self.process is not None and self.alive:
            self.process.send_signal(number)

    def kill(self) -> None:
        """End what did not end by itself, with everything it started."""
        if self.process is not None and self.alive:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self) -> str:
        """The end of its log: what a user needs to see when it does not come up."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


class Stop(Exception):
    """Someone asked us to end."""


def run(options: Options) -> int:
    """Set up, run both halves until asked to stop, and say in plain words what went wrong."""
    for number in STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, _stop)
    children: list[Child] = []
    try:
        if refused(options):
            return 1
        with alone(Path(settings.DATA_DIR)):
            prepare(options)
            sandbox = has_demo()
            connections.close_all()
        if refused(options):  # preparing takes a while: somebody else may listen there by now
            return 1
        children = children_of(options, Path(settings.DATA_DIR) / "log", sandbox=sandbox)
        for child in children:
            child.start()
        if not wait_until_ready(children[0], f"{options.address}/health/ready"):
            print(
                f"The web pages did not come up. The end of {children[0].log}:\n{children[0].tail()}", file=sys.stderr
            )
            return 1
        announce(options, children)
        return watch(children)
    except Stop:
        print("\nStopping ...", flush=True)
        return 0
    except OperationalError as error:
        print(f"pitlane start: the database does not answer: {error}", file=sys.stderr)
        return 1
    except (CommandError, ImproperlyConfigured) as error:
        print(f"pitlane start: {error}", file=sys.stderr)
        return 1
    except PermissionError as error:
        print(
            f"pitlane start: no permission to write {error.filename} (PITLANE_DATA names the folder)", file=sys.stderr
        )
        return 1
    finally:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        end(children)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


def busy(options: Options) -> str:
    """Why we cannot listen there, or nothing; asked before anything is set up."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            return f"Cannot listen on {options.host}:{options.port}: {error.strerror}. Try another one with --port."
    return ""


def refused(options: Options) -> bool:
    """Whether we cannot listen there; the user is told why."""
    reason = busy(options)
    if reason:
        print(reason, file=sys.stderr)
    return bool(reason)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One start at a time prepares a data folder: a second one waits and then finds everything done."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "start.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is preparing this system; waiting for it ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(options: Options) -> None:
    """Translations, tables and demo data: each only when missing, so that a second start is quick."""
    compile_stale()
    django.setup()
    if pending_migrations():
        _say("Preparing the database ...", bring_up_to_date)
    call_command("upgrade_roles")
    if half_built():
        _say("Removing a demo chain that was not finished ...", lambda: call_command("demo", reset=True))
    if options.demo != "none" and is_empty() and "demo" in get_commands():
        _say(f"Building the demo chain ({options.demo}) ...", lambda: call_command("demo", size=options.demo))
        statistics.refresh()
    connections.close_all()


def _say(what: str, work: Callable[[], object]) -> None:
    print(what, flush=True)
    began = time.monotonic()
    work()
    print(f"  done in {time.monotonic() - began:.1f} s", flush=True)


def bring_up_to_date() -> None:
    """Tables of the models, and the cache's own, which no migration makes."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)


def pending_migrations() -> bool:
    """Whether the tables are older than the program."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def is_empty() -> bool:
    """Whether nobody works here yet."""
    return not apps.get_model("accounts", "Organisation").objects.exists()


def half_built() -> bool:
    """Whether the building of the demo was broken off: nobody should take what lies there for a chain."""
    found = apps.get_model("accounts", "Organisation").objects.values_list("settings", flat=True)
    return any(facts.get("demo", {}).get("unfinished") for facts in found)


def has_demo() -> bool:
    """Whether a demo chain lives here, whose messages go to the sandbox."""
    found = apps.get_model("accounts", "Organisation").objects.values_list("settings", flat=True)
    return any("demo" in facts for facts in found)


def children_of(options: Options, logs: Path, *, sandbox: bool = False) -> list[Child]:
    """Web pages first: their readiness is what we wait for."""
    where = ["--host", options.host, "--port", str(options.port), "--threads", str(options.threads)]
    children = [Child("web", ["serve", *where], logs / "web.log"), Child("worker", ["work"], logs / "worker.log")]
    if sandbox:
        near = ["--port", str(options.port + 1 if options.port < 65534 else 0), "--web", options.address]
        children.append(Child("sandbox", ["sandbox", *near], logs / "sandbox.log"))
    return children


def wait_until_ready(web: Child, url: str) -> bool:
    """Poll the health page until it answers, the server dies or patience ends."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and web.alive:
        try:
            with _direct.open(url, timeout=5) as answer:
                if answer.status == 200:
                    return True
        except (URLError, OSError):
            time.sleep(0.1)
    return False


def announce(options: Options, children: list[Child]) -> None:
    """The address and, on demo data, who can sign in with what; in an empty system, how to open the first shop."""
    print(f"\n  车坊 Pitlane  →  {options.address}\n", flush=True)
    phone = for_a_phone() if options.everywhere else ""
    if phone:
        print(f"  From a phone in the same network:  http://{phone}:{options.port}\n", flush=True)
    if "demo" in get_commands():
        call_command("demo", logins=True)
    call_command("setup", link=options.address)
    connections.close_all()
    print(f"\nLogs: {children[0].log.parent}   Stop with Ctrl-C.", flush=True)


def watch(children: list[Child]) -> int:
    """Until told to stop: a half that ends by itself is started again, each time after a longer pause."""
    while True:
        for child in children:
            if not child.alive and child.rested:
                print(
                    f"{child.name} ended by itself; starting it again (see {child.log}).", file=sys.stderr, flush=True
                )
                child.start()
        time.sleep(0.5)


def end(children: list[Child]) -> None:
    """Let both finish what they hold, then end what hangs."""
    for child in children:
        child.tell(signal.SIGTERM)
    until = time.monotonic() + GRACE
    while any(child.alive for child in children) and time.monotonic() < until:
        time.sleep(0.05)
    for child in children:
        child.kill()
