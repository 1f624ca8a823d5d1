"""What billing's API takes and answers."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Schema


class SettlementOut(Schema):
    """A bill. ``due_fen`` is still to be paid, ``written_off_fen`` is the part of ``paid_fen`` that was given up."""

    id: str
    number: str
    order: str
    order_number: str
    store: str
    customer: str
    payer_kind: str
    payer_name: str
    state: str
    round: int
    total_fen: int
    paid_fen: int
    written_off_fen: int
    due_fen: int
    discount_fen: int
    tax_fen: int
    rounding_fen: int
    on_account: bool
    negative: bool
    settled_at: datetime
    settled_by: str


class LineOut(Schema):
    """One line of a bill with the steps of its price."""

    source: str
    part: str
    description: str
    code: str
    unit: str
    quantity: str
    unit_price_fen: int
    list_fen: int
    discount_fen: int
    amount_fen: int
    share_fen: int
    tax_fen: int
    customer_supplied: bool
    old_part: str
    grade: str
    guarantee_km: int | None
    guarantee_days: int | None
    why: list[str]


class PaymentOut(Schema):
    """One movement of money; negative when it was given back. With the method ``write_off`` no money moved."""

    id: str
    number: str
    kind: str
    method: str
    amount_fen: int
    refundable_fen: int
    reference: str
    reason: str
    batch: str
    at: datetime
    by: str
    approved_by: str


class SettlementDetail(SettlementOut):
    """A bill with its lines, the subtotals of the six parts, and its payments."""

    lines: list[LineOut]
    parts_fen: dict[str, int]
    payments: list[PaymentOut]
    deposit_fen: int
    reversed_by: str | None
    reverses: str | None


class OrderMoneyOut(Schema):
    """The money of an order over all its payers."""

    settled: bool
    total_fen: int
    paid_fen: int
    due_fen: int
    on_account_fen: int
    deposit_fen: int
    all_paid: bool
    covered: bool
    settlements: list[SettlementOut]


class PaymentIn(Schema):
    """Money received. ``request_key`` makes a repeat harmless; without one the Idempotency-Key does."""

    method: str = Field(examples=["cash", "card", "bank"])
    amount_fen: int
    reference: str = ""
    request_key: str = Field("", max_length=80)


class AmountIn(Schema):
    """An amount with its request key."""

    amount_fen: int
    request_key: str = Field("", max_length=80)


class KeyIn(Schema):
    """Nothing but a request key."""

    request_key: str = Field("", max_length=80)


class RefundIn(AmountIn):
    """Money to give back; the reason is for the person who approves."""

    reason: str
    method: str | None = None


class RefundOut(Schema):
    """Either the refund, or the approval it waits for."""

    payment: PaymentOut | None = None
    approval: str | None = None


class WriteOffIn(Schema):
    """A debt to give up; the reason is for the person who approves."""

    amount_fen: int
    reason: str = Field(max_length=200)


class ApprovalAsked(Schema):
    """The approval that a request waits for."""

    approval: str


class DepositIn(PaymentIn):
    """Money in advance for an order."""

    order: str
    store: str
    customer: str


class DepositRefundIn(PaymentIn):
    """Unused deposit to give back."""

    order: str
    store: str
    customer: str
    reason: str


class CreditOut(Schema):
    """A credit account."""

    id: str
    customer: str
    limit_fen: int
    balance_fen: int
    available_fen: int
    days: int
    active: bool


class CreditIn(Schema):
    """A new credit account."""

    customer: str
    limit_fen: int
    days: int = 30


class CreditChange(Schema):
    """New terms of an account."""

    limit_fen: int
    days: int
    active: bool = True


class EntryOut(Schema):
    """One line of a statement of account."""

    at: datetime
    text: str
    reference: str
    charged_fen: int | None
    cleared_fen: int | None
    balance_fen: int


class OpenBillOut(Schema):
    """A bill on account."""

    settlement: str
    number: str
    order_number: str
    total_fen: int
    due_fen: int
    due_on: date
    days_late: int


class StatementOut(CreditOut):
    """An account over a period, with the bills still open."""

    first: date
    last: date
    opening_fen: int
    closing_fen: int
    overdue_fen: int
    entries: list[EntryOut]
    bills: list[OpenBillOut]


class ClearIn(PaymentIn):
    """One payment for several bills; without any named the oldest come first."""

    settlements: list[str] = []


class TillIn(Schema):
    """A shift begins with the change in the drawer."""

    store: str | None = None
    float_fen: int = 0


class TillCloseIn(Schema):
    """What was counted, by method."""

    counted_fen: dict[str, int]
    note: str = ""


class TillOut(Schema):
    """A shift."""

    id: str
    cashier: str
    state: str
    opened_at: datetime
    closed_at: datetime | None
    float_fen: int
    expected_fen: dict[str, int]
    counted_fen: dict[str, int | None]
    difference_fen: int
    note: str


class MethodDayOut(Schema):
    """One way of paying over the day."""

    method: str
    payments_fen: int
    deposits_fen: int
    refunds_fen: int
    net_fen: int


class DayOut(Schema):
    """One store's day."""

    day: date
    bills: int
    billed_fen: int
    received_fen: int
    discount_fen: int
    rounding_fen: int
    tax_fen: int
    charged_fen: int
    cleared_fen: int
    still_due_fen: int
    open_tills: int
    methods: list[MethodDayOut]
    parts_fen: dict[str, int]
