"""Figures of a measurement: the middle one, the slow end, and how many queries it took."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds and queries of many runs of the same thing.

    ``cpu`` is what this process computed: on a busy machine it says what the clock on the wall hides.
    """

    name: str
    runs: int
    p50_ms: float
    p95_ms: float
    worst_ms: float
    cpu_p50_ms: float
    cpu_p95_ms: float
    queries: int


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the runs lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(round(share * len(ordered), 9)) - 1)]


class Counting:
    """Counts the queries inside the block."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        self.queries += 1
        return execute(sql, params, many, context)


def measure(name: str, work: Callable[[str], object], tries: Iterable[str], warm_up: int = 3) -> Figures:
    """Run the work once for every try; the first few are run beforehand and not counted."""
    tries = list(tries)
    for one in tries[:warm_up]:
        work(one)
    times, computed, counting = list[float](), list[float](), Counting()
    for one in tries:
        with connection.execute_wrapper(counting):
            began, computing = time.perf_counter(), time.process_time()
            work(one)
            computed.append((time.process_time() - computing) * 1000)
            times.append((time.perf_counter() - began) * 1000)
    return Figures(
        name=name,
        runs=len(times),
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
        worst_ms=max(times),
        cpu_p50_ms=percentile(computed, 0.5),
        cpu_p95_ms=percentile(computed, 0.95),
        queries=round(counting.queries / len(tries)),
    )
