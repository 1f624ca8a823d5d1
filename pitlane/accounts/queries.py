"""Reads of accounts: the actor behind a session or key, stores, staff, roles, approvals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from django.db.models import Count, Q

from pitlane.core.access import Actor, expand, visible
from pitlane.core.errors import Missing
from pitlane.core.models import EventRow
from pitlane.core.navigation import ShownAction, actions_for
from pitlane.core.panels import Panel, collect

from .models import ApiKey, Approval, Role, SignIn, Staff, Store

WIDTH = [Role.Scope.OWN, Role.Scope.STORE, Role.Scope.REGION, Role.Scope.ORG]


@lru_cache(maxsize=512)
def _expanded(patterns: tuple[str, ...]) -> frozenset[str]:
    return expand(list(patterns))


def actor_for(staff: Staff, store_id: int | None = None) -> Actor:
    """The actor of a signed-in person: union of their roles' permissions, widest of their data scopes."""
    roles = list(staff.roles.all())
    permissions = frozenset().union(*[_expanded(tuple(role.permissions)) for role in roles])
    widest = max((role.data_scope for role in roles), key=WIDTH.index, default=Role.Scope.OWN)
    stores = _stores_of(staff, widest)
    own = [s.pk for s in staff.stores.all()]
    chosen = store_id if stores is None or store_id in stores else None
    return Actor(
        org_id=staff.org_id,
        kind="staff",
        id=staff.pk,
        name=staff.name,
        permissions=permissions,
        stores=stores,
        own_only=widest == Role.Scope.OWN,
        store_id=chosen or staff.main_store_id or (own[0] if own else None),
        roles=frozenset(role.code for role in roles),
    )


def _stores_of(staff: Staff, widest: str) -> frozenset[int] | None:
    if widest == Role.Scope.ORG:
        return None
    own = list(staff.stores.all())
    if widest == Role.Scope.REGION:
        regions = {store.region_id for store in own if store.region_id}
        return frozenset(Store.objects.filter(region_id__in=regions).values_list("pk", flat=True)) | {s.pk for s in own}
    return frozenset(store.pk for store in own)


def key_hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def find_key(secret: str) -> ApiKey | None:
    """The live API key behind a secret, in whichever organisation; the caller opens its scope."""
    key: ApiKey | None = ApiKey.unscoped.filter(key_hash=key_hash(secret), revoked_at=None).first()
    return key


def actor_for_key(key: ApiKey) -> Actor:
    """A program's actor: the scopes of its key, in the stores of its key (none named: all)."""
    stores = [store.pk for store in key.stores.all()]
    return Actor(
        org_id=key.org_id,
        kind="key",
        id=key.pk,
        name=key.name,
        permissions=_expanded(tuple(key.scopes)),
        stores=frozenset(stores) or None,
        store_id=stores[0] if stores else None,
    )


def stores_for(actor: Actor) -> list[Store]:
    """Stores in the store switcher."""
    stores = Store.objects.filter(active=True).order_by("code")
    return list(stores if actor.stores is None else stores.filter(pk__in=actor.stores))


def store_by_id(store_id: int) -> Store:
    """A store of this organisation; commands of other domains need its code for document numbers."""
    store: Store = Store.objects.get(pk=store_id)
    return store


def staff_with_permission(permission: str, store_id: int) -> list[Staff]:
    """Active staff of a store who hold a permission: technicians to dispatch to, advisors to choose from."""
    people = Staff.objects.filter(is_active=True, stores=store_id).prefetch_related("roles").order_by("employee_no")
    return [p for p in people if any(permission in _expanded(tuple(r.permissions)) for r in p.roles.all())]


@dataclass(frozen=True, slots=True)
class StaffCard:
    """What other domains show of a person."""

    id: int
    ref: str
    name: str
    employee_no: str
    active: bool
    skills: dict[str, int]


def staff_card(staff_id: int) -> StaffCard:
    """One person with skills; ``Missing`` when not of this organisation."""
    person = Staff.objects.filter(pk=staff_id).prefetch_related("skills").first()
    if person is None:
        raise Missing()
    return _card(person)


def staff_cards(staff_ids: Iterable[int]) -> dict[int, StaffCard]:
    """Several people in two queries, by id."""
    people = Staff.objects.filter(pk__in=set(staff_ids)).prefetch_related("skills")
    return {person.pk: _card(person) for person in people}


def _card(person: Staff) -> StaffCard:
    skills = {skill.skill: skill.level for skill in person.skills.all()}
    return StaffCard(person.pk, person.ref, person.name, person.employee_no, person.is_active, skills)


