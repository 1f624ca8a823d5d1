"""What happened to repair orders. Every event names the order's state afterwards, so that history can be replayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pitlane.core.events import Event
from pitlane.core.money import Money
from pitlane.core.states import Family


@dataclass(frozen=True, kw_only=True)
class OrderEvent(Event):
    """What all events of an order carry."""

    icon: ClassVar[str] = "file-invoice"
    order_id: int
    customer_id: int
    vehicle_id: int
    store_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class OrderOpened(OrderEvent):
    icon: ClassVar[str] = "clipboard-check"
    family: ClassVar[Family] = "move"
    number: str
    order_type: str
    odometer: int | None = None
    comeback_of_id: int | None = None

    def sentence(self) -> str:
        if self.comeback_of_id:
            return _("接车开单 %(number)s（外返）") % {"number": self.number}
        return _("接车开单 %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class OrderImported(OrderEvent):
    family: ClassVar[Family] = "done"
    number: str
    total_fen: int | None
    title: str = ""

    def sentence(self) -> str:
        which = f"{self.number} {self.title}".strip()
        if not self.total_fen:
            return _("导入历史工单 %(number)s") % {"number": which}
        return _("导入历史工单 %(number)s，%(total)s") % {"number": which, "total": Money(self.total_fen)}


@dataclass(frozen=True, kw_only=True)
class OrderChanged(OrderEvent):
    icon: ClassVar[str] = "edit"
    timeline: ClassVar[bool] = False
    fields: list[str]

    def sentence(self) -> str:
        return _("修改工单信息")


@dataclass(frozen=True, kw_only=True)
class OrderInspected(OrderEvent):
    icon: ClassVar[str] = "search"
    family: ClassVar[Family] = "move"
    timeline: ClassVar[bool] = False

    def sentence(self) -> str:
        return _("开始检查车辆")


@dataclass(frozen=True, kw_only=True)
class LinesChanged(OrderEvent):
    icon: ClassVar[str] = "list-check"
    timeline: ClassVar[bool] = False
    verb: str
    keys: list[str]
    total_fen: int
    reason: str = ""

    def sentence(self) -> str:
        texts = {"add": _("增加 %(n)d 个项目，合计 %(total)s"), "remove": _("删除 %(n)d 个项目，合计 %(total)s")}
        text = texts.get(self.verb) or _("修改 %(n)d 个项目，合计 %(total)s")
        return text % {"n": len(self.keys), "total": Money(self.total_fen)}


@dataclass(frozen=True, kw_only=True)
class OrderQuoted(OrderEvent):
    icon: ClassVar[str] = "send"
    family: ClassVar[Family] = "cust"
    total_fen: int

    def sentence(self) -> str:
        return _("报价 %(total)s") % {"total": Money(self.total_fen)}


@dataclass(frozen=True, kw_only=True)
class LinesDecided(OrderEvent):
    icon: ClassVar[str] = "message-check"
    family: ClassVar[Family] = "cust"
    approved: list[str]
    declined: list[str]
    deferred: list[str]
    via: str

    def sentence(self) -> str:
        told = [
            (self.approved, _("同意 %(n)d 项")),
            (self.declined, _("不做 %(n)d 项")),
            (self.deferred, _("下次再做 %(n)d 项")),
        ]
        return _("客户答复：%(answer)s") % {
            "answer": _("、").join(text % {"n": len(keys)} for keys, text in told if keys)
        }


@dataclass(frozen=True, kw_only=True)
class QuoteRevised(OrderEvent):
    icon: ClassVar[str] = "arrow-back-up"
    family: ClassVar[Family] = "hold"
    keys: list[str]
    reason: str

    def sentence(self) -> str:
        return _("撤回 %(n)d 项已同意的项目重新报价：%(reason)s") % {"n": len(self.keys), "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class OrderDispatched(OrderEvent):
    icon: ClassVar[str] = "user-share"
    family: ClassVar[Family] = "move"
    item_ids: list[int]
    technician_ids: list[int]
    bay_id: int | None = None
    skill_gaps: int = 0

    def sentence(self) -> str:
        return _("派工 %(n)d 项，%(people)d 名技师") % {"n": len(self.item_ids), "people": len(self.technician_ids)}


@dataclass(frozen=True, kw_only=True)
class ItemsRecalled(OrderEvent):
    icon: ClassVar[str] = "arrow-back-up"
    family: ClassVar[Family] = "hold"
    item_ids: list[int]
    reason: str

    def sentence(self) -> str:
        return _("收回派工 %(n)d 项：%(reason)s") % {"n": len(self.item_ids), "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class WorkEvent(OrderEvent):
    """What all events of a job carry."""

    icon: ClassVar[str] = "tool"
    family: ClassVar[Family] = "move"
    timeline: ClassVar[bool] = False
    item_id: int
    technician_id: int


@dataclass(frozen=True, kw_only=True)
class WorkAccepted(WorkEvent):
    def sentence(self) -> str:
        return _("技师接工")


@dataclass(frozen=True, kw_only=True)
class WorkStarted(WorkEvent):
    icon: ClassVar[str] = "player-play"

    def sentence(self) -> str:
        return _("开始施工")


@dataclass(frozen=True, kw_only=True)
class WorkPaused(WorkEvent):
    icon: ClassVar[str] = "player-pause"
    family: ClassVar[Family] = "hold"
    reason: str

    def sentence(self) -> str:
        return _("暂停施工：%(reason)s") % {"reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class StepTicked(WorkEvent):
    icon: ClassVar[str] = "check"
    step: int
    outside: bool = False
    done: bool = True

    def sentence(self) -> str:
        if not self.done:
            return _("撤销第 %(n)d 步") % {"n": self.step + 1}
        text = _("完成第 %(n)d 步，测量值超限") if self.outside else _("完成第 %(n)d 步")
        return text % {"n": self.step + 1}


@dataclass(frozen=True, kw_only=True)
class WorkFinished(OrderEvent):
    icon: ClassVar[str] = "check"
    family: ClassVar[Family] = "done"
    item_ids: list[int]
    technician_id: int

    def sentence(self) -> str:
        return _("完工自检 %(n)d 项") % {"n": len(self.item_ids)}


@dataclass(frozen=True, kw_only=True)
class PeerChecked(OrderEvent):
    icon: ClassVar[str] = "users"
    family: ClassVar[Family] = "done"
    timeline: ClassVar[bool] = False
    item_id: int
    passed: bool

    def sentence(self) -> str:
        return _("互检合格") if self.passed else _("互检不合格")


@dataclass(frozen=True, kw_only=True)
class PartsIssued(OrderEvent):
    icon: ClassVar[str] = "package"
    family: ClassVar[Family] = "move"
    timeline: ClassVar[bool] = False
    keys: list[str]

    def sentence(self) -> str:
        return _("领料 %(n)d 项") % {"n": len(self.keys)}


@dataclass(frozen=True, kw_only=True)
class PartsAsked(OrderEvent):
    icon: ClassVar[str] = "package-export"
    family: ClassVar[Family] = "hold"
    timeline: ClassVar[bool] = False
    item_id: int
    keys: list[str]

    def sentence(self) -> str:
        return _("向库房要料 %(n)d 项") % {"n": len(self.keys)}


@dataclass(frozen=True, kw_only=True)
class PartReturned(OrderEvent):
    icon: ClassVar[str] = "arrow-back-up"
    timeline: ClassVar[bool] = False
    key: str
    quantity: str

    def sentence(self) -> str:
        return _("退料 %(quantity)s") % {"quantity": self.quantity}


@dataclass(frozen=True, kw_only=True)
class OrderHeld(OrderEvent):
    icon: ClassVar[str] = "player-pause"
    family: ClassVar[Family] = "hold"
    reason: str

    def sentence(self) -> str:
        names = {
            "parts": _("待料"),
            "approval": _("待批"),
            "technician": _("待工"),
            "sublet": _("外加工"),
            "customer": _("客户要求"),
        }
        return _("暂停：%(reason)s") % {"reason": names.get(self.reason, self.reason)}


@dataclass(frozen=True, kw_only=True)
class OrderResumed(OrderEvent):
    icon: ClassVar[str] = "player-play"
    family: ClassVar[Family] = "move"

    def sentence(self) -> str:
        return _("恢复")


@dataclass(frozen=True, kw_only=True)
class FindingReported(OrderEvent):
    icon: ClassVar[str] = "alert-hexagon"
    family: ClassVar[Family] = "bad"
    finding_id: int
    severity: str

    def sentence(self) -> str:
        return _("技师发现新问题")


@dataclass(frozen=True, kw_only=True)
class FindingResolved(OrderEvent):
    icon: ClassVar[str] = "message-check"
    timeline: ClassVar[bool] = False
    finding_id: int
    resolution: str

    def sentence(self) -> str:
        names = {"proposed": _("已报价给客户"), "later": _("下次再做"), "dismissed": _("不处理")}
        return _("新问题：%(what)s") % {"what": names.get(self.resolution, self.resolution)}


@dataclass(frozen=True, kw_only=True)
class PhotoAdded(OrderEvent):
    icon: ClassVar[str] = "camera"
    timeline: ClassVar[bool] = False
    photo_id: int
    photo_kind: str

    def sentence(self) -> str:
        return _("添加照片")


@dataclass(frozen=True, kw_only=True)
class QualityChecked(OrderEvent):
    icon: ClassVar[str] = "shield-check"
    family: ClassVar[Family] = "done"
    passed: bool
    failed_items: list[int]
    cause: str = ""
    responsible_id: int | None = None

    def sentence(self) -> str:
        if self.passed:
            return _("总检合格")
        return _("总检不合格，返工 %(n)d 项") % {"n": len(self.failed_items)}


@dataclass(frozen=True, kw_only=True)
class OrderCompleted(OrderEvent):
    icon: ClassVar[str] = "circle-check"
    family: ClassVar[Family] = "done"

    def sentence(self) -> str:
        return _("竣工")


@dataclass(frozen=True, kw_only=True)
class OrderSettled(OrderEvent):
    timeline: ClassVar[bool] = False  # the bill tells it
    icon: ClassVar[str] = "receipt"
    family: ClassVar[Family] = "cust"
    total_fen: int
    unissued_reason: str = ""

    def sentence(self) -> str:
        return _("结算 %(total)s") % {"total": Money(self.total_fen)}


@dataclass(frozen=True, kw_only=True)
class OrderPaid(OrderEvent):
    timeline: ClassVar[bool] = False  # the bill tells it
    icon: ClassVar[str] = "cash-register"
    family: ClassVar[Family] = "done"

    def sentence(self) -> str:
        return _("已收款")


@dataclass(frozen=True, kw_only=True)
class OrderCharged(OrderEvent):
    icon: ClassVar[str] = "cash-register"
    family: ClassVar[Family] = "hold"

    def sentence(self) -> str:
        return _("挂账")


@dataclass(frozen=True, kw_only=True)
class PaymentReturned(OrderEvent):
    icon: ClassVar[str] = "arrow-back-up"
    family: ClassVar[Family] = "bad"

    def sentence(self) -> str:
        return _("退款，工单回到已结算")


@dataclass(frozen=True, kw_only=True)
class OrderDelivered(OrderEvent):
    icon: ClassVar[str] = "key"
    family: ClassVar[Family] = "done"
    total_fen: int
    odometer: int | None = None

    def sentence(self) -> str:
        return _("交车")


@dataclass(frozen=True, kw_only=True)
class OrderClosed(OrderEvent):
    timeline: ClassVar[bool] = False

    def sentence(self) -> str:
        return _("关闭工单")


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderEvent):
    icon: ClassVar[str] = "trash"
    reason: str

    def sentence(self) -> str:
        return _("作废工单：%(reason)s") % {"reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class OrderReopened(OrderEvent):
    icon: ClassVar[str] = "arrow-back-up"
    family: ClassVar[Family] = "bad"
    reason: str
    approval_id: int | None = None

    def sentence(self) -> str:
        return _("反结算：%(reason)s") % {"reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class ArchiveMade(OrderEvent):
    icon: ClassVar[str] = "archive"
    timeline: ClassVar[bool] = False
    digest: str
    missing: list[str]

    def sentence(self) -> str:
        return _("写入维修档案")


@dataclass(frozen=True, kw_only=True)
class CorrectiveActionOpened(OrderEvent):
    icon: ClassVar[str] = "tool"
    family: ClassVar[Family] = "hold"
    timeline: ClassVar[bool] = False
    action_id: int
    owner_id: int
    cause: str

    def sentence(self) -> str:
        return _("定下纠正措施")


@dataclass(frozen=True, kw_only=True)
class CorrectiveActionEnded(OrderEvent):
    icon: ClassVar[str] = "tool"
    family: ClassVar[Family] = "done"
    timeline: ClassVar[bool] = False
    action_id: int
    outcome: str

    def sentence(self) -> str:
        return _("纠正措施已完成") if self.outcome == "done" else _("纠正措施不再需要")
