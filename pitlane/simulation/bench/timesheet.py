"""Where the time of an order goes: a profile of some orders in this process, summed by what the code is for."""

from __future__ import annotations

import cProfile
import pstats
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .figures import Counting

DRIVER = ("method 'execute'", "method 'executemany'", "SQLiteCursorWrapper", "psycopg", "method 'fetch", "'commit'")
PLACES = (
    ("the database itself", DRIVER),
    ("Django's ORM and SQL building", ("/django/db/",)),
    ("the job queue (django-q2, signing, pickling)", ("/django_q/", "/picklefield/", "/django/core/signing", "pickle")),
    ("the API layer (ninja, pydantic, JSON)", ("/ninja/", "/pydantic", "/json/", "_pydantic_core")),
    ("event chain, numbers, search keys (core)", ("/pitlane/core/",)),
    ("the shop's rules and commands", ("/pitlane/",)),
    ("Django's request handling and middleware", ("/django/", "/csp/", "/axes/", "/whitenoise/", "/asgiref/")),
)
REST = "Python and everything else"


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the time."""

    what: str
    percent: float


@dataclass(frozen=True, slots=True)
class Timesheet:
    """Queries of one order, and the shares of its time. A profile slows Python code down more than the database."""

    queries_per_order: int
    shares: list[Share]


def place_of(file: str, name: str) -> str:
    """What a function is for."""
    text = f"{file} {name}"
    return next((what for what, marks in PLACES if any(mark in text for mark in marks)), REST)


def timesheet(work: Callable[[int], None], numbers: range) -> Timesheet:
    """Profile the orders of these numbers."""
    counting, profile = Counting(), cProfile.Profile()
    with connection.execute_wrapper(counting):
        profile.enable()
        for number in numbers:
            work(number)
        profile.disable()
    spent: dict[str, float] = defaultdict(float)
    for what, seconds in _own_times(profile):
        spent[what] += seconds
    whole = sum(spent.values())
    shares = [Share(what, round(100 * time / whole, 1)) for what, time in spent.items()]
    return Timesheet(round(counting.queries / len(numbers)), sorted(shares, key=lambda share: -share.percent))


def _own_times(profile: cProfile.Profile) -> Iterator[tuple[str, float]]:
    """Seconds spent in each function itself; what Python's own functions need is their callers' time."""
    known: dict[Any, Any] = vars(pstats.Stats(profile))["stats"]
    for (file, _line, name), (_calls, _primitive, own, _cumulative, callers) in known.items():
        what = place_of(file, name)
        if what != REST:
            yield what, own
            continue
        for (caller_file, _caller_line, caller), (_n, _m, share, _c) in callers.items():
            yield place_of(caller_file, caller), share
