"""Programs' door to accounts: who am I, stores, staff, roles, approvals, keys, and the feed of facts."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from pitlane.core.api import MAX_PAGE, Page, idempotent, keyset
from pitlane.core.ids import parse_id, public_id

from .. import commands, queries
from ..models import ApiKey, Approval, Role, Staff, Store
from .frame import actor_of, call, ids, may

router = Router()


class StoreOut(Schema):
    """A shop of the organisation."""

    id: str
    code: str
    name: str
    company: str
    region: str | None
    address: str
    phone: str
    active: bool

    @staticmethod
    def resolve_id(store: Store) -> str:
        return store.ref

    @staticmethod
    def resolve_region(store: Store) -> str | None:
        return store.region.name if store.region else None


class StoreIn(Schema):
    """What is known of a store; on a change only what is sent is changed."""

    code: str | None = Field(None, pattern=r"^[A-Z0-9]{1,8}$")
    name: str | None = Field(None, min_length=1, max_length=40)
    company: str | None = Field(None, max_length=80)
    region: str | None = Field(None, max_length=40)
    address: str | None = Field(None, max_length=120)
    phone: str | None = Field(None, max_length=20)
    active: bool | None = None


class NewStoreIn(StoreIn):
    """A new store needs a code and a name."""

    code: str = Field(pattern=r"^[A-Z0-9]{1,8}$")
    name: str = Field(min_length=1, max_length=40)


class Me(Schema):
    """The caller: a person or a program. ``stores`` is the first page of ``GET /stores``, ``more_stores`` its next."""

    kind: str
    name: str
    organisation: str
    permissions: list[str]
    all_stores: bool
    store: str | None
    stores: list[StoreOut]
    more_stores: str | None


class SkillOut(Schema):
    """A technician's skill, level 1 to 3."""

    skill: str
    level: int = Field(1, ge=1, le=3)
    certificate: str = Field("", max_length=60)
    valid_until: date | None = None


class StaffOut(Schema):
    """A person who works here."""

    id: str
    login: str
    name: str
    employee_no: str
    active: bool
    hired_on: date | None
    roles: list[str]
    stores: list[str]
    skills: list[SkillOut]

    @staticmethod
    def resolve_id(person: Staff) -> str:
        return person.ref

    @staticmethod
    def resolve_active(person: Staff) -> bool:
        return person.is_active

    @staticmethod
    def resolve_roles(person: Staff) -> list[str]:
        return [role.ref for role in person.roles.all()]

    @staticmethod
    def resolve_stores(person: Staff) -> list[str]:
        return [store.ref for store in person.stores.all()]

    @staticmethod
    def resolve_skills(person: Staff) -> list[Any]:
        return list(person.skills.all())


class NewStaffIn(Schema):
    """A new person; the password must be changed at the first sign-in."""

    login: str = Field(min_length=2, max_length=40)
    name: str = Field(min_length=1, max_length=30)
    employee_no: str = Field(min_length=1, max_length=20)
    password: str = Field(max_length=128)
    phone: str = Field("", max_length=20)
    hired_on: date | None = None
    roles: list[str] = Field(min_length=1)
    stores: list[str] = Field(min_length=1)


class StaffChangeIn(Schema):
    """Only what is sent is changed."""

    name: str | None = Field(None, min_length=1, max_length=30)
    employee_no: str | None = Field(None, min_length=1, max_length=20)
    phone: str | None = Field(None, max_length=20)
    hired_on: date | None = None
    active: bool | None = None
    roles: list[str] | None = None
    stores: list[str] | None = None


class RoleOut(Schema):
    """A role: a set of permissions (codes or patterns) with a data scope."""

    id: str
    code: str
    name: str
    permissions: list[str]
    data_scope: str
    discount_limit: int

    @staticmethod
    def resolve_id(role: Role) -> str:
        return role.ref


class ApprovalOut(Schema):
    """A request that somebody with more authority decides."""

    id: str
    kind: str
    state: str
    summary: str
    reason: str
    amount_fen: int | None
    store: str | None
    requested_by: str | None
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str

    @staticmethod
    def resolve_id(approval: Approval) -> str:
        return approval.ref

    @staticmethod
    def resolve_amount_fen(approval: Approval) -> int | None:
        return getattr(approval.amount, "fen", None)

    @staticmethod
    def resolve_store(approval: Approval) -> str | None:
        return approval.store.ref if approval.store else None

    @staticmethod
    def resolve_requested_by(approval: Approval) -> str | None:
        return approval.requested_by.ref if approval.requested_by else None

    @staticmethod
    def resolve_decided_by(approval: Approval) -> str | None:
        return approval.decided_by.ref if approval.decided_by else None


