"""kill -9 in the middle of the work, and several hands that reach for the same thing, against a real server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from . import old_shop
from .server import Installation, installation, wait_until

pytestmark = pytest.mark.slow
BILLS, SHARES, FEN = 20, 10, 10_000
ANSWERS_BEFORE_THE_CUT = 40
DONE = "SELECT count(*) FROM core_job WHERE status = 'done'"
ORDERS = "SELECT count(*) FROM workshop_repairorder"
MARKS = "SELECT count(*) FROM customers_contactlog"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Migrated once; every test gets a copy."""
    with installation(tmp_path_factory.mktemp("empty")) as made:
        yield made


@pytest.fixture
def shop(empty: Installation, tmp_path: Path) -> Iterator[Installation]:
    with installation(tmp_path, copy_of=empty) as made:
        yield made


Clerk = Callable[[str], httpx.Client]


@pytest.fixture
def clerk(shop: Installation) -> Iterator[Clerk]:
    """Makes API clients with a key and hangs up at the end."""
    with ExitStack() as open_lines:

        def make(key: str) -> httpx.Client:
            return open_lines.enter_context(
                httpx.Client(
                    base_url=f"{shop.url}/api/v1",
                    headers={"Authorization": f"Bearer {key}"},
                    limits=httpx.Limits(max_connections=None),
                    timeout=60,
                    trust_env=False,
                )
            )

        yield make


def at_once(calls: Sequence[Any]) -> list[httpx.Response]:
    """Start all calls in the same moment."""
    gate = threading.Barrier(len(calls))

    def call(one: Any) -> httpx.Response:
        gate.wait()
        answer: httpx.Response = one()
        return answer

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(call, calls))


class Till:
    """Two hundred payments under way, and the plug that is pulled after some of them were answered."""

    def __init__(self, shop: Installation, api: httpx.Client, ground: dict[str, Any]) -> None:
        self.shop = shop
        self.api = api
        self.wanted = [(bill, f"pay-{n}-{share}") for n, bill in enumerate(ground["bills"]) for share in range(SHARES)]
        self.answers: dict[str, dict[str, Any]] = {}
        self.enough = threading.Event()

    def pay(self, wanted: tuple[dict[str, str], str]) -> str:
        """Answers what happened in one word; a server that is gone is no failure here."""
        bill, key = wanted
        body = {"settlement": bill["bill"], "method": "cash", "amount_fen": FEN, "request_key": key}
        try:
            answer = self.api.post(f"/orders/{bill['order']}/payments", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError:
            return "gone"
        if not answer.is_success:
            return f"{answer.status_code} {answer.text[:300]}"
        former = self.answers.setdefault(key, answer.json())
        if len(self.answers) >= ANSWERS_BEFORE_THE_CUT:
            self.enough.set()
        return "paid" if former == answer.json() else f"another answer to {key}"

    def pay_all(self, threads: int = 200) -> list[str]:
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(self.pay, self.wanted))

    def pay_until_the_cut(self) -> list[str]:
        server = self.shop.serve()
        plug = threading.Thread(target=lambda: (self.enough.wait(60), self.shop.cut(server)))
        plug.start()
        words = self.pay_all()
        plug.join()
        return words


def test_power_cut_during_payments(shop: Installation, clerk: Clerk) -> None:
    ground = shop.tell(f"bills({BILLS})")
    till = Till(shop, clerk(ground["keys"][0]), ground)
    first = till.pay_until_the_cut()
    answered = first.count("paid")
    assert set(first) == {"paid", "gone"}, "the plug was pulled while payments were under way"
    shop.serve()
    assert set(till.pay_all(threads=50)) == {"paid"}, (
        "every payment is answered, and as before where it was answered before"
    )
    assert answered < BILLS * SHARES == len(till.answers)
    assert shop.number("SELECT count(*) FROM billing_payment WHERE kind = 'payment'") == BILLS * SHARES
    assert shop.number("SELECT sum(amount) FROM billing_payment") == BILLS * SHARES * FEN
    assert shop.number("SELECT count(*) FROM billing_settlement WHERE state = 'paid'") == BILLS
    assert shop.number("SELECT count(*) FROM workshop_repairorder WHERE state = 'paid'") == BILLS
    assert "clean" in shop.pitlane("doctor")


