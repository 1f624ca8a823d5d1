"""Customers, phones, consents, vehicles, ownership over time, odometer history, contact log."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.exports import ExportKind, kind_of
from pitlane.core.fields import EncryptedTextField, KeyField
from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel


class Customer(HasPublicId, OrgModel):
    """A vehicle owner: a person, or a company with a fleet."""

    class Kind(models.TextChoices):
        PERSON = "person", _("个人")
        COMPANY = "company", _("单位")

    class Status(models.TextChoices):
        ACTIVE = "active", _("正常")
        ERASED = "erased", _("已删除个人信息")

    id_prefix = "cus"
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.PERSON)
    status = models.CharField(max_length=6, choices=Status.choices, default=Status.ACTIVE)
    name = models.CharField(max_length=80)
    gender = models.CharField(max_length=1, blank=True)
    wechat: Any = EncryptedTextField(blank=True)
    email: Any = EncryptedTextField(blank=True)
    address: Any = EncryptedTextField(blank=True)
    address_masked = models.CharField(max_length=60, blank=True)
    id_number: Any = EncryptedTextField(blank=True)
    id_index = models.CharField(max_length=32, blank=True)
    tax_id = models.CharField(max_length=24, blank=True)
    invoice_title = models.CharField(max_length=80, blank=True)
    contact_name = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=20, blank=True)
    advisor = models.ForeignKey("accounts.Staff", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    home_store = models.ForeignKey("accounts.Store", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    birthday = models.DateField(null=True, blank=True)
    birthday_lunar = models.BooleanField(default=False)
    preferences = models.JSONField(default=dict)
    note = models.CharField(max_length=500, blank=True)
    completeness = models.PositiveSmallIntegerField(default=0)
    incomplete = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["org", "-changed_at", "-id"], name="customers_customer_recent"),
            models.Index(fields=["org", "-created_at", "-id"], name="customers_customer_new"),
            models.Index(fields=["org", "name"], name="customers_customer_name"),
            models.Index(fields=["org", "advisor", "-changed_at", "-id"], name="customers_customer_advisor"),
            models.Index(fields=["org", "kind", "-changed_at", "-id"], name="customers_customer_kind"),
            models.Index(fields=["org", "incomplete", "-changed_at", "-id"], name="customers_customer_gaps"),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerPhone(HasPublicId, OrgModel):
    """A phone number: encrypted, found by keyed hash, shown masked."""

    id_prefix = "pho"
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="phones")
    number: Any = EncryptedTextField()
    number_index = KeyField(max_length=32)
    masked = models.CharField(max_length=24)
    label = models.CharField(max_length=20, blank=True)
    primary = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "number_index"], name="customers_phone_once"),
            models.UniqueConstraint(
                fields=["customer"], condition=models.Q(primary=True), name="customers_phone_one_primary"
            ),
        ]
        indexes = [models.Index(fields=["org", "number_index"], name="customers_phone_index")]


class CustomerTag(OrgModel):
    """A word that a clerk put on a customer; lists are filtered by it."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tag_rows")
    name = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "name"], name="customers_tag_once")]
        indexes = [models.Index(fields=["org", "name", "customer"], name="customers_tag_name")]


class ImportantDate(HasPublicId, OrgModel):
    """A day worth remembering (wedding, licence renewal), solar or lunar."""

    id_prefix = "day"
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="dates")
    label = models.CharField(max_length=30)
    on = models.DateField()
    lunar = models.BooleanField(default=False)
    yearly = models.BooleanField(default=True)


class Consent(OrgModel):
    """A yes or no for one purpose; the newest row counts, the older ones prove what was agreed when."""

    class Purpose(models.TextChoices):
        SERVICE = "service", _("服务通知")
        MARKETING = "marketing", _("营销")
        PHOTO = "photo", _("照片展示")
        SHARING = "sharing", _("与厂家共享")

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    granted = models.BooleanField()
    at = models.DateTimeField()
    via = models.CharField(max_length=30, blank=True)
    by_name = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["org", "customer", "purpose", "-at"], name="customers_consent_latest")]


