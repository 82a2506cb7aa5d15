"""`temporal_ordered`: its rules one after another, in the order written, within the timespan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sentinel.records.event import ENVELOPE
from sentinel.rules.correlate._window import Correlator, Fields, Group, Input, key_of
from sentinel.rules.rule import Correlation
from sentinel.rules.section import Section


class TemporalOrdered(Correlator):
    """Per group: [version, for each stage but the last: [when the chain that reached it began, when it reached it]].

    Of all chains that reached a stage, the one that began last is kept: it is the last to run out of time, so one pair of
    times per stage decides exactly. An event takes one stage at most, and a chain's events must be in order both of reading
    and of time. An event of a later stage is looked at only in groups where a chain has begun, which is known without
    reading anything.
    """

    def __init__(self, rule: Correlation, section: Section) -> None:
        super().__init__(rule, section)
        self._active = set(section.keys())
        self._enveloped = {id_ for id_, names in self._sources.items() if not ENVELOPE.isdisjoint(names)}

    def idle(self, base: str, fields: Fields) -> bool:
        if base == self.rule.rules[0]:
            return False
        if not self._active or base in self._enveloped:
            return not self._active
        values = self.values(base, fields)
        return values is None or key_of(values) not in self._active

    def feed(self, inputs: Sequence[Input], at: int) -> list[tuple[Group, int]]:
        reached: dict[str, tuple[list[Any], set[str]]] = {}
        for base, fields in inputs:
            values = self.values(base, fields) if self._active or base == self.rule.rules[0] else None
            if values is not None:
                reached.setdefault(key_of(values), (values, set()))[1].add(base)
        first = self.rule.rules[0]
        return [(self.group(values), len(self.rule.rules)) for key, (values, bases) in reached.items()
                if (first in bases or key in self._active) and self._advance(key, bases, at)]

    def _advance(self, key: str, bases: set[str], at: int) -> bool:
        """Move the group's chains on by one event; true when one is complete."""
        rules, begin = self.rule.rules, at - self.rule.span
        state = self.recall(key)
        reached: list[list[int] | None] = list(state[1]) if state else [None] * (len(rules) - 1)
        before = list(reached)
        # From the last stage to the first, so that one event never takes two.
        for stage in range(len(rules) - 1, -1, -1):
            if rules[stage] not in bases:
                continue
            chain = [at, at] if stage == 0 else reached[stage - 1]
            if chain is None or chain[0] <= begin or chain[1] > at:
                continue
            if stage == len(rules) - 1:
                self._forget(key)
                return True
            known = reached[stage]
            if known is None or chain[0] > known[0]:
                reached[stage] = [chain[0], at]
        self._keep(key, before, reached, at)
        return False

    def _keep(self, key: str, before: list[list[int] | None], reached: list[list[int] | None], at: int) -> None:
        newest = max([at, *(chain[1] for chain in reached if chain)])
        alive = [chain if chain and chain[0] > newest - self.rule.span else None for chain in reached]
        if not any(alive):
            self._forget(key)
        elif alive != before:
            self.section.put(key, [self.version, alive], newest)
            self._active.add(key)

    def _forget(self, key: str) -> None:
        if key in self._active:
            self._active.discard(key)
            self.section.put(key, None)
