"""Who works here: taking on, changing, leaving, skills, passwords."""

from datetime import date, datetime

import pytest

from pitlane.accounts import commands
from pitlane.accounts.models import Role, SignIn, Staff, Store
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes

from .factories import PASSWORD, actor, admin, make_role, manager, person, starting_role

NEW = {"login": "Zhang", "name": "张伟", "employee_no": "T01", "password": "a-good-one-7"}


def add(shop: Shop, at: datetime, by: object, **facts: object) -> Staff:
    given = {**NEW, "role_ids": [make_role(shop, "fresh").pk], "store_ids": [shop.store_id], **facts}
    return commands.add_staff(**given, by=by, at=at)


def last_event() -> tuple[str, dict]:
    row = EventRow.objects.order_by("-seq").first()
    return row.kind, row.payload


def test_a_new_person_has_exact_rows_and_must_change_the_password(shop: Shop, at: datetime) -> None:
    made = add(shop, at, actor(manager(shop)), phone="138 0013 8000")
    made.refresh_from_db()
    assert (made.login, made.name, made.employee_no) == ("zhang", "张伟", "T01")
    assert made.must_change_password and made.check_password("a-good-one-7")
    assert made.phone.reveal() == "13800138000" and made.main_store_id == shop.store_id
    assert last_event() == ("accounts.StaffChanged", {"staff_id": made.pk, "changed": ["new"]})


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"login": "taken"}, "login"),
        ({"employee_no": "E-TAKEN"}, "employee_no"),
        ({"password": "12345678"}, "password"),
        ({"password": "zhang"}, "password"),
        ({"phone": "12345"}, "phone"),
        ({"store_ids": []}, "stores"),
    ],
)
def test_a_new_person_is_refused(shop: Shop, at: datetime, facts: dict, field: str) -> None:
    boss = actor(admin(shop))
    commands.change_staff(staff_id=person(shop, login="taken").pk, changes={"employee_no": "E-TAKEN"}, by=boss, at=at)
    make_role(shop, "fresh")
    given = {**NEW, "role_ids": [Role.objects.get(code="fresh").pk], "store_ids": [shop.store_id], **facts}
    with nothing_changes(), pytest.raises((Refused, Conflict)) as refusal:
        commands.add_staff(**given, by=boss, at=at)
    assert refusal.value.field == field


