"""`event_count`: so many events of one group within the timespan."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from sentinel.rules.correlate._window import ONCE, Correlator, Count, Input, Window, unmet
from sentinel.rules.rule import Correlation
from sentinel.rules.section import Section


class EventCount(Correlator):
    """Per group: [newest time, times in the window as packed 64-bit integers], at most as many as decide."""

    def __init__(self, rule: Correlation, section: Section) -> None:
        super().__init__(rule, section)
        self._bounds = rule.bounds or ONCE
        self._most, self._least = self._bounds.most, self._bounds.least

    def take(self, key: str, inputs: Sequence[Input], at: int) -> Count | None:
        state = self.section.get(key)
        begin, newest = self.window(state[0] if state else at, at)
        if at < begin:
            return None
        times = array("q", state[1]) if state else array("q")
        if not times or at >= times[-1]:
            times.append(at)
        else:
            times.insert(bisect_right(times, at), at)
        if times[0] < begin or len(times) > self._most:
            del times[:max(bisect_left(times, begin), len(times) - self._most)]
        count = len(times)
        fires = count >= self._least if self._least else self._bounds.hold(count)
        self.section.put(key, [newest, b"" if fires else times.tobytes()], newest)
        return count if fires else None

    def told(self, state: Any) -> Window:
        begin, newest = self.window(state[0], state[0])
        times = array("q", state[1])
        return Window(begin, newest, len(times), tuple((at, "") for at in times), unmet(self._bounds, len(times)))
