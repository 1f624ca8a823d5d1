"""What happens to bills and money. Amounts are in fen; no event carries a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from pitlane.core.events import Event
from pitlane.core.money import Money
from pitlane.core.states import Family

from .ways import Method, PayerKind


def _method(code: str) -> str:
    return str(Method(code).label)


@dataclass(frozen=True)
class BillEvent(Event):
    """What every event about one bill carries, so that it stands on the time lines of order, car and customer."""

    settlement_id: int
    number: str
    store_id: int
    customer_id: int
    vehicle_id: int | None
    order_id: int


@dataclass(frozen=True)
class SettlementMade(BillEvent):
    icon: ClassVar[str] = "file-invoice"
    family: ClassVar[Family] = "cust"
    payer_kind: str
    total_fen: int
    round: int

    def sentence(self) -> str:
        facts = {"number": self.number, "amount": Money(self.total_fen), "payer": PayerKind(self.payer_kind).label}
        return _("已结算 %(number)s：%(payer)s %(amount)s") % facts


@dataclass(frozen=True)
class SettlementPaid(BillEvent):
    icon: ClassVar[str] = "circle-check"
    family: ClassVar[Family] = "done"
    total_fen: int
    written_off_fen: int = 0

    def sentence(self) -> str:
        if self.written_off_fen:
            facts = {"number": self.number, "amount": Money(self.written_off_fen)}
            return _("%(number)s 已结清，其中坏账核销 %(amount)s") % facts
        return _("%(number)s 已付清 %(amount)s") % {"number": self.number, "amount": Money(self.total_fen)}


@dataclass(frozen=True)
class SettlementReversed(BillEvent):
    icon: ClassVar[str] = "arrow-back-up"
    family: ClassVar[Family] = "bad"
    negative_id: int
    total_fen: int
    to_deposit_fen: int
    released_fen: int

    def sentence(self) -> str:
        facts = {"number": self.number, "amount": Money(self.total_fen), "deposit": Money(self.to_deposit_fen)}
        if self.to_deposit_fen:
            return _("反结算 %(number)s，冲销 %(amount)s，已收 %(deposit)s 转为定金") % facts
        return _("反结算 %(number)s，冲销 %(amount)s") % facts


@dataclass(frozen=True)
class PaymentReceived(BillEvent):
    icon: ClassVar[str] = "cash"
    family: ClassVar[Family] = "done"
    payment_id: int
    method: str
    amount_fen: int
    due_fen: int

    def sentence(self) -> str:
        facts = {"method": _method(self.method), "amount": Money(self.amount_fen), "due": Money(self.due_fen)}
        if self.due_fen:
            return _("收款 %(amount)s（%(method)s），还差 %(due)s") % facts
        return _("收款 %(amount)s（%(method)s）") % facts


@dataclass(frozen=True)
class RefundMade(BillEvent):
    icon: ClassVar[str] = "cash-banknote"
    family: ClassVar[Family] = "bad"
    payment_id: int
    refund_id: int
    method: str
    amount_fen: int
    state: str

    def sentence(self) -> str:
        return _("退款 %(amount)s（%(method)s）") % {"amount": Money(self.amount_fen), "method": _method(self.method)}


@dataclass(frozen=True)
class DebtWrittenOff(BillEvent):
    """What nobody will pay any more was given up, with approval; no money moved."""

    icon: ClassVar[str] = "eraser"
    family: ClassVar[Family] = "bad"
    payment_id: int
    approval_id: int
    amount_fen: int
    due_fen: int

    def sentence(self) -> str:
        return _("%(number)s 坏账核销 %(amount)s") % {"number": self.number, "amount": Money(self.amount_fen)}


@dataclass(frozen=True)
class DebtRecovered(BillEvent):
    """The debtor paid after all what had been written off."""

    icon: ClassVar[str] = "cash"
    family: ClassVar[Family] = "done"
    payment_id: int
    written_off_id: int
    method: str
    amount_fen: int

    def sentence(self) -> str:
        facts = {"amount": Money(self.amount_fen), "method": _method(self.method)}
        return _("坏账收回 %(amount)s（%(method)s）") % facts


@dataclass(frozen=True)
class CreditCharged(BillEvent):
    icon: ClassVar[str] = "notebook"
    family: ClassVar[Family] = "hold"
    account_id: int | None
    amount_fen: int
    balance_fen: int

    def sentence(self) -> str:
        return _("%(number)s 挂账 %(amount)s") % {"number": self.number, "amount": Money(self.amount_fen)}


@dataclass(frozen=True)
class DepositTaken(Event):
    icon: ClassVar[str] = "coin"
    family: ClassVar[Family] = "done"
    payment_id: int
    store_id: int
    customer_id: int
    vehicle_id: int | None
    order_id: int
    method: str
    amount_fen: int
    balance_fen: int

    def sentence(self) -> str:
        return _("收定金 %(amount)s（%(method)s）") % {"amount": Money(self.amount_fen), "method": _method(self.method)}


@dataclass(frozen=True)
class DepositRefunded(Event):
    icon: ClassVar[str] = "cash-banknote"
    family: ClassVar[Family] = "bad"
    payment_id: int
    store_id: int
    customer_id: int
    order_id: int
    method: str
    amount_fen: int
    balance_fen: int

    def sentence(self) -> str:
        return _("退定金 %(amount)s（%(method)s）") % {"amount": Money(self.amount_fen), "method": _method(self.method)}


@dataclass(frozen=True)
class CreditOpened(Event):
    icon: ClassVar[str] = "notebook"
    account_id: int
    customer_id: int
    limit_fen: int
    days: int

    def sentence(self) -> str:
        return _("开通挂账，额度 %(limit)s，账期 %(days)s 天") % {"limit": Money(self.limit_fen), "days": self.days}


@dataclass(frozen=True)
class CreditChanged(Event):
    icon: ClassVar[str] = "notebook"
    account_id: int
    customer_id: int
    limit_fen: int
    days: int
    active: bool

    def sentence(self) -> str:
        if not self.active:
            return _("停用挂账")
        return _("挂账额度改为 %(limit)s，账期 %(days)s 天") % {"limit": Money(self.limit_fen), "days": self.days}


@dataclass(frozen=True)
class CreditCleared(Event):
    icon: ClassVar[str] = "notebook"
    family: ClassVar[Family] = "done"
    account_id: int | None
    customer_id: int
    store_id: int
    amount_fen: int
    settlement_ids: list[int]
    batch: str

    def sentence(self) -> str:
        facts = {"amount": Money(self.amount_fen), "count": len(self.settlement_ids), "batch": self.batch}
        return _("销账 %(amount)s，共 %(count)s 张结算单（%(batch)s）") % facts


@dataclass(frozen=True)
class TillOpened(Event):
    icon: ClassVar[str] = "cash-register"
    family: ClassVar[Family] = "move"
    till_id: int
    staff_id: int
    store_id: int
    float_fen: int

    def sentence(self) -> str:
        return _("开班，备用金 %(amount)s") % {"amount": Money(self.float_fen)}


@dataclass(frozen=True)
class TillClosed(Event):
    icon: ClassVar[str] = "cash-register"
    family: ClassVar[Family] = "done"
    till_id: int
    staff_id: int
    store_id: int
    difference_fen: int

    def sentence(self) -> str:
        if self.difference_fen:
            return _("交班，长短款 %(amount)s") % {"amount": Money(self.difference_fen)}
        return _("交班，账款相符")
