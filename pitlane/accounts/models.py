"""Organisations (集团), stores (门店), staff, roles, approvals and API keys."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text
from pitlane.core.fields import EncryptedTextField, MoneyField
from pitlane.core.ids import HasPublicId
from pitlane.core.tenancy import OrgModel

from .devices import device_name
from .skills import SKILLS
from .states import APPROVAL


class Organisation(HasPublicId, models.Model):
    """A group, chain or single shop. Everything else belongs to exactly one organisation."""

    id_prefix = "org"
    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    settings = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    first = models.BooleanField(null=True, unique=True, editable=False)  # only one row of an installation can say yes

    def __str__(self) -> str:
        return self.name


class Region(HasPublicId, OrgModel):
    """Stores grouped for management; a role's data scope can be a region."""

    id_prefix = "reg"
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "name"], name="accounts_region_name")]

    def __str__(self) -> str:
        return self.name


class Store(HasPublicId, OrgModel):
    """A shop with its own orders, stock, bays and staff."""

    id_prefix = "sto"
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=40)
    company = models.CharField(max_length=80, blank=True)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="stores")
    address = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    licence = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict)
    sounds = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "code"], name="accounts_store_code")]

    def __str__(self) -> str:
        return self.name


class Role(HasPublicId, OrgModel):
    """An editable set of permissions with a data scope. ``permissions`` holds codes or patterns (``workshop.*``)."""

    class Scope(models.TextChoices):
        OWN = "own", _("本人")
        STORE = "store", _("本店")
        REGION = "region", _("本区域")
        ORG = "org", _("全集团")

    WIDTH: ClassVar[list[str]] = [Scope.OWN, Scope.STORE, Scope.REGION, Scope.ORG]
    id_prefix = "rol"
    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=30)
    permissions = models.JSONField(default=list)
    data_scope = models.CharField(max_length=6, choices=Scope.choices, default=Scope.STORE)
    home = models.CharField(max_length=20, default="frontdesk")
    discount_limit = models.PositiveSmallIntegerField(default=0)
    known = models.JSONField(default=list, editable=False)  # permissions that there were when it was last decided on

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "code"], name="accounts_role_code")]

    def __str__(self) -> str:
        return self.name


class Staff(HasPublicId, AbstractBaseUser, OrgModel):
    """A person who works in the shop and can sign in. ``login`` is unique in the installation."""

    id_prefix = "stf"
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    login = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=30)
    employee_no = models.CharField(max_length=20)
    phone = EncryptedTextField(blank=True)
    phone_index = models.CharField(max_length=32, blank=True)
    roles: Any = models.ManyToManyField(Role, related_name="staff")
    stores: Any = models.ManyToManyField(Store, related_name="staff")
    main_store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    totp_secret = EncryptedTextField(blank=True)
    totp_on = models.BooleanField(default=False)
    totp_last_step = models.BigIntegerField(default=0)
    session_epoch = models.PositiveIntegerField(default=0)
    preferences = models.JSONField(default=dict)
    hired_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["org", "employee_no"], name="accounts_staff_employee_no")]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Ending all sessions of a person raises ``session_epoch``; every session then fails its check."""
        return f"{super().get_session_auth_hash()}:{self.session_epoch}"


class RecoveryCode(OrgModel):
    """One of the codes that replace a lost phone at the sign-in; only its keyed hash is kept, and it counts once."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "code_hash"], name="accounts_recoverycode_once")]


class StaffSkill(OrgModel):
    """What a technician can do, at which level, and until when a certificate is valid."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="skills")
    skill = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField(default=1)
    certificate = models.CharField(max_length=60, blank=True)
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "skill"], name="accounts_staffskill_once")]

    @property
    def label(self) -> Text:
        """The skill in words; what an older version knew is shown by its code."""
        return SKILLS.get(self.skill, self.skill)


class SignIn(HasPublicId, OrgModel):
    """One signed-in browser, so that people can see and end their sessions."""

    id_prefix = "ses"
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=64, unique=True)
    device = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=45, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    @property
    def device_name(self) -> str:
        """The browser in words."""
        return device_name(self.device)


class Approval(HasPublicId, OrgModel):
    """A request that somebody with more authority must decide: refund, discount above the limit, data export."""

    id_prefix = "apv"
    state = models.CharField(max_length=10, choices=APPROVAL.choices, default=APPROVAL.start)
    kind = models.CharField(max_length=30)
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    summary = models.CharField(max_length=160)
    reason = models.CharField(max_length=200)
    amount = MoneyField(null=True)
    permission = models.CharField(max_length=40)
    order_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    requested_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["org", "state", "kind"], name="accounts_approval_state")]


class ApiKey(HasPublicId, OrgModel):
    """A program's key: only its hash is kept. Scopes are permission codes; stores narrow it further."""

    id_prefix = "key"
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    stores: Any = models.ManyToManyField(Store, related_name="+")
    created_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class SavedView(HasPublicId, OrgModel):
    """A list as one person likes to see it: conditions, order and columns under a name of their own."""

    id_prefix = "lvw"
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="saved_views")
    list_key = models.CharField(max_length=30)
    name = models.CharField(max_length=20)
    filters = models.JSONField(default=dict)
    order = models.CharField(max_length=20)
    columns = models.JSONField(default=list)
    default = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "list_key", "name"], name="accounts_savedview_name"),
            models.UniqueConstraint(
                fields=["staff", "list_key"],
                condition=models.Q(default=True),
                name="accounts_savedview_one_default",
            ),
        ]

    def __str__(self) -> str:
        return self.name
