"""`temporal`: all its rules (or what its condition says of them) within the timespan, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sentinel.rules.correlate._window import Correlator, Count, Input, Window
from sentinel.rules.expression import holds, negated
from sentinel.rules.rule import Bounds, Correlation
from sentinel.rules.section import Section


class Temporal(Correlator):
    """Per group: [newest time, {place of the rule: when it last matched}].

    Without a condition all rules must have matched; a number counts those that did; an expression is asked at each event.
    """

    def __init__(self, rule: Correlation, section: Section) -> None:
        super().__init__(rule, section)
        self._places = {id_: place for place, id_ in enumerate(dict.fromkeys(rule.rules))}
        self._bounds = rule.bounds or Bounds((("gte", len(self._places)),))
        # What speaks against a firing is not forgotten with it.
        self._against = {self._places[id_] for id_ in negated(rule.expression)} if rule.expression else set()

    def take(self, key: str, inputs: Sequence[Input], at: int) -> Count | None:
        state = self.section.get(key)
        begin, newest = self.window(state[0] if state else at, at)
        if at < begin:
            return None
        last: dict[int, int] = {p: t for p, t in state[1].items() if t >= begin} if state else {}
        for base, _ in inputs:
            place = self._places[base]
            last[place] = max(at, last.get(place, at))
        fires = self._holds(last)
        self.section.put(key, [newest, {p: t for p, t in last.items() if p in self._against} if fires else last], newest)
        return len(last) if fires else None

    def told(self, state: Any) -> Window:
        begin, newest = self.window(state[0], state[0])
        last = {place: at for place, at in state[1].items() if at >= begin}
        ids = list(self._places)
        absent = ", ".join(id_ for id_, place in self._places.items() if place not in last)
        missing = "" if self._holds(last) else f"no match of {absent}" if absent else "its condition does not hold"
        return Window(begin, newest, len(last), tuple(sorted((at, ids[place]) for place, at in last.items())), missing)

    def _holds(self, last: dict[int, int]) -> bool:
        if self.rule.expression is not None:
            return holds(self.rule.expression, {id_ for id_, place in self._places.items() if place in last})
        return self._bounds.hold(len(last))
