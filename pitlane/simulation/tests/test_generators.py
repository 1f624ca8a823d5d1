"""Invented people and cars pass the shop's own checks, and the same seed invents the same."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from pitlane.core.phones import phone_problem
from pitlane.customers.completeness import name_problem
from pitlane.customers.plates import parse_plate
from pitlane.customers.vins import check_digit_ok, decode, vin_problem
from pitlane.simulation.cars import Cars
from pitlane.simulation.people import People
from pitlane.simulation.seasons import CLOSES, OPENS, arrivals, at_hour, day_factor, in_hours, visits_on

TODAY = date(2026, 11, 23)


def cars(seed: int = 1) -> Cars:
    return Cars(Random(seed), TODAY)


def test_people_have_valid_names_and_phones_once_each() -> None:
    people = People(Random(1), TODAY)
    drawn = [people.person() for _ in range(2000)]
    assert all(name_problem(person.name) is None for person in drawn)
    assert all(phone_problem(person.phone) is None for person in drawn)
    assert len({person.phone for person in drawn}) == len(drawn)
    assert all(date(1950, 1, 1) < person.birthday < TODAY for person in drawn)


def test_people_are_spoken_to_by_their_family_name() -> None:
    person = next(p for p in iter(People(Random(3), TODAY).person, None) if p.gender == "f")
    assert person.polite == f"{person.name[0]}女士"


def test_companies_never_repeat() -> None:
    people = People(Random(1), TODAY)
    names = [people.company().name for _ in range(120)]
    assert len(set(names)) == len(names)
    assert all(len(people.company().tax_id) == 18 for _ in range(20))


def test_cars_have_plates_of_their_kind_and_checked_vins() -> None:
    yard = cars()
    drawn = [yard.car() for _ in range(1500)]
    for car in drawn:
        assert parse_plate(car.plate).kind == car.plate_kind
        assert vin_problem(car.vin) is None and check_digit_ok(car.vin)
        assert car.model_year in decode(car.vin, today_year=TODAY.year).years
        assert date(2009, 1, 1) < car.bought < TODAY
    assert len({car.plate for car in drawn}) == len({car.vin for car in drawn}) == len(drawn)
    assert {car.plate_kind for car in drawn} == {"blue", "green"}


@pytest.mark.parametrize("number", range(9))
def test_odd_plates_are_valid_too(number: int) -> None:
    car = cars().odd()[number]
    assert parse_plate(car.plate, kind=car.plate_kind).kind == car.plate_kind


def test_the_odometer_only_grows() -> None:
    for car in (cars().car() for _ in range(50)):
        readings = [car.km(date(2026, month, 1)) for month in range(1, 13)]
        assert readings == sorted(readings) and readings[0] >= 0


def test_the_same_seed_draws_the_same() -> None:
    one, two, other = cars(7), cars(7), cars(8)
    drawn = [one.car() for _ in range(20)]
    assert drawn == [two.car() for _ in range(20)] != [other.car() for _ in range(20)]


def test_saturdays_are_busier_than_tuesdays_and_the_festival_is_quiet() -> None:
    assert day_factor(date(2026, 11, 21)) > day_factor(date(2026, 11, 17))
    assert day_factor(date(2026, 2, 17)) == 0
    assert visits_on(Random(1), date(2026, 2, 17), 20) == 0
    assert day_factor(date(2040, 5, 5)) > 0


def test_arrivals_are_in_order_and_work_stays_within_the_hours() -> None:
    drawn = arrivals(Random(1), TODAY, 40)
    assert drawn == sorted(drawn) and len(drawn) == 40
    for hour in (3.0, 9.0, 17.5, 20.0):
        local = in_hours(at_hour(TODAY, hour)).astimezone(at_hour(TODAY, 12).tzinfo)
        assert OPENS <= local.time() <= CLOSES
