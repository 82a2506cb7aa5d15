"""`event_count`: so many events of one group within the timespan."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence

from sentinel.rules.correlate._window import Correlator, Fields, Group, Input, grouped
from sentinel.rules.rule import Bounds


class EventCount(Correlator):
    """Per group: [version, newest time, times in the window as packed 64-bit integers], at most as many as decide."""

    def feed(self, inputs: Sequence[Input], at: int) -> list[tuple[Group, int]]:
        bounds = self.rule.bounds or Bounds((("gte", 1),))
        most, span = bounds.most, self.rule.span

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
            fires = bounds.hold(len(times))
            self.section.put(key, [self.version, newest, b"" if fires else times.tobytes()], newest)
            return len(times) if fires else 0

        return grouped(self, inputs, use)
