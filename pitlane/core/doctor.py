"""The doctor: invariants checked on real data. Each domain registers its own in ``doctor.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .events import chain_hash
from .models import ChainHead, EventRow, Job


@dataclass(frozen=True, slots=True)
class Trouble:
    """One row that breaks an invariant."""

    check: str
    subject: str
    text: str


Check = Callable[[], Iterator[Trouble]]
CHECKS: dict[str, Check] = {}


def check(name: str) -> Callable[[Check], Check]:
    """Register a check; it runs inside one organisation and yields what is wrong."""

    def wrap(fn: Check) -> Check:
        CHECKS[name] = fn
        return fn

    return wrap


def examine(only: list[str] | None = None) -> list[Trouble]:
    """Run the checks in the open organisation."""
    return [trouble for name, fn in CHECKS.items() if not only or name in only for trouble in fn()]


@check("event_chain")
def event_chain() -> Iterator[Trouble]:
    """Every event row follows from the one before, and the chain ends where its head says."""
    previous, seq = "", 0
    for row in EventRow.objects.order_by("seq").iterator(chunk_size=2000):
        seq += 1
        if row.seq != seq or row.previous_hash != previous or row.hash != chain_hash(previous, row.facts()):
            yield Trouble("event_chain", f"event {row.seq}", f"the chain breaks at number {row.seq} ({row.kind})")
            return
        previous = row.hash
    head = ChainHead.objects.first()
    if (head.seq, head.hash) != (seq, previous) if head else seq:
        yield Trouble("event_chain", "head", f"the chain ends at {seq}, its head says {head.seq if head else 0}")


@check("jobs")
def jobs() -> Iterator[Trouble]:
    """No job has given up."""
    for job in Job.objects.filter(status=Job.State.DEAD).order_by("pk")[:200]:
        yield Trouble("jobs", f"job {job.pk}", f"{job.name} failed {job.attempts} times")
