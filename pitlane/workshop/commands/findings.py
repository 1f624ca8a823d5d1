"""Extra work found during repair: the technician reports, the desk prices, the customer decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused

from .. import policies
from ..drafting import NewLabour, NewLine, NewPackage
from ..events import FindingReported, FindingResolved
from ..linework import put_lines
from ..models import Finding
from ..sheet import check_editable, lock_sheet, tell

SEVERITIES = ("advise", "soon", "urgent")
RESOLUTIONS = ("proposed", "later", "dismissed")


@command
def report_finding(
    *,
    order_id: int,
    text: str,
    item_id: int | None = None,
    severity: str = "advise",
    operation_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Finding:
    """Tell the desk what was seen and not ordered (发现新问题)."""
    sheet = lock_sheet(order_id)
    order = sheet.order
    require(policies.can_hold(by, order) or policies.can_inspect(by, order), "workshop.work")
    check_editable(order)
    if not text.strip():
        raise Refused(_("请写明发现了什么"), code="text", field="text")
    if severity not in SEVERITIES:
        raise Refused(_("请选择紧急程度"), code="severity", field="severity")
    finding: Finding = Finding.objects.create(
        org_id=order.org_id,
        order=order,
        item=sheet.item(item_id) if item_id else None,
        text=text.strip()[:300],
        severity=severity,
        operation_id=operation_id,
        reported_by=by.name,
        at=at,
    )
    tell(FindingReported, order, finding_id=finding.pk, severity=severity, by=by, at=at)
    return finding


@command
def resolve_finding(
    *, finding_id: int, resolution: str, lines: Sequence[NewLine] = (), by: Actor, at: datetime
) -> list[str]:
    """Turn a finding into extra lines for the customer, keep it for later, or put it aside."""
    order_id = Finding.objects.filter(pk=finding_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise Missing()
    sheet = lock_sheet(order_id)
    require(policies.can_edit(by, sheet.order), "workshop.edit")
    finding = Finding.objects.get(pk=finding_id)
    if finding.resolution != "open":
        raise Conflict(_("这个问题已经处理过了"), code="already_resolved")
    if resolution not in RESOLUTIONS:
        raise Refused(_("请选择怎样处理"), code="resolution", field="resolution")
    wanted = _wanted(finding, lines) if resolution == "proposed" else []
    if wanted:
        check_editable(sheet.order)
    keys = put_lines(sheet, wanted, by=by, at=at) if wanted else []
    finding.resolution = resolution
    finding.save(update_fields=["resolution"])
    tell(FindingResolved, sheet.order, finding_id=finding.pk, resolution=resolution, by=by, at=at)
    return keys


def _wanted(finding: Finding, lines: Sequence[NewLine]) -> list[NewLine]:
    """The lines to offer, marked as extra; without any the operation that the technician named."""
    if not lines and finding.operation_id:
        lines = [NewLabour(finding.operation_id)]
    if not lines:
        raise Refused(_("请添加要报价的项目"), code="no_lines", field="lines")
    return [line if isinstance(line, NewPackage) else replace(line, extra=True) for line in lines]
