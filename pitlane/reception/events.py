"""What happened at reception: walk-arounds, quotes and answers, work kept for later. Ids, counts and hashes only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from pitlane.core.events import Event
from pitlane.core.states import Family


@dataclass(frozen=True, kw_only=True)
class _OfOrder(Event):
    """Every fact of reception belongs to one visit of one car."""

    order_id: int
    customer_id: int
    vehicle_id: int
    store_id: int


def of_order(order: Any) -> dict[str, int]:
    """The ids that put a fact on the time lines of the order, the car and its owner."""
    return {
        "order_id": order.id,
        "customer_id": order.customer_id,
        "vehicle_id": order.vehicle_id,
        "store_id": order.store_id,
    }


@dataclass(frozen=True, kw_only=True)
class WalkaroundSaved(_OfOrder):
    icon: ClassVar[str] = "clipboard-check"
    timeline: ClassVar[bool] = False
    marks: int
    bad: int

    def sentence(self) -> str:
        return _("环检已记录，%(n)s 处损伤") % {"n": self.marks}


@dataclass(frozen=True, kw_only=True)
class WalkaroundSigned(_OfOrder):
    """``digest`` covers marks, checks and the signature, so that a dispute about old damage can be settled."""

    icon: ClassVar[str] = "signature"
    family: ClassVar[Family] = "move"
    marks: int
    digest: str

    def sentence(self) -> str:
        return _("客户已签字确认环检，%(n)s 处旧伤") % {"n": self.marks}


@dataclass(frozen=True, kw_only=True)
class EstimateSent(_OfOrder):
    """``digest`` is the hash of the frozen lines and prices."""

    icon: ClassVar[str] = "send"
    family: ClassVar[Family] = "cust"
    estimate_id: int
    number: int
    lines: int
    total_fen: int
    digest: str
    expires_on: str
    replaces: list[int]

    def sentence(self) -> str:
        return _("报价第 %(n)s 版已发送，%(lines)s 项") % {"n": self.number, "lines": self.lines}


@dataclass(frozen=True, kw_only=True)
class EstimateOpened(_OfOrder):
    icon: ClassVar[str] = "eye"
    family: ClassVar[Family] = "cust"
    estimate_id: int
    number: int

    def sentence(self) -> str:
        return _("客户打开了报价第 %(n)s 版") % {"n": self.number}


@dataclass(frozen=True, kw_only=True)
class EstimateDecided(_OfOrder):
    """``digest`` is the hash of the version, each answer, the reasons and the signature."""

    icon: ClassVar[str] = "circle-check"
    family: ClassVar[Family] = "done"
    estimate_id: int
    number: int
    approved: int
    declined: int
    deferred: int
    approved_total_fen: int
    digest: str
    via: str

    def sentence(self) -> str:
        answer = {"n": self.number, "yes": self.approved, "no": self.declined, "later": self.deferred}
        return _("客户答复报价第 %(n)s 版：同意 %(yes)s 项，不做 %(no)s 项，下次 %(later)s 项") % answer


@dataclass(frozen=True, kw_only=True)
class LinkShared(_OfOrder):
    """A private address was made for the customer; the secret itself is nowhere stored."""

    icon: ClassVar[str] = "link"
    timeline: ClassVar[bool] = False
    link_id: int
    purpose: str

    def sentence(self) -> str:
        return _("生成了客户专用链接")


@dataclass(frozen=True, kw_only=True)
class RecommendationKept(_OfOrder):
    icon: ClassVar[str] = "bookmark"
    family: ClassVar[Family] = "hold"
    recommendation_id: int
    decision: str
    amount_fen: int

    def sentence(self) -> str:
        return _("客户这次没做的项目已留作建议")


@dataclass(frozen=True, kw_only=True)
class RecommendationClosed(_OfOrder):
    """``taken`` tells work that was done after all from advice nobody wants to hear again."""

    icon: ClassVar[str] = "bookmark"
    recommendation_id: int
    taken: bool

    def sentence(self) -> str:
        return _("以前的建议已加入工单") if self.taken else _("以前的建议不再提醒")


@dataclass(frozen=True, kw_only=True)
class FaultCodesRead(_OfOrder):
    icon: ClassVar[str] = "engine"
    timeline: ClassVar[bool] = False
    codes: list[str]

    def sentence(self) -> str:
        return _("记录故障码 %(codes)s") % {"codes": "、".join(self.codes) or _("无")}


@dataclass(frozen=True, kw_only=True)
class SuggestionAnswered(_OfOrder):
    """An advisor took or refused a suggested operation; ``cause`` and ``operation`` are codes."""

    icon: ClassVar[str] = "sparkles"
    timeline: ClassVar[bool] = False
    cause: str
    operation: str
    accepted: bool

    def sentence(self) -> str:
        said = _("采纳诊断建议 %(code)s") if self.accepted else _("不采纳诊断建议 %(code)s")
        return said % {"code": self.operation}


@dataclass(frozen=True, kw_only=True)
class OwnCauseSaved(Event):
    icon: ClassVar[str] = "sparkles"
    own_cause_id: int
    active: bool

    def sentence(self) -> str:
        return _("保存本店故障条目") if self.active else _("停用本店故障条目")
