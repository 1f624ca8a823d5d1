"""Work the customer did not want today: kept with its content, taken later, or dropped for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import ZERO, Money, total
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .. import policies, rules
from ..events import RecommendationClosed, RecommendationKept, of_order
from ..models import Recommendation
from ..states import RECOMMENDATION

KEPT = {"decline": "declined", "defer": "deferred"}
REMIND_AFTER = timedelta(days=90)


@command
def keep_recommendations(
    *, order_id: int, decisions: Mapping[str, str], reasons: Mapping[str, str] | None = None, by: Actor, at: datetime
) -> list[Recommendation]:
    """Keep each job that was declined or put off, with its parts; again with the same answer it does nothing.

    A line that is approved after all takes its recommendation back.
    """
    order = orders.order_for(order_id, by)
    require(policies.can_decide(by, order), "reception.quote")
    lines = orders.lines_of(order_id)
    heads = rules.heads_of(lines)
    known = {r.line_key: r for r in Recommendation.objects.filter(order_id=order_id).select_for_update().order_by("pk")}
    kept = []
    for line in lines:
        verb, before = decisions.get(line.key, ""), known.get(line.key)
        if verb == "approve" and before and before.state == "open":
            _close(before, "take", order, by, at)
        alone = heads[line.key] == line.key or decisions.get(heads[line.key]) not in KEPT
        if verb in KEPT and before is None and alone:
            group = [
                e
                for e in lines
                if e.key == line.key or (heads[e.key] == line.key and decisions.get(e.key, verb) in KEPT)
            ]
            kept.append(_keep(order, group, verb, (reasons or {}).get(line.key, ""), by, at))
    return kept


def _keep(order: Any, lines: list[Any], verb: str, reason: str, by: Actor, at: datetime) -> Recommendation:
    head = lines[0]
    package = catalog.package_by_code(head.package_code) if head.package_code else None
    kept: Recommendation = Recommendation.objects.create(
        vehicle_id=order.vehicle_id,
        order_id=order.id,
        line_key=head.key,
        operation_id=head.operation_id,
        name=(package.name if package else head.name)[:80],
        content=[_content(each) for each in lines],
        amount=total((each.amount for each in lines), ZERO),
        decision=KEPT[verb],
        reason=reason[:60],
        remind_on=timezone.localdate(at + REMIND_AFTER) if verb == "defer" else None,
        made_at=at,
    )
    event = RecommendationKept(
        **of_order(order), recommendation_id=kept.pk, decision=kept.decision, amount_fen=kept.amount.fen
    )
    record(event, by=by, at=at)
    return kept


def _content(line: Any) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "package": line.package_code,
        "operation_id": line.operation_id,
        "part_id": line.part_id,
        "name": line.name,
        "quantity": str(line.quantity),
        "unit_price": line.unit_price.fen,
    }


def _locked(recommendation_id: int) -> Recommendation:
    found: Recommendation | None = Recommendation.objects.select_for_update().filter(pk=recommendation_id).first()
    if found is None:
        raise Missing()
    return found


@command
def take_recommendation(*, recommendation_id: int, order_id: int, by: Actor, at: datetime) -> list[str]:
    """Add what was put off to the order of today, at today's prices; returns the new line keys."""
    order = orders.order_for(order_id, by)
    require(policies.can_quote(by, order), "reception.quote")
    kept = _locked(recommendation_id)
    if kept.vehicle_id != order.vehicle_id:
        raise Refused(_("这条建议属于另一台车"), code="other_vehicle")
    _close(kept, "take", order, by, at)
    return list(workshop.add_lines(order_id=order_id, lines=_lines(kept), by=by, at=at))


def _lines(kept: Recommendation) -> list[Any]:
    """The job with its parts as new lines. What the catalogue knows is priced anew; free text keeps its price."""
    head, *parts = kept.content
    package = catalog.package_by_code(head["package"]) if head["package"] else None
    if package is not None and package.active:
        return [workshop.NewPackage(package.id)]
    if head["kind"] == "part":
        return [_part(head, "")]
    return [_labour(head), *[_part(part, "#0") for part in parts]]


def _labour(row: Mapping[str, Any]) -> Any:
    if row["operation_id"]:
        return workshop.NewLabour(operation_id=row["operation_id"])
    return workshop.NewLabour(
        name=row["name"], hours=Decimal(row["quantity"]), unit_price=Money(row["unit_price"]), kind=row["kind"]
    )


def _part(row: Mapping[str, Any], item: str) -> Any:
    if row["part_id"]:
        return workshop.NewPart(part_id=row["part_id"], quantity=Decimal(row["quantity"]), item=item)
    return workshop.NewPart(
        name=row["name"], quantity=Decimal(row["quantity"]), unit_price=Money(row["unit_price"]), item=item
    )


@command
def close_recommendation(*, recommendation_id: int, reason: str = "", by: Actor, at: datetime) -> Recommendation:
    """Stop recommending: done elsewhere, car sold, or the owner does not want to hear of it."""
    kept = _locked(recommendation_id)
    order = orders.order_for(kept.order_id, by)
    require(policies.can_quote(by, order), "reception.quote")
    kept.close_reason = reason[:60]
    _close(kept, "drop", order, by, at)
    return kept


def _close(kept: Recommendation, verb: str, order: Any, by: Actor, at: datetime) -> None:
    RECOMMENDATION.apply(kept, verb)
    kept.closed_at = at
    kept.taken_by_order_id = order.id if verb == "take" else None
    kept.save(update_fields=["state", "closed_at", "taken_by_order", "close_reason"])
    record(RecommendationClosed(**of_order(order), recommendation_id=kept.pk, taken=verb == "take"), by=by, at=at)
