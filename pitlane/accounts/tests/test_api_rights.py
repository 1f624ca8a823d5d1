"""Programs and signed-in people through the API: roles, first passwords, lost phones, own sessions, background work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from pitlane.accounts import commands
from pitlane.accounts.models import Approval, Role, SignIn, Staff
from pitlane.core import jobs
from pitlane.core.access import expand
from pitlane.core.ids import public_id
from pitlane.core.models import Job
from pitlane.core.testing import Shop, nothing_changes

from .factories import PASSWORD, actor, admin, browser, make_role, manager, person
from .test_api import Program
from .test_approvals import ask
from .test_sign_in import SECRET, try_in

API = "/api/v1"


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(f"{API}{path}", body if body is not None else {}, content_type="application/json")


def test_roles_are_made_and_changed(shop: Shop) -> None:
    client = browser(admin(shop))
    new = {"code": "night", "name": "夜班", "permissions": ["workshop.*"], "discount_limit": 5}
    made = post(client, "/roles", new).json()
    assert (made["data_scope"], made["discount_limit"]) == ("store", 5)
    changed = client.patch(f"{API}/roles/{made['id']}", {"name": "夜班组"}, content_type="application/json")
    assert changed.json()["name"] == "夜班组" and changed.json()["permissions"] == ["workshop.*"]
    assert Role.objects.get(code="night").discount_limit == 5
    weak, local = browser(person(shop, make_role(shop, "weak", "accounts.roles"))), browser(manager(shop))
    with nothing_changes():
        assert post(client, "/roles", new).status_code == 409
        assert post(client, "/roles", {**new, "code": "x", "data_scope": "moon"}).status_code == 422
        beyond = post(weak, "/roles", {**new, "code": "y", "permissions": ["accounts.keys"]})
        assert beyond.status_code == 422 and beyond.json()["field"] == "permissions"
        assert post(local, "/roles", {**new, "code": "z"}).status_code == 403


def test_access_of_others_is_reset(shop: Shop, at: datetime) -> None:
    who, client = person(shop, make_role(shop, "desk", "accounts.view")), browser(manager(shop))
    commands.set_totp(staff_id=who.pk, secret=SECRET, by=actor(who), at=at)
    assert post(client, f"/staff/{who.ref}/second-factor-off").status_code == 200
    assert post(client, f"/staff/{who.ref}/password", {"password": "other-horse-9"}).status_code == 200
    changed = Staff.objects.get(pk=who.pk)
    assert not changed.totp_on and changed.must_change_password and changed.check_password("other-horse-9")
    weak = post(client, f"/staff/{who.ref}/password", {"password": "123"})
    assert weak.status_code == 422 and weak.json()["field"] == "password"
    boss = admin(shop)
    assert post(client, f"/staff/{boss.ref}/password", {"password": "other-horse-9"}).status_code == 403
    assert Staff.objects.get(pk=boss.pk).check_password(PASSWORD)


def test_the_own_sessions_are_seen_and_ended(shop: Shop) -> None:
    who, here, there = manager(shop), Client(), Client()
    for client in (here, there):
        try_in(client, who.login)
    listed = here.get(f"{API}/me/sessions").json()
    assert len(listed) == 2 and {one["address"] for one in listed} == {"127.0.0.1"}
    other = SignIn.objects.order_by("pk").last()
    assert other is not None and post(here, f"/me/sessions/{other.ref}/end").json()["id"] == other.ref
    assert there.get(f"{API}/me").status_code == 401 and here.get(f"{API}/me").status_code == 200
    assert post(here, "/me/sign-out").status_code == 200
    assert here.get(f"{API}/me").status_code == 401


def test_a_key_is_not_mistaken_for_a_person_with_its_number(shop: Shop) -> None:
    people = [person(shop, make_role(shop, f"r{number}")) for number in range(3)]
    program = Program(shop, "*")
    with nothing_changes():
        assert program("GET", "/me/sessions").status_code == 403
        assert program("POST", "/me/sign-out").status_code == 403
    assert set(Staff.objects.filter(pk__in=[p.pk for p in people]).values_list("session_epoch", flat=True)) == {0}


def test_the_own_requests_are_seen_and_withdrawn(shop: Shop) -> None:
    who = manager(shop)
    request = ask(shop, actor(who), timezone.now())
    client, other = browser(who), browser(admin(shop))
    assert [row["id"] for row in client.get(f"{API}/me/approvals").json()] == [request.ref]
    with nothing_changes():
        assert post(other, f"/approvals/{request.ref}/withdraw").status_code == 403
    assert post(client, f"/approvals/{request.ref}/withdraw").json()["state"] == "withdrawn"
    assert Approval.objects.get(pk=request.pk).state == "withdrawn"


def test_failed_work_is_listed_and_tried_again(shop: Shop, at: datetime) -> None:
    job = jobs.enqueue("pitlane.nowhere.body", at=at)
    Job.objects.update(status=Job.State.DEAD, attempts=8, error="Traceback\nValueError: broken")
    program = Program(shop, "core.jobs")
    listed = program("GET", "/background-jobs").json()
    assert (listed["dead"], listed["items"][0]["error"]) == (1, "ValueError: broken")
    assert program("POST", f"/background-jobs/{listed['items'][0]['id']}/retry").status_code == 200
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.State.QUEUED, 0)
    assert program("POST", f"/background-jobs/{public_id('job', 10**9)}/retry").status_code == 404
    assert Program(shop, *sorted(expand(["customers.*"])))("GET", "/background-jobs").status_code == 403
