"""The middle of a visit: dispatch, parts, work, what is found underneath, inspection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from pitlane.core.access import Actor
from pitlane.parts import commands as parts
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .case import Case
from .occasions import draw_extra
from .quote import ask
from .seasons import at_hour
from .sightings import Work, unfinished, wanted, work_of

SUPPLIERS = ("北京鑫华汽配", "中关村汽配城 B12", "京东养车供应", "原厂配件中心库")
LONGEST_HOURS = 6.0
SERVICE_FAULTS = (("step_missed", "保养提示没有复位"), ("not_clean", "发动机舱有油迹"), ("torque", "放油螺栓力矩不足"))
REPAIR_FAULTS = (
    ("assembly_error", "装配不到位，试车有异响"),
    ("torque", "车轮螺栓力矩不符"),
    ("part_quality", "新件有异响，需要换一件"),
    ("concern_missed", "客户说的异响还在"),
    ("step_missed", "试车前没有复核"),
)


def dispatch(case: Case) -> Iterator[datetime]:
    """The foreman gives the work to whoever can do it and is free first."""
    yield case.wait(5, 20)
    work = unfinished(case.order_id)
    skill = next((line.skill for line in work if line.skill), "mechanical")
    able = case.shop.crew.able(skill)[:3]
    case.technician = min(able, key=lambda person: case.shop.busy_until.get(person.id, case.at))
    bays = case.shop.bays.get(next((line.bay_type for line in work), "")) or case.shop.bays["lift"]
    workshop.dispatch(
        order_id=case.order_id,
        item_ids=[line.id for line in work],
        technician_ids=[case.technician.id],
        bay_id=case.shop.rng.choice(bays),
        planned_start=max(case.at, case.shop.busy_until.get(case.technician.id, case.at)),
        by=case.shop.crew.one("foreman"),
        at=case.at,
    )


def wait_for_parts(case: Case) -> Iterator[datetime]:
    """What is not on the shelf is ordered; until it comes the order stands still."""
    missing = wanted(case.order_id, "backordered")
    if not missing:
        return
    crew = case.shop.crew
    workshop.hold_order(
        order_id=case.order_id,
        reason="parts",
        note=f"等 {case.shop.shelf.by_id[missing[0][0]].name}",
        by=crew.one("foreman"),
        at=case.at,
    )
    if case.until == "held":
        case.over = True
        return
    days = 1 if case.chance(0.8) else 2
    yield case.wait_for(at_hour(case.day + timedelta(days=days), case.shop.rng.uniform(9, 11)))
    _receive(case, missing)
    if orders.order_for(case.order_id).state == "on_hold":
        yield case.wait(10, 40)
        workshop.resume_order(order_id=case.order_id, by=crew.one("foreman"), at=case.at)


def _receive(case: Case, missing: list[tuple[int, Decimal]]) -> None:
    needed: dict[int, Decimal] = {}
    for part_id, quantity in missing:
        needed[part_id] = needed.get(part_id, Decimal(0)) + quantity
    shelf, shop = case.shop.shelf, case.shop
    lines = [parts.ReceiptLine(part, quantity, shelf.by_id[part].cost) for part, quantity in sorted(needed.items())]
    document = shop.key("RK")
    parts.receive(
        warehouse_id=shop.warehouse_id,
        lines=lines,
        supplier=shop.rng.choice(SUPPLIERS),
        document=document,
        by=shop.crew.one("parts"),
        at=case.at,
    )


def begin(case: Case) -> Iterator[datetime]:
    """Parts are fetched and the clock starts."""
    technician = _technician(case)
    free = case.shop.busy_until.get(technician.id, case.at)
    yield case.wait(3, 10) if case.hurried else case.wait_for(max(free, case.at + timedelta(minutes=5)))
    if wanted(case.order_id, "reserved"):
        workshop.issue_parts(order_id=case.order_id, by=case.shop.crew.one("parts"), at=case.at)
    work = unfinished(case.order_id)
    first = work[0]
    if case.chance(0.3):
        workshop.accept_item(item_id=first.id, by=technician, at=case.at)
    workshop.start_item(item_id=first.id, by=technician, at=case.at)
    hours = sum((float(line.hours) for line in work), 0.0)
    length = min(LONGEST_HOURS, max(0.3, hours * case.shop.rng.uniform(0.75, 1.15)))
    case.shop.busy_until[technician.id] = case.at + timedelta(hours=length)
    if case.hurried:
        yield from _tick(case, first, technician)


def _tick(case: Case, job: Work, technician: Actor) -> Iterator[datetime]:
    """Half of the steps are ticked, with what was measured."""
    card = case.shop.shelf.operations.get(case.shop.shelf.code_of(job.operation_id))
    steps = card.steps if card else []
    for number, step in enumerate(steps[: len(steps) // 2]):
        yield case.wait(4, 9)
        measure = step.get("measure")
        values = {"value": str(round((measure["min"] + measure["max"]) / 2, 1))} if measure else {}
        why = "设备拍不了" if step.get("photo") else ""  # zh-data
        workshop.tick_step(item_id=job.id, step=number, values=values, no_photo=why, by=technician, at=case.at)


def _technician(case: Case) -> Actor:
    if case.technician is None:
        raise RuntimeError("work begins after dispatch")
    return case.technician


def surprise(case: Case) -> Iterator[datetime]:
    """Underneath something else is found; the desk asks the customer while the car is on the lift."""
    if case.comeback_of or not case.chance(0.09) or case.hurried:
        return
    technician, shop = _technician(case), case.shop
    yield case.wait(15, 40)
    job = draw_extra(shop.rng, case.guest.car, case.codes())
    severity = shop.rng.choice(("advise", "soon", "urgent"))
    finding = workshop.report_finding(
        order_id=case.order_id, text=job.why, severity=severity, by=technician, at=case.at
    )
    yield case.wait(5, 20)
    lines = list(shop.shelf.job_lines([job], case.guest.car))
    keys = workshop.resolve_finding(
        finding_id=finding.pk, resolution="proposed", lines=lines, by=case.advisor, at=case.at
    )
    case.extras[keys[0]] = job
    yield from ask(case, by_link=True)
    added = [line.id for line in unfinished(case.order_id) if line.key == keys[0]]
    if added:
        workshop.dispatch(
            order_id=case.order_id,
            item_ids=added,
            technician_ids=[technician.id],
            by=shop.crew.one("foreman"),
            at=case.at,
        )
        yield from wait_for_parts(case)
        if wanted(case.order_id, "reserved"):
            workshop.issue_parts(order_id=case.order_id, by=shop.crew.one("parts"), at=case.at)


def finish(case: Case) -> Iterator[datetime]:
    """The technician reports the work done; a colleague confirms what is relevant for safety."""
    technician = _technician(case)
    yield case.wait(10, 25) if case.hurried else case.wait_for(case.shop.busy_until[technician.id])
    work = [line.id for line in unfinished(case.order_id)]
    workshop.finish_items(order_id=case.order_id, item_ids=work, by=technician, at=case.at)
    unconfirmed = [line for line in work_of(case.order_id) if line.state == "self_checked"]
    if unconfirmed:
        yield case.wait(3, 12)
    colleague = next(person for person in case.shop.crew.by_role["technician"] if person.id != technician.id)
    for line in unconfirmed:
        workshop.peer_check(item_id=line.id, by=colleague, at=case.at)


def inspect(case: Case) -> Iterator[datetime]:
    """The inspector looks at everything; now and then a job goes back."""
    crew, technician = case.shop.crew, _technician(case)
    yield case.wait(5, 25)
    if case.chance(0.04) or case.until == "rework":
        first = next(line for line in work_of(case.order_id) if line.approval == "approved")
        service = case.shop.shelf.code_of(first.operation_id).startswith("MA")
        cause, note = case.shop.rng.choice(SERVICE_FAULTS if service else REPAIR_FAULTS)
        workshop.final_check(
            order_id=case.order_id,
            passed=False,
            failed_items=[first.id],
            cause=cause,
            note=note,
            responsible_id=technician.id,
            by=crew.one("inspector"),
            at=case.at,
        )
        if case.until == "rework":
            case.over = True
            return
        yield case.wait(20, 60)
        yield from _again(case, first.id, technician)
    road = case.chance(0.4)
    workshop.final_check(order_id=case.order_id, road_test=road, by=crew.one("inspector"), at=case.at)


def _again(case: Case, item_id: int, technician: Actor) -> Iterator[datetime]:
    workshop.finish_items(order_id=case.order_id, item_ids=[item_id], by=technician, at=case.at)
    yield case.wait(5, 20)
    if any(line.state == "self_checked" for line in work_of(case.order_id)):
        colleague = next(person for person in case.shop.crew.by_role["technician"] if person.id != technician.id)
        workshop.peer_check(item_id=item_id, by=colleague, at=case.at)