def discount_limit(actor: Actor) -> Decimal:
    """The discount in percent that the actor's roles may give without approval."""
    if actor.kind == "system":
        return Decimal(100)
    limits = Role.objects.filter(code__in=actor.roles).values_list("discount_limit", flat=True)
    return Decimal(max(limits, default=0))


def open_approvals(actor: Actor) -> list[Approval]:
    """What waits for this actor's decision, oldest first."""
    waiting = Approval.objects.filter(visible(actor), state="requested", permission__in=actor.permissions)
    if actor.kind == "staff":
        waiting = waiting.exclude(requested_by_id=actor.id)
    return list(waiting.select_related("requested_by", "store").order_by("requested_at")[:100])


def approval_for(kind: str, subject: str) -> Approval | None:
    """The newest approval of a kind for a subject, so that a page can say how far it is."""
    newest: Approval | None = Approval.objects.filter(kind=kind, subject=subject).order_by("-pk").first()
    return newest


def approvals_by(actor: Actor) -> list[Approval]:
    """What this person asked for lately."""
    mine = Approval.objects.filter(requested_by_id=actor.id)
    return list(mine.select_related("decided_by", "store").order_by("-pk")[:50])


def staff_list(actor: Actor, text: str = "", store_id: int | None = None, active: bool = True) -> list[Staff]:
    """People the actor may see, by employee number."""
    people = Staff.objects.filter(is_active=active).prefetch_related("roles", "stores", "skills")
    if actor.stores is not None:
        people = people.filter(stores__in=actor.stores)
    if store_id:
        people = people.filter(stores=store_id)
    if text:
        people = people.filter(Q(name__icontains=text) | Q(employee_no__icontains=text) | Q(login__icontains=text))
    return list(people.distinct().order_by("employee_no")[:500])


def staff_by_id(staff_id: int, actor: Actor) -> Staff:
    """One person for the edit page, within the actor's stores."""
    people = Staff.objects.prefetch_related("roles", "stores", "skills")
    if actor.stores is not None:
        people = people.filter(stores__in=actor.stores).distinct()
    person: Staff | None = people.filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    return person


def roles() -> list[Role]:
    return list(Role.objects.annotate(people=Count("staff")).order_by("pk"))


def role_by_id(role_id: int) -> Role:
    role: Role | None = Role.objects.filter(pk=role_id).first()
    if role is None:
        raise Missing()
    return role


def api_keys() -> list[ApiKey]:
    return list(ApiKey.objects.prefetch_related("stores").select_related("created_by").order_by("-pk"))


def sign_ins(staff_id: int) -> list[SignIn]:
    return list(SignIn.objects.filter(staff_id=staff_id, ended_at=None).order_by("-started_at")[:30])


def session_ended(session_key: str) -> bool:
    """Was exactly this browser signed out from elsewhere?"""
    return SignIn.objects.filter(session_key=session_key).exclude(ended_at=None).exists()


def audit_trail(actor: Actor, *, kind: str = "", person: int | None = None, before: int | None = None) -> list[EventRow]:
    """Event rows for the audit page, newest first, keyset by ``seq``."""
    rows = EventRow.objects.all()
    if actor.stores is not None:
        rows = rows.filter(Q(store_id__in=actor.stores) | Q(store_id=None, actor_kind="staff", actor_id=actor.id))
    if kind:
        rows = rows.filter(kind=kind)
    if person:
        rows = rows.filter(actor_kind="staff", actor_id=person)
    if before:
        rows = rows.filter(seq__lt=before)
    return list(rows.order_by("-seq")[:51])


@dataclass(frozen=True, slots=True)
class HomeScreen:
    """The home page of one person: the role's page, its panels, what waits for approval."""

    kind: str
    panels: list[Panel]
    asides: list[Panel]
    approvals: list[Approval]
    actions: list[ShownAction]
    redirect_to: str


def home_screen(actor: Actor, *, at: datetime) -> HomeScreen:
    """Which home page this person has: the page of the role with the widest scope."""
    mine = Role.objects.filter(code__in=actor.roles).values_list("home", "data_scope", "pk")
    kind = max(mine, key=lambda row: (WIDTH.index(row[1]), -row[2]), default=("frontdesk", "", 0))[0]
    if kind == "technician":
        return HomeScreen(kind, [], [], [], [], "/my-jobs")
    panels = collect("home", by=actor, at=at, store_id=actor.store_id, home=kind)
    main = [panel for panel in panels if panel.place != "aside"]
    asides = [panel for panel in panels if panel.place == "aside"]
    return HomeScreen(kind, main, asides, open_approvals(actor), actions_for(actor), "")
