"""What all correlations share: groups, and what a window is.

A window ends at the newest event that its group has seen, and reaches back the whole timespan: an event at `t` is inside while
`newest - span <= t`. So sixty seconds hold 60 and not 60.001; a line that comes late still counts while it is inside; and
one that would complete a count of a time gone by does not, because the window never ends at a time before the newest.
Once a group has fired, what it has counted is forgotten and the count starts afresh: state stays bounded by the condition,
and a steady flood fires again at each further N.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec import Struct

from sentinel.rules.rule import Bounds, Correlation
from sentinel.rules.section import Section

Fields = Mapping[str, Any]
Group = tuple[tuple[str, str], ...]
Input = tuple[str, Fields]  # a base rule's id, and the fields of the event that it matched
Count = int | float
Fired = tuple[list[Any], Count]  # a group's values, and what its condition was asked about

SHORT = 100  # characters of a value whose digest is remembered
ONCE = Bounds((("gte", 1),))


class Window(Struct, frozen=True):
    """What a group's window holds at the moment.

    Attributes:
        begin, end: its bounds in event time, nanoseconds, both inside. count: what the condition is asked about.
        entries: (event time, what it is), oldest first. What it is: the rule that matched, the number, a value's digest; "" for
            events that are only counted. missing: what it still takes to fire, in words; "" when nothing is.
    """

    begin: int
    end: int
    count: Count
    entries: tuple[tuple[int, str], ...]
    missing: str


class Correlator(ABC):
    """Runs one correlation. Its memory: a section of its own, one entry per group, each beginning with the newest time.

    Attributes:
        rule: what it runs. section: where it remembers. dropped: entries that a group had no room for, since the start.
    """

    def __init__(self, rule: Correlation, section: Section) -> None:
        self.rule, self.section, self.dropped = rule, section, 0
        self._sources = {id_: [rule.aliases.get(name, {}).get(id_, name) for name in rule.group_by] for id_ in rule.rules}

    def feed(self, inputs: Sequence[Input], at: int) -> list[Fired]:
        """Take one event.

        Args:
            inputs: the base rules that it matched. at: its time, nanoseconds.

        Returns: the groups whose condition it completed, with what was counted.
        """
        if len(inputs) == 1:  # nearly always
            values = self.values(*inputs[0])
            count = None if values is None else self.take(key_of(values), inputs, at)
            return [] if values is None or count is None else [(values, count)]
        groups: dict[str, tuple[list[Any], list[Input]]] = {}
        for one in inputs:
            values = self.values(*one)
            if values is not None:
                groups.setdefault(key_of(values), (values, []))[1].append(one)
        return [(values, count) for key, (values, own) in groups.items() if (count := self.take(key, own, at)) is not None]

    @abstractmethod
    def take(self, key: str, inputs: Sequence[Input], at: int) -> Count | None:
        """Take one event into one group. Returns: what was counted, when that completes the condition."""

    def tell(self, values: Sequence[Any]) -> Window | None:
        """What the window of a group holds. None: nothing is remembered of it.

        Args:
            values: the group's, as `values` finds them in an event.
        """
        state = self.section.get(key_of(values))
        return None if state is None else self.told(state)

    @abstractmethod
    def told(self, state: Any) -> Window: ...

    def window(self, newest: int, at: int) -> tuple[int, int]:
        """(begin, end) of a group's window once an event at `at` has come. An event before the beginning is too late.

        Args:
            newest: the newest time that the group had seen until then; that of the event when it had seen none.
        """
        end = max(at, newest)
        return end - self.rule.span, end

    def idle(self, base: str, fields: Fields) -> bool:
        """Whether an event with these fields (without its envelope) could change nothing if it matched `base`."""
        return False

    def values(self, base: str, fields: Fields) -> list[Any] | None:
        """The group-by values of an event; None when one is missing: such an event belongs to no group and is not counted."""
        found = [fields.get(name) for name in self._sources[base]]
        return None if None in found else found

    def group(self, values: Sequence[Any]) -> Group:
        return tuple(zip(self.rule.group_by, [v if isinstance(v, str) else encode(v).decode() for v in values], strict=True))


def encode(value: Any) -> bytes:
    """JSON, of what strict JSON refuses too: a log may hold half a surrogate pair."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(value).encode()


def key_of(values: Sequence[Any]) -> str:
    """A group's key: a digest, because values may be personal data and of any length; of JSON, so that ("a", "b|c") and
    ("a|b", "c") differ."""
    if len(values) == 1 and values[0].__class__ is str and len(values[0]) <= SHORT:
        return _key_of_one(values[0])
    return _digest(values)


def _digest(values: Sequence[Any]) -> str:
    return blake2b(encode([one_number(value) for value in values]), digest_size=16).hexdigest()


def one_number(value: Any) -> Any:
    """One writer's 1.0 is another's 1, here as wherever rules compare."""
    return int(value) if value.__class__ is float and value.is_integer() else value


# Most group by one address or key, of which thousands of events in turn have the same few.
@lru_cache(4096)
def _key_of_one(value: str) -> str:
    return _digest([value])


def unmet(bounds: Bounds, count: Count) -> str:
    """What a condition misses, in words."""
    return "" if bounds.hold(count) else f"it is {count} and must be {bounds}"
