"""One car's visit from the door to the follow-up call, told stage by stage through the shop's own commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from pitlane.customers import commands as customers
from pitlane.reception import commands as reception
from pitlane.workshop import commands as workshop

from . import counter, repair
from .agenda import Agenda
from .case import Case
from .quote import ask, offer_more
from .seasons import at_hour, in_hours

Stage = Callable[[Case], Iterator[datetime]]
ZONES = ("front_bumper_left", "rear_bumper_right", "front_door_left", "rear_door_right", "wheel_fr", "hood")
KEY_PLACES = ("A", "B", "C")
CHECKS = tuple(f"RC-{number:02d}" for number in (1, 2, 3, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 19))
COMEBACK_CAUSES = ("part_quality", "assembly_error", "misdiagnosis")


def visit(case: Case, agenda: Agenda) -> Iterator[datetime]:
    """The whole story; it ends early for a car that is to be seen at a certain stage."""
    case.guest.in_shop = True
    for name, stage in STAGES:
        yield from stage(case)
        if case.over or case.until == name:
            return
    case.clients.left(case.guest, case.day)
    if case.occasion.order_type == "repair" and not case.comeback_of and case.chance(0.045):
        _come_back(case, agenda)
    yield from _afterwards(case)


def arrive(case: Case) -> Iterator[datetime]:
    """The car comes to the door and the order is opened."""
    yield case.at
    guest, car, rng = case.guest, case.guest.car, case.shop.rng
    payers = _payers(case)
    facts: dict[str, Any] = {
        "order_type": case.occasion.order_type,
        "title": case.occasion.title,
        "concern": case.occasion.concern,
        "odometer": car.km(case.day),
        "fuel_level": rng.randrange(1, 20) * 5,
        "promised_at": _promise(case),
        "bringer_name": guest.person.polite if guest.company or case.chance(0.2) else "",
        "key_place": f"{rng.choice(KEY_PLACES)}{rng.randrange(1, 25):02d}",
        "lines": case.shop.shelf.lines(case.occasion, car, payers),
    }
    if case.comeback_of:
        facts |= {
            "comeback_of_id": case.comeback_of,
            "comeback_cause": rng.choice(COMEBACK_CAUSES),
        }
    who = (
        {"vehicle_id": guest.vehicle_id, "customer_id": guest.customer_id, "despite_open": True}
        if guest.known
        else _stranger(case)
    )
    if case.appointment_id:
        facts["appointment_id"] = case.appointment_id
    order = reception.check_in(store_id=case.shop.store_id, by=case.advisor, at=case.at, **who, **facts)
    case.order_id, guest.last_order = order.pk, order.pk
    guest.customer_id, guest.vehicle_id = order.customer_id, order.vehicle_id


def _payers(case: Case) -> dict[str, str] | None:
    """An insurer pays an accident, a firm pays monthly, everybody else at once."""
    if case.comeback_of:
        return {"internal": "1"}
    if case.occasion.insured:
        return {f"insurer:{case.guest.car.insurer}": "1"}
    return {"fleet": "1"} if case.guest.company else None


def _stranger(case: Case) -> dict[str, Any]:
    person, car = case.guest.person, case.guest.car
    return {
        "new_customer": reception.NewCustomer(person.name, person.phone, source="walk_in"),
        "new_vehicle": reception.NewVehicle(
            plate=car.plate,
            plate_kind=car.plate_kind,
            vin=car.vin if case.chance(0.7) else "",
            make=car.make,
            series=car.series,
            model=f"{car.model_year} 款",
            model_year=car.model_year,
            fuel=car.fuel,
            vehicle_class=car.vehicle_class,
            purchased_on=car.bought,
        ),
    }


def _promise(case: Case) -> datetime:
    """A half hour of today, of tomorrow for whoever comes late, or of a later day for bodywork."""
    rng = case.shop.rng
    if case.occasion.order_type in ("accident", "body"):
        return at_hour(case.day + timedelta(days=rng.choice((2, 3))), 16.5)
    wanted = case.at + timedelta(hours=rng.choice((2, 3, 4, 5)))
    rounded = wanted - timedelta(minutes=wanted.minute % 30, seconds=wanted.second)
    if in_hours(rounded) == rounded:
        return rounded
    return at_hour(case.day + timedelta(days=1), rng.choice((10, 10.5, 11, 11.5, 14, 15, 16, 17)))


def walk_around(case: Case) -> Iterator[datetime]:
    """Round the car with the customer, who signs."""
    if case.occasion.order_type == "menu" or not (case.hurried or case.chance(0.7)):
        return
    yield case.wait(4, 10)
    rng = case.shop.rng
    marks = [
        {
            "zone": zone,
            "x": rng.randrange(20, 300),
            "y": rng.randrange(20, 130),
            "kind": rng.choice(("scratch", "dent", "paint")),
        }
        for zone in rng.sample(ZONES, rng.choice((0, 0, 1, 1, 2, 3)))
    ]
    reception.save_walkaround(
        order_id=case.order_id,
        marks=marks,
        checks=dict.fromkeys(CHECKS, "ok"),
        belongings=rng.choice(("", "", "后备箱有行李箱一个", "车内有儿童座椅", "ETC 卡在车上")),
        by=case.advisor,
        at=case.at,
    )
    yield case.wait(2, 6)
    reception.sign_walkaround(order_id=case.order_id, name=case.guest.person.name, by=case.advisor, at=case.at)


def quote(case: Case) -> Iterator[datetime]:
    """Everything is priced and put to the customer."""
    yield case.wait(4, 18)
    offer_more(case)
    if case.comeback_of:
        keys = {line.key: "approve" for line in case.lines() if line.approval == "proposed"}
        workshop.decide_lines(order_id=case.order_id, decisions=keys, by=case.advisor, at=case.at)
        return
    if case.chance(0.025) and not case.hurried:
        workshop.cancel_order(
            order_id=case.order_id, reason="客户临时有事，改天再来", by=case.shop.crew.one("manager"), at=case.at
        )
        case.over = True
        case.clients.left(case.guest, case.day)
        return
    yield from ask(case, by_link=case.until == "quoted" or (bool(case.extras) and case.chance(0.75)))


def _come_back(case: Case, agenda: Agenda) -> None:
    """Some days later the same trouble is there again."""
    when = at_hour(case.day + timedelta(days=case.shop.rng.randrange(2, 9)), case.shop.rng.uniform(9, 15))
    again = Case(case.shop, case.clients, case.guest, case.occasion, in_hours(when), comeback_of=case.order_id)
    agenda.add(again.at, visit(again, agenda))
    case.guest.in_shop = True


def _afterwards(case: Case) -> Iterator[datetime]:
    """The order is closed, and somebody asks how the car runs."""
    yield case.wait_for(at_hour(case.day + timedelta(days=1), case.shop.rng.uniform(9, 11)))
    workshop.close_order(order_id=case.order_id, by=case.advisor, at=case.at)
    if case.chance(0.35):
        yield case.wait_for(at_hour(case.day + timedelta(days=2), case.shop.rng.uniform(14, 17)))
        customers.log_contact(
            customer_id=case.guest.customer_id,
            channel="call_out",
            **counter.follow_up(case),
            vehicle_id=case.guest.vehicle_id,
            order_id=case.order_id,
            by=case.shop.crew.one("callcentre"),
            at=case.at,
        )


STAGES: tuple[tuple[str, Stage], ...] = (
    ("checked_in", arrive),
    ("inspecting", walk_around),
    ("quoted", quote),
    ("approved", counter.take_deposit),
    ("dispatched", repair.dispatch),
    ("held", repair.wait_for_parts),
    ("working", repair.begin),
    ("found", repair.surprise),
    ("finished", repair.finish),
    ("completed", repair.inspect),
    ("settled", counter.settle),
    ("paid", counter.pay),
    ("delivered", counter.hand_over),
)
