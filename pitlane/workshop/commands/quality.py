"""Final inspection (总检): by somebody who did not do the work; a failure sends jobs back as rework."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.rows import save_columns

from .. import policies, queries
from ..causes import checked_cause
from ..clocking import workers_of
from ..events import OrderCompleted, QualityChecked
from ..models import QualityCheck, WorkItem
from ..sheet import Sheet, lock_sheet, save_order, tell
from ..states import CHECK, ITEM, ORDER


@command
def final_check(
    *,
    order_id: int,
    passed: bool = True,
    failed_items: Sequence[int] = (),
    failed_points: Sequence[str] = (),
    cause: str = "",
    responsible_id: int | None = None,
    road_test: bool = False,
    note: str = "",
    inspector_id: int | None = None,
    by: Actor,
    at: datetime,
) -> QualityCheck:
    """Inspect the whole order; passing completes it, failing names jobs, cause and who is responsible."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_inspect(by, order), "workshop.inspect")
    judge = _inspector(by, inspector_id)
    checks = list(QualityCheck.objects.filter(order_id=order.pk))
    require(
        policies.may_judge(judge, _involved(sheet, checks)), "workshop.inspect", _("总检要由没有参与施工和互检的人来做")
    )
    if not passed:
        _check_failure(failed_items, cause)
    cause = checked_cause(cause, queries.causes().names) if cause else ""
    ORDER.apply(order, "pass" if passed else "fail")
    changed = _judge_items(sheet, passed, failed_items)
    save_columns(changed, ["state"])
    check = _write(sheet, judge, passed, failed_points, cause, responsible_id, road_test, note, at)
    if passed:
        _recheck(checks)
        order.completed_at = at
    else:
        order.finished_at = None
    save_order(order, at)
    tell(
        QualityChecked,
        order,
        passed=passed,
        failed_items=list(failed_items),
        cause=cause,
        responsible_id=responsible_id,
        by=by,
        at=at,
    )
    if passed:
        tell(OrderCompleted, order, by=by, at=at)
    return check


def _inspector(by: Actor, inspector_id: int | None) -> int:
    """The person who inspected; programs name one."""
    if by.kind == "staff" and by.id:
        return by.id
    if inspector_id is None:
        raise Refused(_("请指明质检员"), code="inspector", field="inspector_id")
    return inspector_id


def _involved(sheet: Sheet, checks: Sequence[QualityCheck]) -> set[int]:
    peers = {check.inspector_id for check in checks if check.qc_level == QualityCheck.Level.PEER}
    return workers_of(sheet.order.pk) | peers


def _check_failure(failed_items: Sequence[int], cause: str) -> None:
    if not failed_items:
        raise Refused(_("请选择不合格的项目"), code="failed_items", field="failed_items")
    if not cause.strip():
        raise Refused(_("请写明返工原因"), code="cause", field="cause")


def _judge_items(sheet: Sheet, passed: bool, failed_items: Sequence[int]) -> list[WorkItem]:
    """All jobs pass, or the named ones go back."""
    items = sheet.approved_items() if passed else [sheet.item(item_id) for item_id in failed_items]
    for item in items:
        if not (passed and item.state == "passed"):
            ITEM.apply(item, "pass" if passed else "fail")
    return items


def _write(
    sheet: Sheet,
    judge: int,
    passed: bool,
    failed_points: Sequence[str],
    cause: str,
    responsible_id: int | None,
    road_test: bool,
    note: str,
    at: datetime,
) -> QualityCheck:
    check: QualityCheck = QualityCheck.objects.create(
        org_id=sheet.order.org_id,
        order=sheet.order,
        qc_level=QualityCheck.Level.FINAL,
        state="passed" if passed else "failed",
        inspector_id=judge,
        road_test=road_test,
        failed_points=list(failed_points),
        cause=cause,
        responsible_id=responsible_id,
        note=note[:200],
        at=at,
    )
    return check


def _recheck(checks: Sequence[QualityCheck]) -> None:
    """Earlier failures are settled by this pass."""
    failed = [check for check in checks if check.state == "failed"]
    for check in failed:
        CHECK.apply(check, "recheck")
    if failed:
        save_columns(failed, ["state"])
