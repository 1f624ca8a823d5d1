"""Building, naming and removing the demo."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from pitlane.accounts.models import Organisation, Staff
from pitlane.core.tenancy import scope

from . import chain, floor
from .aftermath import by_hand, carry_out
from .agenda import Agenda, Story
from .bookings import fill_coming_days
from .cars import Cars
from .chain import Shop
from .clients import Clients
from .crew import PASSWORD
from .day import earlier, simulate
from .people import People
from .post import open_post_room
from .seasons import at_hour


@dataclass(frozen=True, slots=True)
class Size:
    """How large a demo is."""

    stores: int
    months: int
    customers: int
    fleets: int


SIZES = {"small": Size(1, 3, 190, 3), "medium": Size(3, 12, 420, 6)}


def moment_for(now: datetime) -> datetime:
    """The moment that the demo shows: the last full hour in which the shop was open, never in the future."""
    local = timezone.localtime(now)
    if local.hour < 10:
        return at_hour(local.date() - timedelta(days=1), 18)
    return at_hour(local.date(), min(local.hour, 18))


def existing() -> Organisation | None:
    """The demo of this installation."""
    return Organisation.objects.filter(code=chain.CODE).first()


def unfinished(org: Organisation) -> bool:
    """Was its building broken off? What lies there is no chain to work in, and is built anew."""
    return bool(org.settings.get("demo", {}).get("unfinished"))


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Months of work make millions of objects that die by themselves: Python need not look for others so often."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def build(size: str, seed: int, moment: datetime, told: Callable[[date], None]) -> Organisation:
    """Found the chain and live through its months. The same size, seed and moment give the same data."""
    with seldom_swept():
        return _build(SIZES[size], size, seed, moment, told)


def _build(plan: Size, size: str, seed: int, moment: datetime, told: Callable[[date], None]) -> Organisation:
    today = timezone.localdate(moment)
    first = earlier(today, plan.months)
    opened = at_hour(first - timedelta(days=1), 9)
    with transaction.atomic():
        org, by = chain.found(size, seed, opened)
        with scope(org.pk), by_hand():
            shops = chain.open_stores(org, plan.stores, seed, by, opened)
            people, cars = People(Random(f"{seed}:people"), today), Cars(Random(f"{seed}:cars"), today)
            branches = [(shop, _clients(shop, plan, people, cars, first, opened)) for shop in shops]
            carry_out()
    agenda = Agenda()
    with scope(org.pk):
        for shop, clients in branches:
            agenda.add(floor.hours_before(moment, 9), _fill(shop, clients, agenda, moment))
        simulate(branches, agenda, first, moment, told)
        with by_hand(), transaction.atomic():
            fill_coming_days(branches=branches, by=by, at=moment)
            carry_out()
        open_post_room(by, moment)
        _finish(org, shops)
    return org


def _fill(shop: Shop, clients: Clients, agenda: Agenda, moment: datetime) -> Story:
    """The cars of the last day are chosen when that day comes, from those that are at home then."""
    floor.fill(shop, clients, agenda, moment)
    yield from ()


def _clients(shop: Shop, plan: Size, people: People, cars: Cars, first: date, at: datetime) -> Clients:
    """The customers that a store knows already; no plate and no number is given out twice in the chain."""
    clients = Clients(shop.rng, people, cars, first)
    advisors = [person.id for person in shop.crew.by_role["advisor"]]
    clients.register(plan.customers, plan.fleets, advisors, shop.store_id, shop.boss, at)
    return clients


def _finish(org: Organisation, shops: list[Shop]) -> None:
    """Note the addresses under which demo customers answer a quote, and that the last day is there."""
    org.settings["demo"]["links"] = [link for shop in shops for link in shop.links]
    del org.settings["demo"]["unfinished"]
    org.save(update_fields=["settings"])


@dataclass(frozen=True, slots=True)
class Login:
    """Who can sign in to the demo."""

    role: str
    login: str
    name: str
    store: str
    password: str


def logins(org: Organisation) -> list[Login]:
    """Everybody of the demo, in the order in which they were taken on."""
    with scope(org.pk):
        people = Staff.objects.filter(is_active=True).prefetch_related("roles", "stores").order_by("pk")
        return [
            Login(
                "、".join(role.name for role in person.roles.all()),
                person.login,
                person.name,
                "、".join(store.name for store in person.stores.all()),
                PASSWORD,
            )
            for person in people
        ]


def remove(org: Organisation) -> None:
    """Take the demo out again, every row of it; nothing of another organisation is touched."""
    with transaction.atomic():
        with scope(org.pk):
            for model in apps.get_models():
                if model.__module__.startswith("pitlane.") and hasattr(model, "unscoped"):
                    _empty(model)
        org.delete()


def _empty(model: Any) -> None:
    for many in model._meta.many_to_many:
        rows = many.remote_field.through.objects.filter(**{f"{model._meta.model_name}__in": model.objects.all()})
        rows._raw_delete(rows.db)
    rows = model.objects.all()
    rows._raw_delete(rows.db)
