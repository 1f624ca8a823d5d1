"""Invented cars: series as often as a Chinese shop sees them, with plates, VINs and kilometres that hold together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pitlane.catalog.queries import starting_vehicles
from pitlane.customers.vins import check_digit

from .dice import pick

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_VIN_CHARS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_VIN_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_OFFICES = {
    **{"京N": 20, "京P": 16, "京Q": 18, "京L": 8, "京A": 9, "京M": 6, "京F": 6, "京E": 5, "京J": 4, "京G": 3, "京Y": 3},
    **{"冀R": 3, "津A": 2, "冀F": 1, "鲁B": 1},
}
_ODD_PLATES = (
    ("yellow", "京A·{d5}"), ("yellow", "京C·{d4}学"), ("white", "京A·{d4}警"), ("black", "京A·{d4}领"),
    ("temp", "京A·{d5}临"), ("foreign", "SGX{d4}"), ("none", ""), ("black", "粤Z·{d4}港"), ("yellow", "京A·{d4}挂"),
)  # fmt: skip
INSURERS = {"人保财险": 34, "平安产险": 30, "太平洋产险": 16, "中国人寿财险": 8, "阳光保险": 7, "大地保险": 5}
_YEARLY = {(7_000, 18_000): 78, (20_000, 32_000): 12, (55_000, 85_000): 4, (2_000, 6_000): 6}


@dataclass(slots=True)
class Car:
    """One car. ``km`` tells the odometer on any day, so that readings grow and never go back."""

    make: str
    series: str
    fuel: str
    vehicle_class: str
    plate: str
    plate_kind: str
    vin: str
    model_year: int
    colour: str
    bought: date
    km_per_year: int
    start_km: int
    insurer: str
    insurance_until: date
    inspection_until: date

    def km(self, day: date) -> int:
        """The odometer on a day."""
        return self.start_km + max(0, round((day - self.bought).days * self.km_per_year / 365))

    def age(self, day: date) -> float:
        """Years since it was bought."""
        return (day - self.bought).days / 365

    @property
    def electric(self) -> bool:
        return self.fuel == "ev"


class Cars:
    """Draws cars; plates and VINs are unique."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng, self.today = rng, today
        self.rows = [row for row in starting_vehicles() if row.years[0] <= today.year]
        self._shares = [row.share for row in self.rows]
        self._taken: set[str] = set()

    def car(self, *, classes: tuple[str, ...] = (), km_per_year: int = 0) -> Car:
        """A car from the yard; ``classes`` narrows it (a fleet buys alike)."""
        rng = self.rng
        chosen = rng.choices(self.rows, self._shares)[0]
        while classes and chosen.vehicle_class not in classes:
            chosen = rng.choices(self.rows, self._shares)[0]
        bought = self._bought(chosen.years)
        year = min(chosen.years[1], max(chosen.years[0], bought.year + (1 if bought.month > 9 else 0)))
        return Car(
            make=chosen.make,
            series=chosen.series,
            fuel=chosen.fuel,
            vehicle_class=chosen.vehicle_class,
            plate=self._green(chosen.fuel) if chosen.green_plate else self._blue(),
            plate_kind="green" if chosen.green_plate else "blue",
            vin=self._vin(rng.choice(chosen.wmi), year, f"{chosen.make}{chosen.series}"),
            model_year=year,
            colour=rng.choice(chosen.colours),
            bought=bought,
            km_per_year=km_per_year or self._yearly(),
            start_km=rng.randrange(8, 60),
            insurer=pick(rng, INSURERS),
            insurance_until=self._next_birthday(bought) + timedelta(days=rng.choice((0, 0, 0, -30, -365))),
            inspection_until=self._next_birthday(bought, months=24 if rng.random() < 0.6 else 12),
        )

    def odd(self) -> list[Car]:
        """One car for every rare kind of plate: lorry, school, police, consulate, new, foreign, none at all."""
        return [self._with_odd_plate(kind, pattern) for kind, pattern in _ODD_PLATES]

    def _with_odd_plate(self, kind: str, pattern: str) -> Car:
        car = self.car(classes=("commercial",) if kind == "yellow" else ())
        while True:
            text = pattern.format(d4=f"{self.rng.randrange(10_000):04d}", d5=f"{self.rng.randrange(100_000):05d}")
            if not text or text not in self._taken:
                break
        self._taken.add(text)
        car.plate, car.plate_kind = text.replace("·", ""), kind
        return car

    def _bought(self, years: tuple[int, int]) -> date:
        """Most cars in an independent shop are three to ten years old: out of the maker's warranty."""
        first, last = date(years[0], 2, 1), min(date(years[1], 12, 28), self.today - timedelta(days=40))
        wanted = self.today - timedelta(days=round(min(15.0, max(0.2, self.rng.gauss(5.6, 3.0))) * 365))
        if wanted < first or wanted > last:
            return first + timedelta(days=self.rng.randrange(max(1, (last - first).days)))
        return wanted

    def _yearly(self) -> int:
        low, high = pick(self.rng, _YEARLY)
        return self.rng.randrange(low, high)

    def _next_birthday(self, bought: date, months: int = 12) -> date:
        """The next day on which a paper of this rhythm runs out."""
        days = round(months * 30.44)
        return bought + timedelta(days=((self.today - bought).days // days + 1) * days)

    def _unique(self, draw: str) -> bool:
        if draw in self._taken:
            return False
        self._taken.add(draw)
        return True

    def _blue(self) -> str:
        while True:
            office = pick(self.rng, _OFFICES)
            letters = self.rng.choice(("", "", "L", "LL", "LD", "DL"))
            shape = [
                self.rng.choice(_LETTERS) if mark == "L" else str(self.rng.randrange(10))
                for mark in f"{letters:D<5}"[:5]
            ]
            plate = office + "".join(shape)
            if self._unique(plate):
                return plate

    def _green(self, fuel: str) -> str:
        """D and A to C are battery cars, F to J plug-in hybrids."""
        while True:
            kind = self.rng.choice("DDDAB" if fuel == "ev" else "FFFGH")
            second = self.rng.choice(_LETTERS if self.rng.random() < 0.25 else "0123456789")
            plate = f"京A{kind}{second}{self.rng.randrange(10_000):04d}"
            if self._unique(plate):
                return plate

    def _vin(self, wmi: str, year: int, model: str) -> str:
        """Maker, model, check digit, year, plant and serial number (GB 16735)."""
        kind = Random(model)
        described = "".join(kind.choices(_VIN_CHARS, k=5))
        letter = _VIN_YEARS[(year - 1980) % 30]
        while True:
            plant = self.rng.choice(_LETTERS.replace("Q", ""))
            raw = f"{wmi}{described}0{letter}{plant}{self.rng.randrange(10**6):06d}"
            vin = f"{raw[:8]}{check_digit(raw)}{raw[9:]}"
            if self._unique(vin):
                return vin
