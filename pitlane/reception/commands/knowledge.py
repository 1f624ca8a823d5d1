"""The shop's own causes: what no book knows but its technicians have seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record

from .. import policies, wording
from ..events import OwnCauseSaved
from ..fault_codes import checked_codes
from ..models import OwnCause

MOST_WORDINGS = 20


@command
def save_own_cause(
    *,
    own_cause_id: int | None = None,
    name: str,
    words: Sequence[str],
    operation_id: int,
    fault_codes: str = "",
    check_text: str = "",
    from_km: int = 0,
    active: bool = True,
    by: Actor,
    at: datetime,
) -> OwnCause:
    """Add or change a cause that the diagnosis then suggests like those that ship with the product."""
    require(policies.can_teach(by), "reception.knowledge")
    kept = _locked(own_cause_id) if own_cause_id else OwnCause()
    said = list(dict.fromkeys(word.strip()[:40] for word in words if wording.tokens(word)))[:MOST_WORDINGS]
    if not name.strip():
        raise Refused(_("请填写原因"), code="name_missing", field="name")
    codes = list(checked_codes(fault_codes).codes)
    if not said and not codes:
        raise Refused(_("请写客户会怎么说，或至少一个故障码"), code="words_missing", field="words")
    if OwnCause.objects.filter(name=name.strip()[:60]).exclude(pk=kept.pk).exists():
        raise Refused(_("已有同名的条目"), code="name_taken", field="name")
    kept.name, kept.words, kept.fault_codes = name.strip()[:60], said, codes
    kept.operation_id = catalog.operation_by_id(operation_id).id
    kept.check_text, kept.from_km, kept.active = check_text.strip()[:120], from_km, active
    kept.changed_at, kept.changed_by = at, by.name[:80]
    kept.save()
    record(OwnCauseSaved(own_cause_id=kept.pk, active=active), by=by, at=at)
    return kept


def _locked(own_cause_id: int) -> OwnCause:
    found: OwnCause | None = OwnCause.objects.select_for_update().filter(pk=own_cause_id).first()
    if found is None:
        raise Missing()
    return found