class DecisionIn(Schema):
    """The answer to a request."""

    approve: bool
    note: str = Field("", max_length=200)


class KeyOut(Schema):
    """A program's key; the secret itself is kept nowhere."""

    id: str
    name: str
    prefix: str
    scopes: list[str]
    stores: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @staticmethod
    def resolve_id(key: ApiKey) -> str:
        return key.ref

    @staticmethod
    def resolve_stores(key: ApiKey) -> list[str]:
        return [store.ref for store in key.stores.all()]


class NewKeyOut(KeyOut):
    """A new key with its secret, shown this once."""

    secret: str


class NewKeyIn(Schema):
    """What a program may do, in which stores (none: all), until when."""

    name: str = Field(min_length=1, max_length=60)
    scopes: list[str] = Field(min_length=1)
    stores: list[str] = []
    expires_at: datetime | None = None


class EventOut(Schema):
    """A stored fact; ids in ``payload`` are the installation's own numbers and only good for comparing facts."""

    seq: int
    kind: str
    at: datetime
    actor_kind: str
    actor_name: str
    store: str | None
    customer: str | None
    vehicle: str | None
    order: str | None
    payload: dict[str, Any]
    sentence: str


@router.get("/me", response=Me, operation_id="me", summary="The caller, the permissions and the stores")
def me(request: HttpRequest) -> dict[str, Any]:
    by = actor_of(request)
    found = queries.find_stores(by)
    return {
        "kind": by.kind,
        "name": by.name,
        "organisation": public_id("org", by.org_id),
        "permissions": sorted(by.permissions),
        "all_stores": by.stores is None,
        "store": public_id("sto", by.store_id) if by.store_id else None,
        "stores": found.rows,
        "more_stores": found.next,
    }


