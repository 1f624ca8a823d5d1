"""Templates, the outbox, the delivery log, providers, preferences, one-time codes."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pitlane.core.fields import EncryptedTextField, KeyField
from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel

from .states import MESSAGE


class Kind(models.TextChoices):
    """The channels."""

    SMS = "sms", _("短信")
    WECHAT = "wechat", _("微信")
    EMAIL = "email", _("邮件")


class Purpose(models.TextChoices):
    """Why somebody gets a message; consent and quiet hours depend on it."""

    SERVICE = "service", _("服务通知")
    MARKETING = "marketing", _("营销")
    CODE = "code", _("验证码")


class Template(HasPublicId, OrgModel):
    """What a kind of message is for and which variables it knows; the words stand in its versions."""

    id_prefix = "tpl"
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.SERVICE)
    variables = models.JSONField(default=list)
    required = models.JSONField(default=list)
    enabled = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "code"], name="messaging_template_code")]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(HasPublicId, OrgModel):
    """The words of a template for one channel and language. Published versions never change; ``digest`` proves it."""

    id_prefix = "tpv"
    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="versions")
    channel = models.CharField(max_length=8, choices=Kind.choices)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=120, blank=True)
    body = models.TextField()
    provider_template_id = models.CharField(max_length=80, blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template", "channel", "language", "number"], name="messaging_version_number"
            ),
            models.UniqueConstraint(
                fields=["template", "channel", "language"],
                condition=Q(published_at=None),
                name="messaging_version_one_draft",
            ),
        ]


class Message(HasPublicId, OrgModel):
    """One message to one person: the outbox row that a worker carries to a provider."""

    id_prefix = "msg"
    key = models.CharField(max_length=120)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(TemplateVersion, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    channel = models.CharField(max_length=8, choices=Kind.choices, blank=True)
    language = models.CharField(max_length=8, blank=True)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    address: Any = EncryptedTextField(blank=True)
    address_given = models.BooleanField(default=False)
    address_masked = models.CharField(max_length=80, blank=True)
    lane = KeyField(max_length=32)
    variables: Any = EncryptedTextField(blank=True)
    subject = models.CharField(max_length=60, blank=True)
    store_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=MESSAGE.choices, default=MESSAGE.start)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    tried = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    not_before = models.DateTimeField()
    next_try_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True)
    provider = models.CharField(max_length=30, blank=True)
    provider_id = KeyField(max_length=120, blank=True)
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "key"], name="messaging_message_key"),
            models.CheckConstraint(
                condition=~Q(state="sending") | (Q(claimed_at__isnull=False) & ~Q(claim="")),
                name="messaging_message_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False), name="messaging_message_accepted"
            ),
        ]
        indexes = [
            models.Index(fields=["org", "state", "next_try_at"], name="messaging_message_due"),
            models.Index(fields=["org", "lane", "state"], name="messaging_message_lane"),
            models.Index(fields=["org", "customer", "-created_at"], name="messaging_message_customer"),
            models.Index(fields=["org", "subject"], name="messaging_message_subject"),
            models.Index(fields=["org", "-created_at", "-id"], name="messaging_message_recent"),
        ]


class DeliveryEntry(OrgModel):
    """One line of a message's history: a try, its outcome, a receipt. Lines are added and never changed."""

    class What(models.TextChoices):
        QUEUED = "queued", _("已排队")
        ATTEMPT = "attempt", _("交给服务商")
        ACCEPTED = "accepted", _("服务商已接收")
        TEMPORARY = "temporary", _("暂时发不出")
        REJECTED = "rejected", _("服务商拒收")
        MISCONFIGURED = "misconfigured", _("渠道设置有误")
        UNCERTAIN = "uncertain", _("不确定是否已发出")
        POSTPONED = "postponed", _("推迟发送")
        DELIVERED = "delivered", _("回执：已送达")
        FAILED = "failed", _("回执：未送达")
        NEXT = "next", _("改用其他渠道")
        SUPPRESSED = "suppressed", _("不发送")
        CANCELLED = "cancelled", _("已取消")
        GIVEN_UP = "given_up", _("放弃发送")
        DECIDED = "decided", _("人工处理")

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    what = models.CharField(max_length=14, choices=What.choices)
    channel = models.CharField(max_length=8, blank=True)
    provider = models.CharField(max_length=30, blank=True)
    provider_id = KeyField(max_length=120, blank=True)
    code = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "provider", "provider_id", "what"],
                condition=Q(what__in=("delivered", "failed")) & ~Q(provider_id=""),
                name="messaging_entry_receipt_once",
            ),
        ]
        indexes = [
            models.Index(fields=["org", "provider", "provider_id"], name="messaging_entry_provider"),
            models.Index(fields=["message", "id"], name="messaging_entry_message"),
        ]


