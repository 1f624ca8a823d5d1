"""Signing in: passwords, lock-out, second factor, sessions, first passwords, the store switcher."""

from datetime import datetime, timedelta

import pyotp
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from pitlane.accounts import commands, queries
from pitlane.accounts.devices import device_name
from pitlane.accounts.models import SignIn, Staff
from pitlane.accounts.second_factor import matching_step
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.testing import Shop, nothing_changes

from .factories import PASSWORD, actor, browser, manager, person, starting_role

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def try_in(client: Client, login: str, password: str = PASSWORD, **more: str):
    return client.post("/sign-in", {"login": login, "password": password, **more})


def code_now(shift: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(timezone.now(), counter_offset=shift)


def desk(shop: Shop, **facts: object) -> Staff:
    return person(shop, starting_role(shop, "advisor"), **facts)


def test_sign_in_opens_the_wanted_page_and_notes_the_browser(shop: Shop) -> None:
    who, client = desk(shop, phone="13800138000"), Client()
    assert client.get("/me/")["Location"] == "/sign-in?next=/me/"
    answer = try_in(client, "138-0013-8000", next="/me/")
    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert client.get("/me/").status_code == 200
    noted = SignIn.objects.get()
    assert (noted.staff_id, noted.address, noted.ended_at) == (who.pk, "127.0.0.1", None)
    assert EventRow.objects.filter(kind="accounts.StaffSignedIn").count() == 1
    assert client.session.get_expire_at_browser_close() is not None
    client.post("/sign-out")
    assert client.get("/me/").status_code == 302
    noted.refresh_from_db()
    assert noted.ended_at is not None


def test_the_way_back_stays_in_the_house(shop: Shop) -> None:
    who = desk(shop)
    assert try_in(Client(), who.login, next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize("remember, at_close", [({}, True), ({"remember": "on"}, False)])
def test_a_shared_computer_forgets_at_closing(shop: Shop, remember: dict, at_close: bool) -> None:
    client = Client()
    try_in(client, desk(shop).login, **remember)
    assert client.session.get_expire_at_browser_close() is at_close


def test_those_who_left_stay_outside(shop: Shop) -> None:
    who = desk(shop)
    Staff.objects.filter(pk=who.pk).update(is_active=False)
    assert try_in(Client(), who.login).status_code == 422


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(shop: Shop) -> None:
    who, client = desk(shop), Client()
    other = desk(shop)
    for left in (4, 3, 2, 1):
        page = try_in(client, who.login, "wrong").content.decode()
        assert f"还可以试 {left} 次" in page and "15 分钟" in page
    assert "已锁定 15 分钟" in try_in(client, who.login, "wrong").content.decode()
    locked = try_in(client, who.login.upper())
    assert locked.status_code == 422 and "已锁定 15 分钟" in locked.content.decode()
    assert "_auth_user_id" not in client.session
    assert try_in(client, other.login).status_code == 302
    assert settings.AXES_COOLOFF_TIME == 0.25


def test_an_unknown_login_sounds_like_a_wrong_password(shop: Shop) -> None:
    known, unknown = (try_in(Client(), login, "wrong").content.decode() for login in (desk(shop).login, "nobody"))
    assert "登录名或密码不对" in known and "登录名或密码不对" in unknown


def with_code(shop: Shop) -> tuple[Staff, Client]:
    who, client = desk(shop), Client()
    commands.set_totp(staff_id=who.pk, secret=SECRET, by=actor(who), at=timezone.now())
    assert try_in(client, who.login, next="/approvals/")["Location"] == "/sign-in/code?next=%2Fapprovals%2F"
    return who, client


def test_the_second_factor_is_asked_and_a_code_counts_once(shop: Shop) -> None:
    who, client = with_code(shop)
    assert client.get("/me/").status_code == 302
    assert client.get("/sign-in/code").status_code == 200
    code = code_now()
    assert client.post("/sign-in/code", {"code": "12"}).status_code == 422
    answer = client.post("/sign-in/code", {"code": f"{code[:3]} {code[3:]}", "next": "/approvals/"})
    assert answer["Location"] == "/approvals/" and client.get("/me/").status_code == 200
    assert EventRow.objects.get(kind="accounts.StaffSignedIn").payload["second_factor"] is True
    again = Client()
    try_in(again, who.login)
    replay = again.post("/sign-in/code", {"code": code})
    assert replay.status_code == 422 and "已经用过" in replay.content.decode()
    assert again.get("/me/").status_code == 302


def test_wrong_codes_lock_like_wrong_passwords(shop: Shop) -> None:
    who, client = with_code(shop)
    wrong = "000000" if code_now() != "000000" else "111111"
    answers = [client.post("/sign-in/code", {"code": wrong}).status_code for _ in range(5)]
    assert answers == [422] * 4 + [429]
    assert client.get("/sign-in/code")["Location"] == "/sign-in"
    assert "已锁定" in try_in(client, who.login).content.decode()


def test_a_password_proven_elsewhere_gives_no_further_code_once_locked(shop: Shop) -> None:
    who, client = with_code(shop)
    others = [Client() for _ in range(2)]
    for other in others:
        try_in(other, who.login)
    try_in(client, who.login)
    for _ in range(5):
        client.post("/sign-in/code", {"code": "000000"})
    right = {"code": code_now()}
    assert [other.post("/sign-in/code", right).status_code for other in others] == [429, 429]
    Staff.objects.update(is_active=False)
    assert Client().get("/sign-in/code").status_code == 302


def test_nobody_reaches_the_code_page_without_the_password(shop: Shop) -> None:
    assert Client().get("/sign-in/code")["Location"] == "/sign-in"
    assert Client().post("/sign-in/code", {"code": "123456"})["Location"] == "/sign-in"


def test_codes_of_the_neighbouring_steps_fit(at: datetime) -> None:
    totp = pyotp.TOTP(SECRET)
    fits = [matching_step(SECRET, totp.at(at, counter_offset=shift), at) is not None for shift in (-2, -1, 0, 1, 2)]
    assert fits == [False, True, True, True, False]
    assert matching_step("", "123456", at) is None


def test_the_second_factor_is_switched_on_and_off(shop: Shop) -> None:
    who = desk(shop)
    client = browser(who)
    assert b"data:image/svg+xml" in client.get("/me/second-factor").content
    bad = client.post("/me/second-factor", {"secret": SECRET, "code": "000000"})
    assert bad.status_code == 422 and not Staff.objects.get(pk=who.pk).totp_on
    code = code_now()
    assert client.post("/me/second-factor", {"secret": SECRET, "code": code}).status_code == 200
    changed = Staff.objects.get(pk=who.pk)
    assert changed.totp_on and changed.totp_secret.reveal() == SECRET and changed.totp_last_step > 0
    used = client.post("/me/second-factor/off", {"code": code})
    assert used.status_code == 422 and Staff.objects.get(pk=who.pk).totp_on
    assert client.post("/me/second-factor/off", {"code": code_now(1)}).status_code == 302
    assert not Staff.objects.get(pk=who.pk).totp_on
    assert [r.payload["on"] for r in EventRow.objects.filter(kind="accounts.TotpChanged").order_by("seq")] == [
        True,
        False,
    ]


def test_use_totp_step_and_set_totp_are_refused_for_others(shop: Shop, at: datetime) -> None:
    who, other = desk(shop), actor(manager(shop))
    for command, facts in (
        (commands.use_totp_step, {"step": 5}),
        (commands.set_totp, {"secret": SECRET}),
        (commands.set_preferences, {"changes": {"theme": "dark"}}),
    ):
        with nothing_changes(), pytest.raises(Forbidden):
            command(staff_id=who.pk, **facts, by=other, at=at)
        with nothing_changes(), pytest.raises(Missing):
            command(staff_id=10**9, **facts, by=other, at=at)
    commands.use_totp_step(staff_id=who.pk, step=5, by=actor(who), at=at)
    for step in (5, 4):
        with nothing_changes(), pytest.raises(Refused):
            commands.use_totp_step(staff_id=who.pk, step=step, by=actor(who), at=at)


def test_a_lost_phone_is_helped_by_those_who_manage(shop: Shop, at: datetime) -> None:
    who, boss = desk(shop), manager(shop)
    for one in (who, boss):
        commands.set_totp(staff_id=one.pk, secret=SECRET, by=actor(one), at=at)
    for target, by in ((boss, actor(boss)), (boss, actor(who)), (who, actor(who))):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.reset_totp(staff_id=target.pk, by=by, at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.reset_totp(staff_id=10**9, by=actor(boss), at=at)
    assert browser(boss).post(f"/organisation/staff/{who.ref}/second-factor-off").status_code == 302
    assert not Staff.objects.get(pk=who.pk).totp_on


def test_ending_a_session_signs_exactly_that_browser_out(shop: Shop) -> None:
    who, here, there = desk(shop), Client(), Client()
    for client in (here, there):
        try_in(client, who.login)
    theirs = SignIn.objects.get(pk=there.session["sign_in"])
    page = here.get("/me/").content.decode()
    assert "本机" in page and f"/me/sessions/{theirs.ref}/end" in page
    assert here.post(f"/me/sessions/{theirs.ref}/end").status_code == 302
    assert here.get("/me/").status_code == 200
    assert there.get("/me/")["Location"] == "/sign-in?next=/me/"
    assert "_auth_user_id" not in there.session
    assert EventRow.objects.filter(kind="accounts.SessionEnded").count() == 1


def test_ending_all_sessions_signs_every_browser_out(shop: Shop) -> None:
    who, here, there = desk(shop), Client(), Client()
    for client in (here, there):
        try_in(client, who.login)
    assert here.post("/me/sessions/end")["Location"] == "/sign-in"
    assert [c.get("/me/").status_code for c in (here, there)] == [302, 302]
    assert not SignIn.objects.filter(ended_at=None).exists()


def test_sessions_of_others_are_ended_by_those_who_manage_only(shop: Shop, at: datetime) -> None:
    who, boss, stranger = desk(shop), manager(shop), desk(shop)
    seen = commands.note_sign_in(
        staff_id=who.pk, session_key="k", device="", address="", second_factor=False, by=actor(who), at=at
    )
    for command, facts in (
        (commands.end_session, {"sign_in_id": seen.pk}),
        (commands.end_sessions, {"staff_id": who.pk}),
    ):
        with nothing_changes(), pytest.raises(Forbidden):
            command(**facts, by=actor(stranger), at=at)
        with nothing_changes(), pytest.raises(Missing):
            command(**dict.fromkeys(facts, 10**9), by=actor(boss), at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.note_sign_in(
            staff_id=who.pk, session_key="x", device="", address="", second_factor=False, by=actor(boss), at=at
        )
    commands.end_session(sign_in_id=seen.pk, by=actor(boss), at=at)
    commands.end_session(sign_in_id=seen.pk, by=actor(boss), at=at)
    assert EventRow.objects.filter(kind="accounts.SessionEnded").count() == 1
    commands.end_sessions(staff_id=who.pk, by=actor(boss), at=at)
    assert EventRow.objects.get(kind="accounts.SessionsEnded").payload == {"staff_id": who.pk}


def test_the_last_use_of_a_browser_is_noted_now_and_then(shop: Shop, at: datetime) -> None:
    who = desk(shop)
    seen = commands.note_sign_in(
        staff_id=who.pk, session_key="k", device="", address="", second_factor=False, by=actor(who), at=at
    )
    for minutes, noted in ((9, at), (10, at + timedelta(minutes=10))):
        commands.note_seen(sign_in_id=seen.pk, by=actor(who), at=at + timedelta(minutes=minutes))
        seen.refresh_from_db()
        assert seen.seen_at == noted
    stranger = actor(desk(shop))
    with nothing_changes(), pytest.raises(Forbidden):
        commands.note_seen(sign_in_id=seen.pk, by=stranger, at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.note_seen(sign_in_id=10**9, by=stranger, at=at)
    assert queries.live_sign_in(seen.pk) == seen


def test_a_given_password_opens_nothing_until_it_is_changed(shop: Shop) -> None:
    who, client = desk(shop), Client()
    commands.set_password(staff_id=who.pk, password="given-one-55", by=actor(manager(shop)), at=timezone.now())
    assert try_in(client, who.login, "given-one-55", next="/approvals/")["Location"] == "/me/"
    assert client.get("/approvals/")["Location"] == "/me/"
    assert client.get("/api/v1/me").status_code == 403
    assert "这是初始密码" in client.get("/me/").content.decode()
    change = {"old_password": "given-one-55", "password": "my-own-one-5", "repeat": "my-own-one-6"}
    assert client.post("/me/", change).status_code == 422
    assert client.post("/me/", {**change, "repeat": "my-own-one-5"}).status_code == 302
    assert client.get("/approvals/").status_code == 200


def test_the_store_switcher_takes_only_own_stores(shop: Shop) -> None:
    client, boss = browser(desk(shop)), browser(person(shop, starting_role(shop, "admin")))
    near, far = (queries.store_by_id(pk).ref for pk in (shop.store_id, shop.other_store_id))
    for who, wanted, kept in ((client, far, None), (client, near, shop.store_id), (boss, far, shop.other_store_id)):
        assert who.post("/me/store", {"store": wanted, "next": "/me/"})["Location"] == "/me/"
        assert who.session.get("store") == kept
    assert client.post("/me/store", {"store": "sto_nonsense"}).status_code == 404


def test_preferences_are_kept_with_the_person_and_in_a_cookie(shop: Shop) -> None:
    who = desk(shop)
    client = browser(who)
    answer = client.post("/me/preferences", {"theme": "dark", "density": "tiny", "single_keys": "0"})
    assert answer.status_code == 204 and answer.cookies["pl_theme"].value == "dark"
    assert Staff.objects.get(pk=who.pk).preferences == {"theme": "dark", "single_keys": False}
    assert Client().post("/me/preferences", {"language": "en"}).cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


@pytest.mark.parametrize(
    "agent, name",
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0", "WeChat · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/141.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_words(agent: str, name: str) -> None:
    assert device_name(agent) == name
