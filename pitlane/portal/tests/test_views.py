"""The customer's phone: decide once, see progress, photos and the bill; every wrong address is a friendly dead end."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pitlane.core.access import customer
from pitlane.core.models import EventRow, PrivateLink
from pitlane.core.money import Money
from pitlane.core.tenancy import no_scope, scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.portal import doorkeeper
from pitlane.reception import commands
from pitlane.reception.models import Estimate
from pitlane.reception.tests.factories import TOKEN, World, png, world
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

OTHER = "another-secret-token-for-tests-9876543210"


@pytest.fixture
def phone() -> Client:
    """A browser without cookies that checks forms as a real one would be checked."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def made(shop: Shop) -> World:
    return world(shop)


@pytest.fixture
def estimate(made: World) -> Estimate:
    """Sent just now by the wall clock, because pages read it."""
    order, _keys = made.quoted()
    return commands.send_estimate(order_id=order.pk, token=TOKEN, by=made.shop.boss(), at=timezone.now())


def post(phone: Client, estimate: Estimate, verb: str = "approve", token: str = TOKEN, **more: str):
    jobs = {f"decision:{line['key']}": verb for line in estimate.lines if not line["parent"]}
    return phone.post(f"/p/{token}/answer", {**jobs, "signature_typed": "王建国", **more})


def approvals(estimate: Estimate) -> set[str]:
    return {line.approval for line in orders.lines_of(estimate.order_id)}


def test_it_opens_without_account_and_leaves_nothing_behind(phone: Client, estimate: Estimate) -> None:
    with no_scope():
        response = phone.get(f"/p/{TOKEN}/")
    assert response.status_code == 200 and not response.cookies
    text = response.content.decode()
    assert "等您确认 2 项" in text and "更换前制动片" in text and "京A" in text
    assert response["Referrer-Policy"] == "no-referrer" and "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert "<script>" not in text and " onclick" not in text and len(response.content) < 30_000


def test_opening_is_recorded_once_and_impersonally(phone: Client, estimate: Estimate) -> None:
    for _visit in range(3):
        phone.get(f"/p/{TOKEN}/")
    event = EventRow.objects.get(kind="reception.EstimateOpened")
    assert (event.actor_kind, event.actor_name) == ("customer", "车主")


def test_the_owner_answers_line_by_line_with_a_signature(phone: Client, estimate: Estimate, made: World) -> None:
    oil = next(line["key"] for line in estimate.lines if line["name"] == "小保养")
    drawn = "data:image/png;base64," + b64encode(png()).decode()
    response = post(phone, estimate, **{f"decision:{oil}": "decline", "signature": drawn, "signature_typed": ""})
    assert response.status_code == 302 and response["Location"] == f"/p/{TOKEN}/?answered=now"
    shown = phone.get(response["Location"]).content.decode()
    assert "已收到您的答复" in shown and "手写签名" in shown
    estimate.refresh_from_db()
    assert estimate.decisions[oil] == "declined" and estimate.decided_via == "link" and estimate.signature


def test_all_agreed_ticks_everything_and_still_wants_a_signature(phone: Client, estimate: Estimate) -> None:
    assert 'name="all"' in phone.get(f"/p/{TOKEN}/").content.decode()
    oil = next(line["key"] for line in estimate.lines if line["name"] == "小保养")
    with nothing_changes():
        response = phone.post(f"/p/{TOKEN}/answer", {"all": "approve", f"decision:{oil}": "decline"})
    text = response.content.decode()
    jobs = [line["key"] for line in estimate.lines if not line["parent"]]
    assert response.status_code == 200 and text.count("checked") == len(jobs) and "请签名后提交" in text
    assert post(phone, estimate).status_code == 302 and approvals(estimate) == {"approved"}


def test_a_refused_answer_keeps_choices_and_signature(phone: Client, estimate: Estimate) -> None:
    drawn = "data:image/png;base64," + b64encode(png()).decode()
    oil = next(line["key"] for line in estimate.lines if line["name"] == "小保养")
    with nothing_changes():
        response = phone.post(f"/p/{TOKEN}/answer", {f"decision:{oil}": "decline", "signature": drawn})
    text = response.content.decode()
    assert response.status_code == 422 and drawn in text
    assert f'name="decision:{oil}" value="decline" checked' in text


