"""The state of the car as it came in: noted, signed, frozen, provable."""

from datetime import datetime
from typing import Any

import pytest

from pitlane.catalog import commands as catalog
from pitlane.core import doctor
from pitlane.core.errors import Conflict, Forbidden, Refused
from pitlane.core.models import EventRow, StoredFile
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers import queries as customers
from pitlane.reception import commands, queries
from pitlane.reception.models import Walkaround
from pitlane.workshop import queries as orders

from .factories import png, world

MARK = {"zone": "front_bumper_left", "x": 24, "y": 108, "kind": "scratch", "note": "8 cm"}


def saved(shop: Shop, at: datetime, **facts: Any) -> Walkaround:
    order = world(shop).order()
    values = {"marks": [MARK], "checks": {}, "belongings": "后备箱童车", "fuel_level": 60}
    return commands.save_walkaround(order_id=order.pk, by=shop.boss(), at=at, **(values | facts))


def test_it_is_kept_as_far_as_it_is(shop: Shop, at: datetime) -> None:
    draft = saved(shop, at)
    again = {**MARK, "zone": "roof", "x": 9999, "y": -5, "kind": "dent"}
    commands.save_walkaround(order_id=draft.order_id, marks=[MARK, again], checks={}, by=shop.boss(), at=at)
    card = queries.walkaround_of(draft.order_id)
    assert [(m.n, m.label, m.family) for m in card.marks] == [
        (1, "前保险杠左 划痕 8 cm", "hold"),
        (2, "车顶 凹陷 8 cm", "bad"),
    ]
    assert (card.marks[1].x, card.marks[1].y, card.fuel_level, card.signed) == (320, 17, 60, False)


@pytest.mark.parametrize(
    "facts, code",
    [
        ({"marks": [{**MARK, "zone": "moon"}]}, "unknown_mark"),
        ({"marks": [{**MARK, "kind": "magic"}]}, "unknown_mark"),
        ({"marks": [{"zone": "roof", "kind": "dent"}]}, "mark_place"),
        ({"marks": [MARK] * 61}, "too_many_marks"),
        ({"checks": {"RC-99": "ok"}}, "unknown_check"),
        ({"fuel_level": 140}, "fuel_level"),
    ],
)
def test_nonsense_is_refused(shop: Shop, at: datetime, facts: dict, code: str) -> None:
    order = world(shop).order()
    values = {"marks": [], "checks": {}} | facts
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.save_walkaround(order_id=order.pk, by=shop.boss(), at=at, **values)
    assert refused.value.code == code


def test_the_signature_freezes_it_and_begins_the_inspection(shop: Shop, at: datetime) -> None:
    draft = saved(shop, at)
    signed = commands.sign_walkaround(order_id=draft.order_id, signature_png=png(), by=shop.boss(), at=at)
    event = EventRow.objects.get(kind="reception.WalkaroundSigned")
    assert event.payload["digest"] == signed.digest and event.payload["marks"] == 1
    assert StoredFile.objects.get(purpose="signature").order_id == draft.order_id
    assert orders.order_for(draft.order_id).state == "inspecting"
    for change in (
        lambda: commands.save_walkaround(order_id=draft.order_id, marks=[], checks={}, by=shop.boss(), at=at),
        lambda: commands.sign_walkaround(order_id=draft.order_id, name="别人", by=shop.boss(), at=at),
    ):
        with nothing_changes(), pytest.raises(Conflict):
            change()


def test_the_doctor_sees_a_changed_walkaround(shop: Shop, at: datetime) -> None:
    draft = saved(shop, at)
    commands.sign_walkaround(order_id=draft.order_id, name="王建国", by=shop.boss(), at=at)
    assert doctor.examine(["walkarounds"]) == []
    Walkaround.objects.update(marks=[])
    assert [t.check for t in doctor.examine(["walkarounds"])] == ["walkarounds"]


def test_nobody_signs_by_doing_nothing(shop: Shop, at: datetime) -> None:
    draft = saved(shop, at)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.sign_walkaround(order_id=draft.order_id, name=" ", by=shop.boss(), at=at)
    assert refused.value.code == "signature_missing"


def test_what_the_list_requires_must_be_answered(shop: Shop, at: datetime) -> None:
    for code, data in (("RC-01", {"kind": "check", "required": True}), ("RC-05", {"kind": "number", "required": True})):
        catalog.save_checklist_entry(
            kind="reception", code=code, name=code, position=1, data=data, by=shop.boss(), at=at
        )
    draft = saved(shop, at, fuel_level=None)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.sign_walkaround(order_id=draft.order_id, name="王建国", by=shop.boss(), at=at)
    assert refused.value.code == "checks_missing" and "RC-05" in str(refused.value)
    assert refused.value.field == "fuel_level", "the field of its own is where the missing fact is typed"
    assert queries.needed_fields() == ["fuel_level"]
    commands.save_walkaround(order_id=draft.order_id, marks=[], checks={}, fuel_level=0, by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.sign_walkaround(order_id=draft.order_id, name="王建国", by=shop.boss(), at=at)
    assert refused.value.field == "checks" and "RC-01" in str(refused.value)
    commands.save_walkaround(order_id=draft.order_id, marks=[], checks=queries.standard_checks(), by=shop.boss(), at=at)
    commands.sign_walkaround(order_id=draft.order_id, name="王建国", by=shop.boss(), at=at)


def test_a_signature_that_is_no_picture_is_refused(shop: Shop, at: datetime) -> None:
    draft = saved(shop, at)
    with nothing_changes(), pytest.raises(Refused):
        commands.sign_walkaround(order_id=draft.order_id, signature_png=b"<svg onload=x>", by=shop.boss(), at=at)


def test_photos_are_decoded_pictures_that_the_owner_may_see(shop: Shop, at: datetime) -> None:
    draft = saved(shop, at)
    who = {"order_id": draft.order_id, "by": shop.boss(), "at": at}
    commands.add_walkaround_photo(content=png("red"), name="front.exe", **who)
    assert StoredFile.objects.get(purpose="photo").media_type == "image/png"
    assert len(queries.walkaround_screen(draft.order_id, by=shop.boss(), at=at).photos) == 1
    with nothing_changes(), pytest.raises(Refused):
        commands.add_walkaround_photo(content=b"MZ\x90", name="front.png", **who)


def test_only_reception_notes_and_signs(shop: Shop, at: datetime) -> None:
    draft = saved(shop, at)
    by = shop.actor("workshop.view", "workshop.edit")
    for change in (
        lambda: commands.save_walkaround(order_id=draft.order_id, marks=[], checks={}, by=by, at=at),
        lambda: commands.sign_walkaround(order_id=draft.order_id, name="王", by=by, at=at),
        lambda: commands.add_walkaround_photo(order_id=draft.order_id, content=png(), name="x", by=by, at=at),
    ):
        with nothing_changes(), pytest.raises(Forbidden):
            change()


def test_the_odometer_read_beside_the_car_is_the_cars(shop: Shop, at: datetime) -> None:
    draft = saved(shop, at, odometer=63_210)
    card = customers.vehicle_card(draft.order.vehicle_id)
    assert card.odometer == 63_210 and orders.order_for(draft.order_id).vehicle_id == card.id
    commands.save_walkaround(order_id=draft.order_id, marks=[], checks={}, odometer=63_210, by=shop.boss(), at=at)
    assert [row.km for row in customers.readings(card.id)].count(63_210) == 1, "saved again it is not read again"
