"""The page of one order: everything it shows, including which steps are allowed and why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.billing import queries as billing
from pitlane.core.access import Actor
from pitlane.core.errors import Missing
from pitlane.core.models import EventRow
from pitlane.core.money import Money
from pitlane.core.states import Label
from pitlane.customers import queries as customers
from pitlane.parts import queries as stock

from .. import policies
from ..models import Finding, Hold, OrderPhoto, QualityCheck, RepairOrder
from ..settling import settle_obstacles
from ..sheet import Sheet, needs_stock, sublet_cost
from ..states import CHECK, EDITABLE, ORDER, OVER
from ..story import event_of
from ..totals import COUNTED, Outlook, margin, outlook
from .cards import LineCard, OrderCard, card_of, line_cards, load_order, sheet_of, stage_of
from .causes import Causes, causes
from .lists import lateness
from .quality import ActionCard, actions_of

STAGES = (
    ("checked_in", "opened_at"),
    ("quoted", "quoted_at"),
    ("approved", "approved_at"),
    ("dispatched", "dispatched_at"),
    ("working", "started_at"),
    ("quality", "finished_at"),
    ("settled", "settled_at"),
    ("delivered", "delivered_at"),
)
STAGE_OF = {
    "checked_in": 0,
    "inspecting": 1,
    "awaiting_approval": 2,
    "dispatch_pending": 3,
    "dispatched": 4,
    "in_progress": 4,
    "on_hold": 4,
    "qc_pending": 5,
    "completed": 6,
    "reopened": 6,
    "settled": 6,
    "paid": 7,
    "on_account": 7,
    "delivered": 8,
    "closed": 8,
    "cancelled": 0,
}


@dataclass(frozen=True, slots=True)
class May:
    """Whether a step is open to this person now, and if not, what stands in the way."""

    allowed: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stop of the stepper."""

    label: str
    sub: str
    state: str
    percent: int | None = None
    family: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the order's history."""

    icon: str
    family: str
    title: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckCard:
    """One inspection."""

    level: str
    item: str
    label: Label
    inspector: str
    cause: str
    responsible: str
    points: tuple[str, ...]
    note: str
    road_test: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderScreen:
    """All that the order's page shows."""

    card: OrderCard
    order: RepairOrder
    lines: list[LineCard]
    stages: list[Stage]
    may: dict[str, May]
    next: str
    late: str
    minutes_left: int | None
    outlook: Outlook | None
    hours: Decimal
    sees_cost: bool
    customer: customers.CustomerCard
    findings: list[Finding]
    photos: list[OrderPhoto]
    checks: list[CheckCard]
    holds: list[Hold]
    story: list[Told]
    actions: list[ActionCard]
    comeback_cause: str
    money: Any
    deposit: Money

    @property
    def over(self) -> bool:
        """The car has left: nothing more is inspected or quoted."""
        return self.card.state in OVER

    @property
    def minutes_over(self) -> int:
        """How long the promised time is over; 0 while it is kept."""
        return max(0, -(self.minutes_left or 0))

    @property
    def margin_percent(self) -> Decimal | None:
        """None for whoever may not see cost, and while nothing is charged."""
        return self.outlook.margin * 100 if self.outlook and self.outlook.margin is not None else None

    @property
    def undecided(self) -> list[LineCard]:
        return [line for line in self.lines if line.approval == "proposed"]


def order_screen(order_id: int, *, by: Actor, at: datetime) -> OrderScreen:
    """Read the order once for its page."""
    order = load_order(order_id, by, "customer", "advisor", "store", "comeback_of")
    sheet = sheet_of(order)
    lines = line_cards(sheet)
    may = what_may(sheet, lines, by)
    sees_cost = policies.can_see_cost(by, order.store_id)
    events = list(EventRow.objects.filter(order_id=order.pk).order_by("-seq")[:120])
    checks = _checks(order.pk)
    known = causes() if order.comeback_cause or any(row.cause for row in checks) else Causes({}, {})
    return OrderScreen(
        card=card_of(order),
        order=order,
        lines=lines,
        stages=stages_of(order, sheet, events, at),
        may=may,
        next=next_step(sheet),
        late=lateness(order, at),
        minutes_left=round((order.promised_at - at).total_seconds() / 60) if order.promised_at else None,
        outlook=_outlook(sheet) if sees_cost else None,
        hours=sum((line.hours for line in lines if line.approval in ("proposed", "approved")), Decimal(0)),
        sees_cost=sees_cost,
        customer=customers.customer_card(order.customer_id),
        findings=list(Finding.objects.filter(order=order).select_related("operation", "item").order_by("-pk")),
        photos=list(OrderPhoto.objects.filter(order=order).select_related("file").order_by("-pk")[:60]),
        checks=[_check_card(row, known) for row in checks],
        holds=list(Hold.objects.filter(order=order).order_by("-pk")),
        story=list(_story(events)),
        actions=actions_of(order.pk, by=by, at=at),
        comeback_cause=known.name(order.comeback_cause),
        money=billing.order_money(order.pk) if order.settled_at else None,
        deposit=billing.deposit_of(order.pk, order.customer_id),
    )


