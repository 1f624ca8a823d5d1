"""The shop's own lists: asked at reception, marked on the car, given as reasons; edited on one page."""

from datetime import datetime

import pytest
from django.test import Client

from pitlane.catalog import commands, dataset, queries
from pitlane.catalog.models import Checklist
from pitlane.core.errors import Refused
from pitlane.core.testing import Shop, nothing_changes

from . import factories

EDITOR = ("catalog.view", "catalog.edit")
LIST = "/catalog/lists/"
ASK = {"name": "充电枪", "name_en": "", "position": "5", "ask": "choice", "unit": "", "active": "on"}


@pytest.fixture
def client(shop: Shop, at: datetime) -> Client:
    commands.load_starting_catalogue(by=shop.boss(), at=at)
    return factories.client_of(shop, *EDITOR)


@pytest.mark.parametrize("kind", sorted({row.kind for row in dataset.checklists()}))
def test_every_list_has_its_page_and_each_entry_opens(client: Client, kind: str) -> None:
    page = client.get(f"{LIST}?kind={kind}")
    rows = page.context["rows"]
    assert page.status_code == 200 and rows
    opened = client.get(f"{LIST}{kind}/{rows[0].code}/")
    assert opened.status_code == 200 and rows[0].name in opened.content.decode()
    unchanged = Checklist.objects.get(kind=kind, code=rows[0].code).data
    form = opened.context["form"]
    said = {name: form[name].value() for name in form.fields}
    body = {name: "on" if value is True else value for name, value in said.items() if value not in (None, False)}
    assert client.post(f"{LIST}{kind}/{rows[0].code}/", body).status_code == 302
    assert Checklist.objects.get(kind=kind, code=rows[0].code).data == unchanged, "opening and saving changes nothing"


def test_a_question_is_added_changed_and_taken_out_of_use(client: Client) -> None:
    body = {**ASK, "code": "X-1", "options": "齐全\n缺少", "required": "on"}
    assert client.post(f"{LIST}reception/new", body).status_code == 302
    entry = next(each for each in queries.checklist("reception") if each.code == "X-1")
    names = [(option["code"], option["name"]) for option in entry.data["options"]]
    assert (entry.data["kind"], entry.data["required"], names) == ("choice", True, [("o1", "齐全"), ("o2", "缺少")])
    client.post(f"{LIST}reception/X-1/", {**ASK, "options": "缺少\n借用"})
    entry = next(each for each in queries.checklist("reception") if each.code == "X-1")
    assert [(o["code"], o["name"]) for o in entry.data["options"]] == [("o2", "缺少"), ("o3", "借用")]
    assert "required" not in entry.data or entry.data["required"] is False
    client.post(
        f"{LIST}reception/X-1/", {key: value for key, value in (ASK | {"options": "缺少"}).items() if key != "active"}
    )
    assert "X-1" not in {each.code for each in queries.checklist("reception")}
    assert queries.list_names("reception")["X-1"][0] == "充电枪", "old papers can still be read"


@pytest.mark.parametrize(
    "kind, more, field",
    [
        ("reception", {"code": "RC-01"}, "code"),
        ("reception", {"code": "X-2", "options": " "}, "options"),
        ("inspection", {"code": "X-3", "direction": "low", "watch": "3", "act": "4"}, "act"),
        ("zone", {"code": "X-4", "x": "140", "y": "50"}, "x"),
    ],
)
def test_wrong_entries_are_refused_at_their_field(client: Client, kind: str, more: dict, field: str) -> None:
    with nothing_changes():
        answer = client.post(f"{LIST}{kind}/new", {**ASK, "options": "有", **more})
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]


def test_a_new_entry_needs_a_free_code(shop: Shop, at: datetime) -> None:
    facts = {"kind": "damage", "code": "dent", "name": "坑", "by": shop.boss(), "at": at}
    commands.save_checklist_entry(**facts)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.save_checklist_entry(new=True, **facts)
    assert refused.value.code == "code_used"


def test_only_editors_change_and_unknown_lists_do_not_exist(shop: Shop, client: Client) -> None:
    reader = factories.client_of(shop, "catalog.view")
    assert reader.get(LIST).status_code == 200
    for path in (f"{LIST}reception/new", f"{LIST}reception/RC-01/"):
        with nothing_changes():
            assert reader.post(path, ASK).status_code == 403
    for path in (f"{LIST}?kind=x", f"{LIST}x/new", f"{LIST}reception/none/"):
        assert client.get(path).status_code == 404


def test_one_list_of_zones_comes_with_the_system_until_the_shop_has_its_own(shop: Shop, at: datetime) -> None:
    zones = {entry.code for entry in queries.standard_list("zone")}
    assert {"hood", "front_bumper", "fender_left", "wheel_rr", "mirror_left", "interior"} <= zones
    commands.save_checklist_entry(
        kind="zone", code="tailgate", name="尾门", data={"x": 90, "y": 50}, by=shop.boss(), at=at
    )
    assert [entry.code for entry in queries.standard_list("zone")] == ["tailgate"]
    assert queries.list_names("zone")["hood"][0] == "发动机盖"


def test_programs_set_an_entry(client: Client) -> None:
    body = {"name": "拖车钩盖", "position": 9, "data": {"x": 3, "y": 50}}
    put = client.put("/api/v1/checklists/zone/tow_cover", body, content_type="application/json")
    assert put.status_code == 200, put.content
    assert "tow_cover" in {row["code"] for row in client.get("/api/v1/checklists/zone").json()}
