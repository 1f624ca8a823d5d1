"""Why a visit cannot begin at a moment: the sentences that a customer is told and an advisor can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.accounts.queries import skill_name
from pitlane.core.templatetags.wording import duration_text

from .clock import SECONDS, cell_at, moment_of
from .days import DayPlan, Hours, Source
from .equipment import name_of
from .ground import Ground
from .models import BayType
from .slots import Option, Search, Segment


@dataclass(frozen=True, slots=True)
class Reason:
    """One obstacle: a stable code for programs, a sentence for people."""

    code: str
    text: str

    def __str__(self) -> str:
        return self.text


def when_text(moment: datetime) -> str:
    """A moment in a sentence: 11-27 10:30."""
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def hours_text(hours: Hours) -> str:
    """Hours as people write them: ``08:30-12:00 13:00-17:30``."""
    return " ".join(f"{starts:%H:%M}-{ends:%H:%M}" for starts, ends in hours)


def too_early(start: datetime, at: datetime, not_before: datetime | None, lead_minutes: int) -> list[Reason]:
    """Past, too soon for the shop, or before the parts are there."""
    if start < at - timedelta(seconds=SECONDS):
        return [Reason("past", _("这个时间已经过去"))]
    found = []
    soonest = at + timedelta(minutes=lead_minutes)
    if start < soonest and lead_minutes:
        facts = {"lead": duration_text(lead_minutes), "moment": when_text(soonest)}
        found.append(Reason("lead", _("至少提前 %(lead)s预约，最早 %(moment)s") % facts))
    if not_before and start < not_before:
        found.append(Reason("not_before", _("配件 %(moment)s 才到，要等到那时") % {"moment": when_text(not_before)}))
    return found


def too_far(days: int, last: date) -> Reason:
    """Beyond the days for which the shop takes bookings."""
    return Reason("horizon", _("只接受 %(days)d 天以内的预约，最晚 %(day)s") % {"days": days, "day": f"{last:%m-%d}"})


def why(ground: Ground, search: Search, start: datetime) -> list[Reason]:
    """What stands against a beginning on a day that may be booked."""
    plan = ground.plan(timezone.localdate(start))
    if not plan.open:
        return [closed(plan)]
    if start.timestamp() % SECONDS:
        return [Reason("grid", _("开始时间要在整刻钟上，例如 09:15"))]
    index = ground.axis.index(cell_at(start))
    if index is None:
        return [outside(plan)]
    if not search.axis.ends_same_day(search.needs.cells) >> index & 1:
        return [too_late(plan, search)]
    found = [reason for option in search.options for reason in _against(ground, search, option, index)]
    if not found and not search.starts >> index & 1:
        found = [Reason("full", _("这个时段已经排满"))]
    return found


def closed(plan: DayPlan) -> Reason:
    """The shop does not open that day."""
    if plan.source == Source.HOLIDAY and plan.holiday:
        facts = {"day": f"{plan.day:%m-%d}", "holiday": plan.holiday.name}
        return Reason("closed", _("%(day)s 是%(holiday)s假期，不营业") % facts)
    if plan.note:
        return Reason("closed", _("%(day)s 不营业：%(note)s") % {"day": f"{plan.day:%m-%d}", "note": plan.note})
    return Reason("closed", _("%(day)s 不营业") % {"day": f"{plan.day:%m-%d}"})


def outside(plan: DayPlan) -> Reason:
    """The shop is closed at that hour."""
    facts = {"day": f"{plan.day:%m-%d}", "hours": hours_text(plan.hours)}
    return Reason("hours", _("%(day)s 的营业时间是 %(hours)s") % facts)


def too_late(plan: DayPlan, search: Search) -> Reason:
    """The work would not be finished before the shop closes."""
    first, last = search.axis.days[plan.day.toordinal()]
    facts = {"minutes": search.needs.minutes, "close": f"{plan.hours[-1][1]:%H:%M}"}
    latest = last - search.needs.cells
    if latest < first:
        return Reason("too_long", _("要 %(minutes)d 分钟，当天营业时间不够") % facts)
    facts["latest"] = f"{timezone.localtime(moment_of(search.axis.cell(latest))):%H:%M}"
    return Reason("too_late", _("要 %(minutes)d 分钟，%(close)s 关门前做不完，最晚 %(latest)s 开始") % facts)


def _against(ground: Ground, search: Search, option: Option, index: int) -> list[Reason]:
    at = index + option.offset
    found = []
    if option.segment.needs_bay and not any(mask >> at & 1 for _bay, mask in option.bays):
        found.append(_no_bay(ground, search, option))
    if not any(mask >> at & 1 for _person, mask in option.people):
        found.append(_nobody(ground, search, option, at))
    return found


def bay_text(segment: Segment) -> str:
    """The kind of bay a job needs: 举升机（四轮定位仪）."""
    kind = str(BayType(segment.bay_type).label) if segment.bay_type in BayType.values else _("工位")
    tags = "、".join(str(name_of(tag)) for tag in segment.equipment)  # zh-data
    return _("%(kind)s（%(equipment)s）") % {"kind": kind, "equipment": tags} if tags else kind


def skill_text(segment: Segment) -> str:
    """The skill a job needs: 高压电 3 级."""
    if segment.level > 1:
        return _("%(skill)s %(level)d 级") % {"skill": skill_name(segment.skill), "level": segment.level}
    return str(skill_name(segment.skill))


def _no_bay(ground: Ground, search: Search, option: Option) -> Reason:
    facts = {"bay": bay_text(option.segment), "n": len(option.bays)}
    if search.bay_id and search.bay_id in ground.bay_names:
        named = {"name": ground.bay_names[search.bay_id]}
        return Reason("bay", _("「%(name)s」这个时段不空，或不适合这项工作") % named)
    if not option.bays:
        return Reason("no_such_bay", _("本店没有可用的%(bay)s") % facts)
    return Reason("bay", _("没有空的%(bay)s：%(n)d 个都已占用") % facts)


def _nobody(ground: Ground, search: Search, option: Option, at: int) -> Reason:
    segment = option.segment
    if search.technician_id and search.technician_id in ground.people_names:
        named = {"name": ground.people_names[search.technician_id]}
        return Reason("technician", _("%(name)s这个时段没有空，或不会这项工作") % named)
    facts: dict[str, object] = {"skill": skill_text(segment), "n": len(option.people)}
    if not option.people:
        return _nobody_at_all(segment, facts)
    cells = search.axis.within(at, at + segment.cells)
    present = [person for person, _mask in option.people if person.present & cells == cells]
    if not present:
        return _nobody_present(ground, option, cells, facts)
    facts["n"] = len(present)
    if segment.skill:
        return Reason("technician", _("会%(skill)s的 %(n)d 人这个时段都已有活") % facts)
    return Reason("technician", _("在班的 %(n)d 位技师这个时段都已有活") % facts)


def _nobody_at_all(segment: Segment, facts: dict[str, object]) -> Reason:
    if segment.skill:
        return Reason("no_such_skill", _("本店没有人会%(skill)s") % facts)
    return Reason("no_technicians", _("本店还没有技师"))


def _nobody_present(ground: Ground, option: Option, cells: int, facts: dict[str, object]) -> Reason:
    facts["leave"] = away = _on_leave(ground, [person.id for person, _mask in option.people], cells)
    if option.segment.skill and away:
        return Reason("away", _("会%(skill)s的人这个时段都不在班，其中 %(leave)d 人请假") % facts)
    if option.segment.skill:
        return Reason("away", _("会%(skill)s的人这个时段都不在班") % facts)
    return Reason("away", _("这个时段没有技师在班"))


def _on_leave(ground: Ground, staff_ids: Sequence[int], cells: int) -> int:
    return sum(1 for staff_id in staff_ids if ground.on_leave[staff_id] & cells)
