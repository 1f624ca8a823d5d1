"""Parts, warehouses, stock levels, the movement ledger, requisitions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.fields import KeyField, MoneyField, quantity_field
from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel

from .states import REQUISITION


class Part(HasPublicId, OrgModel):
    """A part or consumable as the shop buys and sells it. ``fits`` lists make and series; empty fits all."""

    class Grade(models.TextChoices):
        OEM = "oem", _("原厂件")
        BRANDED = "branded", _("品牌件")
        AFTERMARKET = "aftermarket", _("副厂件")
        REMAN = "reman", _("再制造件")
        USED = "used", _("拆车件")

    id_prefix = "prt"
    code = models.CharField(max_length=40)
    oem_no = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=80)
    name_keys = KeyField(max_length=700, blank=True)
    brand = models.CharField(max_length=40, blank=True)
    grade = models.CharField(max_length=12, choices=Grade.choices, default=Grade.BRANDED)
    category = models.CharField(max_length=30, blank=True)
    unit = models.CharField(max_length=8, default="个")  # zh-data
    price = MoneyField()
    barcode = models.CharField(max_length=40, blank=True)
    fits = models.JSONField(default=list)
    min_stock = quantity_field(default=0)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "code"], name="parts_part_code"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="parts_part_price"),
        ]

    def __str__(self) -> str:
        return self.name


class Substitute(OrgModel):
    """Another part that does the same; ``supersedes`` says that it replaces the old number for good."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="substitutes")
    other = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="+")
    supersedes = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "other"], name="parts_substitute_once")]


class Warehouse(HasPublicId, OrgModel):
    """Where a store keeps parts."""

    id_prefix = "whs"
    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=30)
    main = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "name"], name="parts_warehouse_name"),
            models.UniqueConstraint(fields=["store"], condition=models.Q(main=True), name="parts_warehouse_one_main"),
        ]

    def __str__(self) -> str:
        return self.name


class StockLevel(OrgModel):
    """The present sum of the ledger for one part in one warehouse. The checks keep stock from going negative."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="levels")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="levels")
    bin = models.CharField(max_length=20, blank=True)
    on_hand = quantity_field(default=0)
    reserved = quantity_field(default=0)
    value = MoneyField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "part"], name="parts_level_once"),
            models.CheckConstraint(condition=models.Q(on_hand__gte=0), name="parts_level_on_hand"),
            models.CheckConstraint(
                condition=models.Q(reserved__gte=0, reserved__lte=models.F("on_hand")), name="parts_level_reserved"
            ),
            models.CheckConstraint(condition=models.Q(value__gte=0), name="parts_level_value"),
        ]


class Movement(HasPublicId, OrgModel):
    """One line of the ledger, never changed. ``quantity`` and ``reserved`` are signed: what the line adds to what lies
    there and to what is promised; ``value`` is what it adds to the stock value."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("入库")
        RESERVE = "reserve", _("锁定")
        RELEASE = "release", _("释放")
        ISSUE = "issue", _("出库")
        RETURN = "return", _("退料")
        ADJUST = "adjust", _("调整")

    id_prefix = "mov"
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    quantity = quantity_field(default=0)
    reserved = quantity_field(default=0)
    value = MoneyField(default=0)
    on_hand_after = quantity_field()
    reserved_after = quantity_field()
    value_after = MoneyField()
    demand = models.CharField(max_length=40, blank=True)
    order_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=120, blank=True)
    supplier = models.CharField(max_length=60, blank=True)
    document = models.CharField(max_length=40, blank=True)
    batch = models.CharField(max_length=40, blank=True)
    by_name = models.CharField(max_length=80)
    approved_by = models.CharField(max_length=80, blank=True)
    approval_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(quantity=0, reserved=0), name="parts_movement_quantity"),
            models.CheckConstraint(condition=models.Q(on_hand_after__gte=0), name="parts_movement_balance"),
        ]
        indexes = [
            models.Index(fields=["org", "part", "-at"], name="parts_movement_part"),
            models.Index(fields=["warehouse", "at"], name="parts_movement_warehouse"),
            models.Index(fields=["org", "order_id"], name="parts_movement_order"),
        ]


class Adjustment(HasPublicId, OrgModel):
    """A correction of the stock that waits for approval because of its value: what its asker found, to be entered by
    the yes. ``quantity`` is signed; ``movement`` is the line that came of it."""

    id_prefix = "adj"
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    quantity = quantity_field()
    unit_cost = MoneyField(null=True)
    reason = models.CharField(max_length=120)
    approval_id = models.BigIntegerField(null=True)
    movement = models.OneToOneField(Movement, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(quantity=0), name="parts_adjustment_quantity"),
        ]
        indexes = [models.Index(fields=["warehouse", "part", "-id"], name="parts_adjustment_part")]


class Requisition(HasPublicId, OrgModel):
    """Parts wanted for one line of work (领料). ``demand`` is the key of the line, e.g. ``order_part:17``."""

    id_prefix = "req"
    demand = models.CharField(max_length=40)
    order_id = models.BigIntegerField(null=True)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="+")
    quantity = quantity_field()
    issued = quantity_field(default=0)
    returned = quantity_field(default=0)
    cost = MoneyField(default=0)
    state = models.CharField(max_length=16, choices=REQUISITION.choices, default=REQUISITION.start)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "demand"], name="parts_requisition_demand"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="parts_requisition_quantity"),
            models.CheckConstraint(
                condition=models.Q(returned__gte=0, returned__lte=models.F("issued")), name="parts_requisition_returned"
            ),
        ]
        indexes = [models.Index(fields=["org", "state", "warehouse"], name="parts_requisition_open")]
