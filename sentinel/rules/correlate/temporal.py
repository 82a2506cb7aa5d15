"""`temporal`: all its rules (or what its condition says of them) within the timespan, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sentinel.rules.correlate._window import Correlator, Group, Input, key_of
from sentinel.rules.rule import Bounds, Correlation
from sentinel.rules.section import Section


class Temporal(Correlator):
    """Per group: [version, newest time, {place of the rule: when it last matched}].

    Without a condition all rules must have matched; a number counts those that did; an expression is asked at each event.
    """

    def __init__(self, rule: Correlation, section: Section) -> None:
        super().__init__(rule, section)
        self._places = {id_: place for place, id_ in enumerate(dict.fromkeys(rule.rules))}
        self._bounds = rule.bounds or Bounds((("gte", len(self._places)),))

    def feed(self, inputs: Sequence[Input], at: int) -> list[tuple[Group, int]]:
        fired: dict[str, tuple[Group, int]] = {}
        for base, fields in inputs:
            values = self.values(base, fields)
            if values is not None and (key := key_of(values)) not in fired:
                count = self._seen(key, self._places[base], at)
                if count:
                    fired[key] = (self.group(values), count)
        return list(fired.values())

    def _seen(self, key: str, place: int, at: int) -> int:
        state = self.recall(key)
        newest = max(at, state[1]) if state else at
        begin = newest - self.rule.span
        if at <= begin:
            return 0
        last: dict[int, int] = {p: t for p, t in state[2].items() if t > begin} if state else {}
        last[place] = max(at, last.get(place, at))
        fires = self._holds(last)
        self.section.put(key, [self.version, newest, {} if fires else last], newest)
        return len(last) if fires else 0

    def _holds(self, last: dict[int, int]) -> bool:
        if self.rule.expression is not None:
            return _true(self.rule.expression, {id_ for id_, place in self._places.items() if place in last})
        return self._bounds.hold(len(last))


def _true(node: Any, present: set[str]) -> bool:
    kind, *rest = node
    if kind == "rule":
        return rest[0] in present
    if kind == "not":
        return not _true(rest[0], present)
    return (all if kind == "and" else any)(_true(one, present) for one in rest)

