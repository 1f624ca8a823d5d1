"""What the stages of one visit share: the car, the people who look after it, the order and the time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from django.utils import timezone

from pitlane.core.access import Actor, customer

from .chain import Shop
from .clients import Clients, Guest
from .occasions import Job, Occasion
from .seasons import in_hours
from .sightings import Fitted, Work, parts_of, work_of


@dataclass(slots=True)
class Case:
    """One visit. ``until`` names the stage at which a car of the last day still stands in the shop."""

    shop: Shop
    clients: Clients
    guest: Guest
    occasion: Occasion
    at: datetime
    until: str = ""
    comeback_of: int = 0
    order_id: int = 0
    appointment_id: int = 0
    advisor: Actor = field(init=False)
    technician: Actor | None = None
    extras: dict[str, Job] = field(default_factory=dict)
    deposit: int = 0
    over: bool = False

    def __post_init__(self) -> None:
        self.advisor = self.shop.rng.choice(self.shop.crew.by_role["advisor"])

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)

    @property
    def owner(self) -> Actor:
        """The car's owner at the other end of a private link."""
        return customer(self.advisor.org_id, self.guest.customer_id, "车主")

    @property
    def hurried(self) -> bool:
        """A car that must show its stage at the last moment does not wait in the queue."""
        return bool(self.until)

    def chance(self, probability: float) -> bool:
        """Throw the dice; cars that must show something are spared by surprises."""
        return self.shop.rng.random() < probability

    def wait(self, low: float, high: float) -> datetime:
        """Some minutes later, within the hours of the shop."""
        self.at = in_hours(self.at + timedelta(seconds=round(self.shop.rng.uniform(low, high) * 60)))
        return self.at

    def wait_for(self, moment: datetime) -> datetime:
        """Not before that moment."""
        self.at = in_hours(max(self.at, moment))
        return self.at

    def token(self, what: str) -> str:
        """The secret of a private address; known to the demo so that it can be printed."""
        return demo_token(self.shop.place.code, self.order_id, what)

    def codes(self) -> set[str]:
        """The operations that the order has already."""
        shelf = self.shop.shelf
        return {shelf.code_of(work.operation_id) for work in work_of(self.order_id)}

    def lines(self) -> list[Work | Fitted]:
        """The order's lines as they are now."""
        return [*work_of(self.order_id), *parts_of(self.order_id)]


def demo_token(store_code: str, order_id: int, what: str) -> str:
    """Demo addresses are no secrets: whoever has the demo may open them."""
    return sha256(f"pitlane demo:{store_code}:{order_id}:{what}".encode()).hexdigest()
