"""Staff: who works here, in which stores, with which roles and skills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, expand, require
from pitlane.core.commands import command
from pitlane.core.crypto import blind
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.phones import normalise_phone, phone_problem

from .. import policies
from ..closing import close_sessions
from ..events import StaffChanged
from ..models import Role, Staff, StaffSkill, Store
from ..passwords import check_password
from ..skills import SKILLS

FIELDS = ("name", "employee_no", "is_active", "hired_on")


@dataclass(frozen=True, slots=True)
class Skill:
    """A technician's skill with level 1–3 and, where one is needed, a certificate."""

    skill: str
    level: int = 1
    certificate: str = ""
    valid_until: date | None = None


def _roles(by: Actor, role_ids: Sequence[int]) -> list[Role]:
    roles = list(Role.objects.filter(pk__in=role_ids))
    if len(roles) != len(set(role_ids)):
        raise Missing()
    granted = frozenset().union(*[expand(role.permissions) for role in roles])
    if by.kind != "system" and (granted - by.permissions or policies.lets_off_more(by, roles)):
        raise Refused(_("不能授予高于自己权限的角色"), code="beyond_own", field="roles")
    return roles


def _check_reach(by: Actor, roles: Sequence[Role], stores: Sequence[Store]) -> None:
    """Nobody makes an account that sees more stores than they do, and then signs in with it."""
    if policies.reach_further(by, roles, [store.pk for store in stores]):
        raise Refused(_("不能授予高于自己权限的角色"), code="beyond_own", field="roles")


def _stores(by: Actor, store_ids: Sequence[int]) -> list[Store]:
    stores = list(Store.objects.filter(pk__in=store_ids))
    if len(stores) != len(set(store_ids)):
        raise Missing()
    if not all(by.in_store(store.pk) for store in stores):
        raise Refused(_("只能分配到自己管理的门店"), code="beyond_own", field="stores")
    return stores


def _set_phone(person: Staff, phone: str) -> None:
    problem = phone_problem(phone) if phone else None
    if problem:
        raise Refused(str(problem), code="phone", field="phone")
    number = normalise_phone(phone) if phone else ""
    person.phone, person.phone_index = number, blind("phone", number) if number else ""


@command
def add_staff(
    *,
    login: str,
    name: str,
    employee_no: str,
    role_ids: Sequence[int],
    store_ids: Sequence[int],
    password: str,
    phone: str = "",
    hired_on: date | None = None,
    password_hash: str = "",
    by: Actor,
    at: datetime,
) -> Staff:
    """Take on a person; they must change the given password at the first sign-in.

    ``password_hash`` is the hash of that password where many people get the same one (the demo): hashing is slow.
    """
    require(policies.can_manage_staff(by), "accounts.staff")
    login = login.strip().lower()
    if Staff.unscoped.filter(login=login).exists():
        raise Conflict(_("登录名已被使用"), field="login")
    if Staff.objects.filter(employee_no=employee_no).exists():
        raise Conflict(_("工号已被使用"), field="employee_no")
    roles, stores = _roles(by, role_ids), _stores(by, store_ids)
    if not stores:
        raise Refused(_("至少选择一家门店"), code="stores", field="stores")
    _check_reach(by, roles, stores)
    person = Staff(org_id=by.org_id, login=login, name=name, employee_no=employee_no, hired_on=hired_on)
    check_password(password, person)
    _set_phone(person, phone)
    person.password, person.must_change_password = password_hash or make_password(password), by.kind != "system"
    person.main_store = stores[0]
    person.save()
    person.roles.set(roles)
    person.stores.set(stores)
    record(StaffChanged(staff_id=person.pk, changed=("new",)), by=by, at=at)
    return person


