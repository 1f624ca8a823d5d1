"""Permissions in groups, so that a person who edits roles finds them."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.forms.boundfield import BoundField, BoundWidget

from pitlane.core.access import PERMISSIONS
from pitlane.core.errors import Text

from .areas import AREAS


@dataclass(slots=True)
class Group:
    """The tick boxes of one domain."""

    label: Text
    boxes: list[tuple[BoundWidget, bool]] = field(default_factory=list)


def grouped(bound: BoundField) -> list[Group]:
    """The boxes of a permission field by domain; each with whether it is sensitive."""
    groups = {name: Group(label) for name, label in AREAS.items()}
    for box in bound.subwidgets:
        code = str(box.data["value"])
        prefix = code.partition(".")[0]
        group = groups.setdefault(prefix, Group(prefix))
        group.boxes.append((box, PERMISSIONS[code].sensitive))
    return [group for group in groups.values() if group.boxes]
