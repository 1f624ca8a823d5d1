"""The state of the car when it is handed over: damage marks, checklist, belongings, photos, signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Refused
from pitlane.core.events import record
from pitlane.workshop import commands as workshop
from pitlane.workshop import queries as orders

from .. import policies, rules
from ..events import WalkaroundSaved, WalkaroundSigned, of_order
from ..evidence import walkaround_digest
from ..models import Walkaround
from ..signatures import keep_signature


@command
def save_walkaround(
    *,
    order_id: int,
    marks: Sequence[Mapping[str, Any]],
    checks: Mapping[str, str],
    belongings: str = "",
    note: str = "",
    fuel_level: int | None = None,
    odometer: int | None = None,
    key_place: str | None = None,
    by: Actor,
    at: datetime,
) -> Walkaround:
    """Keep the walk-around as far as it is; it may be saved as often as wanted until it is signed."""
    order = orders.order_for(order_id, by)
    require(policies.can_check_in(by, order.store_id), "reception.checkin")
    draft = _draft(order_id, by, at)
    draft.marks = rules.clean_marks(marks, _codes("zone"), _codes("damage"))
    draft.checks = _clean_checks(checks)
    draft.belongings, draft.note, draft.made_by = belongings[:200], note[:300], by.name
    draft.save()
    facts = {"fuel_level": fuel_level, "odometer": odometer, "key_place": key_place}
    changes = {name: value for name, value in facts.items() if value is not None}
    if changes:
        workshop.change_order(order_id=order_id, version=None, changes=changes, by=by, at=at)
    bad = sum(1 for answer in draft.checks.values() if answer == "bad")
    record(WalkaroundSaved(**of_order(order), marks=len(draft.marks), bad=bad), by=by, at=at)
    return draft


def _codes(kind: str) -> dict[str, Any]:
    """The codes of the shop's list."""
    return {entry.code: entry.name for entry in catalog.standard_list(kind)}


def _draft(order_id: int, by: Actor, at: datetime) -> Walkaround:
    """The locked walk-around of an order, begun when there is none; what is signed stays as it is."""
    made: tuple[Walkaround, bool] = Walkaround.objects.get_or_create(
        order_id=order_id, defaults={"made_at": at, "made_by": by.name}
    )
    draft: Walkaround = Walkaround.objects.select_for_update().get(pk=made[0].pk)
    if draft.signed_at is not None:
        raise Conflict(_("环检已由客户签字，不能再改"), code="signed")
    return draft


def _clean_checks(checks: Mapping[str, str]) -> dict[str, str]:
    known = {entry.code for entry in catalog.checklist("reception")}
    if strange := sorted(set(checks) - known):
        raise Refused(_("清单里没有这个检查项：%(code)s") % {"code": strange[0]}, code="unknown_check", field="checks")
    return {code: str(answer)[:60] for code, answer in checks.items() if answer}


def _refuse_missing(draft: Walkaround) -> None:
    """Name all that is still open, at the field of the first fact that has one."""
    order, fields = draft.order, rules.NOTED_ELSEWHERE
    known = {"RC-04": order.odometer, "RC-05": order.fuel_level, "RC-11": draft.belongings}
    missing = rules.missing_checks(catalog.checklist("reception"), draft.checks, known)
    if not missing:
        return
    names = "、".join(entry.name for entry in missing[:6])
    where = next((fields[entry.code] for entry in missing if entry.code in fields), "checks")
    text = _("签字前还差 %(n)s 项必查：%(names)s") % {"n": len(missing), "names": names}
    raise Refused(text, code="checks_missing", field=where)


@command
def add_walkaround_photo(
    *, order_id: int, content: bytes, name: str, caption: str = "", by: Actor, at: datetime
) -> Any:
    """A photo of the car as it came; the customer sees it too."""
    order = orders.order_for(order_id, by)
    require(policies.can_check_in(by, order.store_id), "reception.checkin")
    return workshop.add_photo(
        order_id=order_id, content=content, name=name, kind="walkaround", caption=caption, by=by, at=at
    )


@command
def sign_walkaround(
    *, order_id: int, name: str = "", signature_png: bytes | None = None, by: Actor, at: datetime
) -> Walkaround:
    """The bringer agrees with the noted state by signature or typed name; nothing of it can be changed afterwards."""
    order = orders.order_for(order_id, by)
    require(policies.can_check_in(by, order.store_id), "reception.checkin")
    signed = _draft(order_id, by, at)
    _refuse_missing(signed)
    if not (signature_png or name.strip()):
        raise Refused(_("请客户签名，或输入姓名代替"), code="signature_missing", field="signature")
    if signature_png:
        signed.signature = keep_signature(signature_png, order, by, at)
    signed.signed_name, signed.signed_at = name.strip()[:40], at
    signed.digest = walkaround_digest(signed)
    signed.save()
    workshop.begin_inspection(order_id=order_id, by=by, at=at)
    record(WalkaroundSigned(**of_order(order), marks=len(signed.marks), digest=signed.digest), by=by, at=at)
    return signed