@command
def change_staff(*, staff_id: int, changes: dict[str, Any], by: Actor, at: datetime) -> Staff:
    """Change a person's data, roles or stores; leaving the company ends all sessions at once."""
    person = _locked(staff_id)
    require(policies.can_manage(by, person), "accounts.staff")
    if policies.is_self(by, staff_id):
        _refuse_own_rights(person, changes)
    taken = Staff.objects.filter(employee_no=changes.get("employee_no", person.employee_no)).exclude(pk=person.pk)
    if taken.exists():
        raise Conflict(_("工号已被使用"), field="employee_no")
    for name in FIELDS:
        if name in changes:
            setattr(person, name, changes[name])
    if "phone" in changes:
        _set_phone(person, changes["phone"])
    if changes.get("is_active") is False:
        close_sessions(person, at)
    if "role_ids" in changes:
        person.roles.set(_roles(by, changes["role_ids"]))
    if "store_ids" in changes:
        _move(person, _stores(by, changes["store_ids"]), by)
    _check_reach(by, list(person.roles.all()), list(person.stores.all()))
    person.save()
    record(StaffChanged(staff_id=person.pk, changed=tuple(sorted(changes))), by=by, at=at)
    return person


def _refuse_own_rights(person: Staff, changes: dict[str, Any]) -> None:
    """Nobody takes the own rights away by mistake, or gives themselves others."""
    if changes.get("is_active") is False:
        raise Refused(_("不能停用自己"), code="own_account", field="is_active")
    roles = {role.pk for role in person.roles.all()}
    if set(changes.get("role_ids", roles)) != roles:
        raise Refused(_("不能修改自己的角色"), code="own_account", field="roles")


def _move(person: Staff, stores: list[Store], by: Actor) -> None:
    """The stores a person works in. Those that the actor does not manage stay as they are."""
    kept = [store for store in person.stores.all() if not by.in_store(store.pk)]
    everywhere = [*stores, *kept]
    if not everywhere:
        raise Refused(_("至少选择一家门店"), code="stores", field="stores")
    person.stores.set(everywhere)
    if person.main_store_id not in {store.pk for store in everywhere}:
        person.main_store = everywhere[0]


@command
def set_password(
    *,
    staff_id: int,
    password: str,
    old_password: str | None = None,
    keep_sign_in: int | None = None,
    by: Actor,
    at: datetime,
) -> Staff:
    """Change a password: one's own by proving the old one, another's with the right to manage staff.

    Ends all sessions but the sign-in from which it was changed.
    """
    person = _locked(staff_id)
    own = policies.is_self(by, staff_id)
    if own:
        if not person.check_password(old_password or ""):
            raise Refused(_("原密码不对"), code="wrong_password", field="old_password")
    else:
        require(policies.can_manage(by, person), "accounts.staff")
    check_password(password, person)
    person.password = make_password(password)
    person.must_change_password = not own
    close_sessions(person, at, but=keep_sign_in if own else None)
    person.save()
    record(StaffChanged(staff_id=person.pk, changed=("password",)), by=by, at=at)
    return person


@command
def set_skills(*, staff_id: int, skills: Sequence[Skill], by: Actor, at: datetime) -> Staff:
    """What a technician may be dispatched to, at which level, and until when a certificate is valid."""
    person = _locked(staff_id)
    require(policies.can_manage(by, person), "accounts.staff")
    _check_skills(skills)
    person.skills.all().delete()
    StaffSkill.objects.bulk_create(
        [
            StaffSkill(
                org_id=by.org_id,
                staff=person,
                skill=s.skill,
                level=s.level,
                certificate=s.certificate,
                valid_until=s.valid_until,
            )
            for s in skills
        ]
    )
    record(StaffChanged(staff_id=person.pk, changed=("skills",)), by=by, at=at)
    return person


def _check_skills(skills: Sequence[Skill]) -> None:
    if not {s.skill for s in skills} <= set(SKILLS) or not all(1 <= s.level <= 3 for s in skills):
        raise Refused(_("没有这项技能或等级"), code="skill", field="skills")
    if len({s.skill for s in skills}) != len(skills):
        raise Refused(_("同一项技能写了两次"), code="skill_twice", field="skills")


def _locked(staff_id: int) -> Staff:
    person: Staff | None = Staff.objects.select_for_update().filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    return person
