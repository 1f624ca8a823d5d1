"""Repair orders and what belongs to one: work items, parts, assignments, holds, findings, checks, archive."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.fields import EncryptedTextField, MoneyField, quantity_field
from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel

from .states import ACTION, APPROVAL, CHECK, ITEM, ORDER


class OrderType(models.TextChoices):
    MAINTENANCE = "maintenance", _("保养")
    REPAIR = "repair", _("维修")
    ACCIDENT = "accident", _("事故")
    BODY = "body", _("钣喷")
    CLAIM = "claim", _("索赔")
    RECALL = "recall", _("召回")
    FIRST_SERVICE = "first_service", _("首保")
    PDI = "pdi", _("PDI")
    REWORK = "rework", _("内返")
    COMEBACK = "comeback", _("外返")
    GOODWILL = "goodwill", _("善意")
    INTERNAL = "internal", _("内部")
    RESCUE = "rescue", _("救援")
    MENU = "menu", _("美容加装")


class RepairOrder(HasPublicId, OrgModel):
    """One visit of one car (维修工单). Totals are sums of its lines, kept here for lists.

    ``unpriced``: an old program did not say what some lines cost, so the totals are not known.
    """

    id_prefix = "ord"
    number = models.CharField(max_length=24)
    short_number = models.CharField(max_length=16)
    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    vehicle = models.ForeignKey("customers.Vehicle", on_delete=models.PROTECT, related_name="+")
    bringer_name = models.CharField(max_length=40, blank=True)
    bringer_phone = EncryptedTextField(blank=True)
    advisor = models.ForeignKey("accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    order_type = models.CharField(max_length=14, choices=OrderType.choices, default=OrderType.REPAIR)
    state = models.CharField(max_length=18, choices=ORDER.choices, default=ORDER.start)
    hold_reason = models.CharField(max_length=12, blank=True)
    title = models.CharField(max_length=80, blank=True)
    concern = models.CharField(max_length=500, blank=True)
    odometer = models.PositiveIntegerField(null=True)
    fuel_level = models.PositiveSmallIntegerField(null=True)
    key_place = models.CharField(max_length=20, blank=True)
    promised_at = models.DateTimeField(null=True)
    comeback_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="comebacks")
    comeback_cause = models.CharField(max_length=30, blank=True)
    labour_total = MoneyField(default=0)
    parts_total = MoneyField(default=0)
    discount_total = MoneyField(default=0)
    total = MoneyField(default=0)
    pending_total = MoneyField(default=0)
    cost_total = MoneyField(default=0)
    unpriced = models.BooleanField(default=False)
    cancel_reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10, default="desk")
    opened_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "number"], name="workshop_order_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=("closed", "cancelled"), closed_at__isnull=False)
                | models.Q(~models.Q(state__in=("closed", "cancelled")), closed_at=None),
                name="workshop_order_closed_when",
            ),
        ]
        indexes = [
            models.Index(fields=["org", "store", "-opened_at", "-id", "total"], name="workshop_order_recent"),
            models.Index(fields=["org", "store", "-total", "-id"], name="workshop_order_total"),
            models.Index(fields=["org", "store", "state", "-opened_at", "-id", "total"], name="workshop_order_state"),
            models.Index(
                fields=["org", "store", "order_type", "-opened_at", "-id", "total"], name="workshop_order_type"
            ),
            models.Index(fields=["org", "vehicle", "-opened_at"], name="workshop_order_vehicle"),
            models.Index(fields=["org", "customer", "-opened_at"], name="workshop_order_customer"),
            models.Index(
                fields=["org", "advisor", "-opened_at", "-id", "store", "total"], name="workshop_order_advisor"
            ),
            models.Index(
                fields=["org", "store", "state", "promised_at"],
                condition=models.Q(closed_at=None),
                name="workshop_order_open",
            ),
            models.Index(
                fields=["org", "store"],
                condition=models.Q(paid_at=None, settled_at__isnull=False),
                name="workshop_order_unpaid",
            ),
        ]

    def __str__(self) -> str:
        return self.short_number


class Line(HasPublicId, OrgModel):
    """What labour and part lines share. ``payers`` maps payer to a ratio, e.g. {"customer": "1"}."""

    position = models.PositiveSmallIntegerField(default=0)
    approval = models.CharField(max_length=8, choices=APPROVAL.choices, default=APPROVAL.start)
    extra = models.BooleanField(default=False)
    unit_price = MoneyField()
    list_amount = MoneyField()
    discount = MoneyField(default=0)
    amount = MoneyField()
    unpriced = models.BooleanField(default=False)
    payers = models.JSONField(default=dict)
    price_note = models.CharField(max_length=160, blank=True)
    package_code = models.CharField(max_length=20, blank=True)
    decided_at = models.DateTimeField(null=True)
    decline_reason = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True


class WorkItem(Line):
    """A labour line: what is done, for how many standard hours, by whom (assignments), and how far it is.

    A ``flat`` line costs its unit price once, whatever the hours. ``steps`` is the catalogue's list; a ticked step also
    has ``done_at``, ``by`` and ``values``.
    """

    class Kind(models.TextChoices):
        LABOUR = "labour", _("工时")
        SUBLET = "sublet", _("外加工")
        FEE = "fee", _("其他")

    id_prefix = "itm"
    order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.LABOUR)
    operation = models.ForeignKey("catalog.Operation", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    hours = quantity_field()
    flat = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ITEM.choices, default=ITEM.start)
    trade = models.CharField(max_length=12, blank=True)
    skill = models.CharField(max_length=20, blank=True)
    skill_level = models.PositiveSmallIntegerField(default=1)
    bay_type = models.CharField(max_length=12, blank=True)
    repair_class = models.CharField(max_length=12, default="minor")
    statement_part = models.CharField(max_length=10, default="labour")
    sublet_supplier = models.CharField(max_length=60, blank=True)
    sublet_cost = MoneyField(default=0)
    pause_reason = models.CharField(max_length=20, blank=True)
    steps = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["order", "position"], name="workshop_item_position")]


class OrderPart(Line):
    """A part line. ``demand`` of its requisition is ``order_part:<id>``."""

    class OldPart(models.TextChoices):
        RETURN = "return", _("交还客户")
        WAIVE = "waive", _("客户放弃")
        NONE = "none", _("无")

    id_prefix = "opt"
    order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="parts")
    item = models.ForeignKey(WorkItem, null=True, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey("parts.Part", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=40, blank=True)
    grade = models.CharField(max_length=12, blank=True)
    unit = models.CharField(max_length=8, default="个")  # zh-data
    quantity = quantity_field()
    customer_supplied = models.BooleanField(default=False)
    old_part = models.CharField(max_length=6, choices=OldPart.choices, default=OldPart.WAIVE)
    fitted = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["order", "position"], name="workshop_part_position")]
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="workshop_part_quantity")]


class Assignment(HasPublicId, OrgModel):
    """A technician's share of a work item; labour belongs to technician × line."""

    id_prefix = "asg"
    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="assignments")
    technician = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    bay = models.ForeignKey("scheduling.Bay", null=True, on_delete=models.PROTECT, related_name="+")
    share = models.DecimalField(max_digits=5, decimal_places=4, default=1)
    planned_start = models.DateTimeField(null=True)
    planned_end = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "technician"], condition=models.Q(released_at=None), name="workshop_assignment_once"
            ),
        ]
        indexes = [models.Index(fields=["org", "technician", "released_at"], name="workshop_assignment_tech")]


