"""Rules about several events: one file per type, all on event time.

In: which base rules an event matched. Out: (group's values, count) for each group whose condition that event completed.
"""

from __future__ import annotations

from zlib import crc32

from sentinel.rules.correlate._window import Correlator, encode
from sentinel.rules.correlate.event_count import EventCount
from sentinel.rules.correlate.temporal import Temporal
from sentinel.rules.correlate.temporal_ordered import TemporalOrdered
from sentinel.rules.correlate.value_avg import ValueAvg
from sentinel.rules.correlate.value_count import ValueCount
from sentinel.rules.correlate.value_median import ValueMedian
from sentinel.rules.correlate.value_percentile import ValuePercentile
from sentinel.rules.correlate.value_sum import ValueSum
from sentinel.rules.rule import Correlation
from sentinel.rules.section import Section

TYPES: dict[str, type[Correlator]] = {
    "event_count": EventCount, "value_count": ValueCount, "temporal": Temporal, "temporal_ordered": TemporalOrdered,
    "value_sum": ValueSum, "value_avg": ValueAvg, "value_percentile": ValuePercentile, "value_median": ValueMedian,
}
# Of what correlators remember. Raised when that takes another shape: what an older sentinel left is then forgotten.
_SHAPE = 2


def correlator(rule: Correlation, section: Section, *, whole: bool = False) -> Correlator:
    """What runs `rule`, with its memory in `section`.

    Args:
        whole: a file is read for its own sake; see `TemporalOrdered`.
    """
    if rule.info.kind == "temporal_ordered":
        return TemporalOrdered(rule, section, whole=whole)
    return TYPES[rule.info.kind](rule, section)


def memory(rule: Correlation) -> str:
    """The name of the section in which `rule` remembers: another one once what it counts was changed."""
    counted = [_SHAPE, rule.info.kind, rule.rules, rule.group_by, rule.span, rule.fields, rule.bounds.pairs if rule.bounds else None,
               rule.aliases, rule.percentile, rule.expression]
    return f"rule:{rule.info.id}:{crc32(encode(counted)):08x}"
