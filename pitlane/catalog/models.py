"""Labour operations, packages, maintenance schedules, labour rates, guarantee rules."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.fields import KeyField, MoneyField, quantity_field
from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel


class RepairClass(models.TextChoices):
    """The statutory class of a piece of work; it decides the legal guarantee."""

    MINOR = "minor", _("小修")
    SPECIAL = "special", _("专项修理")
    FIRST_LEVEL = "first_level", _("一级维护")
    SECOND_LEVEL = "second_level", _("二级维护")
    ASSEMBLY = "assembly", _("总成修理")
    WHOLE = "whole", _("整车修理")


class Trade(models.TextChoices):
    """The craft that does the work; labour rates and dispatch go by it."""

    MECHANICAL = "mechanical", _("机修")
    ELECTRICAL = "electrical", _("电工")
    BODY = "body", _("钣金")
    PAINT = "paint", _("喷漆")
    DIAGNOSIS = "diagnosis", _("诊断")
    NEV = "nev", _("新能源")
    TYRE = "tyre", _("轮胎")
    WASH = "wash", _("洗美")


class BayNeed(models.TextChoices):
    """The kind of bay that an operation needs; bays themselves belong to scheduling."""

    LIFT = "lift", _("举升机")
    FLAT = "flat", _("平位")
    ALIGNMENT = "alignment", _("四轮定位")
    BODY = "body", _("钣金工位")
    PAINT = "paint", _("烤漆房")
    WASH = "wash", _("洗车位")
    HV = "hv", _("高压工位")


class StatementPart(models.TextChoices):
    """The six charge parts of the trade's settlement form."""

    DIAGNOSIS = "diagnosis", _("诊断费")
    TEST = "test", _("检测费")
    MATERIALS = "materials", _("材料费")
    LABOUR = "labour", _("工时费")
    MACHINING = "machining", _("加工费")
    OTHER = "other", _("其他费用")


class Operation(HasPublicId, OrgModel):
    """A standard labour operation. ``steps`` is a list of {text, measure?, photo?, peer?}; ``online`` ones stand on the
    menu of the customers' booking page."""

    id_prefix = "opn"
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    name_keys = KeyField(max_length=600, blank=True)
    trade = models.CharField(max_length=12, choices=Trade.choices)
    category = models.CharField(max_length=20)
    standard_hours = quantity_field()
    skill = models.CharField(max_length=20, blank=True)
    skill_level = models.PositiveSmallIntegerField(default=1)
    bay_type = models.CharField(max_length=12, choices=BayNeed.choices, blank=True)
    repair_class = models.CharField(max_length=12, choices=RepairClass.choices, default=RepairClass.MINOR)
    statement_part = models.CharField(max_length=10, choices=StatementPart.choices, default=StatementPart.LABOUR)
    fixed_price = MoneyField(null=True, blank=True)
    steps = models.JSONField(default=list)
    standard = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True)
    online = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "code"], name="catalog_operation_code"),
            models.CheckConstraint(condition=models.Q(standard_hours__gte=0), name="catalog_operation_hours"),
        ]

    def __str__(self) -> str:
        return self.name


class ServicePackage(HasPublicId, OrgModel):
    """Work and parts sold together; with ``price`` at a fixed price, otherwise at the sum of its lines.

    ``makes``, ``series`` and ``fuels`` say to which cars it is offered; empty means to every car. ``online`` ones stand
    on the menu of the customers' booking page.
    """

    id_prefix = "pkg"
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    name_keys = KeyField(max_length=600, blank=True)
    price = MoneyField(null=True, blank=True)
    makes = models.JSONField(default=list)
    series = models.JSONField(default=list)
    fuels = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    online = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "code"], name="catalog_package_code")]

    def __str__(self) -> str:
        return self.name


class PackageLine(OrgModel):
    """An operation or a part of a package. Parts are named by their code: the catalogue of parts is another domain.

    ``hours`` replaces the standard hours of the operation where the package needs fewer.
    """

    package = models.ForeignKey(ServicePackage, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    operation = models.ForeignKey(Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    part_code = models.CharField(max_length=40, blank=True)
    quantity = quantity_field(default=1)
    hours = quantity_field(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(operation__isnull=False, part_code="")
                | (models.Q(operation__isnull=True) & ~models.Q(part_code="")),
                name="catalog_packageline_one_thing",
            ),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="catalog_packageline_quantity"),
        ]


class MaintenanceSchedule(HasPublicId, OrgModel):
    """What a kind of car needs, when. The most specific match (make and series, make, fuel) counts."""

    id_prefix = "sch"
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    make = models.CharField(max_length=30, blank=True)
    series = models.CharField(max_length=40, blank=True)
    fuel = models.CharField(max_length=6, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "code"], name="catalog_schedule_code")]

    def __str__(self) -> str:
        return self.name


class ScheduleItem(OrgModel):
    """One recurring need, by kilometres and by months, whichever comes first."""

    schedule = models.ForeignKey(MaintenanceSchedule, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    operation = models.ForeignKey(Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    package = models.ForeignKey(ServicePackage, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    first_km = models.PositiveIntegerField(null=True, blank=True)
    every_km = models.PositiveIntegerField(null=True, blank=True)
    first_months = models.PositiveSmallIntegerField(null=True, blank=True)
    every_months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["schedule", "code"], name="catalog_scheduleitem_code")]


class LabourRate(HasPublicId, OrgModel):
    """Yuan per standard hour by vehicle class and trade, from a date on; a store's own rate goes before the group's."""

    id_prefix = "lrt"
    store = models.ForeignKey("accounts.Store", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    vehicle_class = models.CharField(max_length=10, blank=True)
    trade = models.CharField(max_length=12, blank=True)
    rate = MoneyField()
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(rate__gte=0), name="catalog_rate_positive"),
            models.UniqueConstraint(
                fields=["store", "vehicle_class", "trade", "valid_from"], name="catalog_rate_store_once"
            ),
            models.UniqueConstraint(
                fields=["org", "vehicle_class", "trade", "valid_from"],
                condition=models.Q(store=None),
                name="catalog_rate_group_once",
            ),
        ]


class GuaranteeRule(HasPublicId, OrgModel):
    """How long repaired work is guaranteed, from a date on. Statutory rows are the floor; a shop may promise more."""

    id_prefix = "gua"
    repair_class = models.CharField(max_length=12, choices=RepairClass.choices)
    km = models.PositiveIntegerField(null=True, blank=True)
    days = models.PositiveIntegerField(null=True, blank=True)
    statutory = models.BooleanField(default=True)
    source = models.CharField(max_length=80, blank=True)
    valid_from = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "repair_class", "statutory", "valid_from"], name="catalog_guarantee_once"
            )
        ]


class Checklist(HasPublicId, OrgModel):
    """A standard list of the shop: reception check, walk-around zones, inspection, hold and decline reasons."""

    id_prefix = "chk"
    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    data = models.JSONField(default=dict)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "kind", "code"], name="catalog_checklist_code")]
