"""Screens of the front desk, asked for through Django's own handler: the time the server needs, without network."""

from __future__ import annotations

from random import Random
from typing import Any

from django.test import Client
from django.urls import reverse

from pitlane.accounts.models import Staff
from pitlane.core.chinese import pinyin_keys
from pitlane.core.tenancy import scope
from pitlane.customers.models import Customer, CustomerPhone, Vehicle
from pitlane.workshop.models import RepairOrder

from .figures import Figures, measure
from .ground import Ground

TRIES = 60
BACKEND = "pitlane.accounts.backend.StaffBackend"


class Desk:
    """A signed-in manager at the front desk."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=True, SERVER_NAME="localhost")
        self.client.force_login(Staff.objects.get(login="manager"), backend=BACKEND)

    def get(self, address: str, **headers: str) -> Any:
        """A page that must be there."""
        answer = self.client.get(address, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}")
        return answer

    def search(self, text: str) -> Any:
        """The panel under the search box."""
        return self.get(f"{reverse('core:search')}?q={text}", **{"HX-Request": "true"})


def measure_pages(ground: Ground, seed: int, tries: int = TRIES) -> list[Figures]:
    """All screens, each with what another row of the database asks for."""
    with scope(ground.org_id):
        desk, samples = Desk(), Samples(Random(f"{seed}:pages"), tries)
        searches = (
            ("search: plate fragment", samples.plate_fragments()),
            ("search: phone tail", samples.phone_tails()),
            ("search: name", samples.names()),
            ("search: pinyin initials", samples.initials()),
            ("search: VIN tail", samples.vin_tails()),
        )
        found = [measure(name, desk.search, words) for name, words in searches]
        found.append(measure("customer 360", desk.get, samples.customers()))
        found.append(measure("order list, first page", desk.get, [reverse("workshop:list")] * tries))
        found.append(measure("order list, filtered", desk.get, samples.order_filters()))
        found.append(measure("order detail", desk.get, samples.orders()))
    return found


class Samples:
    """Words and addresses drawn from the rows that are there."""

    def __init__(self, rng: Random, number: int) -> None:
        self.rng, self.number = rng, number

    def _rows(self, model: Any) -> list[Any]:
        """Rows from all over the table."""
        bounds = model.objects.order_by("pk").values_list("pk", flat=True)
        first, last = bounds.first(), bounds.last()
        found: list[Any] = []
        while len(found) < self.number:
            row = model.objects.filter(pk__gte=self.rng.randint(first, last)).order_by("pk").first()
            if row is not None:
                found.append(row)
        return found

    def plate_fragments(self) -> list[str]:
        """Four characters from the middle: what people remember."""
        return [car.plate[2:6] for car in self._rows(Vehicle)]

    def phone_tails(self) -> list[str]:
        return [phone.number.reveal()[-4:] for phone in self._rows(CustomerPhone)]

    def names(self) -> list[str]:
        return [person.name for person in self._rows(Customer)]

    def initials(self) -> list[str]:
        """The first letters of the syllables, as a clerk types them."""
        return [min(pinyin_keys(person.name).initials) for person in self._rows(Customer)]

    def vin_tails(self) -> list[str]:
        return [car.vin[-6:] for car in self._rows(Vehicle)]

    def customers(self) -> list[str]:
        return [reverse("customers:detail", args=[person.pk]) for person in self._rows(Customer)]

    def orders(self) -> list[str]:
        return [reverse("workshop:order", args=[order.pk]) for order in self._rows(RepairOrder)]

    def order_filters(self) -> list[str]:
        """Type, advisor and a word, in turn."""
        advisors = list(Staff.objects.filter(login__startswith="advisor"))
        wanted = ("type=maintenance", f"advisor={advisors[0].ref}", "q=8K", "state=closed", "days=30")
        return [f"{reverse('workshop:list')}?view=all&{wanted[number % len(wanted)]}" for number in range(self.number)]
