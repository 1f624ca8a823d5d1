"""Labour operations: what the shop does, how long it takes and how it is checked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.events import record
from pitlane.core.money import Money

from .. import policies
from ..events import OperationChanged
from ..models import Operation
from ..naming import name_keys
from ..stale import locked, refuse_taken_code
from ..steps import clean_steps

LARGEST_HOURS = Decimal(999)


@command
def save_operation(
    *,
    operation_id: int | None = None,
    version: int | None = None,
    code: str,
    name: str,
    standard_hours: Decimal,
    trade: str,
    category: str,
    name_en: str = "",
    skill: str = "",
    skill_level: int = 1,
    bay_type: str = "",
    repair_class: str = "minor",
    statement_part: str = "labour",
    fixed_price: Money | None = None,
    steps: Sequence[dict[str, Any]] = (),
    standard: str = "",
    active: bool = True,
    online: bool = False,
    by: Actor,
    at: datetime,
) -> Operation:
    """Add or correct an operation; orders keep the name, hours and price they were written with."""
    operation = locked(Operation, operation_id, version) if operation_id else Operation(version=0)
    require(policies.can_edit(by), "catalog.edit")
    code = code.strip().upper()
    _refuse_nonsense(code, name, standard_hours, fixed_price)
    refuse_taken_code(Operation, code, operation_id)
    operation.code, operation.name, operation.name_en = code, name.strip(), name_en.strip()
    operation.name_keys = name_keys(name, name_en, code)
    operation.standard_hours, operation.trade, operation.category = standard_hours, trade, category.strip()
    operation.skill, operation.skill_level, operation.bay_type = skill, skill_level, bay_type
    operation.repair_class, operation.statement_part, operation.fixed_price = repair_class, statement_part, fixed_price
    operation.steps, operation.standard, operation.active = clean_steps(steps), standard.strip(), active
    operation.online = online
    operation.version += 1
    operation.save()
    record(OperationChanged(operation.pk, code, operation.name, operation_id is None), by=by, at=at)
    return operation


def _refuse_nonsense(code: str, name: str, hours: Decimal, price: Money | None) -> None:
    if not code:
        raise Refused(_("请填写编码"), code="code_missing", field="code")
    if not name.strip():
        raise Refused(_("请填写名称"), code="name_missing", field="name")
    if not 0 <= hours <= LARGEST_HOURS:
        raise Refused(_("工时应在 0 到 999 之间"), code="hours", field="standard_hours")
    if price is not None and price.fen < 0:
        raise Refused(_("价格不能小于 0"), code="price", field="fixed_price")
