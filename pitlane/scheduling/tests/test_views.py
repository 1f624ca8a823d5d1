"""The pages of scheduling."""

from datetime import time

import pytest
from django.urls import reverse

from pitlane.catalog.tests.factories import client_of
from pitlane.core.access import declare
from pitlane.core.testing import Shop, nothing_changes
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