class TimeEntry(OrgModel):
    """Clocked work: from on to off; open while the technician works. One open entry per technician and item."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="entries")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(ended_at=None), name="workshop_timeentry_one_open"
            ),
        ]


class Hold(OrgModel):
    """Why and how long an order stood still."""

    class Reason(models.TextChoices):
        PARTS = "parts", _("待料")
        APPROVAL = "approval", _("待批")
        TECHNICIAN = "technician", _("待工")
        SUBLET = "sublet", _("外加工")
        CUSTOMER = "customer", _("客户要求")

    order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    note = models.CharField(max_length=200, blank=True)
    state_before = models.CharField(max_length=18)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=models.Q(ended_at=None), name="workshop_hold_one_open"),
        ]


class Finding(HasPublicId, OrgModel):
    """Something the technician saw that was not ordered; the advisor prices it and the customer decides."""

    id_prefix = "fin"
    order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="findings")
    item = models.ForeignKey(WorkItem, null=True, on_delete=models.SET_NULL, related_name="findings")
    text = models.CharField(max_length=300)
    severity = models.CharField(max_length=8, default="advise")
    operation = models.ForeignKey("catalog.Operation", null=True, on_delete=models.PROTECT, related_name="+")
    resolution = models.CharField(max_length=10, default="open")
    reported_by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["org", "order"], condition=models.Q(resolution="open"), name="workshop_finding_open")
        ]


class OrderPhoto(OrgModel):
    """A photo of the car or of the work, with where and why it was taken."""

    order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    item = models.ForeignKey(WorkItem, null=True, on_delete=models.SET_NULL, related_name="photos")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.SET_NULL, related_name="photos")
    step = models.PositiveSmallIntegerField(null=True)
    caption = models.CharField(max_length=80, blank=True)
    customer_visible = models.BooleanField(default=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=80)


class QualityCheck(HasPublicId, OrgModel):
    """One of the three inspections (三检制): self, peer, final; by different people."""

    class Level(models.TextChoices):
        SELF = "self", _("自检")
        PEER = "peer", _("互检")
        FINAL = "final", _("总检")

    id_prefix = "qck"
    order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="checks")
    item = models.ForeignKey(WorkItem, null=True, on_delete=models.CASCADE, related_name="checks")
    qc_level = models.CharField(max_length=5, choices=Level.choices)
    state = models.CharField(max_length=10, choices=CHECK.choices, default=CHECK.start)
    inspector = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    road_test = models.BooleanField(default=False)
    failed_points = models.JSONField(default=list)
    cause = models.CharField(max_length=30, blank=True)
    responsible = models.ForeignKey("accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "qc_level"], name="workshop_check_level")]


class CorrectiveAction(HasPublicId, OrgModel):
    """What the shop changes so that a fault does not happen again (纠正措施), who sees to it, and whether it helped."""

    id_prefix = "cor"
    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="actions")
    state = models.CharField(max_length=8, choices=ACTION.choices, default=ACTION.start)
    cause = models.CharField(max_length=30, blank=True)
    text = models.CharField(max_length=200)
    owner = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    effect = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "store", "state", "due_on"], name="workshop_action_due")]


class GuaranteedLine(OrgModel):
    """The promise on one settled line; a car that comes back within it is recognised as a come-back."""

    vehicle = models.ForeignKey("customers.Vehicle", on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey(RepairOrder, on_delete=models.CASCADE, related_name="guarantees")
    source = models.CharField(max_length=40)
    operation = models.ForeignKey("catalog.Operation", null=True, on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=120)
    settled_on = models.DateField()
    until = models.DateField(null=True)
    until_km = models.PositiveIntegerField(null=True)
    void_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "vehicle", "until"], name="workshop_guarantee_vehicle")]


class ArchiveEntry(OrgModel):
    """The vehicle's electronic repair record for one delivered order: a frozen snapshot with its hash."""

    vehicle = models.ForeignKey("customers.Vehicle", on_delete=models.CASCADE, related_name="+")
    order = models.OneToOneField(RepairOrder, on_delete=models.CASCADE, related_name="archive")
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    missing = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["org", "vehicle", "-made_at"], name="workshop_archive_vehicle")]
