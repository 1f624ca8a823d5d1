"""Why a car comes: the work and parts of each occasion, how often it happens, and to which cars in which season."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from .cars import Car
from .seasons import summer, winter


@dataclass(frozen=True, slots=True)
class Job:
    """One operation with its parts: a code, or the beginning of a name (then the one that fits the car)."""

    operation: str
    parts: tuple[tuple[str, int], ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a customer comes for; see ``data/occasions.yaml``."""

    key: str
    title: str
    concern: str
    weight: float
    jobs: tuple[Job, ...] = ()
    package: str = ""
    order_type: str = "repair"
    likely: str = ""
    insured: bool = False


LIKELY: Mapping[str, Callable[[Car, date, float], float]] = {
    "": lambda car, day, years: 1.0,
    "combustion": lambda car, day, years: 0.0 if car.electric else 1.0,
    "electric": lambda car, day, years: 8.0 if car.electric else 0.0,
    "new_energy": lambda car, day, years: 3.0 if car.vehicle_class == "nev" else 0.0,
    "older": lambda car, day, years: min(2.0, car.age(day) / years),
    "older_combustion": lambda car, day, years: 0.0 if car.electric else min(2.0, car.age(day) / years),
    "in_winter": lambda car, day, years: 3.0 if winter(day) else 0.4,
    "in_summer": lambda car, day, years: 3.0 if summer(day) else 0.15,
    "winter_combustion": lambda car, day, years: 3.0 if winter(day) and not car.electric else 0.0,
    "before_inspection": lambda car, day, years: 4.0 if 0 <= (car.inspection_until - day).days < 45 else 0.2,
}
NOT_ELECTRIC = ("FU-001", "MA-004", "MA-019")


def _job(raw: Mapping[str, Any]) -> Job:
    return Job(raw["operation"], tuple(raw.get("parts", {}).items()), raw.get("why", ""))


@lru_cache
def _data() -> tuple[tuple[Occasion, ...], tuple[Job, ...]]:
    text = files("pitlane.simulation").joinpath("data", "occasions.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    known = tuple(Occasion(**(row | {"jobs": tuple(map(_job, row.get("jobs", ())))})) for row in raw["occasions"])
    return known, tuple(map(_job, raw["extras"]))


def occasions() -> tuple[Occasion, ...]:
    """Everything that cars come for."""
    return _data()[0]


def extras() -> tuple[Job, ...]:
    """What a shop finds besides, each with the sentence that says why."""
    return _data()[1]


def likelihood(occasion: Occasion, car: Car, day: date) -> float:
    """How likely this car comes for this on that day, compared with the other occasions."""
    name, _space, years = occasion.likely.partition(" ")
    return occasion.weight * LIKELY[name](car, day, float(years or 1))


def draw_occasion(rng: Random, car: Car, day: date) -> Occasion:
    """What this car comes for on that day."""
    chosen = rng.choices(occasions(), [likelihood(one, car, day) for one in occasions()])[0]
    if chosen.key in ("oil", "ev") and car.age(day) < 0.6:
        return replace(chosen, title="首次保养", concern="新车首保")
    return chosen


def occasion(key: str) -> Occasion:
    """One occasion by its key, for the cars that must show something."""
    return next(one for one in occasions() if one.key == key)


def draw_extra(rng: Random, car: Car, already: set[str]) -> Job:
    """Something else that the shop finds on this car."""
    fitting = [job for job in extras() if job.operation not in already]
    return rng.choice([job for job in fitting if not (car.electric and job.operation in NOT_ELECTRIC)])
