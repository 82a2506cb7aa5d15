"""Rules about several events: one file per type, all on event time.

In: which base rules an event matched. Out: (group, count) for each group whose condition that event completed.
"""

from __future__ import annotations

from sentinel.rules.correlate._window import Correlator
from sentinel.rules.correlate.event_count import EventCount
from sentinel.rules.correlate.temporal import Temporal
from sentinel.rules.correlate.temporal_ordered import TemporalOrdered
from sentinel.rules.correlate.value_count import ValueCount
from sentinel.rules.rule import Correlation
from sentinel.rules.section import Section

TYPES: dict[str, type[Correlator]] = {
    "event_count": EventCount, "value_count": ValueCount, "temporal": Temporal, "temporal_ordered": TemporalOrdered,
}


def correlator(rule: Correlation, section: Section) -> Correlator:
    """What runs `rule`, with its memory in `section`."""
    return TYPES[rule.info.kind](rule, section)
