"""Core's tables: the event chain, jobs, search keys, files, private links, number series, idempotency, imports."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import EncryptedTextField, KeyField
from .ids import HasPublicId
from .tenancy import OrgModel


class ChainHead(OrgModel):
    """The end of one organisation's event chain; its row is the lock under which the chain grows."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org"], name="core_chainhead_one_per_org")]


class EventRow(OrgModel):
    """A stored fact. Never changed and never deleted; ``hash`` chains it to the row before."""

    seq = models.BigIntegerField()
    kind = models.CharField(max_length=80)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=80)
    store_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    vehicle_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    payload = models.JSONField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "seq"], name="core_event_seq")]
        indexes = [
            models.Index(fields=["org", "customer_id", "-at"], name="core_event_customer"),
            models.Index(fields=["org", "vehicle_id", "-at"], name="core_event_vehicle"),
            models.Index(fields=["org", "order_id", "-at"], name="core_event_order"),
            models.Index(fields=["org", "kind", "-at"], name="core_event_kind"),
        ]

    def facts(self) -> dict[str, Any]:
        """What the hash covers."""
        return {
            "seq": self.seq,
            "kind": self.kind,
            "at": self.at.astimezone(UTC).isoformat(),
            "actor": [self.actor_kind, self.actor_id, self.actor_name],
            "payload": self.payload,
        }


class Job(OrgModel):
    """A reaction or a background job that must happen at least once. This row is the truth; the queue carries it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("等待")
        DONE = "done", _("完成")
        DEAD = "dead", _("多次失败")

    name = models.CharField(max_length=120)
    event = models.ForeignKey(EventRow, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    args = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="core_job_once_per_event")]
        indexes = [models.Index(fields=["status", "due_at"], name="core_job_due")]


class SearchDoc(OrgModel):
    """What the search box shows for one thing: plate, title and a line of detail; never a full phone number."""

    kind = models.CharField(max_length=12)
    object_id = models.BigIntegerField()
    store_id = models.BigIntegerField(null=True)
    plate = models.CharField(max_length=16, blank=True)
    plate_kind = models.CharField(max_length=8, blank=True)
    title = models.CharField(max_length=120)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "kind", "object_id"], name="core_searchdoc_object")]


class SearchKey(OrgModel):
    """One way to find a document: a suffix of a plate or number, a name, pinyin, initials, a hashed phone tail."""

    doc = models.ForeignKey(SearchDoc, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=12)
    key = KeyField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["org", "kind", "key"], name="core_searchkey_prefix")]


class StoredFile(HasPublicId, OrgModel):
    """A checked upload. The content lies under the data directory by its SHA-256, until ``removed_at``: what was
    signed stays provable by its hash when the picture had to go.
    """

    id_prefix = "fil"
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=160)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=40)
    store_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["org", "order_id"], name="core_file_order"),
            models.Index(fields=["org", "sha256"], name="core_file_content"),
        ]


class PrivateLink(HasPublicId, OrgModel):
    """A secret address for one customer and one thing. Only the token's hash is stored."""

    id_prefix = "lnk"
    purpose = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["org", "purpose", "subject_id"], name="core_link_subject")]


class NumberSeries(OrgModel):
    """The counter behind readable document numbers, per store, kind and day."""

    store_id = models.BigIntegerField()
    kind = models.CharField(max_length=4)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "store_id", "kind", "day"], name="core_numberseries_once"),
        ]


class IdempotencyRecord(OrgModel):
    """The answer to a state-changing API call, kept under its key so that a repeat gets the same answer."""

    key = models.CharField(max_length=80)
    actor = models.CharField(max_length=40)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = EncryptedTextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "actor", "key"], name="core_idempotency_once")]


class Tally(models.Model):
    """How often something was done on the public pages from one network until ``until``; no shop is known there yet."""

    what = KeyField(max_length=80, unique=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()


class ImportBatch(HasPublicId, OrgModel):
    """One imported file: how its columns map, how far it came, what was found. Rows are committed in chunks."""

    class State(models.TextChoices):
        DRAFT = "draft", _("待映射")
        CHECKING = "checking", _("试运行中")
        CHECKED = "checked", _("已试运行")
        RUNNING = "running", _("导入中")
        DONE = "done", _("已导入")
        FAILED = "failed", _("未完成")

    id_prefix = "imp"
    profile = models.CharField(max_length=40)
    file_name = models.CharField(max_length=160)
    file_hash = models.CharField(max_length=64)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    store_id = models.BigIntegerField(null=True)
    mapping = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    next_row = models.PositiveIntegerField(default=0)
    total_rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["org", "profile", "store_id", "file_hash"], name="core_import_once"),
        ]


class ImportIssue(OrgModel):
    """A rejected or doubtful row with its reason, for the downloadable report."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="issues")
    row = models.PositiveIntegerField()
    level = models.CharField(max_length=8)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=200)
    values: Any = EncryptedTextField(blank=True)


class ImportedKey(OrgModel):
    """The natural key of an imported thing, so that a second run adds nothing and a killed run resumes."""

    profile = models.CharField(max_length=40)
    key = KeyField(max_length=120)
    object_id = models.BigIntegerField()
    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "profile", "key"], name="core_importedkey_once")]
