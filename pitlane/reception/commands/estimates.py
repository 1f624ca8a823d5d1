"""The quote: frozen as a version, sent by a private link, answered line by line, exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.messaging import commands as messaging
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .. import policies, rules
from ..addresses import make_address
from ..events import EstimateDecided, EstimateOpened, EstimateSent, of_order
from ..evidence import answer_digest, version_digest
from ..models import Estimate, Walkaround
from ..signatures import keep_signature
from ..states import ESTIMATE
from .recommendations import keep_recommendations

OLD_PARTS_CHECK = "RC-14"
OLD_PARTS = {"take": "return", "waive": "waive", "none": "none"}
MOST_DAYS = 60


@command
def send_estimate(*, order_id: int, token: str, days: int = 7, link: str = "", by: Actor, at: datetime) -> Estimate:
    """Freeze all undecided lines as a new version behind a private link; what was sent before no longer counts.

    With the whole address in ``link`` the customer gets it by message, if the shop sends any.
    """
    card = orders.order_for(order_id, by)
    require(policies.can_quote(by, card), "reception.quote")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(_("报价有效期应为 1 到 %(n)s 天") % {"n": MOST_DAYS}, code="days", field="days")
    lines = _frozen(orders.proposed_lines(order_id))
    if not lines:
        raise Refused(_("没有等客户确认的项目，先加项目再报价"), code="nothing_to_quote")
    _tell_old_parts(order_id, by, at)
    order = workshop.mark_quoted(order_id=order_id, by=by, at=at)
    replaced = _replace(order_id, {line["key"] for line in lines})
    estimate = _freeze(order, lines, days, by, at)
    make_address("estimate", estimate.pk, order.customer_id, token, at)
    event = EstimateSent(
        **of_order(card),
        estimate_id=estimate.pk,
        number=estimate.number,
        lines=len(lines),
        total_fen=estimate.total.fen,
        digest=estimate.digest,
        expires_on=timezone.localdate(estimate.expires_at).isoformat(),
        replaces=replaced,
    )
    record(event, by=by, at=at)
    if link:
        _tell_customer(card, estimate, link, by, at)
    return estimate


def _tell_customer(order: Any, estimate: Estimate, link: str, by: Actor, at: datetime) -> None:
    """The link goes out by the customer's channel; it ends with the quote."""
    values = {
        "plate": order.plate or order.vehicle,
        "count": str(len([line for line in estimate.lines if not line["parent"]])),
        "amount": f"¥{estimate.total.yuan:,}",
        "link": link,
    }
    messaging.tell(
        key=f"quote:{estimate.ref}",
        template="quote_waiting",
        variables=values,
        customer_id=order.customer_id,
        subject=order.ref,
        store_id=order.store_id,
        order_id=order.id,
        expires_at=estimate.expires_at,
        by=by,
        at=at,
    )


def _tell_old_parts(order_id: int, by: Actor, at: datetime) -> None:
    """What was said about the old parts beside the car holds for the parts that are quoted."""
    said = Walkaround.objects.filter(order_id=order_id).values_list("checks", flat=True).first() or {}
    if wish := OLD_PARTS.get(said.get(OLD_PARTS_CHECK, "")):
        workshop.keep_old_parts(order_id=order_id, wish=wish, by=by, at=at)


def _frozen(lines: Sequence[Any]) -> list[dict[str, Any]]:
    """The lines as the customer will see them, packages under their own name."""
    heads = rules.heads_of(lines)
    names = {code: _package_name(code) for code in {line.package_code for line in lines if line.package_code}}
    return [rules.frozen_line(line, heads[line.key], names.get(line.package_code, "")) for line in lines]


def _package_name(code: str) -> str:
    package = catalog.package_by_code(code)
    return package.name if package else ""


def _replace(order_id: int, keys: set[str]) -> list[int]:
    """Versions that wait, and answered ones whose lines are asked again. Their links then say so."""
    numbers = []
    for old in Estimate.objects.filter(order_id=order_id).select_for_update().order_by("pk"):
        asked_again = old.state == "decided" and keys & {line["key"] for line in old.lines}
        if old.state == "sent" or asked_again:
            ESTIMATE.apply(old, "replace")
            old.save(update_fields=["state"])
            numbers.append(old.number)
    return numbers


