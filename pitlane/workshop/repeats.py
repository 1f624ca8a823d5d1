"""Rules for what stands in an order already (rules of this domain are split by document).

A package or operation that is added twice is usually a slip of the hand: whoever means it says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .drafting import NewLabour, NewLine, NewPackage

DROPPED = ("declined", "deferred")


def wanted_again(lines: Iterable[Any], new: Iterable[NewLine], packages: dict[int, str]) -> NewLine | None:
    """The first new package or operation that the order has already, or that is wanted twice at once.

    ``lines`` are those of the order, ``packages`` the codes of the new packages. What the customer put off or refused
    does not count, nor do parts: two of them are a quantity.
    """
    standing = [line for line in lines if line.approval not in DROPPED]
    codes = {line.package_code for line in standing if line.package_code}
    operations = {line.operation_id for line in standing if getattr(line, "operation_id", None)}
    for line in new:
        if isinstance(line, NewPackage):
            code = packages.get(line.package_id, "")
            if code in codes:
                return line
            codes.add(code)
        elif isinstance(line, NewLabour) and line.operation_id:
            if line.operation_id in operations:
                return line
            operations.add(line.operation_id)
    return None
