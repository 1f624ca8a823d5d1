"""Bays, shifts, leave."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel


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
