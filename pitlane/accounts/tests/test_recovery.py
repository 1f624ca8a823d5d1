"""Ways back in: recovery codes for a lost phone, and the console for an administrator."""

from __future__ import annotations

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from pitlane.accounts import commands, queries
from pitlane.accounts.generated import RECOVERY_CODES, recovery_codes
from pitlane.accounts.models import RecoveryCode, SignIn, Staff
from pitlane.core.access import system
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.testing import Shop, nothing_changes

from .factories import PASSWORD, actor, admin, browser, manager, person, starting_role
from .test_sign_in import SECRET, code_now, try_in


def protected(shop: Shop) -> tuple[Staff, list[str]]:
    who, codes = person(shop, starting_role(shop, "advisor")), recovery_codes()
    commands.set_totp(staff_id=who.pk, secret=SECRET, codes=codes, by=actor(who), at=timezone.now())
    return who, codes


def test_the_codes_are_shown_once_and_kept_as_hashes(shop: Shop) -> None:
    who = manager(shop)
    page = browser(who).post("/me/second-factor", {"secret": SECRET, "code": code_now()})
    codes = page.context["codes"]
    assert len(set(codes)) == RECOVERY_CODES == 10 and page["Cache-Control"] == "no-store"
    assert all(code in page.content.decode() for code in codes)
    kept = str(list(RecoveryCode.objects.values_list("code_hash", flat=True)))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    overview = browser(who).get("/me/").content.decode()
    assert "还剩 10 个恢复码" in overview and codes[0] not in overview


def test_a_recovery_code_signs_in_once(shop: Shop) -> None:
    who, codes = protected(shop)
    client = Client()
    try_in(client, who.login)
    typed = codes[3].upper().replace("-", " ")
    assert client.post("/sign-in/code", {"code": "", "recovery": typed})["Location"] == "/"
    assert client.get("/me/").status_code == 200 and queries.recovery_codes_left(who.pk) == 9
    assert EventRow.objects.get(kind="accounts.RecoveryCodeUsed").payload == {"staff_id": who.pk, "left": 9}
    again = Client()
    try_in(again, who.login)
    replay = again.post("/sign-in/code", {"recovery": codes[3]})
    assert replay.status_code == 422 and "已经用过" in replay.content.decode()
    assert again.post("/sign-in/code", {"code": "", "recovery": ""}).status_code == 422
    assert again.get("/me/").status_code == 302


def test_wrong_recovery_codes_lock_like_wrong_passwords(shop: Shop) -> None:
    who, codes = protected(shop)
    client = Client()
    try_in(client, who.login)
    answers = [client.post("/sign-in/code", {"recovery": "aaaaa-bbbbb"}).status_code for _ in range(5)]
    assert answers == [422] * 4 + [429]
    again = Client()
    try_in(again, who.login)
    assert again.post("/sign-in/code", {"recovery": codes[0]})["Location"] == "/sign-in"


def test_use_recovery_code_is_refused(shop: Shop, at: datetime) -> None:
    (who, codes), (other, theirs) = protected(shop), protected(shop)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.use_recovery_code(staff_id=who.pk, code=codes[0], by=actor(other), at=at)
    with nothing_changes(), pytest.raises(Refused):
        commands.use_recovery_code(staff_id=who.pk, code=theirs[0], by=actor(who), at=at)


def test_codes_end_with_the_second_factor_and_with_new_ones(shop: Shop, at: datetime) -> None:
    who, codes = protected(shop)
    commands.set_totp(staff_id=who.pk, secret=SECRET, codes=recovery_codes(), by=actor(who), at=at)
    assert queries.recovery_codes_left(who.pk) == 10
    with pytest.raises(Refused):
        commands.use_recovery_code(staff_id=who.pk, code=codes[0], by=actor(who), at=at)
    commands.reset_totp(staff_id=who.pk, by=actor(admin(shop)), at=at)
    assert queries.recovery_codes_left(who.pk) == 0


def reset(login: str, **options: object) -> list[str]:
    out = StringIO()
    call_command("reset_access", login, stdout=out, **options)
    return out.getvalue().splitlines()


def test_the_console_lets_an_administrator_in_again(shop: Shop) -> None:
    boss = admin(shop)
    commands.set_totp(staff_id=boss.pk, secret=SECRET, codes=recovery_codes(), by=actor(boss), at=timezone.now())
    old = Client()
    old.force_login(Staff.objects.get(pk=boss.pk), backend="pitlane.accounts.backend.StaffBackend")
    for _ in range(5):
        try_in(Client(), boss.login, "wrong")
    said = reset(boss.login)
    password = said[1].rpartition(" ")[2]
    client = Client()
    assert try_in(client, boss.login, PASSWORD).status_code == 422
    assert try_in(client, boss.login, password)["Location"] == "/me/"
    assert client.get("/organisation/staff/")["Location"] == "/me/"
    assert old.get("/me/").status_code == 302 and not RecoveryCode.objects.exists()
    event = EventRow.objects.get(kind="accounts.AccessReset")
    assert (event.payload, event.actor_kind, event.actor_name) == ({"staff_id": boss.pk}, "system", "服务器控制台")


def test_the_console_takes_a_chosen_password(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    boss = admin(shop)
    monkeypatch.setattr("sys.stdin", StringIO("other-horse-9\n"))
    assert len(reset(boss.login, password_stdin=True)) == 1
    assert try_in(Client(), boss.login, "other-horse-9")["Location"] == "/me/"


def test_reset_access_is_refused(shop: Shop, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    who, boss, console = admin(shop), actor(admin(shop)), system(shop.org_id)
    given = {"password": "other-horse-9", "at": at}
    for staff_id, by, error in ((who.pk, boss, Forbidden), (10**9, console, Missing)):
        with nothing_changes(), pytest.raises(error):
            commands.reset_access(staff_id=staff_id, by=by, **given)
    with pytest.raises(CommandError, match="nobody"):
        reset("nobody-at-all")
    monkeypatch.setattr("sys.stdin", StringIO("123\n"))
    with nothing_changes(), pytest.raises(CommandError):
        reset(who.login, password_stdin=True)
    Staff.objects.filter(pk=who.pk).update(is_active=False)
    with nothing_changes(), pytest.raises(CommandError):
        reset(who.login)
    assert Staff.objects.get(pk=who.pk).check_password(PASSWORD) and not SignIn.objects.exists()