def test_worker_killed_in_its_queue(shop: Installation) -> None:
    count = shop.tell("jobs_waiting(200)")
    before = shop.number(DONE)
    worker = shop.run("work")
    wait_until(lambda: shop.number(DONE) - before >= 40, what="the worker's first jobs")
    shop.cut(worker)
    done = shop.number(DONE) - before
    assert 40 <= done < count
    assert shop.number(MARKS) == done, "a job and its mark are one"

    shop.run("work")
    shop.tell("sweep()")
    wait_until(lambda: shop.number(DONE) - before >= count, within=120, what="all jobs")
    assert shop.number(MARKS) == count
    assert shop.number("SELECT count(*) FROM (SELECT DISTINCT text FROM customers_contactlog) AS t") == count
    wait_until(
        lambda: shop.number("SELECT count(*) FROM django_q_schedule WHERE name = 'core.sweep'") == 1, what="the sweep"
    )
    assert "clean" in shop.pitlane("doctor")


def test_two_clerks_settle_the_same_order(shop: Installation, clerk: Clerk) -> None:
    ground = shop.tell("completed()")
    shop.serve()
    clerks = [clerk(key) for key in ground["keys"]]
    path = f"/orders/{ground['order']}/settle"
    answers = at_once(
        [
            lambda c=c, n=n: c.post(path, json={}, headers={"Idempotency-Key": f"clerk-{n}"})
            for n in range(4)
            for c in clerks
        ]
    )
    assert sorted(a.is_success for a in answers) == [False] * 7 + [True], [a.text[:200] for a in answers]
    assert {a.status_code for a in answers if not a.is_success} <= {409, 422}
    assert all(a.headers["content-type"].startswith("application/problem+json") for a in answers if not a.is_success)
    assert shop.number("SELECT count(*) FROM billing_settlement") == 1
    assert "clean" in shop.pitlane("doctor")


def test_two_technicians_take_the_last_part(shop: Installation, clerk: Clerk) -> None:
    ground = shop.tell("last_part()")
    shop.serve()
    hands = list(zip([clerk(key) for key in ground["keys"]], ground["orders"], ground["lines"], strict=True))
    approvals = at_once(
        [
            lambda c=c, order=order, keys=keys: c.post(
                f"/orders/{order}/decisions", json={"decisions": dict.fromkeys(keys, "approve")}
            )
            for c, order, keys in hands
        ]
    )
    assert all(answer.is_success for answer in approvals), [answer.text[:300] for answer in approvals]
    states = "SELECT count(*) FROM parts_requisition WHERE state = '{}'"
    assert [shop.number(states.format(s)) for s in ("reserved", "backordered")] == [1, 1]

    issues = at_once(
        [lambda c=c, order=order: c.post(f"/orders/{order}/issue", json={}) for c, order, _keys in hands * 3]
    )
    assert sum(answer.is_success for answer in issues) == 1, [answer.text[:200] for answer in issues]
    part = "part_id = (SELECT id FROM parts_part WHERE code = 'RARE-1')"
    assert shop.number(f"SELECT sum(on_hand) FROM parts_stocklevel WHERE {part}") == 0
    assert shop.number(f"SELECT sum(reserved) FROM parts_stocklevel WHERE {part}") == 0
    assert "clean" in shop.pitlane("doctor")


def test_import_killed_half_way(shop: Installation, tmp_path: Path) -> None:
    """What was brought in stays, the next call goes on, and in the end nothing is there twice."""
    visits = 1_200
    shop.tell("opened()")
    file = old_shop.write(tmp_path / "old.csv", old_shop.many(visits))
    words = ("import", "history", str(file), "--profile", "jobcards")
    killed = shop.run(*words)
    wait_until(lambda: shop.number(ORDERS) > 0, what="the first visits")
    shop.cut(killed)
    half = shop.number(ORDERS)
    assert 0 < half < visits
    shop.pitlane(*words)
    assert shop.number(ORDERS) == visits
    assert shop.number("SELECT count(*) FROM customers_vehicle") == visits * 4 // 5
    assert shop.number("SELECT count(*) FROM customers_customer") == visits * 4 // 5
    assert "imported before" in shop.pitlane(*words)
    assert shop.number(ORDERS) == visits
    assert "clean" in shop.pitlane("doctor")
