"""Walk-around, estimates with the customer's decisions, recommendations kept for later."""

from __future__ import annotations

from django.db import models

from pitlane.core.fields import MoneyField
from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel

from .states import ESTIMATE, RECOMMENDATION


class Walkaround(HasPublicId, OrgModel):
    """The state of the car when it was handed over (环检), signed by the bringer.

    ``marks`` is a list of {n, zone, x, y, kind, note}; ``checks`` maps a checklist code to the answer.
    ``digest`` is the hash of the signed content in the event chain.
    """

    id_prefix = "wlk"
    order = models.OneToOneField("workshop.RepairOrder", on_delete=models.CASCADE, related_name="+")
    marks = models.JSONField(default=list)
    checks = models.JSONField(default=dict)
    belongings = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    signature = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=40, blank=True)
    signed_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)


class Estimate(HasPublicId, OrgModel):
    """One version of the quote as sent: ``lines`` is the frozen content, ``digest`` its hash in the event chain.

    A line: see ``rules.frozen_line``. ``decisions`` maps key to
    approved/declined/deferred.
    """

    id_prefix = "est"
    order = models.ForeignKey("workshop.RepairOrder", on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ESTIMATE.choices, default=ESTIMATE.start)
    lines = models.JSONField()
    total = MoneyField()
    digest = models.CharField(max_length=64)
    promised_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField()
    sent_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    decisions = models.JSONField(default=dict)
    reasons = models.JSONField(default=dict)
    decided_at = models.DateTimeField(null=True)
    decided_via = models.CharField(max_length=10, blank=True)
    decided_name = models.CharField(max_length=40, blank=True)
    decision_digest = models.CharField(max_length=64, blank=True)
    signature = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="reception_estimate_version")]
        indexes = [models.Index(fields=["org", "state", "-sent_at"], name="reception_estimate_waiting")]


class Recommendation(HasPublicId, OrgModel):
    """Work the customer put off or declined; it comes back at the next visit, in care and on the 360° view.

    ``content`` is what the customer saw: the job and its parts as rows of {kind, package, operation_id, part_id, name,
    quantity, unit_price}.
    """

    id_prefix = "rec"
    vehicle = models.ForeignKey("customers.Vehicle", on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey("workshop.RepairOrder", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=RECOMMENDATION.choices, default=RECOMMENDATION.start)
    line_key = models.CharField(max_length=40)
    operation = models.ForeignKey("catalog.Operation", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    content = models.JSONField(default=list)
    amount = MoneyField()
    decision = models.CharField(max_length=10)
    reason = models.CharField(max_length=60, blank=True)
    close_reason = models.CharField(max_length=60, blank=True)
    remind_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    taken_by_order = models.ForeignKey("workshop.RepairOrder", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "line_key"], name="reception_recommendation_once")]
        indexes = [models.Index(fields=["org", "vehicle", "state"], name="reception_recommendation_open")]
