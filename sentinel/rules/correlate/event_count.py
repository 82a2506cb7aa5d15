"""`event_count`: so many events of one group within the timespan."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence

from sentinel.rules.correlate._window import Correlator, Fields, Group, Input, grouped
from sentinel.rules.rule import Bounds, Correlation
from sentinel.rules.section import Section


class EventCount(Correlator):
    """Per group: [version, newest time, times in the window as packed 64-bit integers], at most as many as decide."""

    def __init__(self, rule: Correlation, section: Section) -> None:
        super().__init__(rule, section)
        self._bounds = rule.bounds or Bounds((("gte", 1),))
        self._most, self._least = self._bounds.most, self._bounds.least

    def feed(self, inputs: Sequence[Input], at: int) -> list[tuple[Group, int]]:
        most, least, span = self._most, self._least, self.rule.span

        def use(key: str, base: str, fields: Fields) -> int:
            state = self.recall(key)
            newest = max(at, state[1]) if state else at
            if at <= newest - span:
                return 0
            times = array("q", state[2]) if state else array("q")
            if not times or at >= times[-1]:
                times.append(at)
            else:
                times.insert(bisect_right(times, at), at)
            if times[0] <= newest - span or len(times) > most:
                del times[:max(bisect_right(times, newest - span), len(times) - most)]
            fires = len(times) >= least if least else self._bounds.hold(len(times))
            self.section.put(key, [self.version, newest, b"" if fires else times.tobytes()], newest)
            return len(times) if fires else 0

        return grouped(self, inputs, use)