def test_nobody_hands_out_more_than_they_hold(shop: Shop, at: datetime) -> None:
    boss = actor(manager(shop))
    strong = make_role(shop, "strong", "accounts.keys")
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.add_staff(**NEW, role_ids=[strong.pk], store_ids=[shop.store_id], by=boss, at=at)
    assert refusal.value.code == "beyond_own"
    weak = make_role(shop, "weak")
    with nothing_changes(), pytest.raises(Refused):
        commands.add_staff(**NEW, role_ids=[weak.pk], store_ids=[shop.other_store_id], by=boss, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.add_staff(**NEW, role_ids=[weak.pk], store_ids=[shop.store_id], by=shop.actor(), at=at)


def test_foreign_roles_and_stores_are_unknown(shop: Shop, other_shop: Shop, at: datetime) -> None:
    with scope(other_shop.org_id):
        theirs = make_role(other_shop, "theirs")
    boss, own = actor(admin(shop)), make_role(shop, "own")
    with nothing_changes(), pytest.raises(Missing):
        commands.add_staff(**NEW, role_ids=[theirs.pk], store_ids=[shop.store_id], by=boss, at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.add_staff(**NEW, role_ids=[own.pk], store_ids=[other_shop.store_id], by=boss, at=at)


def test_leaving_ends_every_session(shop: Shop, at: datetime) -> None:
    who = person(shop)
    seen = commands.note_sign_in(
        staff_id=who.pk, session_key="k", device="", address="", second_factor=False, by=actor(who), at=at
    )
    commands.change_staff(staff_id=who.pk, changes={"is_active": False}, by=actor(manager(shop)), at=at)
    who.refresh_from_db()
    seen.refresh_from_db()
    assert (who.is_active, who.session_epoch, seen.ended_at) == (False, 1, at)
    assert last_event() == ("accounts.StaffChanged", {"staff_id": who.pk, "changed": ["is_active"]})


def test_moving_keeps_the_stores_the_manager_does_not_manage(shop: Shop, at: datetime) -> None:
    who = person(shop)
    third = Store.objects.create(org_id=shop.org_id, code="S9", name="亦庄店")
    who.stores.add(Store.objects.get(pk=shop.other_store_id))
    boss = shop.actor("accounts.staff", store_id=shop.store_id)
    commands.change_staff(staff_id=who.pk, changes={"store_ids": []}, by=boss, at=at)
    who.refresh_from_db()
    assert {s.pk for s in who.stores.all()} == {shop.other_store_id} and who.main_store_id == shop.other_store_id
    near = person(shop)
    with nothing_changes(), pytest.raises(Refused):
        commands.change_staff(staff_id=near.pk, changes={"store_ids": [third.pk]}, by=boss, at=at)


def test_change_staff_is_refused(shop: Shop, at: datetime) -> None:
    boss, chief = manager(shop), admin(shop)
    other = person(shop)
    for target, changes, by, error in (
        (boss, {"is_active": False}, boss, Refused),
        (boss, {"role_ids": []}, boss, Refused),
        (chief, {"name": "别人"}, boss, Forbidden),
        (other, {"name": "别人"}, other, Forbidden),
        (other, {"employee_no": boss.employee_no}, boss, Conflict),
    ):
        with nothing_changes(), pytest.raises(error):
            commands.change_staff(staff_id=target.pk, changes=changes, by=actor(by), at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.change_staff(staff_id=10**9, changes={}, by=actor(boss), at=at)
    elsewhere = person(shop, store_id=shop.other_store_id)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.change_staff(staff_id=elsewhere.pk, changes={"name": "别人"}, by=actor(boss), at=at)


def test_own_password_needs_the_old_one_and_ends_other_sessions(shop: Shop, at: datetime) -> None:
    who = person(shop)
    sessions = [
        commands.note_sign_in(
            staff_id=who.pk, session_key=key, device="", address="", second_factor=False, by=actor(who), at=at
        )
        for key in ("here", "there")
    ]
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.set_password(staff_id=who.pk, password="new-secret-77", old_password="no", by=actor(who), at=at)
    assert refusal.value.field == "old_password"
    commands.set_password(
        staff_id=who.pk,
        password="new-secret-77",
        old_password=PASSWORD,
        keep_sign_in=sessions[0].pk,
        by=actor(who),
        at=at,
    )
    who.refresh_from_db()
    assert who.check_password("new-secret-77") and who.session_epoch == 1 and not who.must_change_password
    assert list(SignIn.objects.filter(ended_at=None).values_list("session_key", flat=True)) == ["here"]
    assert last_event() == ("accounts.StaffChanged", {"staff_id": who.pk, "changed": ["password"]})


def test_a_given_password_must_be_changed_and_only_by_those_who_manage(shop: Shop, at: datetime) -> None:
    who, boss = person(shop), manager(shop)
    commands.set_password(staff_id=who.pk, password="fresh-start-1", by=actor(boss), at=at)
    who.refresh_from_db()
    assert who.must_change_password and who.check_password("fresh-start-1")
    for target, by in ((boss, person(shop)), (admin(shop), boss)):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.set_password(staff_id=target.pk, password="fresh-start-1", by=actor(by), at=at)


def test_a_program_with_the_same_number_is_not_the_person(shop: Shop, at: datetime) -> None:
    who = person(shop)
    key = shop.actor(staff_id=who.pk)
    program = type(key)(**{**{f: getattr(key, f) for f in key.__slots__}, "kind": "key"})
    with nothing_changes(), pytest.raises(Forbidden):
        commands.set_password(staff_id=who.pk, password="fresh-start-1", old_password=PASSWORD, by=program, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.set_totp(staff_id=who.pk, secret="", by=program, at=at)


def test_skills_are_replaced_as_given(shop: Shop, at: datetime) -> None:
    who, boss = person(shop, starting_role(shop, "technician")), actor(manager(shop))
    wanted = [commands.Skill("mechanical", 3), commands.Skill("hv", 1, "GZ-88", date(2027, 1, 1))]
    commands.set_skills(staff_id=who.pk, skills=[commands.Skill("wash")], by=boss, at=at)
    commands.set_skills(staff_id=who.pk, skills=wanted, by=boss, at=at)
    rows = {(s.skill, s.level, s.certificate, s.valid_until) for s in who.skills.all()}
    assert rows == {("mechanical", 3, "", None), ("hv", 1, "GZ-88", date(2027, 1, 1))}
    assert last_event() == ("accounts.StaffChanged", {"staff_id": who.pk, "changed": ["skills"]})


@pytest.mark.parametrize("skills", [["juggling"], ["wash", "wash"]])
def test_set_skills_is_refused(shop: Shop, at: datetime, skills: list[str]) -> None:
    who, boss = person(shop), actor(manager(shop))
    with nothing_changes(), pytest.raises(Refused):
        commands.set_skills(staff_id=who.pk, skills=[commands.Skill(s) for s in skills], by=boss, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.set_skills(staff_id=who.pk, skills=[], by=actor(who), at=at)


def test_nobody_makes_or_takes_over_an_account_that_sees_more_stores(shop: Shop, at: datetime) -> None:
    boss, accountant = manager(shop), person(shop, starting_role(shop, "finance"))
    by, finance = actor(boss), starting_role(shop, "finance")
    facts = {"login": "more", "name": "多", "employee_no": "M1", "password": "wrench-4711-x"}
    with nothing_changes(), pytest.raises(Refused):
        commands.add_staff(**facts, role_ids=[finance.pk], store_ids=[shop.store_id], by=by, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.set_password(staff_id=accountant.pk, password="wrench-4711-x", by=by, at=at)
    clerk = person(shop, starting_role(shop, "cashier"))
    with nothing_changes(), pytest.raises(Refused):
        commands.change_staff(staff_id=clerk.pk, changes={"role_ids": [finance.pk]}, by=by, at=at)


def test_nobody_hands_out_or_takes_over_a_larger_discount(shop: Shop, at: datetime) -> None:
    generous = make_role(shop, "generous", "accounts.view", limit=20)
    boss = person(shop, make_role(shop, "hr", "accounts.staff", "accounts.view", limit=10))
    near, rich = person(shop, make_role(shop, "plain", "accounts.view")), person(shop, generous)
    by = actor(boss)
    for action in (
        lambda: commands.add_staff(**NEW, role_ids=[generous.pk], store_ids=[shop.store_id], by=by, at=at),
        lambda: commands.change_staff(staff_id=near.pk, changes={"role_ids": [generous.pk]}, by=by, at=at),
        lambda: commands.set_password(staff_id=rich.pk, password="another-horse-7", by=by, at=at),
    ):
        with nothing_changes(), pytest.raises((Refused, Forbidden)):
            action()
