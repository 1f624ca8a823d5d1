"""Walk-around, estimates with the customer's decisions, recommendations kept for later, what diagnosis learns."""

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


class FaultReading(OrgModel):
    """The fault codes that were read from the car at one visit."""

    order = models.OneToOneField("workshop.RepairOrder", on_delete=models.CASCADE, related_name="+")
    codes = models.JSONField(default=list)
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=80)


class DiagnosisAnswer(OrgModel):
    """What the advisor thought of one suggested operation at one visit. One answer for each operation."""

    order = models.ForeignKey("workshop.RepairOrder", on_delete=models.CASCADE, related_name="+")
    cause = models.CharField(max_length=40)
    operation_code = models.CharField(max_length=20)
    symptom = models.CharField(max_length=30, blank=True)
    accepted = models.BooleanField()
    reason = models.CharField(max_length=60, blank=True)
    line_key = models.CharField(max_length=40, blank=True)
    answered_at = models.DateTimeField()
    answered_by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "operation_code"], name="reception_answer_once")]


class DiagnosisVote(OrgModel):
    """How often a suggestion was accepted and refused in this organisation: what the ranking learns from."""

    symptom = models.CharField(max_length=30, blank=True)
    cause = models.CharField(max_length=40)
    operation_code = models.CharField(max_length=20)
    accepted = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "symptom", "cause", "operation_code"], name="reception_vote_suggestion"
            ),
        ]


class LearnedOrder(OrgModel):
    """A closed order whose complaint has been counted, so that it is counted once."""

    order = models.OneToOneField("workshop.RepairOrder", on_delete=models.CASCADE, related_name="+")


class LearningMark(OrgModel):
    """How far the closed orders that no event told of have been counted."""

    order_id = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org"], name="reception_learning_mark")]


class ComplaintCount(OrgModel):
    """Cars per month with one symptom, of one series, that had one operation; without an operation all such cars.

    Without a symptom it counts all cars, which says how usual an operation is.
    """

    symptom = models.CharField(max_length=30, blank=True)
    series = models.CharField(max_length=71, blank=True)
    operation_code = models.CharField(max_length=20, blank=True)
    month = models.DateField()
    cars = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "symptom", "month", "series", "operation_code"], name="reception_complaint_count"
            ),
        ]


class OwnCause(HasPublicId, OrgModel):
    """A cause that the shop knows itself: how customers put it, which codes speak for it, what cures it."""

    id_prefix = "cse"
    name = models.CharField(max_length=60)
    words = models.JSONField(default=list)
    fault_codes = models.JSONField(default=list)
    operation = models.ForeignKey("catalog.Operation", on_delete=models.PROTECT, related_name="+")
    check_text = models.CharField(max_length=120, blank=True)
    from_km = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "name"], name="reception_own_cause_name")]
