"""A quote is frozen, sent, answered once line by line, and provable afterwards; what was not wanted is kept."""

from datetime import datetime, timedelta

import pytest

from pitlane.catalog import commands as catalog
from pitlane.core import doctor
from pitlane.core.access import customer
from pitlane.core.errors import Conflict, Forbidden, Missing, Refused
from pitlane.core.links import find_link
from pitlane.core.models import EventRow, PrivateLink
from pitlane.core.money import Money
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop, nothing_changes
from pitlane.messaging import commands as messaging
from pitlane.messaging.models import Message
from pitlane.reception import commands, queries
from pitlane.reception.models import Estimate, Recommendation, Walkaround
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .factories import TOKEN, png, world

OTHER = "another-secret-token-for-tests-9876543210"


def answer(estimate: Estimate, verb: str = "approve", **each: str) -> dict[str, str]:
    """The same verb for all jobs, unless a key says otherwise."""
    return {line["key"]: verb for line in estimate.lines if not line["parent"]} | each


def test_sending_freezes_lines_prices_and_the_promise(shop: Shop, at: datetime) -> None:
    made = world(shop)
    estimate = made.sent()
    assert (estimate.number, estimate.state, estimate.total) == (1, "sent", Money(24000 + 52000 + 9600))
    assert [line["customer"] for line in estimate.lines] == [24000, 52000, 9600]
    assert estimate.lines[1]["parent"] == estimate.lines[0]["key"]
    assert orders.order_for(estimate.order_id).state == "awaiting_approval"
    assert find_link(TOKEN, at=at).subject_id == estimate.pk
    event = EventRow.objects.get(kind="reception.EstimateSent").payload
    assert (event["digest"], event["total_fen"], event["lines"]) == (estimate.digest, 85600, 3)
    assert TOKEN not in str(event) and PrivateLink.objects.filter(token_hash=TOKEN).count() == 0


def test_the_bill_says_of_old_parts_what_was_said_beside_the_car(shop: Shop, at: datetime) -> None:
    made = world(shop)
    order, _keys = made.quoted()
    Walkaround.objects.create(order_id=order.pk, checks={"RC-14": "take"}, made_at=at)
    commands.send_estimate(order_id=order.pk, token=TOKEN, by=shop.boss(), at=at)
    assert {line.old_part for line in orders.lines_of(order.pk) if line.is_part} == {"return"}


def test_there_must_be_something_to_quote(shop: Shop, at: datetime) -> None:
    order = world(shop).order()
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.send_estimate(order_id=order.pk, token=TOKEN, by=shop.boss(), at=at)
    assert refused.value.code == "nothing_to_quote"


def test_the_customer_gets_the_link_by_message_where_the_shop_sends_any(shop: Shop, at: datetime) -> None:
    made, link = world(shop), f"https://che.example/p/{TOKEN}/"
    order, _keys = made.quoted()
    facts = {"channel": "sms", "provider": "notebook_sms", "fields": {}, "hook_token": "h" * 40}
    messaging.set_provider(**facts, by=shop.boss(), at=at)
    estimate = commands.send_estimate(order_id=order.pk, token=TOKEN, link=link, by=shop.boss(), at=at)
    message = Message.objects.get()
    assert (message.key, message.customer_id, message.order_id) == (f"quote:{estimate.ref}", made.owner.pk, order.pk)
    assert '"amount": "¥856.00"' in message.variables.reveal() and link in message.variables.reveal()
    assert TOKEN not in str(list(EventRow.objects.values_list("payload", flat=True)))


def test_a_shop_without_channels_quotes_as_ever(shop: Shop, at: datetime) -> None:
    order, _keys = world(shop).quoted()
    commands.send_estimate(order_id=order.pk, token=TOKEN, link="https://che.example/p/x", by=shop.boss(), at=at)
    assert not Message.objects.exists()


