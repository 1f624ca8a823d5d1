"""The error family: four ways in which the system says no, each with a code and a sentence a user understands.

Commands raise them; one place (``core.http`` for pages, ``core.api`` for programs) turns them into a field
message, a toast, a page or problem+json. Nothing else may be raised on purpose at a user.
"""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class PitlaneError(Exception):
    """A refusal with a stable ``code`` for programs and a translated ``message`` for people."""

    status = 400
    default_code = "error"

    def __init__(self, message: Text, *, code: str | None = None, field: str | None = None, **facts: Any) -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code or self.default_code
        self.field = field
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message)


class Refused(PitlaneError):
    """The request is understood and allowed, but a rule of the trade says no."""

    status = 422
    default_code = "refused"


class StoreWanted(Refused):
    """This can only be done in one store, and none is chosen; people are asked which one."""

    default_code = "store_wanted"

    def __init__(self) -> None:
        super().__init__(_("请先选择门店"), field="store")


class Forbidden(PitlaneError):
    """This actor may not do that; names the missing permission so that someone can grant it."""

    status = 403
    default_code = "forbidden"

    def __init__(self, permission: str, message: Text | None = None) -> None:
        super().__init__(message or _("你没有这项权限"), code="forbidden", permission=permission)
        self.permission = permission


class Conflict(PitlaneError):
    """Somebody else was faster: the thing changed, ran out or was done already."""

    status = 409
    default_code = "conflict"


class Missing(PitlaneError):
    """There is no such thing in this organisation (or not for this actor)."""

    status = 404
    default_code = "missing"

    def __init__(self, message: Text | None = None, **facts: Any) -> None:
        super().__init__(message or _("没有找到，可能已被删除或不属于本组织"), code="missing", **facts)
