"""The ``pitlane`` command: what a shop types to run the system.

``start`` does everything for one machine, ``serve`` and ``work`` are its two halves for a server with several
processes; every other word is a Django management command of the same name (dashes become underscores).
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable

from django.core.management import execute_from_command_line

from pitlane import __version__
from pitlane.integrations.sandbox.server import main as sandbox

from .launch import Options, run

USAGE = """Usage: pitlane COMMAND [options]     (pitlane COMMAND --help tells the options)

  start         set up what is missing and run web pages and job worker together
  serve         run the web pages only          work          run one job worker only
  migrate       bring the database up to date   demo          fill in or show the demo chain
  setup         open an organisation            reset-access  a new password for whoever lost theirs
  import        bring in a file (history, ...)  doctor        check the invariants on the real data
  rotate-keys   re-encrypt personal fields      bench         measure speed
  messages      update the translations         sandbox       stand in for message services
  version       show the version

Every other word is a Django management command (pitlane help lists them).
Settings come from the environment: PITLANE_DATA, PITLANE_DATABASE_URL, PITLANE_REDIS_URL, PITLANE_DEBUG."""
THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


def main(argv: list[str] | None = None) -> int:
    """Entry point of the console command; returns the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pitlane.project.settings")
    word, *rest = (sys.argv[1:] if argv is None else argv) or ["--help"]
    if word in ("-h", "--help"):
        print(USAGE)
        return 0
    if word in ("version", "--version"):
        print(f"pitlane {__version__}")
        return 0
    own: dict[str, Callable[[list[str]], int]] = {
        "start": start,
        "serve": serve,
        "migrate": migrate,
        "sandbox": sandbox,
    }
    if word in own:
        return own[word](rest)
    execute_from_command_line(["pitlane", word.replace("-", "_"), *rest])
    return 0


def start(arguments: list[str]) -> int:
    """Everything a single shop needs, in one process tree that Ctrl-C ends."""
    parser = ArgumentParser(prog="pitlane start", description="Run web pages and job worker together.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--threads", type=int, default=THREADS, help="requests served at the same time")
    parser.add_argument(
        "--demo", choices=["small", "medium", "none"], default="small", help="what an empty database is filled with"
    )
    given = parser.parse_args(arguments)
    options = Options(host=given.host, port=given.port, threads=given.threads, demo=given.demo)
    if not os.environ.get("PITLANE_ORIGINS"):
        os.environ.setdefault("PITLANE_URL", options.address)
    return run(options)


def migrate(arguments: list[str]) -> int:
    """Django's ``migrate``, the table of the cache, which belongs to no migration, and new permissions for roles."""
    execute_from_command_line(["pitlane", "migrate", *arguments])
    if not set(arguments) & {"-h", "--help", "--check", "--plan", "--list"}:
        execute_from_command_line(["pitlane", "createcachetable"])
        execute_from_command_line(["pitlane", "upgrade_roles"])
    return 0


def serve(arguments: list[str]) -> int:
    """Become the web server; on a server several run behind one load balancer."""
    parser = ArgumentParser(prog="pitlane serve", description="Run the web pages only.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--threads", type=int, default=THREADS, help="requests served at the same time by each process")
    parser.add_argument("--access-log", action="store_true")
    given = parser.parse_args(arguments)
    options = {
        "--interface": "wsgi",
        "--host": given.host,
        "--port": given.port,
        "--workers": given.workers,
        "--blocking-threads": given.threads,
        "--workers-kill-timeout": 15,
        "--log-level": "warning",
    }
    words = [str(word) for pair in options.items() for word in pair]
    words += ["--no-ws", "--respawn-failed-workers", "--access-log" if given.access_log else "--no-access-log"]
    os.execv(sys.executable, [sys.executable, "-m", "granian", *words, "pitlane.project.wsgi:application"])