@pytest.mark.parametrize("facts, code", [({"days": 0}, "days"), ({"days": 61}, "days"), ({"token": "short"}, "token")])
def test_terms_that_are_refused(shop: Shop, at: datetime, facts: dict, code: str) -> None:
    order, _keys = world(shop).quoted()
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.send_estimate(order_id=order.pk, **({"token": TOKEN} | facts), by=shop.boss(), at=at)
    assert refused.value.code == code


def test_the_owner_answers_each_line_and_parts_follow_their_job(shop: Shop, at: datetime) -> None:
    made = world(shop)
    estimate = made.sent()
    pads, oil = (line["key"] for line in estimate.lines if not line["parent"])
    owner = customer(shop.org_id, made.owner.pk, "车主")
    decided = commands.decide_estimate(
        estimate_id=estimate.pk,
        decisions={pads: "approve", oil: "defer"},
        reasons={oil: "月底再来"},
        signature_png=png(),
        via="desk",
        by=owner,
        at=at,
    )
    assert (decided.state, decided.decided_via, decided.signature.purpose) == ("decided", "link", "signature")
    assert [line.approval for line in orders.lines_of(estimate.order_id)] == ["approved", "approved", "deferred"]
    assert orders.order_for(estimate.order_id).state == "dispatch_pending"
    event = EventRow.objects.get(kind="reception.EstimateDecided").payload
    assert (event["approved"], event["deferred"], event["approved_total_fen"]) == (2, 1, 76000)
    assert event["digest"] == decided.decision_digest
    kept = queries.recommendations_of(made.car.pk)
    assert [(card.name, card.decision, card.reason, card.amount) for card in kept] == [
        ("小保养", "deferred", "月底再来", Money(9600))
    ]


def test_a_second_answer_changes_nothing(shop: Shop, at: datetime) -> None:
    estimate = world(shop).sent()
    values = {"estimate_id": estimate.pk, "name": "王建国", "by": shop.boss(), "at": at}
    commands.decide_estimate(decisions=answer(estimate), **values)
    with nothing_changes(), pytest.raises(Conflict) as refused:
        commands.decide_estimate(decisions=answer(estimate, "decline"), **values)
    assert refused.value.code == "already_decided"
    assert {line.approval for line in orders.lines_of(estimate.order_id)} == {"approved"}


def test_an_expired_quote_cannot_be_answered(shop: Shop, at: datetime) -> None:
    estimate = world(shop).sent(days=3)
    late = at + timedelta(days=3)
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.decide_estimate(
            estimate_id=estimate.pk, decisions=answer(estimate), name="王", by=shop.boss(), at=late
        )
    assert refused.value.code == "expired"


@pytest.mark.parametrize(
    "change, code",
    [
        (lambda d: {}, "undecided"),
        (lambda d: dict(list(d.items())[:1]), "undecided"),
        (lambda d: d | {"item:999999": "approve"}, "unknown_line"),
        (lambda d: dict.fromkeys(d, "free"), "unknown_decision"),
    ],
)
def test_incomplete_and_invented_answers_are_refused(shop: Shop, at: datetime, change, code: str) -> None:
    estimate = world(shop).sent()
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.decide_estimate(
            estimate_id=estimate.pk, decisions=change(answer(estimate)), name="王", by=shop.boss(), at=at
        )
    assert refused.value.code == code


def test_no_answer_without_a_signature_or_a_name(shop: Shop, at: datetime) -> None:
    estimate = world(shop).sent()
    with nothing_changes(), pytest.raises(Refused) as refused:
        commands.decide_estimate(estimate_id=estimate.pk, decisions=answer(estimate), by=shop.boss(), at=at)
    assert refused.value.code == "signature_missing"


def test_lines_that_changed_after_sending_must_be_quoted_again(shop: Shop, at: datetime) -> None:
    estimate = world(shop).sent()
    key = estimate.lines[0]["key"]
    workshop.change_line(order_id=estimate.order_id, key=key, changes={"hours": "2.5"}, by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Conflict) as refused:
        commands.decide_estimate(estimate_id=estimate.pk, decisions=answer(estimate), name="王", by=shop.boss(), at=at)
    assert refused.value.code == "lines_changed"
    assert queries.estimate_screen(estimate.pk, by=shop.boss(), at=at).changed


