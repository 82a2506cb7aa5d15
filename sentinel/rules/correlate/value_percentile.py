"""`value_percentile`: a percentile of a field over the events of one group within the timespan."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sentinel.rules.correlate._numbers import EXACT, Numbers, exact
from sentinel.rules.correlate._window import Count


class ValuePercentile(Numbers):
    """Interpolated linearly between the two nearest numbers: `PERCENTILE_CONT` of SQL:2003, type 7 of Hyndman and Fan (1996).

    The summary is the numbers in order of size.
    """

    def change(self, summary: Any, come: Sequence[Count], gone: Sequence[Count]) -> list[Count]:
        ranked: list[Count] = summary or []
        for number in come:
            insort(ranked, number)
        for number in gone:
            del ranked[bisect_left(ranked, number)]
        return ranked

    def measure(self, summary: Any, count: int) -> Decimal:
        place = EXACT.divide(EXACT.multiply(exact(self.rule.percentile), Decimal(count - 1)), Decimal(100))
        below = int(place)
        low, high = exact(summary[below]), exact(summary[min(below + 1, count - 1)])
        return EXACT.add(low, EXACT.multiply(EXACT.subtract(high, low), EXACT.subtract(place, Decimal(below))))
