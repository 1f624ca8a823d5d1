"""Bays, shifts, leave; opening hours, days, terms of booking; what is promised and what is planned."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel

from .days import DayKind


class BayType(models.TextChoices):
    LIFT = "lift", _("举升机")
    FLAT = "flat", _("平位")
    ALIGNMENT = "alignment", _("四轮定位")
    BODY = "body", _("钣金")
    PAINT = "paint", _("烤漆")
    WASH = "wash", _("洗车")
    HV = "hv", _("高压新能源")


class Bay(HasPublicId, OrgModel):
    """A place in the workshop where one car is worked on (工位)."""

    id_prefix = "bay"
    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=20)
    bay_type = models.CharField(max_length=10, choices=BayType.choices, default=BayType.LIFT)
    equipment = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "name"], name="scheduling_bay_name")]

    def __str__(self) -> str:
        return self.name


class Shift(OrgModel):
    """The weekly working hours of a technician; ``weekday`` 0 is Monday."""

    staff = models.ForeignKey("accounts.Staff", on_delete=models.CASCADE, related_name="shifts")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "weekday", "starts"], name="scheduling_shift_once"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="scheduling_shift_order"),
        ]


class Leave(HasPublicId, OrgModel):
    """Days on which a technician is away."""

    id_prefix = "lea"
    staff = models.ForeignKey("accounts.Staff", on_delete=models.CASCADE, related_name="leaves")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")), name="scheduling_leave_order"
            )
        ]


class OpenHours(OrgModel):
    """When a store is open on a weekday (0 is Monday); two rows of a day leave a break between them."""

    store = models.ForeignKey("accounts.Store", on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "weekday", "starts"], name="scheduling_hours_once"),
            models.CheckConstraint(condition=models.Q(ends__gt=models.F("starts")), name="scheduling_hours_order"),
        ]


class CalendarDay(OrgModel):
    """What a store decided for one day against its week and the holidays; ``hours`` as ``[["08:30", "12:00"]]``."""

    class Kind(models.TextChoices):
        CLOSED = DayKind.CLOSED.value, _("不营业")
        SPECIAL = DayKind.SPECIAL.value, _("特别时间")
        USUAL = DayKind.USUAL.value, _("照常营业")

    store = models.ForeignKey("accounts.Store", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    hours = models.JSONField(default=list)
    note = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "day"], name="scheduling_day_once")]


class BookingTerms(OrgModel):
    """How a store takes bookings: how far ahead, how soon, in which steps, with which buffers and how many too many."""

    store = models.OneToOneField("accounts.Store", on_delete=models.CASCADE, related_name="+")
    horizon_days = models.PositiveSmallIntegerField(default=30)
    lead_minutes = models.PositiveIntegerField(default=60)
    step_minutes = models.PositiveSmallIntegerField(default=30)
    before_minutes = models.PositiveSmallIntegerField(default=0)
    after_minutes = models.PositiveSmallIntegerField(default=0)
    overbook_per_day = models.PositiveSmallIntegerField(default=0)
    closed_holidays = models.JSONField(null=True)


class Claim(OrgModel):
    """Time promised to one thing: an appointment. The row lives as long as the promise; events tell the rest."""

    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lane = models.PositiveSmallIntegerField(default=0)
    needs = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "subject"], name="scheduling_claim_subject")]
        indexes = [models.Index(fields=["store", "starts_at"], name="scheduling_claim_store")]


class ClaimPart(OrgModel):
    """A segment of a promise: which bay and technician from which cell to which. Cells count quarters of an hour."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    bay = models.ForeignKey(Bay, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    technician = models.ForeignKey("accounts.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    lane = models.PositiveSmallIntegerField(default=0)
    first = models.IntegerField()
    last = models.IntegerField()
    bay_first = models.IntegerField()
    bay_last = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gt=models.F("first")), name="scheduling_part_order")
        ]
        indexes = [
            models.Index(fields=["org", "bay_last"], name="scheduling_part_coming"),
            models.Index(fields=["bay", "bay_first"], name="scheduling_part_bay"),
            models.Index(fields=["technician", "first"], name="scheduling_part_technician"),
        ]


class ClaimCell(OrgModel):
    """One quarter of an hour of one bay or person. The UNIQUE constraint is what makes a promise safe.

    A *ticket* is the right to one overbooked visit on a day: there are as many numbers as the store allows.
    """

    class Resource(models.TextChoices):
        BAY = "b", _("工位")
        TECHNICIAN = "t", _("技师")
        TICKET = "o", _("超约名额")

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="cells")
    kind = models.CharField(max_length=1, choices=Resource.choices)
    resource_id = models.BigIntegerField()
    cell = models.IntegerField()
    lane = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "resource_id", "cell", "lane"], name="scheduling_cell_once")
        ]


class PlannedWork(OrgModel):
    """Work that a higher domain has planned (dispatched jobs): it leaves less free time and forbids nothing."""

    store = models.ForeignKey("accounts.Store", on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=40)
    technician = models.ForeignKey("accounts.Staff", on_delete=models.CASCADE, related_name="+", db_index=False)
    bay = models.ForeignKey(Bay, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "source"], name="scheduling_work_once")]
        indexes = [
            models.Index(fields=["store", "starts_at"], name="scheduling_work_store"),
            models.Index(fields=["org", "starts_at"], name="scheduling_work_time"),
        ]
