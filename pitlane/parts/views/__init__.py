"""Pages of parts, split by screen."""

from .catalogue import find, part_form, part_list, part_page, substitutes
from .labels import label, labels
from .requisitions import cancel, issue, queue, return_part
from .stock import adjust, open_warehouse, receive

__all__ = [
    "adjust",
    "cancel",
    "find",
    "issue",
    "label",
    "labels",
    "open_warehouse",
    "part_form",
    "part_list",
    "part_page",
    "queue",
    "receive",
    "return_part",
    "substitutes",
]
