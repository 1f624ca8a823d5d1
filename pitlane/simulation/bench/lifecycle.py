"""Whole orders through the API: check-in, five lines, approval, dispatch, parts, finish, inspection, bill, payment."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.test import Client

from pitlane.accounts.models import Staff
from pitlane.catalog.models import Operation
from pitlane.core.access import system
from pitlane.core.ids import public_id
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.customers.models import Vehicle
from pitlane.parts import commands as parts
from pitlane.parts import queries as stock
from pitlane.parts.models import Part

from .figures import percentile
from .ground import Ground

API = "/api/v1"
STEPS = ("check-in", "lines", "approve", "dispatch", "issue", "finish", "inspect", "settle", "pay")
Call = Callable[[str, dict[str, Any], str], Any]


@dataclass(frozen=True, slots=True)
class Cast:
    """Public ids of everything that orders need."""

    store: str
    vehicles: Sequence[str]
    operations: Sequence[str]
    parts: Sequence[str]
    technicians: Sequence[str]
    inspector: str


def cast(ground: Ground, orders: int, at: Any) -> Cast:
    """Cars, work without a second opinion, parts with plenty on the shelf, people."""
    with scope(ground.org_id):
        goods = list(Part.objects.order_by("pk")[:40])
        shelf = stock.main_warehouse(ground.store_id)
        lines = [parts.ReceiptLine(part.pk, Decimal(10_000), Money(1000)) for part in goods]
        parts.receive(warehouse_id=shelf.pk, lines=lines, supplier="bench", by=system(ground.org_id), at=at)
        work = [job for job in Operation.objects.order_by("pk") if not any(step.get("peer") for step in job.steps)]
        people = {person.login: person.ref for person in Staff.objects.all()}
        return Cast(
            store=public_id("sto", ground.store_id),
            vehicles=[car.ref for car in Vehicle.objects.order_by("pk")[:orders]],
            operations=[job.ref for job in work[:60]],
            parts=[part.ref for part in goods],
            technicians=[ref for login, ref in sorted(people.items()) if login.startswith("technician")],
            inspector=people["inspector"],
        )


def steps(call: Call, who: Cast, number: int) -> Iterator[str]:
    """One order from the door to the till; says after each call which step is done."""
    order = call(
        "/reception/check-ins",
        {"store": who.store, "vehicle": who.vehicles[number], "concern": "保养，刹车有异响", "despite_open": True},
        f"{number}-in",
    )["id"]
    yield STEPS[0]
    jobs = [{"kind": "labour", "operation": _turn(who.operations, number * 3 + n)} for n in range(3)]
    goods = [{"kind": "part", "part": _turn(who.parts, number * 2 + n), "item": f"#{n}"} for n in range(2)]
    keys = call(f"/orders/{order}/lines", {"lines": [*jobs, *goods]}, f"{number}-lines")["ids"]
    yield STEPS[1]
    call(f"/orders/{order}/decisions", {"decisions": dict.fromkeys(keys, "approve"), "via": "desk"}, f"{number}-yes")
    yield STEPS[2]
    items, technician = keys[:3], _turn(who.technicians, number)
    call(f"/orders/{order}/dispatch", {"items": items, "technicians": [technician]}, f"{number}-who")
    yield STEPS[3]
    call(f"/orders/{order}/issue", {}, f"{number}-parts")
    yield STEPS[4]
    call(f"/orders/{order}/finish", {"items": items, "technician": technician}, f"{number}-done")
    yield STEPS[5]
    call(f"/orders/{order}/final-check", {"inspector": who.inspector}, f"{number}-check")
    yield STEPS[6]
    bill = call(f"/orders/{order}/settle", {}, f"{number}-bill")[0]
    yield STEPS[7]
    money = {"settlement": bill["id"], "method": "card", "amount_fen": bill["due_fen"], "request_key": f"bench-{order}"}
    call(f"/orders/{order}/payments", money, f"{number}-pay")
    yield STEPS[8]


def _turn(things: Sequence[str], number: int) -> str:
    return things[number % len(things)]


class Refusal(RuntimeError):
    """The server said no: the benchmark is wrong, or the system is."""


def over_http(address: tuple[str, int], secret: str, run: str) -> Call:
    """A client with one connection that stays open."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}

    def call(path: str, body: dict[str, Any], key: str) -> Any:
        named = {**headers, "Idempotency-Key": f"{run}-{key}"}
        connection.request("POST", API + path, json.dumps(body).encode(), named)
        answer = connection.getresponse()
        return _read(path, answer.status, answer.read())

    return call


def in_process(secret: str, run: str) -> Call:
    """The same without a network: for the profile and for tests."""
    client = Client(SERVER_NAME="localhost")

    def call(path: str, body: dict[str, Any], key: str) -> Any:
        named = {"Authorization": f"Bearer {secret}", "Idempotency-Key": f"{run}-{key}"}
        answer = client.post(API + path, json.dumps(body), content_type="application/json", headers=named)
        return _read(path, answer.status_code, answer.content)

    return call


def _read(path: str, status: int, body: bytes) -> Any:
    if status not in (200, 201):
        raise Refusal(f"{path} answers {status}: {body[:400].decode(errors='replace')}")
    return json.loads(body)


@dataclass(frozen=True, slots=True)
class Throughput:
    """Orders per second with so many clients, and how long each step took.

    ``server_cpu_ms`` is what the web process computed for one order, where the system tells.
    """

    clients: int
    orders: int
    seconds: float
    orders_per_second: float
    step_p50_ms: dict[str, float]
    step_p95_ms: dict[str, float]
    server_cpu_ms: float | None = None


def drive(make_call: Callable[[str], Call], who: Cast, clients: int, first: int, orders: int) -> Throughput:
    """So many clients share the orders; each sends the next call when the last one is answered."""
    numbers = iter(range(first, first + orders))
    lock = threading.Lock()
    times: dict[str, list[float]] = {step: [] for step in STEPS}
    failures: list[BaseException] = []

    def work(name: str) -> None:
        call = make_call(name)
        while not failures:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                _one(call, who, number, times)
            except BaseException as failure:
                failures.append(failure)

    threads = [threading.Thread(target=work, args=(f"run{first}",)) for _ in range(clients - 1)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    work(f"run{first}")
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failures:
        raise failures[0]
    middle = {step: percentile(spent, 0.5) for step, spent in times.items()}
    slow = {step: percentile(spent, 0.95) for step, spent in times.items()}
    return Throughput(clients, orders, seconds, orders / seconds, middle, slow)


def _one(call: Call, who: Cast, number: int, times: dict[str, list[float]]) -> None:
    before = time.perf_counter()
    for step in steps(call, who, number):
        now = time.perf_counter()
        times[step].append((now - before) * 1000)
        before = now
