"""How many tokens a request takes and gives. In: the count of one request. Out: its score.

Not every request teaches: of an hour's, the first, second, fourth, eighth and so on do. An hour teaches about ten values
however busy it is, so whoever wants to shift what is usual needs as many hours as it took to become so.
"""

from __future__ import annotations

from math import log2
from typing import Any

from msgspec import Struct

from sentinel.detectors.baseline._levels import Levels


class Pace(Struct, array_like=True, gc=False):
    """Which requests teach. hour: the one that is counted; count: its requests."""

    hour: int = 0
    count: int = 0

    def teaches(self, hour: int) -> bool:
        """Count a request of this hour."""
        if hour != self.hour:
            self.hour, self.count = hour, 0
        self.count += 1
        return not self.count & (self.count - 1)


def size_of(tokens: Any) -> float | None:
    """The logarithm of a count of tokens; None for what is no count."""
    return log2(1 + tokens) if tokens.__class__ is int and tokens >= 0 else None


def look(levels: Levels, size: float | None, teaches: bool) -> float:
    """The score of a size; 0 for none."""
    if size is None:
        return 0.0
    score = levels.score(size)
    if teaches:
        levels.learn(size)
    return score
