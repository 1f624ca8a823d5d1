"""Rules for the steps of a job: what is measured, what a colleague confirms (rules are split by document)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """A value that the technician read, with whether it lies outside the limits of the step."""

    label: str
    value: str
    unit: str
    outside: bool


def catalogue_steps(steps: Sequence[Any]) -> list[Step]:
    """The steps of an operation as a job keeps them; a plain text is a step without measuring."""
    return [{"text": step} if isinstance(step, str) else dict(step) for step in steps]


def needs_peer(steps: Sequence[Step]) -> bool:
    """Whether a colleague must confirm the work (safety-relevant steps are marked so in the catalogue)."""
    return any(step.get("peer") for step in steps)


def next_step(steps: Sequence[Step]) -> int | None:
    """Index of the first step that is not ticked."""
    return next((i for i, step in enumerate(steps) if not step.get("done_at")), None)


def done_count(steps: Sequence[Step]) -> int:
    return sum(1 for step in steps if step.get("done_at"))


def read_value(text: str) -> Decimal:
    """A measured value as typed; a comma counts as a point."""
    try:
        value = Decimal(text.strip().replace(",", ".").replace("，", "."))
    except InvalidOperation:
        raise Refused(_("测量值应是数字，例如 2.5"), code="measure", field="value") from None
    if not value.is_finite():
        raise Refused(_("测量值应是数字，例如 2.5"), code="measure", field="value")
    return value


def outside(measure: Mapping[str, Any], value: Decimal) -> bool:
    """Whether the value breaks a limit; a limit that is not set cannot be broken."""
    low, high = measure.get("min"), measure.get("max")
    return (low is not None and value < Decimal(str(low))) or (high is not None and value > Decimal(str(high)))


def measured(step: Step) -> list[Measured]:
    """The values noted at a step, each judged by the step's limits."""
    measure = step.get("measure") or {}
    found = []
    for label, text in (step.get("values") or {}).items():
        found.append(Measured(label, text, measure.get("unit", ""), outside(measure, read_value(text))))
    return found


def limit_text(step: Step) -> str:
    """The limits as one reads them: ``3–15 mm``."""
    measure = step.get("measure") or {}
    ends = [f"{Decimal(str(measure[end])).normalize():f}" for end in ("min", "max") if measure.get(end) is not None]
    return f"{'–'.join(ends)} {measure.get('unit', '')}".strip() if ends else ""


def ticked(
    step: Step, *, values: Mapping[str, str], by: str, at: str, done: bool, photos: int = 0, no_photo: str = ""
) -> Step:
    """The step with what the technician noted; unticking forgets the values.

    A step that wants a photo needs one, or the reason why there is none.
    """
    plain = {key: value for key, value in step.items() if key not in ("done_at", "by", "values", "no_photo")}
    if not done:
        return plain
    if step.get("photo") and not photos and not no_photo.strip():
        raise Refused(_("这一步要拍照；拍不了请选择原因"), code="photo_missing", field="photos")
    noted = {label: str(read_value(text)) for label, text in values.items() if text.strip()}
    if step.get("measure") and not noted:
        raise Refused(_("这一步要填测量值"), code="measure_missing", field="value")
    excuse = {"no_photo": no_photo.strip()[:40]} if step.get("photo") and not photos else {}
    return {**plain, "done_at": at, "by": by, **({"values": noted} if noted else {}), **excuse}
