"""What a new version of the product brings to organisations that exist: permissions that did not exist before."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import PERMISSIONS, Actor, expand, require
from pitlane.core.commands import command
from pitlane.core.events import record

from .. import policies
from ..events import RoleBroughtUpToDate
from ..models import Role
from ..queries import known_before, outdated_roles
from ..roles import STARTING_ROLES


@command
def bring_roles_up_to_date(*, by: Actor, at: datetime) -> list[Role]:
    """Give the built-in roles the permissions that are new in the product and theirs by default; once.

    A role knows which permissions there were when it was last decided on. What was there then and is not in it was
    left out or taken away by somebody, and never comes back; roles that a shop made itself are not touched.
    """
    require(policies.can_upgrade(by), "accounts.roles")
    defaults = {role.code: expand(list(role.permissions)) for role in STARTING_ROLES}
    changed = []
    for role in Role.objects.select_for_update().filter(pk__in=outdated_roles()).order_by("pk"):
        fresh = frozenset(PERMISSIONS) - known_before(role)
        added = (defaults[role.code] & fresh) - expand(role.permissions)
        role.permissions = [*role.permissions, *sorted(added)]
        role.known = sorted(PERMISSIONS)
        role.save(update_fields=["permissions", "known"])
        if added:
            record(RoleBroughtUpToDate(role_id=role.pk, added=tuple(sorted(added))), by=by, at=at)
            changed.append(role)
    return changed
