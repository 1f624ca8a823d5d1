"""Corrective actions: what is changed after a failed inspection or a come-back, by whom, until when, to what effect."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import queries as accounts
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused

from .. import policies, queries
from ..causes import checked_cause
from ..events import CorrectiveActionEnded, CorrectiveActionOpened
from ..models import CorrectiveAction
from ..sheet import lock_order, tell
from ..states import ACTION


@command
def open_action(
    *, order_id: int, text: str, owner_id: int, due_on: date, cause: str = "", by: Actor, at: datetime
) -> CorrectiveAction:
    """Write down what will be done so that the fault of this order does not happen again."""
    order = lock_order(order_id)
    require(policies.can_improve(by, order.store_id), "workshop.inspect")
    if not text.strip():
        raise Refused(_("请写明要怎么改"), code="text", field="text")
    if due_on < timezone.localdate(at):
        raise Refused(_("完成日期不能早于今天"), code="due_on", field="due_on")
    if owner_id not in {person.pk for person in accounts.staff_with_permission("workshop.view", order.store_id)}:
        raise Refused(_("请选择本店的人"), code="owner", field="owner_id")
    action: CorrectiveAction = CorrectiveAction.objects.create(
        org_id=order.org_id,
        store_id=order.store_id,
        order=order,
        cause=checked_cause(cause, queries.causes().names),
        text=text.strip()[:200],
        owner_id=owner_id,
        due_on=due_on,
        opened_at=at,
    )
    tell(
        CorrectiveActionOpened, order, action_id=action.pk, owner_id=owner_id, cause=action.cause, by=by, at=at
    )  # fmt: skip
    return action


@command
def end_action(*, action_id: int, done: bool = True, effect: str = "", by: Actor, at: datetime) -> CorrectiveAction:
    """The measure was taken, with the effect that was seen, or is no longer needed, with the reason."""
    found = CorrectiveAction.objects.filter(pk=action_id).values_list("order_id", flat=True).first()
    if found is None:
        raise Missing()
    order = lock_order(found)
    action: CorrectiveAction = CorrectiveAction.objects.select_for_update().get(pk=action_id)
    mine = action.owner_id == by.id and by.kind == "staff"
    require(mine or policies.can_improve(by, order.store_id), "workshop.inspect")
    if not effect.strip():
        raise Refused(_("请写明效果或原因"), code="effect", field="effect")
    ACTION.apply(action, "finish" if done else "drop")
    action.effect, action.ended_at = effect.strip()[:200], at
    action.save(update_fields=["state", "effect", "ended_at"])
    tell(CorrectiveActionEnded, order, action_id=action.pk, outcome=action.state, by=by, at=at)
    return action
