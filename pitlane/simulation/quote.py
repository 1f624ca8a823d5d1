"""The question to the customer: sent as a private link or asked at the counter, answered line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pitlane.reception import commands as reception
from pitlane.workshop import commands as workshop

from .case import Case
from .dice import pick
from .occasions import draw_extra
from .sightings import parts_of, work_of

ANSWERS = {"approve": 46, "defer": 29, "decline": 25}
REASONS = {"defer": ("下次再做", "要和家人商量", "自己买配件"), "decline": ("觉得价格高", "觉得没必要", "准备卖车")}


def offer_more(case: Case) -> None:
    """The advisor adds what was seen during the walk-around."""
    if case.comeback_of or case.occasion.order_type == "menu" or not (case.chance(0.42) or case.until == "quoted"):
        return
    codes = case.codes()
    for _ in range(case.shop.rng.choice((1, 1, 2))):
        job = draw_extra(case.shop.rng, case.guest.car, codes)
        codes.add(job.operation)
        lines = list(case.shop.shelf.job_lines([job], case.guest.car))
        keys = workshop.add_lines(order_id=case.order_id, lines=lines, by=case.advisor, at=case.at)
        case.extras[keys[0]] = job


def ask(case: Case, *, by_link: bool) -> Iterator[datetime]:
    """Put all open lines to the customer and take the answer."""
    if not by_link:
        yield case.wait(2, 12)
        _answer_at_desk(case)
        return
    token = case.token(f"quote{len(case.extras)}")
    estimate = reception.send_estimate(order_id=case.order_id, token=token, by=case.advisor, at=case.at)
    if case.until == "quoted":
        case.shop.links.append(token)
        if case.chance(0.5):
            yield case.wait(1, 4)
            reception.open_estimate(estimate_id=estimate.pk, by=case.owner, at=case.at)
        case.over = True
        return
    yield case.wait(2, 30)
    reception.open_estimate(estimate_id=estimate.pk, by=case.owner, at=case.at)
    yield case.wait(1, 15)
    decisions, reasons = _decide(case)
    reception.decide_estimate(
        estimate_id=estimate.pk,
        decisions=decisions,
        reasons=reasons,
        name=case.guest.person.name,
        by=case.owner,
        at=case.at,
    )


def _answer_at_desk(case: Case) -> None:
    decisions, reasons = _decide(case)
    via = "desk" if case.chance(0.7) else "phone"
    workshop.decide_lines(
        order_id=case.order_id, decisions=decisions, via=via, reasons=reasons, by=case.advisor, at=case.at
    )


def _decide(case: Case) -> tuple[dict[str, str], dict[str, str]]:
    """What they came for is done; what the shop offers besides is thought over. Parts go with their job."""
    rng = case.shop.rng
    told = {key: pick(rng, ANSWERS) for key in case.extras}
    jobs = {work.key: told.get(work.key, "approve") for work in work_of(case.order_id) if work.approval == "proposed"}
    parts = [part for part in parts_of(case.order_id) if part.approval == "proposed"]
    decisions = jobs | {part.key: told.get(f"item:{part.item_id}", "approve") for part in parts}
    reasons = {key: rng.choice(REASONS[verb]) for key, verb in decisions.items() if verb != "approve" and key in told}
    return decisions, reasons
