"""Signing in with a phone and a code: the same for everybody, bound to one organisation, over when it should be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pitlane.core.access import system
from pitlane.core.errors import Forbidden
from pitlane.core.models import EventRow
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.customers.tests import factories as people
from pitlane.messaging.models import Message, ProviderSetting

from .. import commands
from ..models import PhoneSession
from .phones import PHONE, last_code, open_sms, sign_in

ASK, CODE, HOME, OUT = "/m/jc/sign-in", "/m/jc/sign-in/code", "/m/jc/", "/m/jc/sign-out"


@pytest.fixture(autouse=True)
def sms(shop: Shop) -> None:
    open_sms(shop)


def later(**span: int) -> None:
    """As if the sessions had been opened earlier."""
    for row in PhoneSession.objects.all():
        for name in ("started_at", "renewed_at", "expires_at"):
            setattr(row, name, getattr(row, name) - timedelta(**span))
        row.save()


def test_a_customer_signs_in_and_comes_back_to_the_page(shop: Shop, client: Client) -> None:
    people.customer(shop, name="王建国", phones=(PHONE,))
    first = client.get(f"{HOME}?x=1")
    assert (first.status_code, first.headers["Location"]) == (302, f"{ASK}?next=%2Fm%2Fjc%2F%3Fx%3D1")
    assert sign_in(client, back=f"{HOME}?x=1") == f"{HOME}?x=1"
    page = client.get(HOME)
    assert "王**，您好" in page.content.decode() and PHONE not in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store, private"
    cookie = client.cookies["my_jc"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    kept = str(PhoneSession.objects.values().get())
    assert PHONE not in kept and PHONE not in cookie.value and cookie.value.split(".")[0] not in kept
    assert EventRow.objects.get(kind="portal.CustomerSignedIn").customer_id


def test_somebody_unknown_gets_in_and_sees_nothing(shop: Shop, client: Client) -> None:
    people.customer(shop, name="王建国", phones=("13900139000",))
    assert sign_in(client) == HOME
    page = client.get(HOME).content.decode()
    assert "还没有您的资料" in page and "王" not in page


def test_a_family_shares_a_phone(shop: Shop, client: Client) -> None:
    ids = {people.customer(shop, name=name, phones=(PHONE,), despite_duplicates=True).pk for name in ("王建国", "李梅")}
    sign_in(client)
    assert set(client.get(HOME).context["visitor"].customer_ids) == ids


def test_known_and_unknown_phones_get_the_same_answers(shop: Shop) -> None:
    people.customer(shop, phones=(PHONE,))
    answers = []
    for phone in (PHONE, "13900139000"):
        client = Client()
        asked = client.post(ASK, {"phone": phone})
        shown = client.get(CODE).content.decode().replace("138****6217", "…").replace("139****9000", "…")
        wrong = client.post(CODE, {"code": "000000" if last_code() != "000000" else "111111"})
        hidden = [line for line in shown.splitlines() if "csrfmiddlewaretoken" not in line]
        answers.append(
            (asked.status_code, asked.headers["Location"], hidden, wrong.status_code, wrong.context["form"].errors)
        )
    assert answers[0] == answers[1]


def test_whoever_asks_too_often_costs_a_few_messages_and_hears_the_same(shop: Shop) -> None:
    heard = set()
    for number in range(60):
        answer = Client(REMOTE_ADDR=f"10.0.0.{number}").post(ASK, {"phone": PHONE})
        heard.add((answer.status_code, answer.headers["Location"]))
    assert len(heard) == 1 and Message.objects.count() == 5
    for number in range(60):
        heard.add((answer := Client().post(ASK, {"phone": f"139000000{number:02d}"})).status_code)
        assert answer.status_code == 302
    assert Message.objects.count() == 5 + 30


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写手机号"),
        ("1380011621", "少 1 位"),
        ("010-64391234", "收不到短信"),
        ("4008001234", "收不到短信"),
        ("<b>x</b>", "不是数字"),
    ],
)
def test_a_wrong_phone_is_explained_and_kept(client: Client, typed: str, said: str) -> None:
    with nothing_changes():
        answer = client.post(ASK, {"phone": typed})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "<b>x" not in page
    assert not typed or answer.context["form"]["phone"].value() == typed


def test_a_shop_without_sms_says_so(client: Client) -> None:
    ProviderSetting.objects.all().delete()
    answer = client.post(ASK, {"phone": PHONE})
    assert answer.status_code == 422 and "还没有开通短信" in answer.content.decode()


def test_wrong_old_and_used_codes_open_nothing(client: Client) -> None:
    client.post(ASK, {"phone": PHONE})
    right = last_code()
    wrong = "000000" if right != "000000" else "111111"
    for typed, said in ((wrong, "验证码不对或已过期"), ("12", "6 位数字"), ("", "请填写短信里的验证码")):
        answer = client.post(CODE, {"code": typed})
        assert answer.status_code == 422 and said in answer.content.decode()
    assert not PhoneSession.objects.exists()
    assert client.post(CODE, {"code": f" {right[:3]} {right[3:]} "}).status_code == 302
    other = Client()
    other.post(ASK, {"phone": PHONE})
    assert other.post(CODE, {"code": right if right != last_code() else wrong}).status_code == 422
    assert PhoneSession.objects.count() == 1


def test_who_guesses_is_stopped(client: Client) -> None:
    client.post(ASK, {"phone": PHONE})
    wrong = "000000" if last_code() != "000000" else "111111"
    answers = [client.post(CODE, {"code": wrong}).status_code for _try in range(22)]
    assert answers == [422] * 20 + [429] * 2


def test_without_having_asked_there_is_no_code_to_type(client: Client) -> None:
    assert client.get(CODE).headers["Location"].startswith(ASK)
    assert client.post(CODE, {"code": "123456"}).headers["Location"].startswith(ASK)


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_never_leads_to_another_site(client: Client, wanted: str) -> None:
    assert sign_in(client, back=wanted) == HOME


def test_posts_need_the_token_of_the_page(shop: Shop) -> None:
    strict = Client(enforce_csrf_checks=True)
    with nothing_changes():
        assert [strict.post(address, {"phone": PHONE}).status_code for address in (ASK, CODE, OUT)] == [403] * 3
    token = strict.get(ASK).context["csrf_token"]
    assert strict.post(ASK, {"phone": PHONE, "csrfmiddlewaretoken": str(token)}).status_code == 302


def test_the_session_is_of_one_organisation(shop: Shop, other_shop: Shop, client: Client) -> None:
    sign_in(client)
    assert client.get(HOME).status_code == 200
    assert client.get("/m/other/").headers["Location"].startswith("/m/other/sign-in")
    client.cookies["my_other"] = client.cookies["my_jc"].value
    assert client.get("/m/other/").status_code == 302
    assert client.get("/m/nowhere/").status_code == 404


@pytest.mark.parametrize("change", ["x", "first", "phone"])
def test_a_changed_cookie_opens_nothing(client: Client, change: str) -> None:
    sign_in(client)
    value = client.cookies["my_jc"].value
    secret, _dot, rest = value.partition(".")
    client.cookies["my_jc"] = {"x": "x", "first": f"{secret[:-1]}A.{rest}", "phone": f"{secret}.{rest[::-1]}"}[change]
    assert client.get(HOME).status_code == 302


def test_signing_out_here_and_everywhere(client: Client) -> None:
    sign_in(client)
    stolen = client.cookies["my_jc"].value
    second = Client()
    sign_in(second)
    assert client.post(OUT).headers["Location"] == ASK
    client.cookies["my_jc"] = stolen
    assert (client.get(HOME).status_code, second.get(HOME).status_code) == (302, 200)
    third = Client()
    sign_in(third)
    third.post(OUT, {"everywhere": "1"})
    assert second.get(HOME).status_code == 302
    assert not PhoneSession.objects.filter(ended_at=None).exists()


def test_it_ends_after_thirty_days(client: Client) -> None:
    sign_in(client)
    later(days=29, hours=23)
    assert client.get(HOME).status_code == 200
    later(hours=1)
    assert client.get(HOME).status_code == 302


def test_the_secret_changes_daily_and_the_former_one_is_soon_over(client: Client) -> None:
    sign_in(client)
    former = client.cookies["my_jc"].value
    assert client.get(HOME).status_code == 200 and client.cookies["my_jc"].value == former
    later(days=1)
    client.get(HOME)
    assert client.cookies["my_jc"].value != former
    late = Client()
    late.cookies["my_jc"] = former
    assert late.get(HOME).status_code == 200 and late.cookies["my_jc"].value == former
    later(minutes=2)
    assert (late.get(HOME).status_code, client.get(HOME).status_code) == (302, 200)


def test_signing_in_again_ends_the_old_session_of_the_browser(client: Client) -> None:
    sign_in(client)
    client.post(ASK, {"phone": PHONE})
    client.post(CODE, {"code": last_code()})
    assert PhoneSession.objects.filter(ended_at=None).count() == 1


def test_a_number_that_left_the_customer_opens_nothing_of_theirs(shop: Shop, client: Client) -> None:
    owner = people.customer(shop, name="王建国", phones=(PHONE,))
    sign_in(client)
    owner.phones.all().delete()
    assert "王" not in client.get(HOME).content.decode()


@pytest.mark.parametrize(
    ("command", "facts"),
    [
        (commands.sign_in, {"phone": PHONE, "code": "1", "token": "t"}),
        (commands.renew_session, {"session_id": 1, "former": "t", "token": "u"}),
        (commands.sign_out, {"session_id": 1}),
        (commands.sign_out_everywhere, {"session_id": 1}),
        (commands.forget_sessions, {}),
    ],
)
def test_sessions_are_not_for_staff(shop: Shop, command: Callable[..., Any], facts: dict[str, Any]) -> None:
    with nothing_changes(), pytest.raises(Forbidden):
        command(**facts, by=shop.boss(), at=timezone.now())


def test_what_is_long_over_is_forgotten(shop: Shop, client: Client) -> None:
    sign_in(client)
    forget = {"by": system(shop.org_id), "at": timezone.now()}
    later(days=59)
    assert commands.forget_sessions(**forget) == 0
    later(days=2)
    assert commands.forget_sessions(**forget) == 1


def test_asking_costs_the_same_queries_for_everybody(shop: Shop) -> None:
    people.customer(shop, phones=(PHONE,))
    Client().post(ASK, {"phone": "13700137000"})
    counts = []
    for phone in (PHONE, "13900139000"):
        with CaptureQueriesContext(connection) as seen:
            Client().post(ASK, {"phone": phone})
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_other_organisations_send_their_own_codes(shop: Shop, other_shop: Shop, client: Client) -> None:
    client.post(ASK, {"phone": PHONE})
    mine = last_code()
    with scope(other_shop.org_id):
        open_sms(other_shop)
        client.post("/m/other/sign-in", {"phone": PHONE})
    answer = client.post("/m/other/sign-in/code", {"code": mine})
    with scope(other_shop.org_id):
        assert answer.status_code == (302 if mine == last_code() else 422)