def _outlook(sheet: Sheet) -> Outlook:
    """The margin of the order as it stands, with the expected cost of parts that still lie on the shelf."""
    order = sheet.order
    if order.settled_at is not None:
        return Outlook(order.cost_total, margin(order.total, order.cost_total))
    ours = [part for part in sheet.parts if part.approval in COUNTED and not part.fitted and needs_stock(part)]
    waiting = [(part.part_id or 0, part.quantity) for part in ours]
    costs = stock.expected_costs([part_id for part_id, _n in waiting], order.store_id) if waiting else {}
    spent = stock.order_cost(order.pk) + sublet_cost(sheet)
    return outlook(order.total, spent, [(costs.get(part_id), quantity) for part_id, quantity in waiting])


def _checks(order_id: int) -> list[QualityCheck]:
    """All inspections of an order, newest first."""
    found = QualityCheck.objects.filter(order_id=order_id).select_related("inspector", "responsible", "item")
    return list(found.order_by("-pk"))


def _check_card(row: QualityCheck, known: Causes) -> CheckCard:
    return CheckCard(
        level=row.get_qc_level_display(),
        item=row.item.name if row.item else "",
        label=CHECK.label(row.state),
        inspector=row.inspector.name,
        cause=known.name(row.cause),
        responsible=row.responsible.name if row.responsible else "",
        points=tuple(row.failed_points),
        note=row.note,
        road_test=row.road_test,
        at=row.at,
    )


def _story(rows: Iterable[EventRow]) -> Iterable[Told]:
    for row in rows:
        event = event_of(row)
        if event is not None:
            yield Told(event.icon, event.family, event.sentence(), row.actor_name, row.at)


def stages_of(order: RepairOrder, sheet: Sheet, events: list[EventRow], at: datetime) -> list[Stage]:
    """The stepper: what is behind, where the car is, what lies ahead."""
    times = {name: getattr(order, name, None) for _key, name in STAGES}
    times["quoted_at"] = _first(events, "workshop.OrderQuoted")
    times["dispatched_at"] = order.dispatched_at or _first(events, "workshop.OrderDispatched")
    now = STAGE_OF[stage_of(order)]
    labels = stage_labels()
    return [_stage(order, sheet, index, labels[key], times[name], now, at) for index, (key, name) in enumerate(STAGES)]


def stage_labels() -> dict[str, str]:
    return {
        "checked_in": _("接车"),
        "quoted": _("报价"),
        "approved": _("客户确认"),
        "dispatched": _("派工"),
        "working": _("施工"),
        "quality": _("质检"),
        "settled": _("结算"),
        "delivered": _("交车"),
    }


def _first(events: list[EventRow], kind: str) -> datetime | None:
    return next((row.at for row in reversed(events) if row.kind == kind), None)


def _stage(
    order: RepairOrder, sheet: Sheet, index: int, label: str, moment: datetime | None, now: int, at: datetime
) -> Stage:
    state = "done" if index < now else "now" if index == now else "todo"
    sub = short_time(moment, at) if moment and index <= now else ""
    percent = progress(sheet) if state == "now" and index == 4 else None
    if percent is not None:
        sub = f"{sub} · {percent}%".strip(" ·")
    if index == len(STAGES) - 1 and state != "done" and order.promised_at:
        sub = _("%(time)s 承诺") % {"time": short_time(order.promised_at, at)}
    return Stage(label, sub, state, percent, "hold" if state == "now" and order.state == "on_hold" else "")


def short_time(moment: datetime, at: datetime) -> str:
    """The clock today, the day before it on other days."""
    here, now = timezone.localtime(moment), timezone.localtime(at)
    return f"{here:%H:%M}" if here.date() == now.date() else f"{here:%m-%d %H:%M}"


def progress(sheet: Sheet) -> int:
    """How far the work is, by standard hours of finished jobs and ticked steps."""
    jobs = sheet.approved_items()
    weight = [max(float(item.hours), 0.1) for item in jobs]
    done = [_share_done(item.state, item.steps) for item in jobs]
    return round(100 * sum(w * d for w, d in zip(weight, done, strict=True)) / sum(weight)) if jobs else 0


def _share_done(state: str, steps: list[dict[str, Any]]) -> float:
    if state in ("self_checked", "done", "passed"):
        return 1.0
    ticked = sum(1 for step in steps if step.get("done_at"))
    return 0.9 * ticked / len(steps) if steps else 0.0


