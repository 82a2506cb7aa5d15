"""All rules together, over a stream of events.

In: an event and what the shared scan saw in it. Out: firings. A clean event costs the guards: a few dict look-ups.
Which rules an event matches depends on the event alone; correlations remember in sections, which commit with the batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sentinel.records.event import CATEGORIES, ENVELOPE, Event
from sentinel.rules.correlate import correlator, memory
from sentinel.rules.correlate._window import Correlator, Fields, Group
from sentinel.rules.match import prefilter
from sentinel.rules.match.again import remembering
from sentinel.rules.match.compile import Match, compile_node
from sentinel.rules.match.guard import Guard, Guards, Has, wanted
from sentinel.rules.match.merge import merged
from sentinel.rules.match.presence import Groups, groups
from sentinel.rules.match.rarity import Rarity
from sentinel.rules.match.trace import Trace
from sentinel.rules.rule import Correlation, Detection, Firing, Rule, RuleInfo, only_heard
from sentinel.rules.section import Sections, in_memory
from sentinel.rules.tree import fields as fields_of
from sentinel.scan import Pattern

Matched = tuple[tuple[str, Any], ...]
# What a detection must see, and the fields that it cannot do without.
Guarded = tuple[Guard | None, Groups]


class _Compiled:
    """A detection, ready to run. `listeners`: places of the correlations that listen to it; `silent`: they alone do."""

    def __init__(self, rule: Detection, listeners: Sequence[int], silent: bool, envelope: bool) -> None:
        self.info, self.rule, self.listeners, self.silent = rule.info, rule, tuple(listeners), silent
        self.match: Match = self._first
        # What stands around the fields (time, id, file) is put together only for rules that ask for it.
        self.envelope = envelope
        # True when only later stages of a `temporal_ordered` listen: no need to look while no chain has begun.
        self.may_idle = False
        # Nothing but a field's being there, or not even that, says that it need not be looked at.
        self.often = False
        self._trace: Trace | None = None

    def _first(self, fields: Fields) -> bool:
        """Of thousands of rules most are never looked at, so each is compiled when it first is."""
        match = compile_node(merged(self.rule.tree))
        self.match = remembering(match, self.rule.tree) if self.often else match
        return self.match(fields)

    def matched(self, fields: Fields) -> Matched:
        if self._trace is None:
            self._trace = Trace(self.rule.tree)
        return self._trace.matched(fields)


class RuleSet:
    """Runs rules.

    Args:
        rules: as `load` returns them: each after those it listens to.
        sections: where correlations remember, by owner; see `section.Section`.
        everywhere: for files of any origin: rules of a category that no event has apply to all events and not to none,
            and an event is nothing but its fields.
        reasons: firings say what they rest on, which costs as much again as finding them.
        guards: those that it found for the same rules before.

    Attributes:
        rules: what it runs. guards: of each detection. patterns: what the shared scan must look for; `evaluate` is given indexes into it.
    """

    def __init__(self, rules: Sequence[Rule], sections: Sections | None = None, *, everywhere: bool = False,
                 reasons: bool = True, guards: Sequence[Guarded] | None = None) -> None:
        self.rules, self._everywhere, self._reasons = list(rules), everywhere, reasons
        sections = sections or in_memory()
        self._correlators = [correlator(r, sections(memory(r)), whole=everywhere) for r in rules if isinstance(r, Correlation)]
        self._listeners = _listeners([c.rule for c in self._correlators])
        self._silent = only_heard(rules)
        self._grouping = [not everywhere and _envelope(c) for c in self._correlators]
        self._detections = [self._compiled(rule) for rule in rules if isinstance(rule, Detection)]
        self.guards: Sequence[Guarded] = _guarded(self._detections) if guards is None else guards
        for one, (guard, _) in zip(self._detections, self.guards, strict=True):
            one.often = guard is None or all(isinstance(atom, Has) for atom in guard.atoms)
        scanned = wanted(guard for guard, _ in self.guards)
        self.patterns: list[Pattern] = [*(one.pattern() for one in scanned), prefilter.ODD]
        self._place = {one: place for place, one in enumerate(scanned)}
        self._indexes: dict[str, prefilter.Index] = {}

    def _compiled(self, rule: Detection) -> _Compiled:
        id_ = rule.info.id
        envelope = not self._everywhere and not ENVELOPE.isdisjoint(fields_of(rule.tree))
        one = _Compiled(rule, self._listeners.get(id_, ()), id_ in self._silent, envelope)
        later = [c for c in one.listeners if self._correlators[c].rule.info.kind == "temporal_ordered"]
        one.may_idle = one.silent and len(later) == len(one.listeners)
        return one

    @property
    def timed(self) -> bool:
        """Whether it matters when events happened."""
        return bool(self._correlators)

    @property
    def evicted(self) -> dict[str, tuple[int, int]]:
        """By id of a correlation: groups, and entries of groups, that it had no room for since the start; 0 and 0 left out."""
        found = {one.rule.info.id: (one.section.evicted, one.dropped) for one in self._correlators}
        return {id_: counts for id_, counts in found.items() if any(counts)}

    @property
    def memories(self) -> set[str]:
        """The names of the sections in which its correlations remember."""
        return {memory(one.rule) for one in self._correlators}

    def evaluate(self, event: Event, hits: frozenset[int]) -> list[Firing]:
        """The firings that `event` brings, in the rules' order; correlations take it into account.

        Args:
            hits: indexes into `patterns` of those that occur in the event's text (as it was before findings were added).
        """
        fields = event.fields
        index = self._indexes.get(event.category)
        if index is None:
            index = self._indexes[event.category] = self._index(event.category)
        candidates = index.candidates(fields, hits)
        if not candidates:
            return []
        matched: list[_Compiled] = []
        document: Mapping[str, Any] | None = None
        for number in candidates:
            one = self._detections[number]
            if one.may_idle and self._idle(one, fields):
                continue
            if one.envelope:
                document = document or event.document()
                if one.match(document):
                    matched.append(one)
            elif one.match(fields):
                matched.append(one)
        return self._fire(event, matched) if matched else []

    def _idle(self, one: _Compiled, fields: Fields) -> bool:
        for place in one.listeners:  # noqa: SIM110 - a generator costs three times as much
            if not self._correlators[place].idle(one.info.id, fields):
                return False
        return True

    def _index(self, category: str) -> prefilter.Index:
        chosen = ((n, *self.guards[n]) for n, one in enumerate(self._detections) if self._applies(one.info, category))
        return prefilter.Index(chosen, self._place, len(self._place))

    def _applies(self, info: RuleInfo, category: str) -> bool:
        if not info.category or info.category == category:
            return True
        return self._everywhere and (category not in CATEGORIES or not info.logsource.ours)

    def _fire(self, event: Event, matched: list[_Compiled]) -> list[Firing]:
        speaking = [one for one in matched if not one.silent]
        firings = [Firing(one.info, (), 1, self._why(one, event), event, event.at) for one in speaking]
        affected = {place for one in matched for place in one.listeners}
        if not affected:
            return firings
        inputs: dict[str, list[Fields]] = {one.info.id: [event.fields] for one in matched}
        reasons = {one.info.id: one for one in matched}
        while affected:
            place = min(affected)
            affected.discard(place)
            firings += self._correlate(place, event, inputs, reasons, affected)
        return firings

    def _correlate(self, place: int, event: Event, inputs: dict[str, list[Fields]], reasons: dict[str, _Compiled],
                   affected: set[int]) -> list[Firing]:
        """Feed one correlation with what of its rules this event matched; when it fires, so may those that listen to it."""
        correlator = self._correlators[place]
        rule = correlator.rule
        given = [(id_, fields) for id_ in dict.fromkeys(rule.rules) for fields in inputs.get(id_, ())]
        if self._grouping[place]:
            given = [(id_, {**event.envelope(), **fields}) for id_, fields in given]
        firings: list[Firing] = []
        for values, count in correlator.feed(given, event.at):
            group = correlator.group(values)
            source = next((reasons[id_] for id_, _ in given if id_ in reasons), None)
            if source is not None:
                reasons.setdefault(rule.info.id, source)
            # Outer correlations may group by aliases of this one or of those within it, which no event has.
            named = dict(zip(rule.group_by, values, strict=True))
            inputs.setdefault(rule.info.id, []).append({**event.fields, **named})
            affected.update(self._listeners.get(rule.info.id, ()))
            if rule.info.id not in self._silent:
                firings.append(Firing(rule.info, group, count, self._reason(source, group, event), event, event.at))
        return firings

    def _why(self, one: _Compiled, event: Event) -> Matched:
        if not self._reasons:
            return ()
        return one.matched(event.document() if one.envelope else event.fields)

    def _reason(self, source: _Compiled | None, group: Group, event: Event) -> Matched:
        """The group's own fields, then what the completing event matched."""
        own = [(name, event.fields[name]) for name, _ in group if name in event.fields]
        why = self._why(source, event) if source else ()
        return tuple(dict([*own, *why]).items())


def _guarded(detections: Sequence[_Compiled]) -> list[Guarded]:
    guards = Guards(Rarity(one.rule.tree for one in detections))
    return [(guards.of(one.rule.tree, envelope=one.envelope), groups(one.rule.tree)) for one in detections]


def _listeners(correlations: Sequence[Correlation]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, rule in enumerate(correlations):
        for id_ in dict.fromkeys(rule.rules):
            found.setdefault(id_, []).append(place)
    return found


def _envelope(one: Correlator) -> bool:
    rule = one.rule
    names = {*rule.group_by, *rule.fields, *(name for m in rule.aliases.values() for name in m.values())}
    return not ENVELOPE.isdisjoint(names)
