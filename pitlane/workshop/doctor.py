"""Invariants of the workshop on real data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pitlane.core.doctor import Trouble, check
from pitlane.core.models import EventRow

from .models import OrderPart, RepairOrder, TimeEntry, WorkItem
from .states import ORDER
from .totals import LineAmount, order_totals

CHUNK = 1000


def reachable(before: str, after: str) -> bool:
    """Whether the table of moves leads from one state to the other within two moves of one command."""
    once = set(ORDER.table.get(before, {}).values())
    return before == after or after in once or any(after in ORDER.table.get(s, {}).values() for s in once)


@check("order_states")
def order_states() -> Iterator[Trouble]:
    """Every order stands where its events led it, by allowed moves only."""
    last: dict[int, str] = {}
    rows = EventRow.objects.filter(kind__startswith="workshop.").order_by("seq")
    for order_id, kind, payload in rows.values_list("order_id", "kind", "payload").iterator(chunk_size=CHUNK):
        after = payload.get("state", "")
        before = last.get(order_id)
        begins = kind in ("workshop.OrderOpened", "workshop.OrderImported")
        if before is None and not begins:
            yield Trouble("order_states", f"order {order_id}", f"its first event is {kind}")
        elif before is not None and not reachable(before, after):
            yield Trouble("order_states", f"order {order_id}", f"{kind} led from {before} to {after}")
        last[order_id] = after
    for pk, number, state in RepairOrder.objects.order_by("pk").values_list("pk", "number", "state").iterator():
        if last.get(pk) != state:
            yield Trouble("order_states", number, f"state {state}, its events say {last.get(pk, 'nothing')}")


@check("order_totals")
def totals() -> Iterator[Trouble]:
    """The sums of every order are the sums of its lines."""
    ids = list(RepairOrder.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        yield from _wrong_totals(ids[start : start + CHUNK])


def _wrong_totals(ids: list[int]) -> Iterator[Trouble]:
    labour, goods = defaultdict(list), defaultdict(list)
    columns = ("order_id", "approval", "list_amount", "discount", "amount")
    for order_id, *amounts in WorkItem.objects.filter(order_id__in=ids).exclude(state="removed").values_list(*columns):
        labour[order_id].append(LineAmount(*amounts))
    for order_id, *amounts in OrderPart.objects.filter(order_id__in=ids, removed=False).values_list(*columns):
        goods[order_id].append(LineAmount(*amounts))
    for order in RepairOrder.objects.filter(pk__in=ids):
        sums = order_totals(labour[order.pk], goods[order.pk])
        kept = (order.labour_total, order.parts_total, order.discount_total, order.total, order.pending_total)
        if kept != (sums.labour, sums.parts, sums.discount, sums.total, sums.pending):
            yield Trouble("order_totals", order.number, f"says {order.total}, its lines say {sums.total}")


@check("one_job_at_a_time")
def clocks() -> Iterator[Trouble]:
    """No technician is clocked on to two jobs, and nobody on a job that is not being worked on."""
    rows = TimeEntry.objects.filter(ended_at=None).select_related("assignment__item")
    seen: set[int] = set()
    for row in rows.order_by("pk"):
        tech, item = row.assignment.technician_id, row.assignment.item
        if tech in seen:
            yield Trouble("one_job_at_a_time", f"staff {tech}", "is clocked on to two jobs")
        if item.state != "working":
            yield Trouble("one_job_at_a_time", f"job {item.pk}", f"somebody is clocked on, but it is {item.state}")
        seen.add(tech)