def next_step(sheet: Sheet) -> str:
    """The one next legal step of the order."""
    order = sheet.order
    waiting = [item for item in sheet.approved_items() if item.state in ("pending", "rework")]
    if order.state in ("checked_in", "inspecting"):
        return "quote" if sheet.lines else "add"
    if order.state in ("dispatch_pending", "in_progress"):
        return "dispatch" if waiting else "finish"
    fixed = {
        "awaiting_approval": "decide",
        "on_hold": "resume",
        "qc_pending": "inspect",
        "completed": "settle",
        "reopened": "settle",
        "settled": "pay",
        "paid": "deliver",
        "on_account": "deliver",
        "delivered": "close",
    }
    return fixed.get(order.state, "")


def what_may(sheet: Sheet, lines: list[LineCard], by: Actor) -> dict[str, May]:
    """Every step of the page with its permission and what stands in its way."""
    order, state = sheet.order, sheet.order.state
    left = len(sheet.unfinished())
    undecided = bool(sheet.undecided())
    obstacles = settle_obstacles(sheet)
    editable = state in EDITABLE
    return {
        "edit": _may(policies.can_edit(by, order), (editable, _("已结算，项目不能再改"))),
        "header": _may(
            policies.can_edit(by, order), (state not in ("closed", "cancelled", "delivered"), _("工单已结束"))
        ),
        "add": _may(policies.can_edit(by, order), (editable, _("已结算，项目不能再改"))),
        "quote": _may(policies.can_quote(by, order), (editable, ""), (undecided, _("没有待确认的项目"))),
        "decide": _may(policies.can_decide(by, order), (editable, ""), (undecided, _("没有待确认的项目"))),
        "dispatch": _may(
            policies.can_dispatch(by, order),
            (state in ("dispatch_pending", "in_progress", "reopened"), _("还不能派工")),
            (bool(sheet.unfinished()), _("没有可派的项目")),
        ),
        "finish": _may(
            policies.can_work(by, order) or policies.can_edit(by, order),
            (not left, _("余 %(n)d 项") % {"n": left}),
            (state == "in_progress", _("还没有开工")),
        ),
        "issue": _may(policies.can_issue(by, order), (editable, ""), (_issuable(lines), _("没有可领的配件"))),
        "inspect": _may(policies.can_inspect(by, order), (state == "qc_pending", _("还没有完工"))),
        "settle": _may(
            policies.can_settle(by, order),
            (ORDER.may(state, "settle"), _("还没有竣工")),
            (not [o for o in obstacles if o.code != "parts_not_issued"], str(obstacles[0].text) if obstacles else ""),
        ),
        "pay": _may(
            policies.can_take_money(by, order),
            (state in ("settled", "on_account", "delivered") and order.paid_at is None, _("没有应收")),
        ),
        "deposit": _may(policies.can_take_money(by, order), (editable, _("已结算，请直接收款"))),
        "deliver": _may(policies.can_deliver(by, order), (ORDER.may(state, "deliver"), _("还没有收款或挂账"))),
        "close": _may(policies.can_deliver(by, order), (ORDER.may(state, "close"), _("还没有交车"))),
        "hold": _may(policies.can_hold(by, order), (ORDER.may(state, "hold"), _("现在不能暂停"))),
        "resume": _may(policies.can_hold(by, order), (state == "on_hold", _("没有暂停"))),
        "cancel": _may(policies.can_cancel(by, order), (ORDER.may(state, "cancel"), _("已开工的工单先暂停再作废"))),
        "improve": _may(policies.can_improve(by, order.store_id)),
        "reopen": _may(policies.can_reopen(by, order), (ORDER.may(state, "reverse"), _("还没有结算"))),
    }


def _issuable(lines: list[LineCard]) -> bool:
    return any(line.is_part and line.approval == "approved" and not line.fitted for line in lines)


def _may(permitted: bool, *conditions: tuple[bool, str]) -> May:
    if not permitted:
        return May(False, _("没有权限"))
    return next((May(False, why) for holds, why in conditions if not holds), May(True))


HEAD = (
    "title",
    "concern",
    "order_type",
    "promised_at",
    "advisor_id",
    "odometer",
    "key_place",
    "comeback_cause",
    "version",
)


def header_of(order_id: int) -> dict[str, Any]:
    """The head of an order as its form shows it."""
    order = load_order(order_id)
    return {name: getattr(order, name) for name in HEAD}


def finding_of(finding_id: int, order_id: int) -> Finding:
    """A finding of this order."""
    found: Finding | None = Finding.objects.select_related("operation").filter(pk=finding_id, order_id=order_id).first()
    if found is None:
        raise Missing()
    return found