@router.get("/stores", response=Page[StoreOut], operation_id="list_stores", summary="Stores the caller may act in")
def list_stores(request: HttpRequest, q: str = "", cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Open stores by code; ``q`` finds by code, name, pinyin or region."""
    found = queries.find_stores(actor_of(request), q[:40], cursor, limit=max(1, min(limit, MAX_PAGE)))
    return {"items": found.rows, "next": found.next}


@router.post("/stores", response=StoreOut, operation_id="open_store", summary="Open a store")
@idempotent
def open_store(request: HttpRequest, data: NewStoreIn) -> Store:
    store: Store = commands.save_store(facts=data.dict(exclude_none=True), **call(request))
    return store


@router.patch("/stores/{store}", response=StoreOut, operation_id="change_store", summary="Change a store's data")
@idempotent
def change_store(request: HttpRequest, store: str, data: StoreIn) -> Store:
    facts = data.dict(exclude_none=True)
    changed: Store = commands.save_store(store_id=parse_id("sto", store), facts=facts, **call(request))
    return changed


@router.get("/staff", response=Page[StaffOut], operation_id="list_staff", summary="People of the caller's stores")
def list_staff(
    request: HttpRequest, q: str = "", active: bool = True, cursor: str | None = None, limit: int = Query(50, ge=1)
) -> dict[str, Any]:
    by = may(request, "accounts.view")
    rows, following = keyset(queries.staff_rows(by, q.strip(), active=active), cursor, limit, ("employee_no", "id"))
    return {"items": rows, "next": following}


@router.get("/staff/{staff}", response=StaffOut, operation_id="get_staff", summary="One person")
def get_staff(request: HttpRequest, staff: str) -> Staff:
    return queries.staff_by_id(parse_id("stf", staff), may(request, "accounts.view"))


@router.post("/staff", response=StaffOut, operation_id="add_staff", summary="Take on a person")
@idempotent
def add_staff(request: HttpRequest, data: NewStaffIn) -> Staff:
    facts = data.dict()
    role_ids, store_ids = ids("rol", facts.pop("roles")), ids("sto", facts.pop("stores"))
    person: Staff = commands.add_staff(**facts, role_ids=role_ids, store_ids=store_ids, **call(request))
    return person


@router.patch("/staff/{staff}", response=StaffOut, operation_id="change_staff", summary="Change a person's data")
@idempotent
def change_staff(request: HttpRequest, staff: str, data: StaffChangeIn) -> Staff:
    changes = data.dict(exclude_unset=True)
    for given, wanted, prefix in (("roles", "role_ids", "rol"), ("stores", "store_ids", "sto")):
        if (refs := changes.pop(given, None)) is not None:
            changes[wanted] = ids(prefix, refs)
    if (active := changes.pop("active", None)) is not None:
        changes["is_active"] = active
    person: Staff = commands.change_staff(staff_id=parse_id("stf", staff), changes=changes, **call(request))
    return person


@router.put(
    "/staff/{staff}/skills", response=StaffOut, operation_id="set_skills", summary="Say what a technician can do"
)
@idempotent
def set_skills(request: HttpRequest, staff: str, data: list[SkillOut]) -> Staff:
    skills = [commands.Skill(**row.dict()) for row in data]
    person: Staff = commands.set_skills(staff_id=parse_id("stf", staff), skills=skills, **call(request))
    return person


@router.post(
    "/staff/{staff}/sign-out", response=StaffOut, operation_id="sign_out_staff", summary="End all sessions of a person"
)
@idempotent
def sign_out_staff(request: HttpRequest, staff: str) -> Staff:
    person: Staff = commands.end_sessions(staff_id=parse_id("stf", staff), **call(request))
    return person


@router.get("/roles", response=list[RoleOut], operation_id="list_roles", summary="Roles and their permissions")
def list_roles(request: HttpRequest) -> list[Role]:
    may(request, "accounts.view")
    return queries.roles()


@router.get(
    "/approvals", response=list[ApprovalOut], operation_id="list_approvals", summary="What waits for the caller"
)
def list_approvals(request: HttpRequest) -> list[Approval]:
    return queries.open_approvals(actor_of(request))


@router.get("/approvals/{approval}", response=ApprovalOut, operation_id="get_approval", summary="One request")
def get_approval(request: HttpRequest, approval: str) -> Approval:
    return queries.approval_screen(parse_id("apv", approval), actor_of(request)).approval


@router.post(
    "/approvals/{approval}/decide", response=ApprovalOut, operation_id="decide_approval", summary="Agree or refuse"
)
@idempotent
def decide_approval(request: HttpRequest, approval: str, data: DecisionIn) -> Approval:
    approval_id = parse_id("apv", approval)
    decided: Approval = commands.decide_approval(approval_id=approval_id, **data.dict(), **call(request))
    return decided


@router.get("/keys", response=list[KeyOut], operation_id="list_keys", summary="API keys, closed ones too")
def list_keys(request: HttpRequest) -> list[ApiKey]:
    may(request, "accounts.keys")
    return queries.api_keys()


@router.post(
    "/keys", response=NewKeyOut, operation_id="issue_key", summary="Issue an API key; the secret is answered once"
)
@idempotent
def issue_key(request: HttpRequest, data: NewKeyIn) -> ApiKey:
    secret, facts = f"pl_{secrets.token_urlsafe(32)}", data.dict()
    store_ids = ids("sto", facts.pop("stores"))
    key: ApiKey = commands.issue_api_key(**facts, store_ids=store_ids, secret=secret, **call(request))
    key.secret = secret  # type: ignore[attr-defined]
    return key


@router.post("/keys/{key}/revoke", response=KeyOut, operation_id="revoke_key", summary="Close an API key at once")
@idempotent
def revoke_key(request: HttpRequest, key: str) -> ApiKey:
    revoked: ApiKey = commands.revoke_api_key(key_id=parse_id("key", key), **call(request))
    return revoked


@router.get(
    "/events", response=Page[EventOut], operation_id="list_events", summary="Facts after a number: the change feed"
)
def list_events(request: HttpRequest, after: int = 0, limit: int = Query(100, ge=1, le=MAX_PAGE)) -> dict[str, Any]:
    """Oldest first. Pass ``next`` as ``after`` to go on; an empty page says that nothing new happened."""
    rows = queries.events_after(may(request, "accounts.audit"), after, limit)
    return {"items": [_event(row) for row in rows], "next": str(rows[-1].seq) if rows else None}


def _event(row: Any) -> dict[str, Any]:
    named = {"store": "sto", "customer": "cus", "vehicle": "veh", "order": "ord"}
    links = {name: getattr(row, f"{name}_id") for name in named}
    return {
        "seq": row.seq,
        "kind": row.kind,
        "at": row.at,
        "actor_kind": row.actor_kind,
        "actor_name": row.actor_name,
        **{name: public_id(named[name], pk) if pk else None for name, pk in links.items()},
        "payload": row.payload,
        "sentence": queries.sentence_of(row),
    }
