"""A car that comes by appointment is taken in without typing anything twice."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pitlane.appointments import commands as appointments
from pitlane.appointments.models import Appointment
from pitlane.appointments.tests import factories
from pitlane.catalog.tests.factories import client_of
from pitlane.core.errors import Conflict, Missing
from pitlane.core.ids import public_id
from pitlane.core.testing import Shop, nothing_changes
from pitlane.reception import commands
from pitlane.scheduling.models import Claim
from pitlane.workshop.models import RepairOrder

DESK = (
    "appointments.view", "appointments.book", "scheduling.claim", "customers.view", "customers.edit", "workshop.view",
    "workshop.open", "workshop.edit", "reception.checkin", "reception.quote", "catalog.view", "parts.view",
)  # fmt: skip


@pytest.fixture
def place(shop: Shop) -> factories.Desk:
    return factories.desk(shop)


@pytest.fixture
def client(place: factories.Desk) -> Client:
    return client_of(place.shop, *DESK)


def arrived(row: Appointment, place: factories.Desk) -> str:
    appointments.arrive(appointment_id=row.pk, by=place.shop.boss(), at=row.starts_at)
    return f"{reverse('reception:check_in')}?appointment={row.ref}"


def test_a_known_car_goes_through_with_the_booked_work(place: factories.Desk, client: Client) -> None:
    row = factories.booked(place, wish="刹车有异响")
    address = arrived(row, place)
    shown = client.get(address)
    assert "按预约接车" in shown.content.decode() and shown.context["found"].vehicle.id == place.car.pk
    intake = client.post(address)["Location"]
    form = client.get(intake).context["form"]
    assert "刹车有异响" in form["concern"].value()
    body = {"order_type": "maintenance", "concern": form["concern"].value()}
    assert client.post(intake, body).status_code == 302
    order, visit = RepairOrder.objects.get(), Appointment.objects.get()
    assert (visit.state, visit.order_id, Claim.objects.count()) == ("converted", order.pk, 0)
    assert order.vehicle_id == place.car.pk and order.items.get().name == place.work.name


@pytest.mark.parametrize("chosen", ["all", "other"])
def test_the_car_is_taken_in_where_it_was_booked(place: factories.Desk, chosen: str) -> None:
    shop = place.shop
    client = client_of(shop, *DESK, scope="org")
    other = public_id("sto", shop.other_store_id)
    client.post("/me/store", {"store": "all" if chosen == "all" else other})
    address = arrived(factories.booked(place), place)
    intake = client.post(address)["Location"]
    assert client.get(intake).status_code == 200
    assert client.post(intake, {"order_type": "maintenance", "concern": "保养"}).status_code == 302
    assert RepairOrder.objects.get().store_id == shop.store_id
    asked = client.get(reverse("reception:check_in"))
    assert (asked.status_code == 302) is (chosen == "all")


def test_somebody_new_becomes_a_customer_with_the_sealed_number(place: factories.Desk, client: Client) -> None:
    row = factories.booked(place, vehicle_id=None, guest=factories.guest())
    address = arrived(row, place)
    form = client.get(address).context["form"]
    assert (form["name"].value(), form["plate"].value(), form["phone"].value()) == ("赵先生", "京C55555", None)
    assert "139****2222" in form.fields["phone"].help_text
    body = {"plate": "京C55555", "name": "赵先生", "kind": "person", "fuel": "petrol", "vehicle_class": "standard"}
    intake = client.post(address, body)["Location"]
    assert client.post(intake, {"order_type": "repair", "concern": "异响"}).status_code == 302
    visit = Appointment.objects.get()
    assert visit.state == "converted" and not visit.guest_phone
    assert visit.customer.phones.get().number.reveal() == "13911112222"


def test_an_appointment_is_used_once_and_only_in_its_organisation(place: factories.Desk) -> None:
    row = factories.booked(place)
    facts = {"store_id": place.shop.store_id, "vehicle_id": place.car.pk, "by": place.shop.boss(), "at": row.starts_at}
    commands.check_in(**facts, appointment_id=row.pk)
    with nothing_changes(), pytest.raises(Conflict):
        commands.check_in(**facts, appointment_id=row.pk, despite_open=True)
    with nothing_changes(), pytest.raises(Missing):
        commands.check_in(**facts, appointment_id=10**9, despite_open=True)
