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


def test_hours_days_and_terms(shop: Shop) -> None:
    client = client_of(shop, "scheduling.view", "scheduling.edit")
    store = Store.objects.get(pk=shop.store_id).ref
    assert client.get(f"/api/v1/opening-hours?store={store}").json()["assumed"] is True
    week = {"store": store, "hours": [{"weekday": day, "starts": "08:00", "ends": "18:00"} for day in range(6)]}
    saved = send(client, "put", "/opening-hours", week).json()
    assert (saved["assumed"], len(saved["hours"])) == (False, 6)
    special = {"store": store, "kind": "special", "hours": [{"starts": "10:00", "ends": "14:00"}], "note": "年会"}
    day = send(client, "put", "/calendar/2026-12-25", special).json()
    assert (day["open"], day["source"], day["note"], day["promised"]) == (True, "own", "年会", 0)
    days = client.get(f"/api/v1/calendar?store={store}&first=2026-10-01&days=10").json()
    assert (days[0]["holiday"], days[0]["open"], days[9]["makeup"], days[9]["open"]) == (
        "national_day",
        False,
        True,
        True,
    )
    later = client.get(f"/api/v1/calendar?store={store}&first=2040-02-29&days=1").json()[0]
    assert (later["holidays_published"], later["holiday"]) == (False, None)
    assert client.delete(f"/api/v1/calendar/2026-12-25?store={store}").json()["source"] == "week"
    terms = client.get(f"/api/v1/booking-terms?store={store}").json()
    assert send(client, "put", "/booking-terms", terms | {"horizon_days": 7}).json()["horizon_days"] == 7
    with nothing_changes():
        assert send(client, "put", "/booking-terms", terms | {"step_minutes": 7}).status_code == 422
        assert send(client, "put", "/calendar/2026-12-25", special | {"kind": "party"}).status_code == 422
        assert send(client, "put", "/calendar/2026-02-30", special).status_code == 422
        assert send(client, "put", "/opening-hours", {"store": store, "hours": []}).status_code == 422


def test_free_slots_reasons_and_load(shop: Shop) -> None:
    declare({"workshop.work": "施工"})
    factories.bay(shop)
    person = factories.technician(shop)
    client = client_of(shop, "scheduling.view")
    store = Store.objects.get(pk=shop.store_id).ref
    visit = {"store": store, "segments": [{"minutes": 60, "bay_type": "lift"}]}
    found = send(client, "post", "/free-slots", visit)
    assert found.status_code == 200, found.content
    offers = found.json()
    assert offers and offers[0]["technician"] == person.ref and offers[0]["bay_name"] == "举升机 1"
    good = send(client, "post", "/slot-check", visit | {"start": offers[-1]["start"]}).json()
    assert good == {"free": True, "reasons": [], "alternatives": []}
    bad = send(client, "post", "/slot-check", visit | {"start": "2020-01-01T09:00:00"}).json()
    assert bad["reasons"] == [{"code": "past", "text": "这个时间已经过去"}]
    assert send(client, "post", "/free-slots", {"store": store, "segments": []}).status_code == 422
    load = client.get(f"/api/v1/load?store={store}&days=3").json()
    assert len(load) == 3 and {"technicians", "bays", "hours", "skills"} <= set(load[0])


def test_other_stores_keep_their_days(shop: Shop) -> None:
    there = Store.objects.get(pk=shop.other_store_id).ref
    editor = client_of(shop, "scheduling.view", "scheduling.edit")
    for path in ("opening-hours", "calendar", "booking-terms", "load"):
        assert editor.get(f"/api/v1/{path}?store={there}").status_code == 403
    visit = {"store": there, "segments": [{"minutes": 60}]}
    with nothing_changes():
        assert send(editor, "post", "/free-slots", visit).status_code == 403
        assert send(editor, "post", "/slot-check", visit | {"start": "2020-01-01T09:00:00"}).status_code == 403
        assert send(editor, "put", "/opening-hours", {"store": there, "hours": []}).status_code == 403
        assert send(editor, "put", "/calendar/2026-12-25", {"store": there, "kind": "closed"}).status_code == 403
