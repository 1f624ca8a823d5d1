"""Staff as lists, cards and forms show them, and where they are signed in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor
from pitlane.core.api import keyset
from pitlane.core.errors import Missing
from pitlane.core.listing import Column, Sort, Spec, capped
from pitlane.core.prepared import Prepared

from ..models import RecoveryCode, SignIn, Staff, StaffSkill
from .actors import expanded
from .stores import in_named_stores, looking_at

PAGE = 50


def staff_with_permission(permission: str, store_id: int, among: Collection[int] | None = None) -> list[Staff]:
    """Active staff of a store who hold a permission: technicians to dispatch to, advisors to choose from."""
    people = Staff.objects.filter(is_active=True, stores=store_id).prefetch_related("roles").order_by("employee_no")
    people = people if among is None else people.filter(pk__in=among)
    return [p for p in people if any(permission in expanded(tuple(r.permissions)) for r in p.roles.all())]


class Skill(NamedTuple):
    """What somebody can do, how well, and until when the certificate holds."""

    code: str
    level: int
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class StaffCard:
    """What other domains show of a person."""

    id: int
    ref: str
    name: str
    employee_no: str
    active: bool
    skills: tuple[Skill, ...]

    def skills_on(self, day: date) -> dict[str, int]:
        """Skill to level, without those whose certificate has ended."""
        return {skill.code: skill.level for skill in self.skills if not skill.valid_until or skill.valid_until >= day}


def staff_card(staff_id: int) -> StaffCard:
    """One person with skills; ``Missing`` when not of this organisation."""
    cards = staff_cards([staff_id])
    if not cards:
        raise Missing()
    return cards[staff_id]


def staff_cards(staff_ids: Iterable[int]) -> dict[int, StaffCard]:
    """Several people in two queries, by id."""
    people = Staff.objects.filter(pk__in=set(staff_ids)).prefetch_related("skills")
    return {person.pk: _card(person) for person in people}


def _card(person: Staff) -> StaffCard:
    skills = tuple(Skill(skill.skill, skill.level, skill.valid_until) for skill in person.skills.all())
    return StaffCard(person.pk, person.ref, person.name, person.employee_no, person.is_active, skills)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody whose role names a kind of work; skills with their level and the day on which a certificate ends."""

    id: int
    name: str
    employee_no: str
    skills: dict[str, tuple[int, date | None]]


PERSON = ("pk", "name", "employee_no", "roles__permissions")
LEARNED_SKILL = ("staff_id", "skill", "level", "valid_until")
PEOPLE: Prepared[tuple[int, str, str, list[str] | None]] = Prepared(
    lambda store: Staff.objects.filter(is_active=True, stores=store).order_by("employee_no", "pk").values_list(*PERSON)
)
LEARNED: Prepared[tuple[int, str, int, date | None]] = Prepared(
    lambda store: StaffSkill.objects.filter(staff__stores=store).values_list(*LEARNED_SKILL)
)


def workers(permission: str, store_id: int) -> list[Worker]:
    """People of a store whose role names the work itself, with their skills, in two lean queries.

    A manager who may do everything is no technician.
    """
    found = {
        pk: Worker(pk, name, number, {})
        for pk, name, number, permissions in PEOPLE(store_id)
        if permission in (permissions or ())
    }
    for staff_id, skill, level, until in LEARNED(store_id):
        if staff_id in found:
            found[staff_id].skills[skill] = (level, until)
    return list(found.values())


def works_in(staff_id: int, store_id: int) -> bool:
    """Does this person belong to that store of this organisation?"""
    found: bool = Staff.objects.filter(pk=staff_id, stores=store_id).exists()
    return found


def staff_rows(
    actor: Actor, text: str = "", store_id: int | None = None, active: bool = True, store: str = ""
) -> QuerySet[Staff]:
    """People the actor may see, of all their stores or of those named, each once; the page sorts and cuts."""
    people: QuerySet[Staff] = Staff.objects.filter(is_active=active).prefetch_related("roles", "stores", "skills")
    named = in_named_stores(looking_at(actor), store)
    if named:
        people = people.filter(pk__in=Staff.stores.through.objects.filter(named).values("staff_id"))
    if actor.stores is not None:
        people = people.filter(pk__in=Staff.stores.through.objects.filter(store_id__in=actor.stores).values("staff_id"))
    if store_id:
        people = people.filter(stores=store_id)
    if text:
        people = people.filter(Q(name__icontains=text) | Q(employee_no__icontains=text) | Q(login__icontains=text))
    return people


@dataclass(frozen=True, slots=True)
class StaffPage:
    """One page of the people of a list, and how many there are."""

    rows: list[Staff]
    next: str | None
    count: str


def staff_list(
    actor: Actor,
    text: str = "",
    active: bool = True,
    store: str = "",
    by_column: str = "employee_no",
    ascending: bool = True,
    cursor: str | None = None,
) -> StaffPage:
    """One page of the people the actor may see, by employee number unless another order is asked for."""
    found = staff_rows(actor, text, active=active, store=store)
    rows, following = keyset(found, cursor, PAGE, (by_column, "id"), ascending)
    return StaffPage(rows, following, capped(found))


def count_staff(given: Mapping[str, str], by: Actor, at: datetime) -> str:
    """How many people a kept view shows."""
    return capped(staff_rows(by, given.get("q", ""), active=given.get("left") != "1", store=given.get("store", "")))


STAFF = Spec(
    key="staff",
    label=_("员工"),
    url_name="accounts:staff",
    permission="accounts.staff",
    columns=(
        Column("number", _("工号"), sort="number"),
        Column("name", _("姓名"), sort="name"),
        Column("login", _("登录名"), sort="login"),
        Column("roles", _("角色")),
        Column("stores", _("门店")),
        Column("hired", _("入职日期"), extra=True),
        Column("totp", _("两步验证")),
    ),
    sorts={
        "number": Sort("employee_no", _("工号"), falling=False),
        "name": Sort("name", _("姓名"), falling=False),
        "login": Sort("login", _("登录名"), falling=False),
    },
    start="number",
    filters=("q", "left", "store"),
    count=count_staff,
)


def staff_by_id(staff_id: int, actor: Actor) -> Staff:
    """One person for the edit page, within the actor's stores."""
    people = Staff.objects.prefetch_related("roles", "stores", "skills")
    if actor.stores is not None:
        people = people.filter(stores__in=actor.stores).distinct()
    person: Staff | None = people.filter(pk=staff_id).first()
    if person is None:
        raise Missing()
    return person


def expiring_certificates(actor: Actor, until: date) -> list[StaffSkill]:
    """Certificates of the actor's people that end by that day, the first ones first: somebody must renew them."""
    rows = StaffSkill.objects.filter(valid_until__lte=until, staff__is_active=True)
    if actor.stores is not None:
        rows = rows.filter(staff__main_store_id__in=actor.stores)
    return list(rows.select_related("staff").order_by("valid_until")[:20])


def sign_ins(staff_id: int) -> list[SignIn]:
    """The browsers in which a person is signed in."""
    return list(SignIn.objects.filter(staff_id=staff_id, ended_at=None).order_by("-seen_at")[:30])


def recovery_codes_left(staff_id: int) -> int:
    """How often a person may still sign in without the phone."""
    return RecoveryCode.objects.filter(staff_id=staff_id, used_at=None).count()


def live_sign_in(sign_in_id: int) -> SignIn | None:
    """The sign-in behind a session, None when it was ended from elsewhere; one row by key on every request."""
    found: SignIn | None = SignIn.objects.filter(pk=sign_in_id, ended_at=None).first()
    return found
