"""How far a correlation came over events: per group what it counted, what fell out of its window, what is missing.

In: a correlation, the rules it listens to, events. Out: `Progress`. The windows are the correlation's own, fed as `RuleSet` does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from sentinel.records.event import Event
from sentinel.rules.correlate import correlator
from sentinel.rules.correlate._window import Group, Window, key_of
from sentinel.rules.match.ruleset import RuleSet
from sentinel.rules.rule import Correlation, Firing, Rule
from sentinel.rules.section import InMemory
from sentinel.scan import Scan, text_of

_MOST_GROUPS, _MOST_MOMENTS = 10_000, 200


class Moment(Struct, frozen=True):
    """An event that matched a rule of the correlation. label: what the caller calls it. rules: ids of those it matched.
    values: of the fields that the correlation looks at."""

    label: str
    at: int
    rules: tuple[str, ...]
    values: tuple[Any, ...] = ()


class InGroup(Struct):
    """One group.

    Attributes:
        moments: its last events, in order of reading, from the one after its last firing on. window: what is counted now.
        fired: how often it fired. completed: the events up to its last firing, within its window.
    """

    group: Group
    moments: deque[Moment] = field(default_factory=lambda: deque(maxlen=_MOST_MOMENTS))
    window: Window | None = None
    fired: int = 0
    completed: tuple[Moment, ...] = ()

    @property
    def gone(self) -> list[tuple[Moment, int]]:
        """Events that are out of the window, each with by how many nanoseconds, oldest first."""
        begin = self.window.begin if self.window else 0
        return [(one, begin - one.at) for one in self.moments if one.at < begin]

    @property
    def inside(self) -> list[Moment]:
        begin = self.window.begin if self.window else 0
        return [one for one in self.moments if one.at >= begin]


class Progress(Struct):
    """Attributes: groups: those that fired first, then those that came furthest. events: how many there were.
    matched: rule id -> events that matched it. ungrouped: field to group by -> events that matched and lack it."""

    groups: list[InGroup]
    events: int
    matched: dict[str, int]
    ungrouped: dict[str, int]


def follow(rule: Correlation, rules: Sequence[Rule], events: Iterable[tuple[str, Event]], *, everywhere: bool = False) -> Progress:
    """Run `rule` over events.

    Args:
        rules: those it listens to, theirs too, base rules first; as `rule.needed` gives them.
        events: each with what it is called: its id, its line. everywhere: see `RuleSet`.
    """
    return _Run(rule, rules, everywhere).over(events)


class _Run:
    def __init__(self, rule: Correlation, rules: Sequence[Rule], everywhere: bool) -> None:
        # All that the correlation listens to must be heard, whoever else listens.
        heard = [replace(one, generate=True) if isinstance(one, Correlation) else one for one in rules if one.info.id != rule.info.id]
        self._rule, self._ruleset = rule, RuleSet(heard, everywhere=everywhere)
        self._scan, self._correlator = Scan(self._ruleset.patterns), correlator(rule, InMemory())
        self._aliased = {one.info.id for one in heard if isinstance(one, Correlation) and one.aliases}
        self._groups: dict[str, InGroup] = {}
        self._progress = Progress([], 0, dict.fromkeys(rule.rules, 0), {})

    def over(self, events: Iterable[tuple[str, Event]]) -> Progress:
        for label, event in events:
            self._progress.events += 1
            firings = {one.rule.id: one for one in self._ruleset.evaluate(event, self._scan.hits(text_of(event.fields)))}
            inputs = [(id_, self._fields(firings[id_])) for id_ in dict.fromkeys(self._rule.rules) if id_ in firings]
            if inputs:
                self._take(label, event.at, inputs)
        self._progress.groups = sorted(self._groups.values(), key=lambda one: (-one.fired, -(one.window.count if one.window else 0)))
        return self._progress

    def _fields(self, firing: Firing) -> dict[str, Any]:
        # As `RuleSet` gives it: an outer correlation may group by an inner one's aliases.
        return firing.event.document() | (dict(firing.group) if firing.rule.id in self._aliased else {})

    def _take(self, label: str, at: int, inputs: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        groups: dict[str, tuple[list[Any], list[str], Mapping[str, Any]]] = {}
        for id_, fields in inputs:
            self._progress.matched[id_] += 1
            values = self._correlator.values(id_, fields)
            if values is None:
                self._lacking(id_, fields)
            else:
                groups.setdefault(key_of(values), (values, [], fields))[1].append(id_)
        fired = {key_of(values) for values, _ in self._correlator.feed(inputs, at)}
        for key, (values, ids, fields) in groups.items():
            told = self._group(key, values)
            told.moments.append(Moment(label, at, tuple(ids), tuple(fields.get(name) for name in self._rule.fields)))
            if key in fired:
                begin = at - self._rule.span
                told.completed, told.fired = tuple(one for one in told.moments if one.at >= begin), told.fired + 1
                told.moments.clear()
            told.window = self._correlator.tell(values)

    def _group(self, key: str, values: Sequence[Any]) -> InGroup:
        told = self._groups.pop(key, None) or InGroup(self._correlator.group(values))
        self._groups[key] = told
        if len(self._groups) > _MOST_GROUPS:
            del self._groups[next(iter(self._groups))]
        return told

    def _lacking(self, id_: str, fields: Mapping[str, Any]) -> None:
        for name in self._rule.group_by:
            source = self._rule.aliases.get(name, {}).get(id_, name)
            if fields.get(source) is None:
                self._progress.ungrouped[source] = self._progress.ungrouped.get(source, 0) + 1
