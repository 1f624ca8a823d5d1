"""Advice that the advisor accepts becomes lines of the order with one click."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .. import policies, rules
from .recommendations import take_recommendation


@command
def add_advice(*, order_id: int, advice: Sequence[str], by: Actor, at: datetime) -> list[str]:
    """Put advised work into the order: ``op:7`` an operation, ``pkg:3`` a package, ``rec:9`` what was put off."""
    order = orders.order_for(order_id, by)
    require(policies.can_quote(by, order), "reception.quote")
    keys: list[str] = []
    lines = []
    for source, number in map(rules.parse_advice, dict.fromkeys(advice)):
        if source == "rec":
            keys += take_recommendation(recommendation_id=number, order_id=order_id, by=by, at=at)
        else:
            lines.append(workshop.NewPackage(number) if source == "pkg" else workshop.NewLabour(operation_id=number))
    if lines:
        keys += workshop.add_lines(order_id=order_id, lines=lines, by=by, at=at)
    return keys
