"""`temporal_ordered`: its rules one after another, in the order written, within the timespan."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sentinel.records.event import ENVELOPE
from sentinel.rules.correlate._window import Correlator, Count, Fields, Fired, Input, Window, key_of
from sentinel.rules.expression import Order, orders
from sentinel.rules.rule import Correlation
from sentinel.rules.section import Section

# Events per group among which late ones take their place; those that come in order of time need none of them.
_MOST = 1_000
# Per order, for each stage: when the chain that reached it began, and when it reached it; None while none did.
Chains = list[list[list[int] | None]]
_time = itemgetter(0)


class TemporalOrdered(Correlator):
    """Per group: [newest time, chains, {rule: when it last matched} of those that speak against it, events as [time, rules]].

    Of all chains that reached a stage, the one that began last is kept: it is the last to run out of time, so one pair of
    times per stage decides exactly, however long the flood. An event takes one stage at most. Events of one time are in the
    order in which they were read.

    Args:
        whole: steps that are read before their predecessors are remembered too, so that what is late takes its place by its
            time. Otherwise an event of a later stage leaves no trace in groups where no chain has begun: a daemon need not
            even look at it, which is known without reading anything.
    """

    def __init__(self, rule: Correlation, section: Section, *, whole: bool = False) -> None:
        super().__init__(rule, section)
        self._whole, self._orders = whole, orders(rule.rules, rule.expression, rule.bounds)
        self._without = {id_ for order in self._orders for id_ in order.without}
        self._first = self._without | {order.rules[0] for order in self._orders}
        self._places = {id_: place for place, id_ in enumerate(dict.fromkeys(rule.rules))}
        self._active = set(section.keys())
        self._enveloped = {id_ for id_, names in self._sources.items() if not ENVELOPE.isdisjoint(names)}

    def idle(self, base: str, fields: Fields) -> bool:
        if self._whole or base in self._first:
            return False
        if not self._active or base in self._enveloped:
            return not self._active
        values = self.values(base, fields)
        return values is None or key_of(values) not in self._active

    def feed(self, inputs: Sequence[Input], at: int) -> list[Fired]:
        if self._whole or self._active or any(base in self._first for base, _ in inputs):
            return super().feed(inputs, at)
        return []

    def take(self, key: str, inputs: Sequence[Input], at: int) -> Count | None:
        bases = {base for base, _ in inputs}
        if not self._whole and key not in self._active and self._first.isdisjoint(bases):
            return None
        newest, before, against, events = self.section.get(key) or (at, self._nothing(), {}, [])
        late = at < newest
        begin, newest = self.window(newest, at)
        if at < begin:
            return None
        if self._without:
            against = {id_: when for id_, when in against.items() if when >= begin}
            against |= {id_: max(at, against.get(id_, at)) for id_ in bases & self._without}
        chains = [[chain if chain and chain[0] >= begin else None for chain in stages] for stages in before]
        if self._whole:
            self._place(events, at, bases, begin)
        complete = (self._again(chains, events, against) if late and self._whole
                    else self._step(chains, bases, at, against))
        if complete:
            self._forget(key, newest, against)
            return len(complete.rules)
        if chains != before or against or self._whole:
            self._keep(key, newest, chains, against, events)
        return None

    def _nothing(self) -> Chains:
        return [[None] * len(order.rules) for order in self._orders]

    def _step(self, chains: Chains, bases: set[str], at: int, against: dict[str, int]) -> Order | None:
        """Move the chains on by one event. Returns: an order that is complete."""
        for order, stages in zip(self._orders, chains, strict=True):
            # From the last stage to the first, so that one event never takes two.
            for stage in range(len(stages) - 1, -1, -1):
                before = [at, at] if stage == 0 else stages[stage - 1]
                if order.rules[stage] not in bases or before is None or before[1] > at:
                    continue
                known = stages[stage]
                if known is None or before[0] > known[0]:
                    stages[stage] = [before[0], at]
            if stages[-1] is not None:
                stages[-1] = None
                if against.keys().isdisjoint(order.without):
                    return order
        return None

    def _place(self, events: list[Any], at: int, bases: set[str], begin: int) -> None:
        events.insert(bisect_right(events, at, key=_time), [at, sorted(bases)])
        old, excess = bisect_left(events, begin, key=_time), len(events) - _MOST
        self.dropped += max(0, excess - old)
        del events[:max(old, excess, 0)]

    def _again(self, chains: Chains, events: list[Any], against: dict[str, int]) -> Order | None:
        """All events in order of time, because one came late."""
        anew = self._nothing()
        for at, bases in events:
            if complete := self._step(anew, set(bases), at, against):
                return complete
        for stages, others in zip(chains, anew, strict=True):
            stages[:] = [max(filter(None, pair), default=None) for pair in zip(stages, others, strict=True)]
        return None

    def _keep(self, key: str, newest: int, chains: Chains, against: dict[str, int], events: list[Any]) -> None:
        if self._whole or against or any(map(any, chains)):
            self.section.put(key, [newest, chains, against, events], newest)
            self._active.add(key)
        else:
            self._forget(key, newest, {})

    def _forget(self, key: str, newest: int, against: dict[str, int]) -> None:
        """The chains. What speaks against a firing is not forgotten with them."""
        if self._whole or against:
            self.section.put(key, [newest, self._nothing(), against, []], newest)
        elif key in self._active:
            self._active.discard(key)
            self.section.put(key, None)

    def told(self, state: Any) -> Window:
        begin, newest = self.window(state[0], state[0])
        chains = state[1]
        reached = [[chain for chain in stages if chain and chain[0] >= begin] for stages in chains]
        far = max(range(len(reached)), key=lambda number: len(reached[number]))
        order, steps = self._orders[far], reached[far]
        entries = sorted((chain[1], order.rules[stage]) for stage, chain in enumerate(chains[far]) if chain in steps)
        missing = f"no match of {', '.join(order.rules[len(steps):])} after that" if steps else f"no match of {order.rules[0]}"
        return Window(begin, newest, len(steps), tuple(entries), missing)
