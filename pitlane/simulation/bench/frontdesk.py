"""The front desk benchmark: pages on a full database, then whole orders through the API, with the floor beside them."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from pitlane.core.tenancy import scope

from .figures import Figures
from .ground import Ground, api_key, ready
from .handmade import Floor, highest, measure_floor, templates
from .lifecycle import Cast, Throughput, cast, drive, in_process, over_http, steps
from .pages import TRIES, measure_pages
from .server import Server
from .timesheet import Timesheet, timesheet

Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How large and how long."""

    customers: int = 100_000
    orders: int = 300_000
    seed: int = 1
    tries: int = TRIES
    cycle_orders: int = 120
    clients: tuple[int, ...] = (1, 4)
    floor_orders: int = 200
    profiled: int = 5
    server: bool = True


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was measured, ready for JSON."""

    at: str
    machine: dict[str, Any]
    database: str
    customers: int
    orders: int
    filled_in_seconds: float
    pages: list[Figures]
    life_cycle: list[Throughput]
    floor: Floor | None
    ratio: float | None
    web_process_mb: list[float]
    web_process_mb_after: list[float]
    time_goes: Timesheet


def run(wanted: Wanted, told: Told) -> Result:
    """Fill what is missing, then measure."""
    ground, now = ready(wanted.customers, wanted.orders, wanted.seed, told), timezone.now()
    analyse()
    pages = measure_pages(ground, wanted.seed, wanted.tries)
    rounds = wanted.cycle_orders * len(wanted.clients) + wanted.profiled + 2
    who, secret = cast(ground, min(rounds, wanted.customers), now), api_key(ground)
    name = f"{now:%m%d%H%M%S}"
    sheet = timesheet(lambda number: _whole(who, secret, name, number), range(1, 1 + wanted.profiled))
    floor = _floor(ground, who, secret, name, wanted)
    cycles, before, after = _through_server(wanted, who, secret, name) if wanted.server else ([], [], [])
    best = max((cycle.orders_per_second for cycle in cycles), default=0.0)
    return Result(
        at=now.isoformat(timespec="seconds"),
        machine=machine(),
        database=database(),
        customers=wanted.customers,
        orders=wanted.orders,
        filled_in_seconds=round(ground.filled_in, 1),
        pages=pages,
        life_cycle=cycles,
        floor=floor,
        ratio=round(floor.per_order_commit / best, 1) if best else None,
        web_process_mb=before,
        web_process_mb_after=after,
        time_goes=sheet,
    )


def _whole(who: Cast, secret: str, name: str, number: int) -> None:
    for _step in steps(in_process(secret, f"{name}-{number}"), who, number):
        pass


def _floor(ground: Ground, who: Cast, secret: str, name: str, wanted: Wanted) -> Floor:
    mark = highest()
    _whole(who, secret, f"{name}-floor", 0)
    with scope(ground.org_id):
        return measure_floor(templates(mark), wanted.floor_orders)


def _through_server(
    wanted: Wanted, who: Cast, secret: str, name: str
) -> tuple[list[Throughput], list[float], list[float]]:
    """One server process, first with one client, then with several."""
    connection.close()
    first, cycles = 1 + wanted.profiled, []
    with Server(workers=1, threads=max(wanted.clients) + 1) as server:
        before = server.memory_mb()
        for clients in wanted.clients:
            make = lambda run: over_http(server.address, secret, f"{name}-{run}")  # noqa: E731
            began = server.cpu_seconds()
            cycle = drive(make, who, clients, first, wanted.cycle_orders)
            cycles.append(replace(cycle, server_cpu_ms=_per_order(began, server.cpu_seconds(), cycle.orders)))
            first += wanted.cycle_orders
        return cycles, before, server.memory_mb()


def _per_order(before: float | None, after: float | None, orders: int) -> float | None:
    return None if before is None or after is None else (after - before) * 1000 / orders


def analyse() -> None:
    """Tell the planner what the tables hold, as the database does by itself in time."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def machine() -> dict[str, Any]:
    """What the figures depend on; no names and no paths."""
    load = round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None
    return {"cores": os.cpu_count(), "load": load, "python": platform.python_version(), "system": platform.system()}


def database() -> str:
    """Kind and version of the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"


def day(at: datetime) -> str:
    """The day of a run, for the results page."""
    return f"{timezone.localtime(at):%Y-%m-%d}"
