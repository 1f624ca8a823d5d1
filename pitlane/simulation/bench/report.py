"""A result as a table for people; programs get the JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from .frontdesk import Result
from .lifecycle import Throughput


def as_json(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False, indent=2)


def as_text(result: Result) -> Iterator[str]:
    """Markdown tables, as they stand in ``bench/RESULTS.md``."""
    machine = ", ".join(
        f"{value} {name}" if name == "cores" else f"{name} {value}" for name, value in result.machine.items()
    )
    yield f"### {result.database}, {result.customers:,} customers, {result.orders:,} orders"
    yield ""
    yield f"{result.at[:10]}, {machine}; filled in {result.filled_in_seconds:,.0f} s"
    yield ""
    yield "| page (server time) | p50 ms | p95 ms | CPU p50 ms | CPU p95 ms | queries |"
    yield "|---|---:|---:|---:|---:|---:|"
    for page in result.pages:
        times = (page.p50_ms, page.p95_ms, page.cpu_p50_ms, page.cpu_p95_ms)
        yield f"| {page.name} | {' | '.join(f'{time:.1f}' for time in times)} | {page.queries} |"
    yield ""
    yield from _cycle(result)
    yield ""
    yield f"Where the time of an order goes ({result.time_goes.queries_per_order} queries; profile, so only shares):"
    yield ""
    for share in result.time_goes.shares:
        yield f"- {share.percent:.0f} % {share.what}"


def _cycle(result: Result) -> Iterator[str]:
    yield "| whole orders through the API | orders/s | CPU ms per order | slowest step p50 / p95 ms |"
    yield "|---|---:|---:|---:|"
    for cycle in result.life_cycle:
        step = max(cycle.step_p50_ms, key=lambda name: cycle.step_p50_ms[name])
        slow = f"{step}: {cycle.step_p50_ms[step]:.0f} / {cycle.step_p95_ms[step]:.0f}"
        what = f"{cycle.clients} client(s), {cycle.orders} orders"
        yield f"| {what} | {cycle.orders_per_second:.2f} | {_cpu(cycle)} | {slow} |"
    if result.floor:
        floor = result.floor
        rows = f"{floor.rows_per_order} rows in {floor.tables} tables"
        what = f"floor: {rows}, bare inserts, one commit per order"
        yield f"| {what} | {floor.per_order_commit:.1f} | {floor.cpu_ms:.1f} | |"
        yield f"| floor: the same, one commit per step | {floor.per_step_commit:.1f} | | |"
    if result.ratio:
        yield f"| floor / best | {result.ratio:.1f}× | | |"
    if result.web_process_mb:
        before, after = result.web_process_mb[0], result.web_process_mb_after[0]
        yield f"| web process, MB (start → end) | {before:.0f} → {after:.0f} | | |"


def _cpu(cycle: Throughput) -> str:
    return "" if cycle.server_cpu_ms is None else f"{cycle.server_cpu_ms:.0f}"
