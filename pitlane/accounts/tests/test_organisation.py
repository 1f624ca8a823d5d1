"""Stores, roles, keys, background jobs, and how a new organisation begins."""

from datetime import datetime, timedelta

import pytest

from pitlane.accounts import bootstrap, commands, queries
from pitlane.accounts.models import ApiKey, Organisation, Region, Role, Staff, Store
from pitlane.accounts.roles import STARTING_ROLES
from pitlane.core import jobs
from pitlane.core.access import expand, system
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.models import EventRow, Job
from pitlane.core.tenancy import no_scope, scope
from pitlane.core.testing import Shop, nothing_changes

from .factories import actor, admin, make_role, manager, person

FACTS = {"code": "YZ", "name": "亦庄店", "region": "南区"}


def last_event() -> tuple[str, dict]:
    row = EventRow.objects.order_by("-seq").first()
    return row.kind, row.payload


def test_a_store_is_opened_and_changed(shop: Shop, at: datetime) -> None:
    boss = actor(admin(shop))
    store = commands.save_store(facts=FACTS, by=boss, at=at)
    assert (store.code, store.name, store.region.name, store.active) == ("YZ", "亦庄店", "南区", True)
    commands.save_store(store_id=store.pk, facts={"region": "", "active": False}, by=boss, at=at)
    store.refresh_from_db()
    assert (store.region, store.active, store.code) == (None, False, "YZ")
    assert last_event() == ("accounts.StoreChanged", {"store_id": store.pk, "name": "亦庄店"})
    commands.save_store(store_id=shop.store_id, facts={"region": "南区"}, by=boss, at=at)
    assert Region.objects.count() == 1


