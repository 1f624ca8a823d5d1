"""What happens next: many visits, told as stories, taken in the order of time.

A story is a generator that does something and yields when it wants to go on. So the cars of a day overlap as they do in
a shop, and a car whose story is not over at the last moment simply still stands in the shop.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import count

Story = Iterator[datetime]


class Agenda:
    """Stories by the moment at which each goes on; equal moments in the order in which they were added."""

    def __init__(self) -> None:
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._number = count()

    def add(self, at: datetime, story: Story) -> None:
        """Let a story begin at a moment."""
        heapq.heappush(self._waiting, (at, next(self._number), story))

    def run(self, until: datetime) -> int:
        """Go on with every story that is due before ``until``; answers how many steps were taken."""
        steps = 0
        while self._waiting and self._waiting[0][0] < until:
            _at, _number, story = heapq.heappop(self._waiting)
            steps += 1
            later = next(story, None)
            if later is not None:
                self.add(later, story)
        return steps
