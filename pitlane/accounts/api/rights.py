"""Roles, first passwords and lost phones: what an administrator does for others."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Schema

from pitlane.core.api import idempotent
from pitlane.core.ids import parse_id

from .. import commands, queries
from ..models import Role, Staff
from .frame import call
from .organisation import RoleOut, StaffOut, router

Scope = Literal["own", "store", "region", "org"]
Home = Literal["frontdesk", "manager", "technician", "foreman", "parts", "cashier"]


class RoleIn(Schema):
    """Only what is sent is changed. ``permissions`` are codes or patterns like ``workshop.*``."""

    name: str | None = Field(None, min_length=1, max_length=30)
    permissions: list[str] | None = None
    data_scope: Scope | None = None
    discount_limit: int | None = Field(None, ge=0, le=100)
    home: Home | None = None


class NewRoleIn(RoleIn):
    """A new role needs a code, which stays, a name and its permissions."""

    code: str = Field(pattern=r"^[a-z0-9_-]{1,30}$")
    name: str = Field(min_length=1, max_length=30)
    permissions: list[str]
    data_scope: Scope = "store"


class PasswordIn(Schema):
    """A new first password for somebody else; one's own is changed with the old one."""

    password: str = Field(max_length=128)
    old_password: str | None = Field(None, max_length=128)


@router.post("/roles", response=RoleOut, operation_id="create_role", summary="Make a role")
@idempotent
def create_role(request: HttpRequest, data: NewRoleIn) -> Role:
    made: Role = commands.save_role(**data.dict(exclude_none=True), **call(request))
    return made


@router.patch("/roles/{role}", response=RoleOut, operation_id="change_role", summary="Change a role")
@idempotent
def change_role(request: HttpRequest, role: str, data: RoleIn) -> Role:
    known = queries.role_by_id(parse_id("rol", role))
    facts: dict[str, Any] = {name: getattr(known, name) for name in RoleIn.model_fields}
    changed: Role = commands.save_role(role_id=known.pk, **(facts | data.dict(exclude_none=True)), **call(request))
    return changed


@router.post(
    "/staff/{staff}/password", response=StaffOut, operation_id="set_password", summary="Give a new first password"
)
@idempotent
def set_password(request: HttpRequest, staff: str, data: PasswordIn) -> Staff:
    person: Staff = commands.set_password(staff_id=parse_id("stf", staff), **data.dict(), **call(request))
    return person


@router.post(
    "/staff/{staff}/second-factor-off",
    response=StaffOut,
    operation_id="reset_second_factor",
    summary="Switch the second factor off for somebody who lost the phone",
)
@idempotent
def reset_second_factor(request: HttpRequest, staff: str) -> Staff:
    person: Staff = commands.reset_totp(staff_id=parse_id("stf", staff), **call(request))
    return person
