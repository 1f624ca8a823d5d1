"""Opening an organisation: on the console and, once, on the page."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from pitlane.accounts import queries as accounts
from pitlane.accounts.models import Organisation, Role, Staff, Store
from pitlane.catalog.models import Operation
from pitlane.core.access import expand
from pitlane.core.errors import Conflict
from pitlane.core.models import EventRow
from pitlane.core.tenancy import no_scope, scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.founding.opening import Plan, found, is_setup_code, setup_code
from pitlane.messaging.models import Template
from pitlane.parts.models import Part, StockLevel, Warehouse

PASSWORD = "correct-horse-9"
TYPED = {
    "name": "望京汽修",
    "store_name": "望京店",
    "store_code": "WJ",
    "company": "",
    "address": "阜通东大街 6 号",
    "phone": "010-84720011",
    "person": "董建国",
    "login": "boss",
    "password": PASSWORD,
    "repeat": PASSWORD,
}
FLAGS = {"org": "second", "name": "第二汽修", "store": "A1", "store_name": "一店", "login": "two", "person": "王二"}


def plan(**facts: object) -> Plan:
    given = {"code": "main", "name": "望京汽修", "store_code": "WJ", "store_name": "望京店", "person": "董建国"}
    return Plan(**{**given, "login": "boss", "password": PASSWORD, "catalogue": False, **facts})  # type: ignore[arg-type]


def typed(**more: object) -> dict[str, object]:
    return {**TYPED, "setup_code": setup_code(), **more}


def setup(**flags: object) -> str:
    out = StringIO()
    call_command("setup", stdout=out, no_input=True, **flags)
    return out.getvalue()


def test_an_organisation_opens_with_all_that_the_first_car_needs(db: None, at: datetime) -> None:
    boss = found(plan=plan(catalogue=True), at=at)
    with scope(boss.org_id):
        store = Store.objects.get()
        assert (store.code, store.company, list(boss.stores.all())) == ("WJ", "望京汽修", [store])
        assert Warehouse.objects.get().store_id == store.pk and Role.objects.count() == 14
        assert Template.objects.exists() and Operation.objects.exists()
        assert Part.objects.exists() and not StockLevel.objects.exists()
        assert accounts.actor_for(boss).permissions == expand(["*"])
        assert "accounts.StoreChanged" in set(EventRow.objects.values_list("kind", flat=True))


def test_only_one_organisation_is_the_first_of_an_installation(db: None, at: datetime) -> None:
    first = found(plan=plan(), at=at)
    found(plan=plan(code="two", login="two"), at=at)
    assert [org.first for org in Organisation.objects.order_by("pk")] == [True, None]
    for again, only in ((plan(login="x"), False), (plan(code="three", login="x"), True)):
        with nothing_changes(), pytest.raises(Conflict):
            found(plan=again, at=at, only_as_first=only)
    with scope(first.org_id):
        assert [one.login for one in Staff.objects.all()] == ["boss"]


def test_two_at_the_same_moment_are_told_apart_by_the_database(
    db: None, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(plan=plan(), at=at)
    monkeypatch.setattr(Organisation.objects, "exists", lambda: False)
    with nothing_changes(), pytest.raises(Conflict):
        found(plan=plan(code="late", login="late"), at=at, only_as_first=True)
    assert Organisation.objects.count() == 1


def test_the_page_opens_the_first_shop_and_never_another(db: None) -> None:
    client = Client()
    assert client.get("/", follow=True).redirect_chain[-1][0] == "/setup"
    page = client.get("/setup", {"code": setup_code()})
    assert page.status_code == 200 and setup_code() in page.content.decode()
    assert client.post("/setup", typed())["Location"] == "/sign-in"
    assert "已开业" in client.get("/sign-in").content.decode()
    assert client.post("/sign-in", {"login": "boss", "password": PASSWORD})["Location"] == "/"
    assert client.get("/organisation/staff/").status_code == 200
    with nothing_changes():
        assert Client().get("/setup", {"code": setup_code()})["Location"] == "/sign-in"
        assert Client().post("/setup", typed(login="thief")).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"setup_code": "AAAA-BBBB-CCCC"}, "setup_code"),
        ({"setup_code": ""}, "setup_code"),
        ({"repeat": "other-horse-9"}, "repeat"),
        ({"password": "12345678", "repeat": "12345678"}, "password"),
        ({"login": "Boss!"}, "login"),
        ({"store_code": "望京"}, "store_code"),
        ({"name": ""}, "name"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_lost(db: None, wrong: dict[str, str], field: str) -> None:
    with nothing_changes():
        answer = Client().post("/setup", typed(**wrong))
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert "阜通东大街 6 号" in answer.content.decode()
    assert not Organisation.objects.exists()


def test_the_code_is_known_however_it_is_typed(db: None) -> None:
    assert is_setup_code(setup_code()) and is_setup_code(f" {setup_code().lower().replace('-', '')} ")
    assert not is_setup_code("") and not is_setup_code(setup_code()[:-1])


def test_the_console_opens_organisations_strictly_apart(db: None) -> None:
    said = setup(**{**FLAGS, "org": None, "login": "one"}, no_catalogue=True)
    password = said.splitlines()[1].rpartition(" ")[2]
    setup(**FLAGS, no_catalogue=True)
    with no_scope():
        orgs = {one.login: one.org_id for one in Staff.unscoped.all()}
    assert len(set(orgs.values())) == 2 and Organisation.objects.get(pk=orgs["one"]).code == "main"
    client = Client()
    assert client.post("/sign-in", {"login": "one", "password": password})["Location"] == "/me/"
    assert client.get("/organisation/staff/")["Location"] == "/me/"  # a given password opens only its own change
    with scope(orgs["two"]):
        assert [store.code for store in Store.objects.all()] == ["A1"]


def test_the_console_asks_for_what_is_not_given(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["main", "望京汽修", "WJ", "望京店", "", "东路 1 号", "", "boss", "董建国"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: next(answers))
    out = StringIO()
    call_command("setup", stdout=out, no_catalogue=True)
    assert "Sign in as boss" in out.getvalue() and next(answers, None) is None
    with scope(Organisation.objects.get().pk):
        assert (Store.objects.get().company, Store.objects.get().address) == ("望京汽修", "东路 1 号")


def test_the_console_takes_a_password_from_standard_input(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
    assert PASSWORD not in setup(**FLAGS, no_catalogue=True, password_stdin=True)
    assert Client().post("/sign-in", {"login": "two", "password": PASSWORD})["Location"] == "/"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"login": None, "store": None}, "--store, --login"), ({"store": "a b"}, "store_code"), ({"org": "jc"}, "code")],
)
def test_the_console_says_what_is_wrong(shop: Shop, wrong: dict[str, object], said: str) -> None:
    with nothing_changes(), pytest.raises(CommandError, match=said):
        setup(**{**FLAGS, **wrong})


def test_the_way_in_is_told_while_nobody_is_there(db: None, at: datetime) -> None:
    assert f"http://x:1/setup?code={setup_code()}" in setup(link="http://x:1/")
    found(plan=plan(), at=at)
    assert setup(link="http://x:1/") == ""


def test_an_import_says_how_to_begin_and_asks_which(db: None, tmp_path, at: datetime) -> None:
    file = tmp_path / "a.csv"
    file.write_text("姓名,电话\n王,13800138000\n", encoding="utf-8")
    with pytest.raises(CommandError, match="pitlane setup"):
        call_command("import", "customers", str(file))
    found(plan=plan(), at=at)
    found(plan=plan(code="two", login="two"), at=at)
    with pytest.raises(CommandError, match="main, two"):
        call_command("import", "customers", str(file))
