"""Settlements with their lines, payments, deposits, credit accounts, till sessions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.fields import MoneyField, quantity_field
from pitlane.core.ids import HasPublicId
from pitlane.core.money import ZERO, Money
from pitlane.core.tenancy import OrgModel

from .states import SETTLEMENT, TILL
from .ways import GRADES, Method, PayerKind

__all__ = [
    "CreditAccount",
    "CreditEntry",
    "DepositBalance",
    "Method",
    "PayerKind",
    "Payment",
    "Settlement",
    "SettlementLine",
    "TillSession",
]


class Settlement(HasPublicId, OrgModel):
    """The bill of one payer for one order (结算单), frozen when made. ``due`` + ``paid`` always add up to ``total``;
    ``written_off`` is the part of ``paid`` that was given up (坏账核销) and never received.

    ``customer`` is who owns the order, ``payer`` who pays (none: a payer without a customer record, such as an
    insurer). A reversal is a second, negative row that ``reverses`` the first.
    """

    id_prefix = "stl"
    number = models.CharField(max_length=24)
    short_number = models.CharField(max_length=16)
    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    order_id = models.BigIntegerField()
    order_number = models.CharField(max_length=24)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    vehicle = models.ForeignKey("customers.Vehicle", null=True, on_delete=models.PROTECT, related_name="+")
    payer_kind = models.CharField(max_length=8, choices=PayerKind.choices, default=PayerKind.CUSTOMER)
    payer_name = models.CharField(max_length=80)
    payer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=SETTLEMENT.choices, default=SETTLEMENT.start)
    total = MoneyField()
    discount = MoneyField(default=0)
    tax = MoneyField(default=0)
    rounding = MoneyField(default=0)
    cost = MoneyField(default=0)
    paid = MoneyField(default=0)
    written_off = MoneyField(default=0)
    odometer = models.PositiveIntegerField(null=True)
    facts = models.JSONField(default=dict)
    reason = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField()
    settled_by = models.CharField(max_length=80)
    reversed_at = models.DateTimeField(null=True)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="billing_settlement_number"),
            models.UniqueConstraint(
                fields=["org", "order_id", "payer_kind", "payer_name", "round"],
                condition=models.Q(reverses=None),
                name="billing_settlement_once",
            ),
            models.UniqueConstraint(
                fields=["org", "order_id", "round", "position"],
                condition=models.Q(reverses=None),
                name="billing_settlement_one_winner",
            ),
            models.CheckConstraint(
                condition=models.Q(reverses=None, paid__gte=0, paid__lte=models.F("total"))
                | models.Q(reverses__isnull=False, paid=0, total__lte=0),
                name="billing_settlement_not_overpaid",
            ),
            models.CheckConstraint(
                condition=models.Q(written_off__gte=0, written_off__lte=models.F("paid")),
                name="billing_settlement_written_off",
            ),
        ]
        indexes = [
            models.Index(fields=["org", "store", "-settled_at"], name="billing_settlement_recent"),
            models.Index(fields=["org", "store", "-total", "-id"], name="billing_settlement_total"),
            models.Index(fields=["org", "payer", "-settled_at"], name="billing_settlement_payer"),
            models.Index(fields=["org", "order_id"], name="billing_settlement_order"),
            models.Index(fields=["org", "store", "state"], name="billing_settlement_state"),
        ]

    def __str__(self) -> str:
        return self.short_number

    @property
    def due(self) -> Money:
        """What is still to be paid; a reversed bill and its negative twin owe nothing."""
        owed: Money = self.total - self.paid
        return ZERO if self.state == "reversed" else owed

    @property
    def received(self) -> Money:
        """What of the paid amount is money; the rest was written off."""
        money: Money = self.paid - self.written_off
        return money

    @property
    def debtor_id(self) -> int:
        """Whose deposit and whose payments these are: the payer's, else the order's customer's."""
        return self.payer_id or self.customer_id

    @property
    def depositor_id(self) -> int | None:
        """Whose deposit may pay this bill: only the payer's own. An insurer's or maker's bill is not paid with it."""
        return self.payer_id or (self.customer_id if self.payer_kind == PayerKind.CUSTOMER else None)


