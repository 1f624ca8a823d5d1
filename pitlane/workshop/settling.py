"""What stands in the way of a settlement; asked by the command and by the page alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Text

from .linework import needs_stock
from .models import OrderPart
from .sheet import Sheet


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One reason why the bill cannot be made yet."""

    code: str
    text: Text


def unissued(sheet: Sheet) -> list[OrderPart]:
    """Approved parts from our shelf that nobody took out yet."""
    return [p for p in sheet.parts if p.approval == "approved" and needs_stock(p) and not p.fitted]


def settle_obstacles(sheet: Sheet, unissued_reason: str = "") -> list[Obstacle]:
    """Open questions, unpassed work and parts that were not issued, in that order."""
    found = []
    if sheet.undecided():
        found.append(Obstacle("undecided_lines", _("还有 %(n)d 项客户没有答复") % {"n": len(sheet.undecided())}))
    open_work = [item for item in sheet.approved_items() if item.state != "passed"]
    if open_work:
        found.append(Obstacle("not_passed", _("还有 %(n)d 项没有质检合格") % {"n": len(open_work)}))
    left = unissued(sheet)
    if left and not unissued_reason.strip():
        found.append(Obstacle("parts_not_issued", _("还有 %(n)d 项配件没有领料，请领料或写明原因") % {"n": len(left)}))
    if not any(line.approval == "approved" for line in sheet.lines):
        found.append(Obstacle("nothing_to_settle", _("没有可以结算的项目")))
    return found
