"""The shop's customers: regulars, people who come once, and firms with a fleet on account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from pitlane.billing import commands as billing
from pitlane.core.access import Actor
from pitlane.core.money import Money
from pitlane.customers import commands as customers
from pitlane.customers.models import Vehicle

from .cars import Car, Cars
from .dice import pick
from .people import People, Person

SOURCES = {"walk_in": 38, "referral": 26, "online": 16, "phone": 8, "insurer": 7, "wechat": 5}
TAGS = ("老客户", "要原厂件", "在意价格", "赶时间", "女司机要讲解", "要开专票", "常等客休区")


@dataclass(slots=True)
class Guest:
    """A car with the person who brings it. ``rest`` is how many days it stays away between two visits."""

    car: Car
    person: Person
    customer_id: int = 0
    vehicle_id: int = 0
    company: bool = False
    rest: int = 120
    due: date = date.min
    in_shop: bool = False
    last_order: int = 0

    @property
    def known(self) -> bool:
        """Has been here before."""
        return bool(self.vehicle_id)


class Clients:
    """Draws the customers of one store and writes those that it knows already."""

    def __init__(self, rng: Random, people: People, cars: Cars, first: date) -> None:
        self.rng, self.people, self.cars, self.first = rng, people, cars, first
        self.guests: list[Guest] = []

    def register(self, number: int, fleets: int, advisors: list[int], store_id: int, by: Actor, at: datetime) -> None:
        """Customers from before the first day, written in one go; the firms get a credit account."""
        drawn = [self._private(odd) for odd in [*self.cars.odd(), *[None] * number][:number]]
        rows = [self._row(person, cars, store_id, advisors) for person, cars in drawn]
        ids = customers.add_many(rows=rows, by=by, at=at)
        for (person, cars), customer_id in zip(drawn, ids, strict=True):
            self._remember(person, cars, customer_id, company=False)
        for _ in range(fleets):
            self._fleet(store_id, advisors, by, at)
        self._recognise()
        self._spread()

    def stranger(self) -> Guest:
        """Somebody who comes for the first time."""
        guest = Guest(self.cars.car(), self.people.person(), rest=self._rest())
        self.guests.append(guest)
        return guest

    def _private(self, odd: Car | None) -> tuple[Person, list[Car]]:
        cars = [odd or self.cars.car()]
        if self.rng.random() < 0.14:
            cars.append(self.cars.car())
        return self.people.person(), cars

    def _row(self, person: Person, cars: list[Car], store_id: int, advisors: list[int]) -> customers.NewCustomer:
        rng = self.rng
        facts = {
            "gender": person.gender,
            "source": pick(rng, SOURCES),
            "home_store_id": store_id,
            "advisor_id": rng.choice(advisors),
            "birthday": person.birthday if rng.random() < 0.55 else None,
            "address": person.address if rng.random() < 0.5 else "",
            "wechat": f"wx_{person.phone[-6:]}" if rng.random() < 0.4 else "",
        }
        return customers.NewCustomer(
            name=person.name,
            phones=(person.phone,),
            facts=facts,
            tags=tuple(rng.sample(TAGS, rng.choice((0, 0, 1, 2)))),
            consents={"service": True, "marketing": rng.random() < 0.6} if rng.random() < 0.85 else {},
            vehicles=tuple(self._new(car) for car in cars),
        )

    def _new(self, car: Car) -> customers.NewVehicle:
        day = self.first - timedelta(days=self.rng.randrange(60, 240))
        return customers.NewVehicle(
            plate=car.plate,
            plate_kind=car.plate_kind,
            vin=car.vin,
            facts=car_facts(car),
            odometer=car.km(day),
            odometer_on=max(day, car.bought),
        )

    def _fleet(self, store_id: int, advisors: list[int], by: Actor, at: datetime) -> None:
        company, rng = self.people.company(), self.rng
        cars = [
            self.cars.car(classes=("economy", "standard"), km_per_year=rng.randrange(25_000, 45_000))
            for _ in range(rng.randrange(4, 8))
        ]
        facts = {
            "tax_id": company.tax_id,
            "invoice_title": company.name,
            "contact_name": company.contact.name,
            "source": "referral",
            "home_store_id": store_id,
            "advisor_id": advisors[0],
        }
        row = customers.NewCustomer(
            name=company.name,
            phones=(company.contact.phone,),
            kind="company",
            facts=facts,
            tags=("月结",),
            consents={"service": True},
            vehicles=tuple(self._new(car) for car in cars),
        )
        customer_id = customers.add_many(rows=[row], by=by, at=at)[0]
        billing.open_credit(customer_id=customer_id, limit=Money.from_yuan(50_000), days=30, by=by, at=at)
        self._remember(company.contact, cars, customer_id, company=True)

    def _remember(self, person: Person, cars: list[Car], customer_id: int, *, company: bool) -> None:
        for car in cars:
            self.guests.append(Guest(car, person, customer_id, 0, company, 45 if company else self._rest()))

    def _recognise(self) -> None:
        """The cars' rows, by their identification numbers."""
        ids = dict(Vehicle.objects.values_list("vin", "pk"))
        for guest in self.guests:
            guest.vehicle_id = ids[guest.car.vin]

    def _rest(self) -> int:
        """Regulars come two or three times a year, a few every month, some hardly ever."""
        return round(min(400, max(25, self.rng.lognormvariate(4.7, 0.5))))

    def _spread(self) -> None:
        for guest in self.guests:
            guest.due = self.first + timedelta(days=self.rng.randrange(max(1, guest.rest)) - 10)

    def next_guest(self, day: date) -> Guest:
        """Who comes now: mostly a regular whose time it is, sometimes a new face."""
        waiting = [guest for guest in self.guests if not guest.in_shop and guest.known and guest.due <= day]
        if not waiting or self.rng.random() < 0.22:
            return self.stranger()
        return self.rng.choice(waiting)

    def left(self, guest: Guest, day: date) -> None:
        """The car is gone; when it is expected again."""
        guest.in_shop = False
        guest.due = day + timedelta(days=round(guest.rest * self.rng.uniform(0.75, 1.3)))


def car_facts(car: Car) -> dict[str, Any]:
    """What the registration says of a car, as columns."""
    return {
        "make": car.make,
        "series": car.series,
        "model": f"{car.model_year} 款",
        "model_year": car.model_year,
        "vehicle_class": car.vehicle_class,
        "fuel": car.fuel,
        "colour": car.colour,
        "purchased_on": car.bought,
        "insurer": car.insurer,
        "insurance_until": car.insurance_until,
        "inspection_until": car.inspection_until,
    }
