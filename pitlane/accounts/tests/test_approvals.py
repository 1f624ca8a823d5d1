"""Approvals: asked with a reason, decided by somebody else, used once for exactly what was approved."""

from datetime import datetime

import pytest

from pitlane.accounts import commands, queries
from pitlane.accounts.events import ApprovalDecided
from pitlane.accounts.models import Approval
from pitlane.core.access import Actor, system
from pitlane.core.errors import Forbidden, Missing, Refused
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.testing import Shop, nothing_changes

from .factories import actor, admin, manager, person, starting_role

ASKED = {
    "kind": "discount",
    "permission": "accounts.approve_discount",
    "subject": "order:7",
    "summary": "工单折扣 20%",
    "reason": "老客户",
    "amount": Money(20000),
}


def ask(shop: Shop, by: Actor, at: datetime, **facts: object) -> Approval:
    return commands.request_approval(**{"store_id": shop.store_id, "order_id": 7, **ASKED, **facts}, by=by, at=at)


def kinds() -> list[str]:
    return list(EventRow.objects.filter(kind__contains="Approval").order_by("seq").values_list("kind", flat=True))


def test_a_request_is_kept_once(shop: Shop, at: datetime) -> None:
    advisor = person(shop, starting_role(shop, "advisor"))
    made = ask(shop, actor(advisor), at)
    assert (made.state, made.requested_by_id, made.amount, made.order_id) == ("requested", advisor.pk, Money(20000), 7)
    assert ask(shop, actor(advisor), at) == made and Approval.objects.count() == 1
    assert ask(shop, actor(advisor), at, amount=Money(30000)) != made
    assert kinds() == ["accounts.ApprovalRequested"] * 2


def test_request_approval_is_refused(shop: Shop, at: datetime) -> None:
    by = shop.actor()
    with nothing_changes(), pytest.raises(Refused):
        ask(shop, by, at, reason="  ")
    with nothing_changes(), pytest.raises(Forbidden):
        ask(shop, by, at, store_id=shop.other_store_id)


@pytest.mark.parametrize("approve, state", [(True, "approved"), (False, "refused")])
def test_somebody_else_decides(shop: Shop, at: datetime, approve: bool, state: str) -> None:
    advisor, boss = person(shop, starting_role(shop, "advisor")), manager(shop)
    asked = ask(shop, actor(advisor), at)
    decided = commands.decide_approval(approval_id=asked.pk, approve=approve, note="好", by=actor(boss), at=at)
    assert (decided.state, decided.decided_by_id, decided.note, decided.decided_at) == (state, boss.pk, "好", at)
    assert kinds() == ["accounts.ApprovalRequested", "accounts.ApprovalDecided"]
    with nothing_changes(), pytest.raises(Refused):
        commands.decide_approval(approval_id=asked.pk, approve=True, by=actor(boss), at=at)


def test_decide_approval_is_refused(shop: Shop, at: datetime) -> None:
    boss, advisor = manager(shop), person(shop, starting_role(shop, "advisor"))
    own = ask(shop, actor(boss), at)
    others = (boss, advisor, person(shop, starting_role(shop, "manager"), store_id=shop.other_store_id))
    for by in map(actor, others):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.decide_approval(approval_id=own.pk, approve=True, by=by, at=at)
    with nothing_changes(), pytest.raises(Missing):
        commands.decide_approval(approval_id=10**9, approve=True, by=actor(boss), at=at)
    for_all = ask(shop, actor(advisor), at, store_id=None, subject="all")
    with nothing_changes(), pytest.raises(Forbidden):
        commands.decide_approval(approval_id=for_all.pk, approve=True, by=actor(boss), at=at)
    commands.decide_approval(approval_id=for_all.pk, approve=True, by=actor(admin(shop)), at=at)


def program_of(issuer: Actor, at: datetime) -> Actor:
    """A program with a key that may do everything."""
    commands.issue_api_key(name="x", scopes=["*"], secret="pl_x", by=issuer, at=at)
    key = queries.find_key("pl_x")
    assert key is not None
    return queries.actor_for_key(key)


def test_a_program_does_not_approve_what_a_program_asked(shop: Shop, at: datetime) -> None:
    program = program_of(system(shop.org_id), at)
    own, theirs = ask(shop, program, at), ask(shop, actor(manager(shop)), at, subject="order:8")
    assert queries.open_approvals(program) == [theirs]
    with nothing_changes(), pytest.raises(Forbidden):
        commands.decide_approval(approval_id=own.pk, approve=True, by=program, at=at)
    commands.decide_approval(approval_id=theirs.pk, approve=True, by=program, at=at)


