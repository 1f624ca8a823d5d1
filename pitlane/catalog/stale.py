"""Two people editing the same catalogue page: the second one is told instead of overwriting the first."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Conflict, Missing, Refused


def locked(model: Any, pk: int, version: int | None) -> Any:
    """The row for update, in the version the editor saw."""
    row = model.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Missing()
    if version is not None and row.version != version:
        raise Conflict(_("别人刚刚改过这一项，请刷新后再改"), code="stale")
    return row


def refuse_taken_code(model: Any, code: str, except_id: int | None) -> None:
    """A code names one thing only."""
    if model.objects.filter(code=code).exclude(pk=except_id).exists():
        raise Refused(_("编码已被使用"), code="code_taken", field="code")
