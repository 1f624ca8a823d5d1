"""The pages of scheduling."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pitlane.catalog.tests.factories import client_of
from pitlane.core.access import declare
from pitlane.core.testing import Shop, nothing_changes
from pitlane.scheduling import queries
from pitlane.scheduling.models import Bay, Leave, Shift

from . import factories

EDITOR = ("scheduling.view", "scheduling.edit")


@pytest.fixture(autouse=True)
def workers() -> None:
    declare({"workshop.work": "施工"})


def test_bays_are_added_and_closed(shop: Shop) -> None:
    client = client_of(shop, *EDITOR)
    assert "还没有工位" in client.get(reverse("scheduling:bays")).content.decode()
    client.post(reverse("scheduling:bay_new"), {"name": "举升机 1", "bay_type": "lift", "active": "on"})
    bay = Bay.objects.get()
    page = reverse("scheduling:bay", args=[bay.pk])
    assert client.get(page).status_code == 200
    closed = client.post(page, {"name": "举升机 1", "bay_type": "lift"}, headers={"HX-Request": "true"})
    assert closed.status_code == 204 and not Bay.objects.get().active
    assert client.post(reverse("scheduling:bay_new"), {"name": "举升机 1", "bay_type": "lift"}).status_code == 422
    assert "已停用" in client.get(reverse("scheduling:bays")).content.decode()


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:30-12:00 13:00-17:30", [(time(8, 30), time(12)), (time(13), time(17, 30))]),
        ("8-12，13：30至18", [(time(8), time(12)), (time(13, 30), time(18))]),
        ("", []),
    ],
)
def test_a_week_is_written_as_people_write_it(shop: Shop, text: str, hours: list) -> None:
    person = factories.technician(shop)
    client = client_of(shop, *EDITOR)
    assert "未录入" in client.get(reverse("scheduling:shifts")).content.decode()
    page = reverse("scheduling:week", args=[person.ref])
    assert client.get(page).context["form"].initial["day_0"] == "08:30-17:30"
    assert client.post(page, {"day_0": text, "day_1": "9-12"}).status_code == 302
    assert list(Shift.objects.filter(weekday=0).order_by("starts").values_list("starts", "ends")) == hours
    assert "未录入" not in client.get(reverse("scheduling:shifts")).content.decode()


@pytest.mark.parametrize("text", ["早班", "8", "25-26", "18-8", "8-12 11-15", "8-12 abc"])
def test_other_texts_are_refused(shop: Shop, text: str) -> None:
    person = factories.technician(shop)
    client = client_of(shop, *EDITOR)
    with nothing_changes():
        assert client.post(reverse("scheduling:week", args=[person.ref]), {"day_0": text}).status_code == 422


def test_leave_is_recorded_and_taken_back(shop: Shop) -> None:
    person = factories.technician(shop)
    client = client_of(shop, *EDITOR)
    body = {"staff": person.ref, "first_day": "2099-01-01", "last_day": "2099-01-02", "reason": "年假"}
    assert client.get(reverse("scheduling:leave_new")).status_code == 200
    assert client.post(reverse("scheduling:leave_new"), body).status_code == 302
    assert client.post(reverse("scheduling:leave_new"), body).status_code == 422
    assert "年假" in client.get(reverse("scheduling:leave")).content.decode()
    client.post(reverse("scheduling:leave_cancel", args=[Leave.objects.get().pk]))
    assert Leave.objects.count() == 0


def test_viewers_only_look(shop: Shop) -> None:
    bay, person = factories.bay(shop), factories.technician(shop)
    viewer, nobody = client_of(shop, "scheduling.view"), client_of(shop, "parts.view")
    for name in ("bays", "shifts", "leave"):
        assert viewer.get(reverse(f"scheduling:{name}")).status_code == 200
        assert nobody.get(reverse(f"scheduling:{name}")).status_code == 403
    for name, args in (("bay_new", []), ("bay", [bay.pk]), ("week", [person.ref]), ("leave_new", [])):
        with nothing_changes():
            assert viewer.post(reverse(f"scheduling:{name}", args=args), {}).status_code == 403


def test_the_calendar_shows_a_year_and_says_when_holidays_are_unknown(shop: Shop) -> None:
    client = client_of(shop, *EDITOR)
    page = client.get(reverse("scheduling:calendar"), {"year": 2026}).content.decode()
    assert page.count('data-day="2026-') == 365 and "国庆节" in page and "调休上班" in page
    assert "尚未公布" not in page
    later = client.get(reverse("scheduling:calendar"), {"year": 2032}).content.decode()
    assert later.count('data-day="2032-') == 366 and 'data-day="2032-02-29"' in later and "尚未公布" in later
    for text in ("abc", "-1", "99999999", ""):
        assert client.get(reverse("scheduling:calendar"), {"year": text}).status_code == 200


def test_a_day_is_changed_on_its_form_and_restored(shop: Shop) -> None:
    client = client_of(shop, *EDITOR)
    page = reverse("scheduling:day", args=["2099-05-05"])
    assert client.get(page).status_code == 200
    assert client.post(page, {"kind": "special", "hours": "10-14", "note": "盘点"}).status_code == 302
    day = queries.calendar_day(shop.store_id, date(2099, 5, 5))
    assert (day.minutes, day.note, day.source) == (240, "盘点", "own")
    assert client.get(page).context["form"].initial["kind"] == "special"
    with nothing_changes():
        assert client.post(page, {"kind": "special", "hours": ""}).status_code == 422
        assert client.post(page, {"kind": "special", "hours": "25-26"}).status_code == 422
        assert client.get(reverse("scheduling:day", args=["2099-02-30"])).status_code == 404
    client.post(reverse("scheduling:day_clear", args=["2099-05-05"]))
    assert queries.calendar_day(shop.store_id, date(2099, 5, 5)).source == "assumed"


def test_opening_hours_and_terms_are_saved_from_their_forms(shop: Shop) -> None:
    client = client_of(shop, *EDITOR)
    assert client.post(reverse("scheduling:hours"), {"day_0": "8-12 13-18", "day_6": "9-15"}).status_code == 302
    assert queries.opening_week(shop.store_id).days[6] == ((time(9), time(15)),)
    with nothing_changes():
        assert client.post(reverse("scheduling:hours"), {"day_0": ""}).status_code == 422
    facts = {
        "horizon_days": 60, "lead_minutes": 120, "step_minutes": 15, "before_minutes": 5, "after_minutes": 10,
        "overbook_per_day": 2, "closed_holidays": ["spring_festival"],
    }  # fmt: skip
    assert client.post(reverse("scheduling:terms"), facts).status_code == 302
    assert queries.terms_of(shop.store_id).overbook_per_day == 2
    with nothing_changes():
        assert client.post(reverse("scheduling:terms"), facts | {"step_minutes": 20}).status_code == 422
        assert client.post(reverse("scheduling:terms"), facts | {"horizon_days": 9999}).status_code == 422


def test_capacity_takes_the_same_queries_for_many_people(shop: Shop) -> None:
    client = client_of(shop, *EDITOR)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("scheduling:capacity")).status_code == 200
        return len(seen)

    factories.bay(shop)
    factories.technician(shop)
    count()
    few = count()
    for n in range(8):
        factories.bay(shop, f"举升机 {n + 2}", equipment=["aligner"])
        factories.technician(shop, f"钱{n}", f"T1{n}")
    assert count() == few
    assert client.get(reverse("scheduling:capacity"), {"from": "2026-13-99"}).status_code == 200


def test_a_bay_keeps_its_equipment(shop: Shop) -> None:
    client = client_of(shop, *EDITOR)
    facts = {"name": "定位 1", "bay_type": "alignment", "equipment": ["aligner", "diagnostic"], "active": "on"}
    assert client.post(reverse("scheduling:bay_new"), facts).status_code == 302
    assert queries.bays(shop.store_id)[0].equipment == ("aligner", "diagnostic")
    assert "四轮定位仪" in client.get(reverse("scheduling:bays")).content.decode()
    with nothing_changes():
        assert client.post(reverse("scheduling:bay_new"), facts | {"name": "x", "equipment": "sofa"}).status_code == 422


def test_viewers_change_no_day(shop: Shop) -> None:
    viewer = client_of(shop, "scheduling.view")
    page = viewer.get(reverse("scheduling:calendar"))
    assert page.status_code == 200 and "data-day" not in page.content.decode().replace("data-days", "")
    assert viewer.get(reverse("scheduling:capacity")).status_code == 200
    for name, args in (("day", ["2099-05-05"]), ("day_clear", ["2099-05-05"]), ("hours", []), ("terms", [])):
        with nothing_changes():
            assert viewer.post(reverse(f"scheduling:{name}", args=args), {}).status_code == 403