class Vehicle(HasPublicId, OrgModel):
    """A car. Its plate may change and its owners may change; it stays the same row."""

    class Fuel(models.TextChoices):
        PETROL = "petrol", _("汽油")
        DIESEL = "diesel", _("柴油")
        HYBRID = "hybrid", _("混动")
        EV = "ev", _("纯电")

    class VehicleClass(models.TextChoices):
        ECONOMY = "economy", _("经济型")
        STANDARD = "standard", _("普通型")
        PREMIUM = "premium", _("中高级")
        LUXURY = "luxury", _("豪华型")
        NEV = "nev", _("新能源")
        COMMERCIAL = "commercial", _("商用车")

    id_prefix = "veh"
    plate = models.CharField(max_length=12, blank=True)
    plate_kind = models.CharField(max_length=8, default="none")
    vin = models.CharField(max_length=17, blank=True)
    vin_checked = models.BooleanField(default=False)
    make = models.CharField(max_length=30, blank=True)
    series = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=60, blank=True)
    model_year = models.PositiveSmallIntegerField(null=True, blank=True)
    vehicle_class = models.CharField(max_length=10, choices=VehicleClass.choices, default=VehicleClass.STANDARD)
    fuel = models.CharField(max_length=6, choices=Fuel.choices, default=Fuel.PETROL)
    engine_no = models.CharField(max_length=30, blank=True)
    colour = models.CharField(max_length=20, blank=True)
    purchased_on = models.DateField(null=True, blank=True)
    insurance_until = models.DateField(null=True, blank=True)
    insurer = models.CharField(max_length=30, blank=True)
    inspection_until = models.DateField(null=True, blank=True)
    warranty_until = models.DateField(null=True, blank=True)
    warranty_km = models.PositiveIntegerField(null=True, blank=True)
    odometer = models.PositiveIntegerField(null=True, blank=True)
    odometer_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "plate", "plate_kind"],
                condition=~models.Q(plate="") & ~models.Q(plate_kind="foreign"),
                name="customers_vehicle_plate",
            ),
            models.UniqueConstraint(fields=["org", "vin"], condition=~models.Q(vin=""), name="customers_vehicle_vin"),
        ]
        indexes = [
            models.Index(fields=["org", "-changed_at", "-id"], name="customers_vehicle_recent"),
            models.Index(fields=["org", "insurance_until"], name="customers_vehicle_insurance"),
            models.Index(fields=["org", "inspection_until"], name="customers_vehicle_inspection"),
            models.Index(fields=["org", "warranty_until"], name="customers_vehicle_warranty"),
            models.Index(fields=["org", "make", "-changed_at", "-id"], name="customers_vehicle_make"),
        ]

    def __str__(self) -> str:
        return self.plate or self.vin

    @property
    def title(self) -> str:
        """Make, series and model as the shop says it."""
        return " ".join(part for part in (self.make, self.series, self.model) if part)


class Ownership(OrgModel):
    """Who owned or drove a car from when to when; open while ``until`` is empty."""

    class Role(models.TextChoices):
        OWNER = "owner", _("车主")
        DRIVER = "driver", _("驾驶人")

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="ownerships")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="ownerships")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.OWNER)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=models.Q(role="driver", until=None),
                name="customers_ownership_one_driver_now",
            ),
            models.UniqueConstraint(
                fields=["vehicle"],
                condition=models.Q(role="owner", until=None),
                name="customers_ownership_one_owner_now",
            ),
        ]
        indexes = [models.Index(fields=["customer", "until"], name="customers_ownership_now")]


class OdometerReading(OrgModel):
    """Kilometres seen on a day. Doubtful readings (backwards, absurd jump) are kept but not used for predictions."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="readings")
    km = models.PositiveIntegerField()
    on = models.DateField()
    source = models.CharField(max_length=20)
    doubtful = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["vehicle", "-on"], name="customers_reading_latest")]


class ContactLog(HasPublicId, OrgModel):
    """A call, visit or message with its outcome and the next step that somebody promised."""

    class Channel(models.TextChoices):
        CALL_IN = "call_in", _("来电")
        CALL_OUT = "call_out", _("去电")
        VISIT = "visit", _("到店")
        SMS = "sms", _("短信")
        WECHAT = "wechat", _("微信")
        NOTE = "note", _("备注")

    id_prefix = "con"
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    vehicle = models.ForeignKey(Vehicle, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    order_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    outcome = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500, blank=True)
    next_step = models.CharField(max_length=120, blank=True)
    next_on = models.DateField(null=True, blank=True)
    next_done_at = models.DateTimeField(null=True)
    by_staff = models.ForeignKey("accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["org", "customer", "-at"], name="customers_contact_customer"),
            models.Index(
                fields=["org", "next_on"], condition=models.Q(next_done_at=None), name="customers_contact_next"
            ),
        ]


class Call(HasPublicId, OrgModel):
    """A call from somebody we do not know yet (来电). Once a customer has the number it becomes their contact log.

    The number is kept only as long as somebody has to call back.
    """

    id_prefix = "cal"
    store = models.ForeignKey("accounts.Store", null=True, on_delete=models.PROTECT, related_name="+")
    number: Any = EncryptedTextField(blank=True)
    number_index = KeyField(max_length=32, blank=True)
    masked = models.CharField(max_length=24)
    name = models.CharField(max_length=40, blank=True)
    plate = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=500)
    next_step = models.CharField(max_length=120, blank=True)
    next_on = models.DateField(null=True, blank=True)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=60, blank=True)
    by_staff = models.ForeignKey("accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["org", "store", "next_on"], condition=models.Q(closed_at=None), name="customers_call_open"
            ),
        ]


class Export(HasPublicId, OrgModel):
    """A list that somebody asked to take out of the system: what, why, with whose approval, which file."""

    class FileFormat(models.TextChoices):
        XLSX = "xlsx", _("Excel (xlsx)")
        CSV = "csv", _("CSV")

    id_prefix = "exp"
    what = models.CharField(max_length=20, default="customers")
    filters = models.JSONField(default=dict)
    file_format = models.CharField(max_length=4, choices=FileFormat.choices, default=FileFormat.XLSX)
    with_phones = models.BooleanField(default=False)
    reason = models.CharField(max_length=200)
    rows = models.PositiveIntegerField(default=0)
    requested_by = models.ForeignKey("accounts.Staff", null=True, on_delete=models.PROTECT, related_name="+")
    requested_by_key = models.BigIntegerField(null=True)
    requested_by_name = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    approval_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField(null=True)
    file = models.ForeignKey("core.StoredFile", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["org", "requested_by", "-requested_at"], name="customers_export_mine")]

    @property
    def kind(self) -> ExportKind:
        """What the list is of."""
        return kind_of(self.what)
