"""A new organisation with all it needs for the first car: roles, store, warehouse, catalogue, administrator."""

from __future__ import annotations

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from pitlane.accounts import bootstrap
from pitlane.accounts import commands as accounts
from pitlane.accounts.models import Organisation, Staff
from pitlane.catalog import commands as catalog
from pitlane.core.access import Actor, system
from pitlane.core.errors import Conflict
from pitlane.core.tenancy import scope
from pitlane.messaging import commands as messaging
from pitlane.parts import commands as parts

FOUNDER = "开业设置"  # zh-data: stored in the audit
WAREHOUSE = "主仓"  # zh-data: a name that the shop may change
GROUPS, LETTERS = 3, 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What must be known to open: the organisation, its first store, and who takes on the others.

    ``first_password`` says that the password was made up for the person, who must then choose an own one.
    """

    code: str
    name: str
    store_code: str
    store_name: str
    person: str
    login: str
    password: str
    company: str = ""
    address: str = ""
    phone: str = ""
    catalogue: bool = True
    first_password: bool = False


def found(*, plan: Plan, at: datetime, only_as_first: bool = False) -> Staff:
    """Open an organisation, whole or not at all; returns its administrator.

    ``only_as_first`` is the promise of the page that strangers could reach: it opens the first organisation of the
    installation and no other. Two people at the same moment are told apart by the database.
    """
    try:
        with transaction.atomic():
            _refuse_known(plan, only_as_first)
            org = bootstrap.create_organisation(code=plan.code, name=plan.name, at=at)
            with scope(org.pk):
                return _furnish(org, plan, system(org.pk, FOUNDER), at)
    except IntegrityError as error:
        raise Conflict(_("刚刚有人建立了组织，请重新打开这一页"), code="founded") from error


def _refuse_known(plan: Plan, only_as_first: bool) -> None:
    if only_as_first and Organisation.objects.exists():
        raise Conflict(_("这套系统已经有组织了，请直接登录"), code="founded")
    if Organisation.objects.filter(code=plan.code).exists():
        raise Conflict(_("组织编码已被使用"), code="code", field="code")


def _furnish(org: Organisation, plan: Plan, by: Actor, at: datetime) -> Staff:
    facts = {"code": plan.store_code, "name": plan.store_name, "company": plan.company or plan.name}
    facts |= {"address": plan.address, "phone": plan.phone}
    store = accounts.save_store(facts=facts, by=by, at=at)
    parts.open_warehouse(store_id=store.pk, name=WAREHOUSE, by=by, at=at)
    messaging.load_starting_templates(by=by, at=at)
    if plan.catalogue:
        catalog.load_starting_catalogue(by=by, at=at)
        parts.load_starting_parts(by=by, at=at)
    return bootstrap.create_admin(
        org=org,
        store=store,
        login=plan.login,
        name=plan.person,
        password=plan.password,
        first_password=plan.first_password,
        at=at,
    )


def setup_code() -> str:
    """What only the console knows and the page asks for. Made from the secret key, so that every process knows it."""
    letters = b32encode(salted_hmac("pitlane.founding", "first run").digest()).decode()
    return "-".join(letters[start : start + LETTERS] for start in range(0, GROUPS * LETTERS, LETTERS))


def is_setup_code(given: str) -> bool:
    """Typed with or without dashes, in any case."""
    plain = "".join(char for char in given.upper() if char.isalnum())
    return constant_time_compare(plain, setup_code().replace("-", ""))