def test_a_new_version_replaces_the_one_that_waits(shop: Shop, at: datetime) -> None:
    first = world(shop).sent()
    second = commands.send_estimate(order_id=first.order_id, token=OTHER, by=shop.boss(), at=at)
    first.refresh_from_db()
    assert (first.state, second.number) == ("replaced", 2)
    assert EventRow.objects.filter(kind="reception.EstimateSent").latest("seq").payload["replaces"] == [1]
    with nothing_changes(), pytest.raises(Conflict) as refused:
        commands.decide_estimate(estimate_id=first.pk, decisions=answer(first), name="王", by=shop.boss(), at=at)
    assert refused.value.code == "replaced"


def test_extra_work_is_quoted_alone_and_the_first_answer_stands(shop: Shop, at: datetime) -> None:
    made = world(shop)
    first = made.sent()
    values = {"name": "王建国", "by": shop.boss(), "at": at}
    commands.decide_estimate(estimate_id=first.pk, decisions=answer(first), **values)
    workshop.add_labour(
        order_id=first.order_id, name="更换变速箱油", hours=1, unit_price=Money(16000), by=shop.boss(), at=at
    )
    second = commands.send_estimate(order_id=first.order_id, token=OTHER, by=shop.boss(), at=at)
    first.refresh_from_db()
    assert (first.state, [line["name"] for line in second.lines]) == ("decided", ["更换变速箱油"])
    assert second.lines[0]["extra"] is True


def test_only_the_owner_and_the_desk_of_the_store_may_answer(shop: Shop, at: datetime) -> None:
    made = world(shop)
    estimate = made.sent()
    stranger = customer(shop.org_id, made.owner.pk + 1, "车主")
    for by in (stranger, shop.actor("workshop.view"), shop.actor("reception.quote", store_id=shop.other_store_id)):
        with nothing_changes(), pytest.raises((Forbidden, Missing)):
            commands.decide_estimate(estimate_id=estimate.pk, decisions=answer(estimate), name="王", by=by, at=at)


def test_another_organisation_does_not_see_it(shop: Shop, other_shop: Shop, at: datetime) -> None:
    estimate = world(shop).sent()
    with scope(other_shop.org_id), nothing_changes(), pytest.raises(Missing):
        commands.decide_estimate(
            estimate_id=estimate.pk, decisions=answer(estimate), name="王", by=other_shop.boss(), at=at
        )


def test_only_reception_sends_and_links(shop: Shop, at: datetime) -> None:
    made = world(shop)
    estimate = made.sent()
    by = shop.actor("workshop.view", "workshop.edit")
    for action in (
        lambda: commands.send_estimate(order_id=estimate.order_id, token=OTHER, by=by, at=at),
        lambda: commands.link_estimate(estimate_id=estimate.pk, token=OTHER, by=by, at=at),
        lambda: commands.link_order(order_id=estimate.order_id, token=OTHER, by=by, at=at),
        lambda: commands.open_estimate(estimate_id=estimate.pk, by=by, at=at),
        lambda: commands.end_links(order_id=estimate.order_id, by=by, at=at),
        lambda: commands.add_advice(order_id=estimate.order_id, advice=[], by=by, at=at),
    ):
        with nothing_changes(), pytest.raises(Forbidden):
            action()


def test_the_first_opening_is_kept_once(shop: Shop, at: datetime) -> None:
    made = world(shop)
    estimate = made.sent()
    owner = customer(shop.org_id, made.owner.pk, "车主")
    assert commands.open_estimate(estimate_id=estimate.pk, by=owner, at=at)
    assert not commands.open_estimate(estimate_id=estimate.pk, by=owner, at=at + timedelta(minutes=5))
    assert EventRow.objects.filter(kind="reception.EstimateOpened").count() == 1
    assert queries.estimates_of(estimate.order_id, at=at)[0].opened_at == at