def test_nobody_approves_the_own_request_with_a_key_of_the_own(shop: Shop, at: datetime) -> None:
    boss = admin(shop)
    program = program_of(actor(boss), at)
    as_person, as_program = ask(shop, actor(boss), at), ask(shop, program, at, subject="order:8")
    assert queries.open_approvals(program) == [] and as_program.requested_by_id == boss.pk
    for asked, by in ((as_person, program), (as_program, actor(boss)), (as_program, program)):
        with nothing_changes(), pytest.raises(Forbidden):
            commands.decide_approval(approval_id=asked.pk, approve=True, by=by, at=at)


def test_only_the_asker_takes_it_back(shop: Shop, at: datetime) -> None:
    advisor = person(shop, starting_role(shop, "advisor"))
    asked, boss = ask(shop, actor(advisor), at), actor(manager(shop))
    with nothing_changes(), pytest.raises(Forbidden):
        commands.withdraw_approval(approval_id=asked.pk, by=boss, at=at)
    commands.withdraw_approval(approval_id=asked.pk, by=actor(advisor), at=at)
    asked.refresh_from_db()
    assert asked.state == "withdrawn" and kinds()[-1] == "accounts.ApprovalWithdrawn"
    with nothing_changes(), pytest.raises(Refused):
        commands.withdraw_approval(approval_id=asked.pk, by=actor(advisor), at=at)


def test_an_approval_is_spent_once_on_what_was_approved(shop: Shop, at: datetime) -> None:
    advisor = actor(person(shop, starting_role(shop, "advisor")))
    asked = ask(shop, advisor, at)
    right = {"approval_id": asked.pk, "kind": "discount", "subject": "order:7", "amount": Money(20000)}
    with nothing_changes(), pytest.raises(Refused):
        commands.use_approval(**right, by=advisor, at=at)
    commands.decide_approval(approval_id=asked.pk, approve=True, by=actor(manager(shop)), at=at)
    for wrong in ({"kind": "refund"}, {"subject": "order:8"}, {"amount": Money(20001)}):
        with nothing_changes(), pytest.raises(Refused):
            commands.use_approval(**{**right, **wrong}, by=advisor, at=at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.use_approval(**right, by=shop.actor(store_id=shop.other_store_id), at=at)
    assert commands.use_approval(**{**right, "amount": Money(100)}, by=advisor, at=at).state == "used"
    assert kinds()[-1] == "accounts.ApprovalUsed"
    with nothing_changes(), pytest.raises(Refused):
        commands.use_approval(**right, by=advisor, at=at)


def test_what_waits_for_whom(shop: Shop, at: datetime) -> None:
    boss, advisor = manager(shop), person(shop, starting_role(shop, "advisor"))
    mine, theirs = ask(shop, actor(boss), at), ask(shop, actor(advisor), at, subject="order:8")
    ask(shop, shop.boss(), at, subject="order:9", store_id=shop.other_store_id)
    ask(shop, shop.boss(), at, subject="order:10", permission="accounts.approve_keys")
    assert queries.open_approvals(actor(boss)) == [theirs]
    assert queries.open_approval_count(actor(boss)) == 1
    assert queries.open_approvals(actor(advisor)) == []
    assert queries.approvals_by(actor(boss)) == [mine]
    assert queries.approval_for("discount", "order:8") == theirs


def test_a_request_is_shown_to_askers_and_deciders_only(shop: Shop, at: datetime) -> None:
    boss, advisor = manager(shop), person(shop, starting_role(shop, "advisor"))
    asked = ask(shop, actor(advisor), at)
    seen = queries.approval_screen(asked.pk, actor(boss))
    own = queries.approval_screen(asked.pk, actor(advisor))
    assert (seen.may_decide, seen.may_withdraw) == (True, False)
    assert (own.may_decide, own.may_withdraw) == (False, True) and own.why_not
    for by in (actor(person(shop)), shop.boss().__class__(shop.org_id, "key", advisor.pk, "x")):
        with pytest.raises(Missing):
            queries.approval_screen(asked.pk, by)


def test_the_trail_says_what_was_asked_for_and_how_much(shop: Shop, at: datetime) -> None:
    advisor, boss = actor(person(shop, starting_role(shop, "advisor"))), actor(manager(shop))
    asked = ask(shop, advisor, at)
    commands.decide_approval(approval_id=asked.pk, approve=True, by=boss, at=at)
    commands.use_approval(approval_id=asked.pk, kind="discount", subject="order:7", by=advisor, at=at)
    told = [line.sentence for line in queries.audit_screen(boss).lines[:3]]
    assert told == [f"{said}：折扣 ¥200.00 · 工单折扣 20%" for said in ("按审批执行", "审批同意", "提交审批")]


def test_old_facts_without_an_amount_are_still_told() -> None:
    old = {"approval_id": 1, "approval_kind": "refund", "approved": True}
    told = ApprovalDecided(**old, store_id=None, order_id=None, customer_id=None)
    assert str(told.sentence()) == "审批同意：退款"
