"""Many customers for benchmarks, by the customers' own bulk command; their past orders come from ``past``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from random import Random

from pitlane.core.access import Actor
from pitlane.customers import commands as customers

from .cars import Cars
from .clients import car_facts
from .people import People

CHUNK = 2000
Told = Callable[[str, int], None]


def fill_customers(number: int, seed: int, today: date, store_id: int, by: Actor, at: datetime, told: Told) -> None:
    """So many customers with phones, cars and search keys, two thousand in a transaction."""
    rng = Random(f"{seed}:bulk")
    people, cars = People(rng, today), Cars(rng, today)
    for start in range(0, number, CHUNK):
        rows = [_customer(people, cars, rng, store_id, today) for _ in range(min(CHUNK, number - start))]
        customers.add_many(rows=rows, by=by, at=at)
        told("customers", start + len(rows))


def _customer(people: People, cars: Cars, rng: Random, store_id: int, today: date) -> customers.NewCustomer:
    person = people.person()
    owned = [cars.car() for _ in range(1 if rng.random() < 0.85 else 2)]
    vehicles = tuple(
        customers.NewVehicle(car.plate, car.plate_kind, car.vin, car_facts(car), car.km(today), today) for car in owned
    )
    return customers.NewCustomer(
        name=person.name,
        phones=(person.phone,),
        facts={"gender": person.gender, "source": "walk_in", "home_store_id": store_id},
        vehicles=vehicles,
    )