def test_used_twice_it_shows_what_was_recorded(phone: Client, estimate: Estimate) -> None:
    post(phone, estimate)
    with nothing_changes():
        response = post(phone, estimate, "decline")
    assert response["Location"].endswith("?answered=before")
    assert approvals(estimate) == {"approved"}
    assert "没有改动" in phone.get(response["Location"]).content.decode()


def test_an_expired_quote_is_shown_but_not_taken(phone: Client, estimate: Estimate) -> None:
    Estimate.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert "报价已过有效期" in phone.get(f"/p/{TOKEN}/").content.decode()
    with nothing_changes():
        assert post(phone, estimate)["Location"].endswith("?answered=before")
    assert approvals(estimate) == {"proposed"}


def test_a_replaced_quote_says_so(phone: Client, estimate: Estimate, made: World) -> None:
    commands.send_estimate(order_id=estimate.order_id, token=OTHER, by=made.shop.boss(), at=timezone.now())
    with nothing_changes():
        assert phone.get(f"/p/{TOKEN}/").status_code == 410
        assert post(phone, estimate).status_code == 410
    assert approvals(estimate) == {"proposed"}
    assert phone.get(f"/p/{OTHER}/").status_code == 200


@pytest.mark.parametrize("path", ["", "bill/", "photos/fil_AAAAAAAAAA"])
@pytest.mark.parametrize("token", ["guessed", TOKEN[:-1], TOKEN + "x", "a" * 43])
def test_guessed_addresses_are_dead_ends(phone: Client, estimate: Estimate, token: str, path: str) -> None:
    with nothing_changes():
        assert phone.get(f"/p/{token}/{path}").status_code == 404
        assert phone.post(f"/p/{token}/answer", {"all": "approve"}).status_code == 404


def test_ended_and_withdrawn_links_are_dead_ends(phone: Client, estimate: Estimate) -> None:
    PrivateLink.objects.update(expires_at=timezone.now())
    assert phone.get(f"/p/{TOKEN}/").status_code == 404
    PrivateLink.objects.update(expires_at=timezone.now() + timedelta(days=1), revoked_at=timezone.now())
    with nothing_changes():
        assert post(phone, estimate).status_code == 404


