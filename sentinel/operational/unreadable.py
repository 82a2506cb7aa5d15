"""Whether the lines of a source can still be read: a program was updated and writes another format now.

In: how many of each batch were read and how many became dead letters. Out: their share of the last few hundred.
"""

from __future__ import annotations

from collections import deque

_LAST, _ENOUGH = 200, 20
# Apart, so that a share that hovers about one figure does not begin and end an episode with every batch.
_BAD, _GOOD = 0.5, 0.1


class Letters:
    """The newest records of one source.

    Attributes:
        bad: too many of them are dead letters. sure: enough was seen to say so.
    """

    def __init__(self, bad: bool = False) -> None:
        self.bad, self.sure = bad, False
        self._batches: deque[tuple[int, int]] = deque()
        self._read = self._dead = 0

    def saw(self, events: int, dead: int) -> None:
        """A batch of so many events and dead letters."""
        self._batches.append((events, dead))
        self._read += events
        self._dead += dead
        while self._read + self._dead - sum(self._batches[0]) >= _LAST:
            events, dead = self._batches.popleft()
            self._read -= events
            self._dead -= dead
        share = self._dead / max(1, self._read + self._dead)
        if self._read + self._dead >= _ENOUGH:
            self.bad, self.sure = share > _GOOD if self.bad else share >= _BAD, True

    def said(self) -> str:
        """What is wrong, or empty."""
        if not self.bad:
            return ""
        return (f"{self._dead} of its last {self._read + self._dead} records could not be read; `sentinel deadletters list` says "
                "why: its program may write another format now")