class StrayReceipt(OrgModel):
    """A receipt for a message that nobody knows (yet): kept, because the answer to our own call may still be coming."""

    provider = models.CharField(max_length=30)
    provider_id = KeyField(max_length=120)
    status = models.CharField(max_length=10)
    code = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField()
    received_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["org", "provider", "provider_id", "status"], name="messaging_stray_receipt_once"
            )
        ]


class ProviderSetting(HasPublicId, OrgModel):
    """Which provider carries a channel, with its sealed settings, and how well it does.

    ``trouble`` says in the provider's words why the settings are wrong; ``paused_until`` keeps a provider that is down
    from being asked for every message. ``hook_hash`` is the secret part of the address to which receipts are sent.
    """

    id_prefix = "prv"
    channel = models.CharField(max_length=8, choices=Kind.choices)
    provider = models.CharField(max_length=30)
    fields: Any = EncryptedTextField(blank=True)
    hook_token: Any = EncryptedTextField(blank=True)
    hook_hash = models.CharField(max_length=64, blank=True, db_index=True)
    failures = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    trouble_at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_failure = models.CharField(max_length=200, blank=True)
    last_failure_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "channel"], name="messaging_provider_one_per_channel")]


class Preference(OrgModel):
    """How one customer wants to hear from the shop."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    channels = models.JSONField(default=list)
    purposes_off = models.JSONField(default=list)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    language = models.CharField(max_length=8, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer"], name="messaging_preference_once")]


class ChannelAddress(OrgModel):
    """Where a customer is reached on a channel with addresses of its own, such as the open id of a WeChat follower."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, choices=Kind.choices)
    address: Any = EncryptedTextField()
    address_index = KeyField(max_length=32)
    masked = models.CharField(max_length=80)
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "channel"], name="messaging_address_once")]
        indexes = [models.Index(fields=["org", "address_index"], name="messaging_address_index")]


class SendingRules(OrgModel):
    """The shop's quiet hours, its name on messages, the order of channels, and what is too much."""

    quiet_from = models.TimeField(null=True, default=time(21, 0))
    quiet_to = models.TimeField(null=True, default=time(8, 0))
    sign_name = models.CharField(max_length=20, blank=True)
    channels = models.JSONField(default=list)
    service_per_day = models.PositiveSmallIntegerField(default=10)
    marketing_per_week = models.PositiveSmallIntegerField(default=2)
    codes_per_phone_hour = models.PositiveSmallIntegerField(default=5)
    codes_per_phone_day = models.PositiveSmallIntegerField(default=10)
    codes_per_address_hour = models.PositiveSmallIntegerField(default=30)
    codes_per_hour = models.PositiveIntegerField(default=500)
    codes_per_day = models.PositiveIntegerField(default=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org"], name="messaging_rules_one_per_org")]


class CodeCount(OrgModel):
    """How many codes were sent in one window of time for one phone, one network address, or the whole shop."""

    what = KeyField(max_length=60)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "what"], name="messaging_codecount_once")]


class PhoneCode(OrgModel):
    """A one-time code. Neither the number nor the code itself is kept; only the newest one of a phone counts."""

    phone_index = KeyField(max_length=32)
    purpose = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(attempts__lte=5), name="messaging_code_tries")]
        indexes = [models.Index(fields=["org", "phone_index", "purpose", "-id"], name="messaging_code_phone")]
