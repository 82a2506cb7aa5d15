"""`value_median`: the middle number of a field over the events of one group within the timespan."""

from __future__ import annotations

from sentinel.rules.correlate.value_percentile import ValuePercentile


class ValueMedian(ValuePercentile):
    """The 50th percentile: of an even count, halfway between the two in the middle. Whoever reads the rule leaves it at 50."""
