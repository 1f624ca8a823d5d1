"""Scheduling for programs."""

from pitlane.accounts.models import Store
from pitlane.catalog.tests.factories import client_of
from pitlane.catalog.tests.test_api import send
from pitlane.core.access import declare
from pitlane.core.testing import Shop, nothing_changes

from . import factories


def test_bays_shifts_and_leave(shop: Shop) -> None:
    declare({"workshop.work": "施工"})
    person = factories.technician(shop)
    client = client_of(shop, "scheduling.view", "scheduling.edit")
    store = Store.objects.get(pk=shop.store_id).ref
    made = send(client, "post", "/bays", {"store": store, "name": "举升机 1", "bay_type": "lift"})
    assert made.status_code == 201, made.content
    closed = {"store": store, "name": "举升机 1", "bay_type": "lift", "active": False}
    assert send(client, "put", f"/bays/{made.json()['id']}", closed).json()["active"] is False
    assert client.get(f"/api/v1/bays?store={store}").json() == []
    assert len(client.get(f"/api/v1/bays?store={store}&closed=true").json()) == 1
    week = {"store": store, "shifts": [{"weekday": 0, "starts": "08:00", "ends": "12:00"}]}
    assert send(client, "put", f"/technicians/{person.ref}/shifts", week).json()["shifts"] == 1
    away = {"store": store, "staff": person.ref, "first_day": "2026-11-23", "last_day": "2026-11-24"}
    leave = send(client, "post", "/leave", away)
    assert leave.status_code == 201, leave.content
    day = client.get(f"/api/v1/technicians?store={store}&on=2026-11-23").json()[0]
    assert day | {"on_leave": True, "minutes": 0, "assumed": False} == day
    assert len(client.get(f"/api/v1/leave?store={store}&since=2026-11-01").json()) == 1
    assert client.delete(f"/api/v1/leave/{leave.json()['id']}?store={store}").status_code == 200


def test_other_stores_and_viewers(shop: Shop) -> None:
    there = Store.objects.get(pk=shop.other_store_id).ref
    here = Store.objects.get(pk=shop.store_id).ref
    viewer, editor = client_of(shop, "scheduling.view"), client_of(shop, "scheduling.view", "scheduling.edit")
    for path in ("bays", "technicians", "leave"):
        assert editor.get(f"/api/v1/{path}?store={there}").status_code == 403
        assert client_of(shop, "parts.view").get(f"/api/v1/{path}?store={here}").status_code == 403
    bay = {"name": "工位", "bay_type": "lift"}
    with nothing_changes():
        assert send(viewer, "post", "/bays", {"store": here, **bay}).status_code == 403
        assert send(editor, "post", "/bays", {"store": there, **bay}).status_code == 403
