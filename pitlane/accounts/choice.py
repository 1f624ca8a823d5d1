"""What the store switcher is set to, as the session keeps it: one store, all of a region, or all stores."""

from __future__ import annotations

from dataclasses import dataclass

ALL = "all"
REGION = "region:"


@dataclass(frozen=True, slots=True)
class Choice:
    """Nothing said means the person's main store."""

    store_id: int | None = None
    region_id: int | None = None
    everywhere: bool = False

    @property
    def many(self) -> bool:
        """Does it stand for several stores?"""
        return self.everywhere or self.region_id is not None


def read(kept: object) -> Choice:
    """The choice that a session keeps; what is not understood is none."""
    if isinstance(kept, int):
        return Choice(store_id=kept)
    if kept == ALL:
        return Choice(everywhere=True)
    if isinstance(kept, str) and kept.startswith(REGION) and kept.removeprefix(REGION).isdecimal():
        return Choice(region_id=int(kept.removeprefix(REGION)))
    return Choice()


def region(region_id: int) -> str:
    """The choice of all stores of a region, as the session keeps it."""
    return f"{REGION}{region_id}"
