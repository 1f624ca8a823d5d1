"""The pages of the organisation: who sees them, what they do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pitlane.accounts import commands, queries
from pitlane.accounts.models import ApiKey, Approval, Role, Staff, Store
from pitlane.core import jobs
from pitlane.core.ids import public_id
from pitlane.core.models import Job
from pitlane.core.testing import Shop

from .factories import PASSWORD, actor, admin, browser, make_role, manager, person, starting_role
from .test_approvals import ask

PAGES = ["staff", "staff/new", "roles", "roles/new", "stores", "stores/new", "keys", "audit", "jobs"]


def address(page: str) -> str:
    return f"/organisation/{page}" if page.endswith("new") else f"/organisation/{page}/"


@pytest.mark.parametrize("page", PAGES)
def test_settings_pages_open_for_those_who_may(shop: Shop, page: str) -> None:
    assert browser(admin(shop)).get(address(page)).status_code == 200
    assert browser(person(shop, starting_role(shop, "advisor"))).get(address(page)).status_code == 403


def test_settings_begin_where_one_may(shop: Shop) -> None:
    auditor = person(shop, starting_role(shop, "auditor"))
    assert browser(auditor).get("/organisation/")["Location"] == "/organisation/audit/"
    assert browser(person(shop)).get("/organisation/").status_code == 403


def staff_facts(shop: Shop, role: Role, **facts: object) -> dict:
    given = {"name": "张伟", "employee_no": "T01", "login": "zhang", "password": PASSWORD}
    return {**given, "roles": role.ref, "stores": public_id("sto", shop.store_id), **facts}


def test_a_person_is_taken_on_and_changed_on_the_page(shop: Shop) -> None:
    client, role = browser(manager(shop)), make_role(shop, "desk")
    made = client.post("/organisation/staff/new", staff_facts(shop, role))
    who = Staff.objects.get(login="zhang")
    assert made["Location"] == f"/organisation/staff/{who.ref}/"
    assert client.get(made["Location"]).status_code == 200
    again = client.post("/organisation/staff/new", staff_facts(shop, role))
    assert again.status_code == 422 and "登录名已被使用" in again.content.decode()
    changed = client.post(made["Location"], {**staff_facts(shop, role, name="张大伟"), "is_active": "on"})
    assert changed.status_code == 302 and Staff.objects.get(pk=who.pk).name == "张大伟"
    client.post(made["Location"], staff_facts(shop, role))
    assert not Staff.objects.get(pk=who.pk).is_active


def test_staff_grants_no_more_than_their_own_on_the_page(shop: Shop) -> None:
    client, strong = browser(manager(shop)), starting_role(shop, "admin")
    refused = client.post("/organisation/staff/new", staff_facts(shop, strong))
    assert refused.status_code == 422 and "不能授予高于自己权限的角色" in refused.content.decode()
    far = public_id("sto", shop.other_store_id)
    assert (
        client.post("/organisation/staff/new", staff_facts(shop, make_role(shop, "x"), stores=far)).status_code == 422
    )
    chief = admin(shop)
    page = f"/organisation/staff/{chief.ref}/"
    facts = staff_facts(shop, make_role(shop, "y"), is_active="on")
    assert client.post(page, facts).status_code == 403
    assert client.post(f"{page}password", {"password": "new-one-4-you"}).status_code == 403


def test_people_of_other_stores_are_unknown(shop: Shop) -> None:
    far, client = person(shop, store_id=shop.other_store_id), browser(manager(shop))
    assert client.get(f"/organisation/staff/{far.ref}/").status_code == 404
    assert client.get("/organisation/staff/?q=" + far.employee_no).context["found"].rows == []


def skill_rows(*rows: tuple) -> dict:
    facts = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": 0}
    for n, row in enumerate(rows):
        names = ("skill", "level", "certificate", "valid_until")
        facts.update({f"form-{n}-{name}": value for name, value in zip(names, row, strict=True)})
    return facts


def test_skills_are_edited_in_rows(shop: Shop) -> None:
    who, client = person(shop, starting_role(shop, "technician")), browser(manager(shop))
    page = f"/organisation/staff/{who.ref}/skills"
    rows = skill_rows(("hv", 2, "GZ-1", "2027-01-31"), ("wash", 1, "", ""), ("", 1, "", ""))
    assert client.post(page, rows).status_code == 302
    assert {(s.skill, s.level, s.certificate) for s in who.skills.all()} == {("hv", 2, "GZ-1"), ("wash", 1, "")}
    assert "GZ-1" in client.get(f"/organisation/staff/{who.ref}/").content.decode()
    twice = client.post(page, skill_rows(("hv", 2, "", ""), ("hv", 1, "", "")))
    assert twice.status_code == 422 and "写了两次" in twice.content.decode()
    assert client.post(page, skill_rows(("hv", 9, "", ""))).status_code == 422
    assert client.post(page, {}).status_code == 422
    assert who.skills.count() == 2
    client.post(page, skill_rows(("", 1, "", "")))
    assert who.skills.count() == 0


def test_certificates_that_run_out_are_on_the_managers_home(shop: Shop) -> None:
    who, boss = person(shop, starting_role(shop, "technician"), name="高压工"), manager(shop)
    today = timezone.localdate()
    skills = [
        commands.Skill("hv", 1, "", today + timedelta(days=59)),
        commands.Skill("wash", 1, "", today + timedelta(days=61)),
    ]
    commands.set_skills(staff_id=who.pk, skills=skills, by=actor(boss), at=timezone.now())
    assert [s.skill for s in queries.expiring_certificates(actor(boss), today + timedelta(days=60))] == ["hv"]
    page = browser(boss).get("/").content.decode()
    assert "证书到期" in page and "高压工" in page
    assert "证书到期" not in browser(person(shop, starting_role(shop, "advisor"))).get("/").content.decode()


def test_a_first_password_and_signing_out_from_the_page(shop: Shop) -> None:
    who, client = person(shop), browser(manager(shop))
    page = f"/organisation/staff/{who.ref}/"
    client.post(f"{page}password", {"password": "12345"})
    assert Staff.objects.get(pk=who.pk).check_password(PASSWORD)
    client.post(f"{page}password", {"password": "for-the-start-1"})
    assert Staff.objects.get(pk=who.pk).must_change_password
    assert client.post(f"{page}sign-out").status_code == 302
    assert Staff.objects.get(pk=who.pk).session_epoch == 2


def test_roles_are_edited_as_boxes(shop: Shop) -> None:
    client = browser(admin(shop))
    facts = {"code": "night", "name": "夜班", "data_scope": "store", "discount_limit": "5", "home": "frontdesk"}
    assert client.post("/organisation/roles/new", {**facts, "permissions": ["accounts.view"]}).status_code == 302
    role = Role.objects.get(code="night")
    page = client.get(f"/organisation/roles/{role.ref}/").content.decode()
    assert page.count(" checked") == 1 and "敏感权限" in page
    client.post(f"/organisation/roles/{role.ref}/", {**facts, "name": "夜", "permissions": ["accounts.audit"]})
    role.refresh_from_db()
    assert (role.name, role.permissions, role.discount_limit) == ("夜", ["accounts.audit"], 5)
    assert client.post("/organisation/roles/new", {**facts, "name": ""}).status_code == 422
    assert client.get(f"/organisation/roles/{public_id('rol', 10**9)}/").status_code == 404


def test_stores_are_opened_and_changed(shop: Shop) -> None:
    client = browser(admin(shop))
    facts = {"code": "YZ", "name": "亦庄店", "region": "南区", "active": "on"}
    assert client.post("/organisation/stores/new", facts).status_code == 302
    store = Store.objects.get(code="YZ")
    page = client.get(f"/organisation/stores/{store.ref}/").content.decode()
    assert 'value="南区"' in page and '<datalist id="regions">' in page
    assert client.post("/organisation/stores/new", {**facts, "code": "yz!"}).status_code == 422
    assert client.post("/organisation/stores/new", facts).status_code == 422
    client.post(f"/organisation/stores/{store.ref}/", {**facts, "active": ""})
    assert not Store.objects.get(code="YZ").active


def test_a_key_is_shown_once_and_closed(shop: Shop) -> None:
    client = browser(admin(shop))
    page = client.post("/organisation/keys/", {"name": "财务", "scopes": ["accounts.view"], "expires_on": "2099-01-01"})
    key = ApiKey.objects.get()
    secret = page.content.decode().split('data-copy="')[1].split('"')[0]
    assert secret.startswith("pl_") and queries.key_hash(secret) == key.key_hash
    assert page["Cache-Control"] == "no-store"
    assert secret not in client.get("/organisation/keys/").content.decode()
    assert client.post(f"/organisation/keys/{key.ref}/revoke").status_code == 302
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert client.post("/organisation/keys/", {"name": "x"}).status_code == 422


def test_the_audit_trail_shows_own_stores_and_pages_by_number(shop: Shop) -> None:
    boss, chief = manager(shop), admin(shop)
    for n in range(55):
        ask(shop, shop.boss(), timezone.now(), subject=f"order:{n}")
    ask(shop, shop.boss(), timezone.now(), subject="far", store_id=shop.other_store_id)
    own = queries.audit_screen(actor(boss))
    assert len(own.lines) == 50 and own.before == own.lines[-1].seq
    rest = queries.audit_screen(actor(boss), before=own.before)
    assert len(rest.lines) == 5 and rest.before is None
    assert len(queries.audit_trail(actor(chief), queries.AuditFilter(area="accounts"))) == 51
    assert queries.audit_trail(actor(chief), queries.AuditFilter(area="billing")) == []
    client = browser(boss)
    today = timezone.localdate()
    page = client.get(f"/organisation/audit/?area=accounts&first_day={today}&last_day={today}").content.decode()
    assert "提交审批" in page and f"before={own.before}" in page and "accounts.Approval" not in page
    nobody = client.get("/organisation/audit/?person=没有这个人").content.decode()
    assert "没有记录" in nobody and "提交审批" not in nobody
    assert "提交审批" not in client.get("/organisation/audit/?last_day=2020-01-01").content.decode()
    assert client.get("/organisation/audit/?first_day=昨天").status_code == 200
    assert client.get("/organisation/audit/?before=²").status_code == 200


def test_failed_jobs_are_retried_on_the_page(shop: Shop) -> None:
    job = jobs.enqueue("pitlane.nowhere.body", at=timezone.now())
    Job.objects.update(status=Job.State.DEAD, attempts=8, error="Traceback\nValueError: 坏了\n")
    client, ref = browser(manager(shop)), public_id("job", job.pk)
    page = client.get("/organisation/jobs/").content.decode()
    assert "ValueError: 坏了" in page and ref in page and "nowhere.body" in page
    assert client.post("/organisation/jobs/retry", {"job": ref}).status_code == 302
    assert Job.objects.get().status == Job.State.QUEUED
    assert client.post("/organisation/jobs/retry", {"job": "x"}).status_code == 404


def test_approvals_are_decided_on_the_page_but_never_the_own(shop: Shop) -> None:
    boss, advisor = manager(shop), person(shop, starting_role(shop, "advisor"))
    theirs, own = ask(shop, actor(advisor), timezone.now()), ask(shop, actor(boss), timezone.now(), subject="mine")
    client = browser(boss)
    assert "老客户" in client.get("/approvals/").content.decode()
    page = f"/approvals/{theirs.ref}/"
    assert 'value="approve"' in client.get(page).content.decode()
    drawer = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in drawer and 'value="approve"' in drawer
    assert client.post(page, {"note": "无按钮"}).status_code == 422
    assert client.post(page, {"answer": "approve", "note": "可以"}).status_code == 302
    assert Approval.objects.get(pk=theirs.pk).state == "approved"
    assert 'value="approve"' not in client.get(f"/approvals/{own.ref}/").content.decode()
    assert client.post(f"/approvals/{own.ref}/", {"answer": "approve"}).status_code == 403
    assert client.post(f"/approvals/{own.ref}/withdraw").status_code == 302
    assert Approval.objects.get(pk=own.pk).state == "withdrawn"


def test_home_shows_what_waits_and_the_rail_counts_it(shop: Shop) -> None:
    boss = manager(shop)
    ask(shop, actor(person(shop, starting_role(shop, "advisor"))), timezone.now())
    page = browser(boss).get("/").content.decode()
    assert "等你审批" in page and "老客户" in page


@pytest.mark.parametrize(
    "page", ["/", "/me/", "/approvals/", "/organisation/staff/", "/organisation/roles/", "/organisation/keys/"]
)
def test_pages_ask_the_same_number_of_questions_for_many_rows(shop: Shop, page: str) -> None:
    chief = admin(shop)
    client = browser(chief)

    def grow(n: int) -> int:
        for i in range(n):
            who = person(shop, make_role(shop, f"r{n}-{i}"))
            ask(shop, actor(who), timezone.now(), subject=f"{n}-{i}")
            commands.issue_api_key(name="x", scopes=["*"], secret=f"pl_{n}{i}", by=actor(chief), at=timezone.now())
            commands.note_sign_in(
                staff_id=chief.pk,
                session_key=f"{n}{i}",
                device="",
                address="",
                second_factor=False,
                by=actor(chief),
                at=timezone.now(),
            )
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(page).status_code == 200
        return len(asked)

    assert grow(1) == grow(12)