def test_links_end_thirty_days_after_the_car_left(shop: Shop, at: datetime) -> None:
    estimate = world(shop).sent()
    commands.link_order(order_id=estimate.order_id, token=OTHER, by=shop.boss(), at=at)
    assert commands.end_links(order_id=estimate.order_id, by=shop.boss(), at=at) == 2
    assert commands.end_links(order_id=estimate.order_id, by=shop.boss(), at=at) == 0
    assert find_link(TOKEN, at=at + timedelta(days=29)) and find_link(OTHER, at=at + timedelta(days=29))
    with pytest.raises(Missing):
        find_link(TOKEN, at=at + timedelta(days=30))


def test_a_replaced_version_gets_no_new_link(shop: Shop, at: datetime) -> None:
    first = world(shop).sent()
    commands.send_estimate(order_id=first.order_id, token=OTHER, by=shop.boss(), at=at)
    with nothing_changes(), pytest.raises(Conflict):
        commands.link_estimate(estimate_id=first.pk, token="x" * 40, by=shop.boss(), at=at)


@pytest.mark.parametrize("field, value", [("lines", []), ("decisions", {}), ("decided_via", "phone")])
def test_the_doctor_sees_changed_quotes_and_answers(shop: Shop, at: datetime, field: str, value: object) -> None:
    estimate = world(shop).sent()
    commands.decide_estimate(estimate_id=estimate.pk, decisions=answer(estimate), name="王", by=shop.boss(), at=at)
    assert doctor.examine(["estimates"]) == []
    Estimate.objects.update(**{field: value})
    assert [t.check for t in doctor.examine(["estimates"])] == ["estimates"]


def test_a_come_back_costs_the_owner_nothing(shop: Shop, at: datetime) -> None:
    made = world(shop)
    before = made.order()
    order, _keys = made.quoted(comeback_of_id=before.pk, despite_open=True)
    estimate = commands.send_estimate(order_id=order.pk, token=TOKEN, by=shop.boss(), at=at)
    assert estimate.total == Money(0) and queries.estimates_of(order.pk, at=at)[0].jobs[0].free


def test_nothing_is_kept_twice(shop: Shop, at: datetime) -> None:
    made = world(shop)
    estimate = made.sent()
    declined = answer(estimate, "decline")
    commands.decide_estimate(estimate_id=estimate.pk, decisions=declined, name="王", by=shop.boss(), at=at)
    with nothing_changes():
        commands.keep_recommendations(order_id=estimate.order_id, decisions=declined, by=shop.boss(), at=at)
    kept = Recommendation.objects.order_by("pk")
    assert [(row.name, row.amount, len(row.content)) for row in kept] == [
        ("更换前制动片", Money(76000), 2),
        ("小保养", Money(9600), 1),
    ]


def test_a_package_is_decided_kept_and_taken_as_one(shop: Shop, at: datetime) -> None:
    made = world(shop)
    lines = [catalog.PackageLineInput(operation_id=made.pads.pk), catalog.PackageLineInput(operation_id=made.oil.pk)]
    package = catalog.save_package(
        code="PK-9", name="制动保养套餐", lines=lines, price=Money(30000), by=shop.boss(), at=at
    )
    order = made.order()
    workshop.add_package(order_id=order.pk, package_id=package.pk, by=shop.boss(), at=at)
    estimate = commands.send_estimate(order_id=order.pk, token=TOKEN, by=shop.boss(), at=at)
    (job,) = queries.estimates_of(order.pk, at=at)[0].jobs
    assert (job.name, job.customer, len(job.lines)) == ("制动保养套餐", Money(30000), 2)
    commands.decide_estimate(estimate_id=estimate.pk, decisions={job.key: "defer"}, name="王", by=shop.boss(), at=at)
    (kept,) = queries.recommendations_of(made.car.pk)
    assert (kept.name, kept.amount) == ("制动保养套餐", Money(30000))
    again = made.order(despite_open=True, advice=[f"rec:{kept.id}"])
    assert [line.package_code for line in orders.lines_of(again.pk)] == ["PK-9", "PK-9"]
