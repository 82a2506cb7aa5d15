"""`value_avg`: the average of a field over the events of one group within the timespan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sentinel.rules.correlate._numbers import EXACT
from sentinel.rules.correlate.value_sum import ValueSum


class ValueAvg(ValueSum):
    """The arithmetic mean: of the numbers, not of the events, where an event brings several or none."""

    def measure(self, summary: Any, count: int) -> Decimal:
        return EXACT.divide(Decimal(summary), Decimal(count))
