"""Labour rates and guarantee promises: dated rows, so that a past order is always judged by the rule of its day."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import store_by_id
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused
from pitlane.core.events import record
from pitlane.core.money import Money
from pitlane.core.tenancy import current_org

from .. import policies
from ..events import GuaranteeRuleChanged, RateChanged
from ..models import GuaranteeRule, LabourRate, RepairClass, Trade


@command
def set_labour_rate(
    *,
    store_id: int | None,
    vehicle_class: str,
    trade: str,
    rate: Money,
    valid_from: date,
    by: Actor,
    at: datetime,
) -> LabourRate:
    """From this day an hour costs so much; the same key on the same day is corrected, older days stay."""
    require(policies.can_edit(by, store_id), "catalog.edit")
    if store_id is None and by.stores is not None:
        raise Refused(_("你只能设置本店的工时单价"), code="group_rate", field="store_id")
    if store_id is not None:
        store_by_id(store_id)
    if rate.fen < 0:
        raise Refused(_("单价不能小于 0"), code="price", field="rate")
    if trade and trade not in Trade.values:
        raise Refused(_("没有这个工种"), code="trade", field="trade")
    row, _created = LabourRate.objects.update_or_create(
        org_id=current_org(),
        store_id=store_id,
        vehicle_class=vehicle_class,
        trade=trade,
        valid_from=valid_from,
        defaults={"rate": rate},
    )
    record(RateChanged(row.pk, store_id, vehicle_class, trade, rate.fen, valid_from), by=by, at=at)
    saved: LabourRate = row
    return saved


@command
def set_guarantee_rule(
    *,
    repair_class: str,
    km: int | None,
    days: int | None,
    valid_from: date,
    statutory: bool = False,
    source: str = "",
    by: Actor,
    at: datetime,
) -> GuaranteeRule:
    """The law's floor or the shop's longer promise from a day on; a promise below the law of that day is refused."""
    require(policies.can_edit(by), "catalog.edit")
    if repair_class not in RepairClass.values:
        raise Refused(_("没有这个维修类别"), code="repair_class", field="repair_class")
    if km is None and days is None:
        raise Refused(_("请至少填写公里数或天数"), code="guarantee_empty", field="km")
    if not statutory:
        _refuse_below_law(repair_class, km, days, valid_from)
    row, _created = GuaranteeRule.objects.update_or_create(
        org_id=current_org(),
        repair_class=repair_class,
        statutory=statutory,
        valid_from=valid_from,
        defaults={"km": km, "days": days, "source": source.strip()},
    )
    record(GuaranteeRuleChanged(row.pk, repair_class, km, days, statutory, valid_from), by=by, at=at)
    saved: GuaranteeRule = row
    return saved


def _refuse_below_law(repair_class: str, km: int | None, days: int | None, on: date) -> None:
    laws = GuaranteeRule.objects.filter(repair_class=repair_class, statutory=True, valid_from__lte=on)
    law = laws.order_by("-valid_from").first()
    if law is None:
        return
    for field, promised, owed in (("km", km, law.km), ("days", days, law.days)):
        if promised is not None and (owed is None or promised < owed):
            text = _("不能短于法定质保期：%(km)s 公里或 %(days)s 天") % {"km": law.km or "—", "days": law.days or "—"}
            raise Refused(text, code="below_statutory", field=field)
