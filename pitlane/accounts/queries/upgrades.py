"""Which built-in roles an older version of the product made, and what it knew then."""

from __future__ import annotations

from pitlane.core.access import PERMISSIONS
from pitlane.core.models import EventRow

from ..events import RoleChanged
from ..models import Role
from ..roles import STARTING_ROLES


def outdated_roles() -> list[int]:
    """The built-in roles that were not decided on since this version came."""
    today = sorted(PERMISSIONS)
    rows = Role.objects.filter(code__in=[role.code for role in STARTING_ROLES]).order_by("pk")
    return [pk for pk, known in rows.values_list("pk", "known") if known != today]


def known_before(role: Role) -> frozenset[str]:
    """The permissions that there were when this role was last decided on.

    Versions without this memory left a trace in the journal: an organisation's first roles were recorded with what
    each got, the administrator's with everything that there was, and later changes with what they were about. Where
    nothing of the role was recorded, nothing is new.
    """
    if role.known:
        return frozenset(role.known)
    told = list(EventRow.objects.filter(kind=RoleChanged.kind).order_by("seq").values_list("at", "payload"))
    own = [payload for _at, payload in told if payload["role_id"] == role.pk]
    if not own:
        return frozenset(PERMISSIONS)
    founding = [payload for at, payload in told if at == told[0][0]]
    return frozenset(code for payload in (*founding, *own) for code in (*payload["added"], *payload["removed"]))