def _freeze(order: Any, lines: list[dict[str, Any]], days: int, by: Actor, at: datetime) -> Estimate:
    made = Estimate(
        org_id=by.org_id,
        order_id=order.pk,
        number=Estimate.objects.filter(order_id=order.pk).count() + 1,
        lines=lines,
        total=rules.total_of(lines, "customer"),
        promised_at=order.promised_at,
        sent_at=at,
        sent_by=by.name,
        expires_at=at + timedelta(days=days),
    )
    made.digest = version_digest(made, order.number)
    made.save()
    return made


@command
def open_estimate(*, estimate_id: int, by: Actor, at: datetime) -> bool:
    """The customer opened the link: the first time is kept, so that the advisor knows whether to call."""
    estimate = _locked(estimate_id)
    order = orders.order_for(estimate.order_id, by)
    require(policies.can_decide(by, order), "reception.quote")
    if estimate.opened_at is not None or by.kind != "customer":
        return False
    estimate.opened_at = at
    estimate.save(update_fields=["opened_at"])
    record(EstimateOpened(**of_order(order), estimate_id=estimate.pk, number=estimate.number), by=by, at=at)
    return True


@command
def decide_estimate(
    *,
    estimate_id: int,
    decisions: Mapping[str, str],
    signature_png: bytes | None = None,
    name: str = "",
    via: str = "link",
    reasons: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime,
) -> Estimate:
    """Take the customer's answer to each line of a version, once. Prices stand in the version, not in the answer."""
    estimate = _locked(estimate_id)
    order = orders.order_for(estimate.order_id, by)
    require(policies.can_decide(by, order), "reception.quote")
    _refuse_closed(estimate, at)
    answer = rules.complete_answer(estimate.lines, decisions)
    if not rules.same_content(estimate.lines, orders.proposed_lines(estimate.order_id)):
        raise Conflict(_("报价之后项目或价格有改动，请等门店重新发送"), code="lines_changed")
    if not (signature_png or name.strip()):
        raise Refused(_("请签名，或输入姓名代替"), code="signature_missing", field="signature")
    if signature_png:
        estimate.signature = keep_signature(signature_png, order, by, at)
    _write_answer(estimate, answer, name, "link" if by.kind == "customer" else via, reasons or {}, at)
    workshop.decide_lines(
        order_id=order.id, decisions=answer, via=estimate.decided_via, reasons=estimate.reasons, by=by, at=at
    )
    keep_recommendations(order_id=order.id, decisions=answer, reasons=estimate.reasons, by=by, at=at)
    record(_decided(estimate, order, answer), by=by, at=at)
    return estimate


def _locked(estimate_id: int) -> Estimate:
    """The version with its order locked first, as every command of the order does."""
    Estimate.objects.select_related("order").select_for_update(of=("order",)).filter(pk=estimate_id).first()
    estimate: Estimate | None = Estimate.objects.select_for_update().filter(pk=estimate_id).first()
    if estimate is None:
        raise Missing()
    return estimate


def _refuse_closed(estimate: Estimate, at: datetime) -> None:
    if estimate.state == "decided":
        raise Conflict(_("这份报价已经答复过了"), code="already_decided")
    if estimate.state == "replaced":
        raise Conflict(_("这份报价已被新的报价替代"), code="replaced")
    if estimate.expires_at <= at:
        raise Refused(_("这份报价已过有效期，请联系门店重新报价"), code="expired")


def _write_answer(
    estimate: Estimate, answer: Mapping[str, str], name: str, via: str, reasons: Mapping[str, str], at: datetime
) -> None:
    ESTIMATE.apply(estimate, "decide")
    estimate.decisions = {key: rules.VERBS[verb] for key, verb in answer.items()}
    estimate.reasons = {key: str(reasons[key])[:60] for key in answer if reasons.get(key)}
    estimate.decided_at, estimate.decided_via, estimate.decided_name = at, via[:10], name.strip()[:40]
    estimate.decision_digest = answer_digest(estimate)
    estimate.save()


def _decided(estimate: Estimate, order: Any, answer: Mapping[str, str]) -> EstimateDecided:
    return EstimateDecided(
        **of_order(order),
        estimate_id=estimate.pk,
        number=estimate.number,
        approved=rules.count_of(answer, "approve"),
        declined=rules.count_of(answer, "decline"),
        deferred=rules.count_of(answer, "defer"),
        approved_total_fen=rules.amount_of(estimate.lines, answer).fen,
        digest=estimate.decision_digest,
        via=estimate.decided_via,
    )
