"""Appointments with their services and photos; how a store reminds; calendars that others subscribe to."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.fields import EncryptedTextField, KeyField, MoneyField
from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel

from .rules import REMINDERS
from .states import APPOINTMENT, EXPECTED


class Source(models.TextChoices):
    DESK = "desk", _("到店")
    PHONE = "phone", _("电话")
    PORTAL = "portal", _("客户自助")
    API = "api", _("接口")


class Appointment(HasPublicId, OrgModel):
    """One expected visit. ``needs`` is what the visit takes of bays and people, as ``scheduling`` reads it.

    Somebody who is not in the files yet is kept sealed (``guest_…``) until the car is here. While waiting, the times
    are the wish; otherwise they are those of the claim. ``guest_index`` finds the phone that booked. ``to_verify``
    means that plate and owner are what somebody typed on the booking page: the desk looks before it believes them.
    ``wished_at`` is when they would have liked to come and could not: it stays, so that the shop learns which hours are
    too short. ``priority`` puts some of those who wait before the others. ``stood`` is where a visit stood and who had
    it when its promise ended with a repair order.
    """

    id_prefix = "apt"
    store = models.ForeignKey("accounts.Store", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=APPOINTMENT.choices, default=APPOINTMENT.start)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    wished_at = models.DateTimeField(null=True)
    needs = models.JSONField()
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    vehicle = models.ForeignKey("customers.Vehicle", null=True, on_delete=models.PROTECT, related_name="+")
    guest_name: Any = EncryptedTextField(blank=True)
    guest_phone: Any = EncryptedTextField(blank=True)
    guest_plate: Any = EncryptedTextField(blank=True)
    guest_masked = models.CharField(max_length=24, blank=True)
    guest_index = models.CharField(max_length=32, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.DESK)
    advisor = models.ForeignKey("accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    technician = models.ForeignKey("accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    wish: Any = EncryptedTextField(blank=True)
    lane = models.PositiveSmallIntegerField(default=0)
    parts_at = models.DateTimeField(null=True)
    priority = models.PositiveSmallIntegerField(default=0)
    moved = models.PositiveSmallIntegerField(default=0)
    confirmed_by_customer_at = models.DateTimeField(null=True)
    reminders = models.JSONField(default=list)
    offer_until = models.DateTimeField(null=True)
    risk = models.PositiveSmallIntegerField(null=True)
    cancelled_by = models.CharField(max_length=8, blank=True)
    cancel_reason = models.CharField(max_length=60, blank=True)
    arrived_at = models.DateTimeField(null=True)
    order_id = models.BigIntegerField(null=True)
    stood = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    to_verify = models.BooleanField(default=False)
    consented_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="appointments_appointment_order"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="converted") | models.Q(order_id__isnull=False),
                name="appointments_appointment_converted",
            ),
            models.UniqueConstraint(
                fields=["order_id"],
                condition=models.Q(order_id__isnull=False),
                name="appointments_appointment_order_once",
            ),
        ]
        indexes = [
            models.Index(fields=["org", "store", "starts_at"], name="appointments_day"),
            models.Index(fields=["org", "starts_at"], name="appointments_time"),
            models.Index(fields=["org", "made_at"], name="appointments_made"),
            models.Index(
                fields=["org", "starts_at"], condition=models.Q(state__in=EXPECTED), name="appointments_expected"
            ),
            models.Index(
                fields=["org", "store", "wished_at"],
                condition=models.Q(wished_at__isnull=False),
                name="appointments_wished",
            ),
            models.Index(fields=["customer", "-starts_at"], name="appointments_customer"),
            models.Index(fields=["vehicle", "-starts_at"], name="appointments_vehicle"),
            models.Index(fields=["org", "guest_index"], name="appointments_guest"),
        ]

    @property
    def minutes(self) -> int:
        """How long the work takes, without breaks and nights."""
        return sum(int(segment[0]) for segment in self.needs["segments"])

    @property
    def subject(self) -> str:
        """The name under which claims and messages of this visit are known."""
        return self.ref


class BookedService(OrgModel):
    """One thing the customer comes for; ``price`` None means that only a look at the car can tell."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="services")
    position = models.PositiveSmallIntegerField()
    operation = models.ForeignKey("catalog.Operation", null=True, on_delete=models.PROTECT, related_name="+")
    package = models.ForeignKey("catalog.ServicePackage", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    minutes = models.PositiveIntegerField()
    price = MoneyField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "position"], name="appointments_service_position")
        ]


class BookedPhoto(OrgModel):
    """A picture of the fault that came with the wish."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")


def usual_reminders() -> list[int]:
    return list(REMINDERS)


class BookingPlan(OrgModel):
    """How a store looks after its appointments: when it reminds, when it gives up, how long an offer stands.

    ``reminders`` are minutes before the visit; ``risky_percent`` is the risk of not coming from which a second look is
    worth it. With ``online`` customers book by themselves, at most ``most_open`` open appointments for one phone;
    ``notice`` is what the page tells them.
    ``overbook_by_risk``: where so many are expected to stay away, so many more may be booked, within the
    limit of the store's terms. ``priority_tags`` are tags of customers who are offered a free time first, best first.
    """

    store = models.OneToOneField("accounts.Store", on_delete=models.CASCADE, related_name="+")
    reminders = models.JSONField(default=usual_reminders)
    late_minutes = models.PositiveSmallIntegerField(default=60)
    offer_minutes = models.PositiveSmallIntegerField(default=60)
    risky_percent = models.PositiveSmallIntegerField(default=30)
    online = models.BooleanField(default=False)
    notice = models.CharField(max_length=200, blank=True)
    most_open = models.PositiveSmallIntegerField(default=3)
    overbook_by_risk = models.BooleanField(default=False)
    priority_tags = models.JSONField(default=list)


class Feed(HasPublicId, OrgModel):
    """A calendar that others subscribe to by a secret address: of a store, or of one person in it."""

    id_prefix = "fee"
    store = models.ForeignKey("accounts.Store", on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("accounts.Staff", null=True, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)


class OnlineCaller(OrgModel):
    """A phone that has booked online: locked while it books, so that its limit holds, and closed when it was abused."""

    phone_index = KeyField(max_length=32)
    blocked_at = models.DateTimeField(null=True)
    blocked_by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "phone_index"], name="appointments_caller_once")]


class BookingDraft(OrgModel):
    """What somebody has chosen so far on the booking page. Whoever has the secret of its address goes on with it.

    It becomes one appointment at most, and is forgotten when it is not finished.
    """

    store = models.ForeignKey("accounts.Store", on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    plate: Any = EncryptedTextField(blank=True)
    vehicle = models.ForeignKey("customers.Vehicle", null=True, on_delete=models.SET_NULL, related_name="+")
    services = models.JSONField(default=list)
    wish: Any = EncryptedTextField(blank=True)
    start = models.DateTimeField(null=True)
    waiting = models.BooleanField(default=False)
    appointment = models.OneToOneField(Appointment, null=True, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["org", "expires_at"], name="appointments_draft_over")]


class DraftPhoto(OrgModel):
    """A picture that waits for its booking."""

    draft = models.ForeignKey(BookingDraft, on_delete=models.CASCADE, related_name="photos")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
