"""The slots benchmark: how long a search for free time takes, and how many promises a second can be made."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from pitlane.accounts.models import Organisation
from pitlane.core.tenancy import scope
from pitlane.scheduling import queries
from pitlane.scheduling.commands import Needs

from .figures import Figures, measure
from .frontdesk import analyse, database, machine
from .slot_clients import Rush, rush
from .slot_shop import DAYS, VISITS, SlotShop, fill

Told = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """How large and how long."""

    technicians: int = 60
    bays: int = 40
    bookings: int = 400
    tries: int = 60
    claims: int = 400
    clients: tuple[int, ...] = (1, 4)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was measured, ready for JSON."""

    at: str
    machine: dict[str, Any]
    database: str
    technicians: int
    bays: int
    bookings: int
    days: int
    filled_in_seconds: float
    reads: list[Figures]
    claims: list[Rush]
    floor: list[Rush]
    ratio: float


def prepare(wanted: Wanted, told: Told) -> SlotShop:
    """The filled shop: always made anew, for its fortnight begins today."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    shop, _by = fill(wanted.bays, wanted.technicians, wanted.bookings, wanted.seed, timezone.now(), told)
    org = Organisation.objects.get(pk=shop.org_id)
    org.settings = {"bench": asdict(shop)}
    org.save(update_fields=["settings"])
    return shop


def known() -> SlotShop:
    """The shop that was filled before, for a client process."""
    return SlotShop(**Organisation.objects.get().settings["bench"])


def run(wanted: Wanted, told: Told) -> Result:
    """Fill, measure the reads, then let clients book, then the floor."""
    shop, now = prepare(wanted, told), timezone.now()
    analyse()
    with scope(shop.org_id):
        reads = measure_reads(shop, wanted.tries)
    each = {clients: max(1, wanted.claims // clients) for clients in wanted.clients}
    claims = [rush("claims", clients, count, []) for clients, count in each.items()]
    floor = [rush("floor", clients, count, []) for clients, count in each.items()]
    best = max(one.per_second for one in claims)
    return Result(
        at=now.isoformat(timespec="seconds"),
        machine=machine(),
        database=database(),
        technicians=wanted.technicians,
        bays=wanted.bays,
        bookings=shop.booked,
        days=DAYS,
        filled_in_seconds=round(shop.filled_in, 1),
        reads=reads,
        claims=claims,
        floor=floor,
        ratio=round(max(one.per_second for one in floor) / best, 1) if best else 0.0,
    )


def measure_reads(shop: SlotShop, tries: int) -> list[Figures]:
    """Search, explanation, alternatives and load, each for every kind of visit in turn."""
    now = timezone.now()
    needs = [VISITS[n % len(VISITS)][1] for n in range(tries)]
    wish = timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=3), datetime.min.time()))
    wish += timedelta(hours=9)

    def each(work: Callable[[Needs], object]) -> Callable[[str], object]:
        return lambda number: work(needs[int(number)])

    numbers = [str(n) for n in range(tries)]
    store = shop.store_id
    today = timezone.localdate(now)
    jobs: dict[str, Callable[[Needs], object]] = {
        f"free time of {DAYS} days": lambda one: queries.free_starts(store, one, at=now, days=DAYS),
        "why not then": lambda one: queries.why_not(store, one, wish, at=now),
        "three alternatives": lambda one: queries.alternatives(store, one, wish, at=now),
        f"load of {DAYS} days": lambda one: queries.loads(store, today, DAYS),
    }
    return [measure(name, each(work), numbers) for name, work in jobs.items()]


def as_json(result: Result) -> str:
    return json.dumps(asdict(result), ensure_ascii=False, indent=2)


def as_text(result: Result) -> Iterator[str]:
    """Markdown tables."""
    size = f"{result.technicians} technicians, {result.bays} bays, {result.bookings} bookings, {result.days} days"
    yield f"### {result.database}, {size}"
    yield ""
    yield "| read | p50 ms | p95 ms | queries |"
    yield "|---|---:|---:|---:|"
    for read in result.reads:
        yield f"| {read.name} | {read.p50_ms:.1f} | {read.p95_ms:.1f} | {read.queries} |"
    yield ""
    yield "| promises | clients | per second | p50 / p95 ms | refused |"
    yield "|---|---:|---:|---:|---:|"
    for one in [*result.claims, *result.floor]:
        name = "claim (the command)" if one.what == "claims" else "floor: the same rows, bare inserts"
        yield f"| {name} | {one.clients} | {one.per_second:.1f} | {one.p50_ms:.1f} / {one.p95_ms:.1f} | {one.refused} |"
    yield f"| floor / best | | {result.ratio:.1f}× | | |"