def test_guessing_is_slowed_down_even_for_the_right_guess(phone: Client, estimate: Estimate) -> None:
    for n in range(doorkeeper.MOST_MISSES):
        assert phone.get(f"/p/guess-{n}/").status_code == 404
    response = phone.get(f"/p/{TOKEN}/")
    assert response.status_code == 429 and response["Retry-After"]
    assert phone.get(f"/p/{TOKEN}/", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_prices_and_other_fields_that_are_posted_are_ignored(phone: Client, estimate: Estimate) -> None:
    key = estimate.lines[0]["key"]
    tampered = {
        f"amount:{key}": "1",
        "total": "1",
        "unit_price": "1",
        "customer_id": "9",
        "via": "desk",
        "state": "paid",
    }
    assert post(phone, estimate, **tampered).status_code == 302
    estimate.refresh_from_db()
    assert (estimate.total, estimate.decided_via) == (Money(85600), "link")
    assert [line.amount for line in orders.lines_of(estimate.order_id)] == [Money(24000), Money(52000), Money(9600)]


def test_lines_of_another_order_are_refused(phone: Client, estimate: Estimate, made: World) -> None:
    other = made.order(despite_open=True)
    key = workshop.add_labour(order_id=other.pk, operation_id=made.oil.pk, by=made.shop.boss(), at=timezone.now())
    with nothing_changes():
        response = post(phone, estimate, **{f"decision:{key}": "approve"})
    assert response.status_code == 422 and "没有这个项目" in response.content.decode()
    assert {line.approval for line in orders.lines_of(other.pk)} == {"proposed"} == approvals(estimate)


@pytest.mark.parametrize(
    "signature", ["data:image/png;base64,!!!", "data:image/svg+xml;base64,PHN2Zz4=", "data:image/png;base64,PHN2Zz4="]
)
def test_a_false_signature_is_refused_and_the_choice_is_kept(phone: Client, estimate: Estimate, signature: str) -> None:
    with nothing_changes():
        response = post(phone, estimate, "defer", signature=signature)
    assert response.status_code == 422 and 'value="defer" checked' in response.content.decode()


def test_without_signature_and_name_it_asks_for_one(phone: Client, estimate: Estimate) -> None:
    with nothing_changes():
        response = post(phone, estimate, signature_typed=" ")
    assert response.status_code == 422 and "请签名" in response.content.decode()


def test_a_link_of_a_former_customer_shows_nothing(phone: Client, estimate: Estimate) -> None:
    PrivateLink.objects.update(customer_id=999_999)
    with nothing_changes():
        assert phone.get(f"/p/{TOKEN}/").status_code == 404
        assert post(phone, estimate).status_code == 404


def test_another_organisations_order_is_out_of_reach(phone: Client, estimate: Estimate, other_shop: Shop) -> None:
    with scope(other_shop.org_id):
        theirs = world(other_shop, plate="京B12345")
        order, keys = theirs.quoted()
    with nothing_changes():
        response = post(phone, estimate, **{f"decision:{keys[-1]}9": "approve"})
    assert response.status_code == 422
    with scope(other_shop.org_id):
        assert {line.approval for line in orders.lines_of(order.pk)} == {"proposed"}


def test_photos_are_served_only_behind_their_own_link(phone: Client, estimate: Estimate, made: World) -> None:
    who = {"by": made.shop.boss(), "at": timezone.now()}
    shown = workshop.add_photo(order_id=estimate.order_id, content=png("red"), name="a", kind="walkaround", **who)
    hidden = workshop.add_photo(
        order_id=estimate.order_id, content=png("blue"), name="b", kind="work", customer_visible=False, **who
    )
    foreign = workshop.add_photo(
        order_id=made.order(despite_open=True).pk, content=png("green"), name="c", kind="work", **who
    )
    page = phone.get(f"/p/{TOKEN}/").content.decode()
    assert shown.file.ref in page and hidden.file.ref not in page
    served = phone.get(f"/p/{TOKEN}/photos/{shown.file.ref}")
    assert served.status_code == 200 and served["Content-Type"] == "image/png" and "no-store" in served["Cache-Control"]
    b"".join(served.streaming_content)
    assert phone.get(f"/p/{TOKEN}/photos/{hidden.file.ref}").status_code == 404
    assert phone.get(f"/p/{TOKEN}/photos/{foreign.file.ref}").status_code == 404
    assert phone.get(f"/files/{shown.file.ref}").status_code == 302


def test_a_link_to_the_order_follows_the_visit_from_the_first_minute(phone: Client, made: World) -> None:
    order = made.order()
    commands.link_order(order_id=order.pk, token=OTHER, by=made.shop.boss(), at=timezone.now())
    assert "车已接收" in phone.get(f"/p/{OTHER}/").content.decode()
    assert phone.get(f"/p/{OTHER}/bill/").status_code == 404
    workshop.add_labour(order_id=order.pk, operation_id=made.oil.pk, by=made.shop.boss(), at=timezone.now())
    sent = commands.send_estimate(order_id=order.pk, token=TOKEN, by=made.shop.boss(), at=timezone.now())
    assert post(phone, sent, token=OTHER).status_code == 302
    assert approvals(sent) == {"approved"}


def test_older_links_point_to_newer_extra_work(phone: Client, estimate: Estimate, made: World) -> None:
    post(phone, estimate)
    who = {"by": made.shop.boss(), "at": timezone.now()}
    workshop.add_labour(order_id=estimate.order_id, name="更换变速箱油", hours=1, unit_price=Money(16000), **who)
    commands.send_estimate(order_id=estimate.order_id, token=OTHER, **who)
    assert "门店发来了新的报价" in phone.get(f"/p/{TOKEN}/").content.decode()
    assert "检查时新发现" in phone.get(f"/p/{OTHER}/").content.decode()


def test_a_signed_in_person_sees_the_same_page(client: Client, estimate: Estimate, made: World) -> None:
    from pitlane.reception.tests.factories import a_person

    client.force_login(a_person(made.shop), backend="pitlane.accounts.backend.StaffBackend")
    assert client.get(f"/p/{TOKEN}/").status_code == 200
    assert EventRow.objects.get(kind="reception.EstimateOpened").actor_kind == "customer"


def test_the_owner_decides_as_customer_only(made: World, estimate: Estimate) -> None:
    owner = customer(made.shop.org_id, made.owner.pk, "车主")
    assert owner.permissions == frozenset()
