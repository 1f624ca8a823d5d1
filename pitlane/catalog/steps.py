"""Rules for the steps of an operation: what a technician ticks, measures, photographs or lets a colleague confirm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused

LONGEST_TEXT = 120
MOST_STEPS = 60


def clean_steps(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The steps as an operation stores them; empty ones are dropped, impossible ones refused."""
    kept = [_step(step) for step in steps if str(step.get("text", "")).strip()]
    if len(kept) > MOST_STEPS:
        raise Refused(_("步骤太多，最多 %(most)s 步") % {"most": MOST_STEPS}, code="steps", field="steps")
    return kept


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    text = str(step["text"]).strip()
    if len(text) > LONGEST_TEXT:
        raise Refused(_("每一步最多 %(most)s 个字") % {"most": LONGEST_TEXT}, code="steps", field="steps")
    row: dict[str, Any] = {"text": text}
    if step.get("measure"):
        row["measure"] = _measure(step["measure"])
    return row | {flag: True for flag in ("photo", "peer") if step.get(flag)}


def _measure(measure: Mapping[str, Any]) -> dict[str, Any]:
    label, unit = str(measure.get("label", "")).strip(), str(measure.get("unit", "")).strip()
    if not label:
        raise Refused(_("测量值要有名称"), code="steps", field="steps")
    try:
        low, high = (None if measure.get(side) in (None, "") else float(measure[side]) for side in ("min", "max"))
    except (TypeError, ValueError):
        raise Refused(_("测量值的上下限要填数字"), code="steps", field="steps") from None
    if low is not None and high is not None and low > high:
        raise Refused(_("测量值的下限不能大于上限"), code="steps", field="steps")
    return {"label": label[:30], "unit": unit[:12]} | {
        side: limit for side, limit in (("min", low), ("max", high)) if limit is not None
    }