def test_save_store_is_refused(shop: Shop, at: datetime) -> None:
    boss, local = actor(admin(shop)), actor(manager(shop))
    with nothing_changes(), pytest.raises(Conflict):
        commands.save_store(facts={**FACTS, "code": "S0"}, by=boss, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.save_store(facts=FACTS, by=local, at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.save_store(store_id=10**9, facts=FACTS, by=boss, at=at)


def test_a_role_is_made_and_changed(shop: Shop, at: datetime) -> None:
    boss = actor(admin(shop))
    role = commands.save_role(
        code="desk", name="前台", permissions=["accounts.view"], data_scope="store", by=boss, at=at
    )
    assert last_event()[1] == {"role_id": role.pk, "added": ["accounts.view"], "removed": []}
    commands.save_role(role_id=role.pk, name="前台二", permissions=["accounts.audit"], data_scope="org", by=boss, at=at)
    role.refresh_from_db()
    assert (role.name, role.permissions, role.data_scope, role.code) == ("前台二", ["accounts.audit"], "org", "desk")
    assert last_event()[1] == {"role_id": role.pk, "added": ["accounts.audit"], "removed": ["accounts.view"]}


def test_a_pattern_stays_a_pattern_until_its_set_changes(shop: Shop, at: datetime) -> None:
    boss, role = actor(admin(shop)), make_role(shop, "all", "accounts.*")
    full = sorted(expand(["accounts.*"]))
    commands.save_role(role_id=role.pk, name="新名", permissions=full, data_scope="store", by=boss, at=at)
    role.refresh_from_db()
    assert role.permissions == ["accounts.*"] and role.name == "新名"


def test_save_role_is_refused(shop: Shop, at: datetime) -> None:
    admin_person = admin(shop)
    boss, weak = actor(admin_person), actor(person(shop, make_role(shop, "weak", "accounts.roles")))
    given, local = {"code": "new", "name": "新", "data_scope": "store"}, actor(manager(shop))
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.save_role(**given, permissions=["accounts.keys"], by=weak, at=at)
    assert refusal.value.code == "beyond_own"
    with nothing_changes(), pytest.raises(Conflict):
        commands.save_role(**{**given, "code": "weak"}, permissions=[], by=boss, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.save_role(**given, permissions=[], by=local, at=at)
    own = Role.objects.get(code="admin")
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.save_role(role_id=own.pk, name="x", permissions=["accounts.view"], data_scope="org", by=boss, at=at)
    assert refusal.value.code == "own_rights"


GIVEN = {"name": "新", "data_scope": "own", "permissions": ["accounts.view"]}
BEYOND = [
    ("store", 10, {"data_scope": "region"}),
    ("store", 10, {"data_scope": "org"}),
    ("region", 10, {"data_scope": "org"}),
    ("own", 10, {"data_scope": "store"}),
    ("org", 10, {"discount_limit": 11}),
    ("org", 10, {"permissions": ["accounts.*"]}),
    ("org", 10, {"permissions": ["billing.pay"]}),
]


@pytest.mark.parametrize(("scope", "limit", "wanted"), BEYOND)
def test_nobody_gives_a_role_more_than_they_have(
    shop: Shop, at: datetime, scope: str, limit: int, wanted: dict[str, object]
) -> None:
    held = make_role(shop, "editor", "accounts.roles", "accounts.view", data_scope=scope, limit=limit)
    other = make_role(shop, "other", "accounts.view", data_scope="own")
    editor = actor(person(shop, held))
    facts = {"by": editor, "at": at}
    for which in ({"code": "new"}, {"role_id": other.pk}):
        with nothing_changes(), pytest.raises(Refused) as refusal:
            commands.save_role(**{**GIVEN, **wanted}, **which, **facts)
        assert refusal.value.code == "beyond_own"
    own = {"name": "x", "data_scope": scope, "discount_limit": limit, "permissions": held.permissions}
    with nothing_changes(), pytest.raises(Refused):
        commands.save_role(role_id=held.pk, **{**own, **wanted}, **facts)
    held.refresh_from_db()
    assert (held.data_scope, held.discount_limit) == (scope, limit)
    commands.save_role(role_id=other.pk, **{**GIVEN, "data_scope": scope, "discount_limit": limit}, **facts)


def test_a_wider_role_keeps_its_width_when_it_is_renamed(shop: Shop, at: datetime) -> None:
    wide = make_role(shop, "wide", "accounts.view", data_scope="org", limit=50)
    editor = actor(person(shop, make_role(shop, "editor", "accounts.roles", "accounts.view")))
    facts = {"name": "新名", "permissions": ["accounts.view"], "by": editor, "at": at}
    assert commands.save_role(role_id=wide.pk, data_scope="org", discount_limit=50, **facts).name == "新名"
    assert commands.save_role(role_id=wide.pk, data_scope="own", discount_limit=40, **facts).discount_limit == 40
    for wrong in ({"data_scope": "planet"}, {"data_scope": "own", "discount_limit": 101}):
        with nothing_changes(), pytest.raises(Refused):
            commands.save_role(role_id=wide.pk, **wrong, **facts)


def test_a_key_is_kept_as_a_hash_only(shop: Shop, at: datetime) -> None:
    boss = admin(shop)
    key = commands.issue_api_key(
        name="财务系统",
        scopes=["accounts.view"],
        store_ids=[shop.store_id],
        secret="pl_secret",
        by=actor(boss),
        at=at,
    )
    assert (key.prefix, key.created_by_id) == ("pl_secre", boss.pk)
    assert "pl_secret" not in str(ApiKey.objects.values().get()).replace(key.prefix, "")
    with no_scope():
        found = queries.find_key("pl_secret")
        assert found is not None and found.id == key.pk and queries.find_key("pl_other") is None
    by = queries.actor_for_key(found)
    assert (by.kind, by.permissions, by.stores) == ("key", {"accounts.view"}, {shop.store_id})
    assert last_event() == ("accounts.ApiKeyIssued", {"key_id": key.pk, "scopes": ["accounts.view"]})
    commands.revoke_api_key(key_id=key.pk, by=actor(boss), at=at)
    commands.revoke_api_key(key_id=key.pk, by=actor(boss), at=at)
    assert last_event() == ("accounts.ApiKeyRevoked", {"key_id": key.pk})
    assert EventRow.objects.filter(kind="accounts.ApiKeyRevoked").count() == 1
    with no_scope():
        assert queries.find_key("pl_secret") is None


def test_issue_api_key_is_refused(shop: Shop, other_shop: Shop, at: datetime) -> None:
    local = shop.actor("accounts.keys", "accounts.view")
    given = {"name": "x", "secret": "pl_x", "at": at}
    for scopes, stores, by, error in (
        (["accounts.view"], [], shop.actor("accounts.view"), Forbidden),
        (["accounts.roles"], [shop.store_id], local, Refused),
        (["nonsense"], [shop.store_id], local, Refused),
        (["accounts.view"], [], local, Refused),
        (["accounts.view"], [shop.other_store_id], local, Refused),
        (["accounts.view"], [other_shop.store_id], shop.boss(), Missing),
    ):
        with nothing_changes(), pytest.raises(error):
            commands.issue_api_key(**given, scopes=scopes, store_ids=stores, by=by)


def test_revoke_api_key_is_refused(shop: Shop, at: datetime) -> None:
    key = commands.issue_api_key(name="x", scopes=["*"], secret="pl_x", by=system(shop.org_id), at=at)
    local = actor(manager(shop))
    with nothing_changes(), pytest.raises(Forbidden):
        commands.revoke_api_key(key_id=key.pk, by=local, at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.revoke_api_key(key_id=10**9, by=shop.boss(), at=at)


def test_a_failed_job_is_retried_by_an_operator_only(shop: Shop, at: datetime) -> None:
    job = jobs.enqueue("pitlane.nowhere.body", at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.retry_job(job_id=job.pk, by=shop.boss(), at=at)
    Job.objects.update(status=Job.State.DEAD, attempts=8)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.retry_job(job_id=job.pk, by=shop.actor(), at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.retry_job(job_id=10**9, by=shop.boss(), at=at)
    commands.retry_job(job_id=job.pk, by=shop.boss(), at=at + timedelta(hours=1))
    job.refresh_from_db()
    assert (job.status, job.attempts, job.due_at) == (Job.State.QUEUED, 0, at + timedelta(hours=1))
    assert last_event() == ("accounts.JobRetried", {"job_id": job.pk, "name": "pitlane.nowhere.body"})


def test_a_new_organisation_has_its_roles_and_first_admin(db: None, at: datetime) -> None:
    org = bootstrap.create_organisation(code="fresh", name="新车坊", at=at)
    with scope(org.pk):
        assert Role.objects.count() == len(STARTING_ROLES) == 14
        assert Role.objects.get(code="admin").permissions == ["*"]
        store = commands.save_store(facts=FACTS, by=system(org.pk), at=at)
        boss = bootstrap.create_admin(org=org, store=store, login="Boss", name="董事长", password="first-one-88", at=at)
        assert not boss.must_change_password and actor(boss).permissions == expand(["*"])
    assert Organisation.objects.get(code="fresh").name == "新车坊"
    with no_scope():
        assert Staff.unscoped.get(login="boss").org_id == org.pk


def test_actors_have_the_widest_scope_of_their_roles(shop: Shop, at: datetime) -> None:
    commands.save_store(store_id=shop.store_id, facts={"region": "北区"}, by=shop.boss(), at=at)
    third = commands.save_store(facts={**FACTS, "region": "北区"}, by=shop.boss(), at=at)
    own, store = make_role(shop, "own", data_scope="own"), make_role(shop, "store", "accounts.view", limit=10)
    region, whole = make_role(shop, "region", data_scope="region", limit=5), make_role(shop, "org", data_scope="org")
    assert actor(person(shop, own)).own_only and actor(person(shop, own)).stores == {shop.store_id}
    assert not actor(person(shop, own, store)).own_only
    assert actor(person(shop, region)).stores == {shop.store_id, third.pk}
    assert actor(person(shop, whole, store)).stores is None
    both = actor(person(shop, region, store))
    assert both.permissions == {"accounts.view"} and queries.discount_limit(both) == 10
    assert actor(person(shop)).permissions == frozenset()


def test_the_chosen_store_is_one_of_the_own(shop: Shop, at: datetime) -> None:
    who = Staff.objects.get(pk=person(shop, make_role(shop, "desk")).pk)
    assert queries.actor_for(who, shop.other_store_id).store_id == shop.store_id
    boss = Staff.objects.get(pk=admin(shop).pk)
    assert queries.actor_for(boss, shop.other_store_id).store_id == shop.other_store_id
    assert [s.pk for s in queries.find_stores(queries.actor_for(who)).rows] == [shop.store_id]
    Store.objects.filter(pk=shop.other_store_id).update(active=False)
    assert [s.pk for s in queries.find_stores(queries.actor_for(boss)).rows] == [shop.store_id]


def test_a_store_is_changed_by_its_own_people_and_never_moved_to_another_region(shop: Shop, at: datetime) -> None:
    local = actor(person(shop, make_role(shop, "local", "accounts.stores", data_scope="region")))
    commands.save_store(store_id=shop.store_id, facts={"name": "望京店"}, by=local, at=at)
    for store_id in (shop.other_store_id, None):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.save_store(store_id=store_id, facts=FACTS, by=local, at=at)
    with nothing_changes(), pytest.raises(Refused) as refusal:
        commands.save_store(store_id=shop.store_id, facts={"region": "北区"}, by=local, at=at)
    assert refusal.value.code == "beyond_own" and Store.objects.get(pk=shop.store_id).region is None


def test_keys_of_the_group_and_of_own_only_people(shop: Shop, at: datetime) -> None:
    facts = {"name": "程序", "scopes": ["accounts.view"], "secret": "pk_" + "a" * 40, "at": at}
    shy = actor(person(shop, make_role(shop, "shy", "accounts.keys", "accounts.view", data_scope="own")))
    with nothing_changes(), pytest.raises(Refused):
        commands.issue_api_key(**facts, store_ids=[shop.store_id], by=shy)
    key = commands.issue_api_key(**facts, by=actor(admin(shop)))
    local = actor(person(shop, make_role(shop, "local", "accounts.keys")))
    with nothing_changes(), pytest.raises(Forbidden):
        commands.revoke_api_key(key_id=key.pk, by=local, at=at)