class SettlementLine(OrgModel):
    """One priced and explained line of a settlement. ``source`` is the key of the order's line."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=40)
    part_of_form = models.CharField(max_length=10)
    description = models.CharField(max_length=120)
    code = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=8, blank=True)
    quantity = quantity_field()
    unit_price = MoneyField()
    list_amount = MoneyField()
    discount = MoneyField(default=0)
    tax = MoneyField(default=0)
    amount = MoneyField()
    share = MoneyField()
    note = models.CharField(max_length=160, blank=True)
    cost = MoneyField(default=0)
    customer_supplied = models.BooleanField(default=False)
    old_part = models.CharField(max_length=10, blank=True)
    grade = models.CharField(max_length=12, blank=True)
    technicians = models.CharField(max_length=80, blank=True)
    guarantee_km = models.PositiveIntegerField(null=True)
    guarantee_days = models.PositiveIntegerField(null=True)
    guarantee_until = models.DateField(null=True)
    guarantee_until_km = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["settlement", "position"], name="billing_line_position")]

    @property
    def quantity_text(self) -> str:
        """The quantity without useless zeros: 1.2, 5."""
        return f"{self.quantity.normalize():f}"

    @property
    def grade_name(self) -> str:
        """The grade in words; customers must be told what kind of part they pay for."""
        return str(GRADES.get(self.grade, self.grade))


class Payment(HasPublicId, OrgModel):
    """Money received (positive) or given back (negative). Never changed: a mistake is corrected by a second row."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("收款")
        DEPOSIT = "deposit", _("定金")
        REFUND = "refund", _("退款")
        CORRECTION = "correction", _("冲正")

    id_prefix = "pay"
    number = models.CharField(max_length=24)
    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    till = models.ForeignKey("billing.TillSession", null=True, on_delete=models.PROTECT, related_name="payments")
    settlement = models.ForeignKey(Settlement, null=True, on_delete=models.PROTECT, related_name="payments")
    order_id = models.BigIntegerField(null=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    method = models.CharField(max_length=10, choices=Method.choices)
    amount = MoneyField()
    reference = models.CharField(max_length=60, blank=True)
    request_key = models.CharField(max_length=100)
    batch = models.CharField(max_length=24, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=80)
    approved_by = models.CharField(max_length=80, blank=True)
    giver = models.CharField(max_length=30, blank=True)
    approval_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="billing_payment_number"),
            models.UniqueConstraint(fields=["org", "request_key"], name="billing_payment_request_once"),
            models.CheckConstraint(condition=~models.Q(amount=0), name="billing_payment_amount"),
        ]
        indexes = [
            models.Index(fields=["org", "store", "-received_at"], name="billing_payment_recent"),
            models.Index(fields=["org", "store", "-amount", "-id"], name="billing_payment_amount"),
            models.Index(fields=["org", "customer", "-received_at"], name="billing_payment_customer"),
            models.Index(fields=["org", "order_id"], name="billing_payment_order"),
            models.Index(
                fields=["org", "giver", "received_at"],
                condition=models.Q(kind="refund"),
                name="billing_payment_giver",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CreditAccount(HasPublicId, OrgModel):
    """A customer who may pay later (挂账). ``balance`` is what is owed; the database keeps it within the limit."""

    id_prefix = "crd"
    customer = models.OneToOneField("customers.Customer", on_delete=models.PROTECT, related_name="+")
    limit = MoneyField()
    balance = MoneyField(default=0)
    days = models.PositiveSmallIntegerField(default=30)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(balance__gte=0), name="billing_credit_balance"),
            models.CheckConstraint(condition=models.Q(balance__lte=models.F("limit")), name="billing_credit_limit"),
        ]


class CreditEntry(OrgModel):
    """One line of a credit account: charged (positive) or cleared (negative)."""

    account = models.ForeignKey(CreditAccount, on_delete=models.PROTECT, related_name="entries")
    settlement = models.ForeignKey(Settlement, null=True, on_delete=models.PROTECT, related_name="credit_entries")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    amount = MoneyField()
    balance_after = MoneyField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="billing_credit_entries")]


class DepositBalance(OrgModel):
    """Deposits a customer has paid for an order and not yet used or got back."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    order_id = models.BigIntegerField()
    balance = MoneyField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "customer", "order_id"], name="billing_deposit_once"),
            models.CheckConstraint(condition=models.Q(balance__gte=0), name="billing_deposit_balance"),
        ]


class TillSession(HasPublicId, OrgModel):
    """A cashier's shift at one till (班次), from the opening float to the counted close."""

    id_prefix = "til"
    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    cashier = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=TILL.choices, default=TILL.start)
    float_amount = MoneyField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    expected = models.JSONField(default=dict)
    counted = models.JSONField(default=dict)
    difference = MoneyField(default=0)
    note = models.CharField(max_length=200, blank=True)
    closed_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "cashier"], condition=models.Q(state="open"), name="billing_till_one_open"
            ),
        ]
        indexes = [models.Index(fields=["org", "store", "-opened_at"], name="billing_till_recent")]
