"""Booking clients as processes of their own, and the floor beside them: the same rows by hand-made SQL."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from pitlane.core.access import system
from pitlane.core.models import EventRow
from pitlane.core.tenancy import scope
from pitlane.scheduling.models import Claim, ClaimCell, ClaimPart

from .figures import percentile
from .slot_shop import SlotShop, book, wishes


@dataclass(frozen=True, slots=True)
class Rush:
    """What one or several clients did at the same time."""

    what: str
    clients: int
    promised: int
    refused: int
    seconds: float
    per_second: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """What one client process tells when it is done."""

    promised: int
    refused: int
    began: float
    ended: float
    times_ms: list[float]


def client(shop: SlotShop, what: str, number: int, count: int) -> None:
    """One client: say ready, wait for the word, work, tell. ``what`` is claims or floor."""
    work = {"claims": _claims, "floor": _floor}[what](shop, number, count)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(asdict(work())) + "\n")


def _timed(one: Callable[[int], bool], count: int) -> Report:
    times, promised, began = [], 0, time.time()
    for n in range(count):
        start = time.perf_counter()
        promised += one(n)
        times.append((time.perf_counter() - start) * 1000)
    return Report(promised, count - promised, began, time.time(), times)


def _claims(shop: SlotShop, number: int, count: int) -> Callable[[], Report]:
    """Claims through the command: hours, shifts, skills and promises read, bay and technician chosen, rows stored."""
    now, by = timezone.now(), system(shop.org_id, "bench")
    wanted = list(wishes(Random(f"client:{number}:{now:%H%M%S}"), now, count))
    name = f"{now:%H%M%S%f}-{number}"

    def one(n: int) -> bool:
        return book(shop.store_id, [wanted[n]], 1, f"{name}-{n}", by, now, lambda what, made: None) == 1

    def work() -> Report:
        with scope(shop.org_id):
            return _timed(one, count)

    return work


def _floor(shop: SlotShop, number: int, count: int) -> Callable[[], Report]:
    """The rows of one promise (claim, part, cells, event) inserted bare: nothing read, checked, locked or chained."""
    inserts = _templates(shop)
    name, first = f"floor:{timezone.now():%H%M%S%f}:{number}", int(time.time()) * 10_000_000 + number * 1_000_000

    def one(n: int) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(*inserts.claim(f"{name}:{n}"))
            claim_id = cursor.fetchone()[0]
            cursor.execute(*inserts.part(claim_id))
            cursor.execute(*inserts.cells(claim_id, first + n))
            cursor.execute(*inserts.event(first + n))
        return True

    return lambda: _timed(one, count)


Statement = tuple[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Inserts:
    """Hand-made INSERT statements with the values of a real promise."""

    rows: dict[str, tuple[str, list[list[Any]], list[str]]]

    def claim(self, subject: str) -> Statement:
        return self._with("claim", {"subject": subject}, " RETURNING id")

    def part(self, claim_id: int) -> Statement:
        return self._with("part", {"claim_id": claim_id})

    def cells(self, claim_id: int, resource_id: int) -> Statement:
        return self._with("cells", {"claim_id": claim_id, "resource_id": resource_id})

    def event(self, seq: int) -> Statement:
        return self._with("event", {"seq": seq})

    def _with(self, name: str, new: dict[str, Any], tail: str = "") -> Statement:
        table, rows, columns = self.rows[name]
        places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
        values = [new.get(column, value) for row in rows for column, value in zip(columns, row, strict=True)]
        return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places}{tail}", values


def _templates(shop: SlotShop) -> Inserts:
    """The rows of the last one-hour promise."""
    with scope(shop.org_id):
        part = ClaimPart.objects.filter(position=0, bay__isnull=False).order_by("-pk")[0]
    wanted = {
        "claim": (Claim, "id = %s", [part.claim_id]),
        "part": (ClaimPart, "id = %s", [part.pk]),
        "cells": (ClaimCell, "claim_id = %s", [part.claim_id]),
        "event": (EventRow, "org_id = %s AND kind = 'scheduling.TimeClaimed'", [shop.org_id]),
    }
    found = {}
    with connection.cursor() as cursor:
        for name, (model, condition, values) in wanted.items():
            table = model._meta.db_table
            limit = " ORDER BY id DESC LIMIT 1" if name == "event" else ""
            cursor.execute(f"SELECT * FROM {table} WHERE {condition}{limit}", values)
            names = [column[0] for column in cursor.description]
            rows = [[_plain(value) for value in row] for row in cursor.fetchall()]
            keep = [n for n, column in enumerate(names) if column != "id"]
            found[name] = (table, [[row[n] for n in keep] for row in rows], [names[n] for n in keep])
    cells = found["cells"]
    found["cells"] = (cells[0], _apart(cells[1], cells[2]), cells[2])
    return Inserts(found)


def _apart(rows: list[list[Any]], columns: list[str]) -> list[list[Any]]:
    """All cells of a copy go to one made-up resource, so they need different numbers."""
    at = columns.index("cell")
    return [[*row[:at], number, *row[at + 1 :]] for number, row in enumerate(rows)]


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


def rush(what: str, clients: int, each: int, options: list[str]) -> Rush:
    """Start the client processes, let them go at once, and add up."""
    command = [sys.executable, "-m", "pitlane", "bench", "slots", "--inside", *options]
    own = [["--client", str(n), "--client-does", what, "--claims", str(each)] for n in range(clients)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started = [subprocess.Popen([*command, *words], **pipes) for words in own]  # type: ignore[call-overload]
    for process in started:
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("a client did not start")
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    reports = [Report(**json.loads(process.communicate()[0])) for process in started]
    seconds = max(report.ended for report in reports) - min(report.began for report in reports)
    times = [value for report in reports for value in report.times_ms]
    promised = sum(report.promised for report in reports)
    return Rush(
        what=what,
        clients=clients,
        promised=promised,
        refused=sum(report.refused for report in reports),
        seconds=round(seconds, 2),
        per_second=round(promised / seconds, 1),
        p50_ms=round(percentile(times, 0.5), 2),
        p95_ms=round(percentile(times, 0.95), 2),
    )
