"""`value_sum`: the sum of a field over the events of one group within the timespan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sentinel.rules.correlate._numbers import EXACT, Numbers, exact
from sentinel.rules.correlate._window import Count


class ValueSum(Numbers):
    """The summary is the sum, as decimal text; adding and taking away are exact, so no window's length makes it drift."""

    def change(self, summary: Any, come: Sequence[Count], gone: Sequence[Count]) -> str:
        total = Decimal(summary or 0)
        for number in come:
            total = EXACT.add(total, exact(number))
        for number in gone:
            total = EXACT.subtract(total, exact(number))
        return str(total)

    def measure(self, summary: Any, count: int) -> Decimal:
        return Decimal(summary)
