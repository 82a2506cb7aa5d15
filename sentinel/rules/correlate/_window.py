"""What all correlations share: groups, and what a window is.

A window ends at the newest event that its group has seen, and is as long as the timespan: an event at `t` is inside while
`newest - span < t`. So sixty seconds do not hold 60.001; a line that comes late still counts while it is inside; and one that
would complete a count of a time gone by does not, because the window never ends at a time before the newest. Once a
group has fired, what it has counted is forgotten and the count starts afresh: state stays bounded by the condition,
and a steady flood fires again at each further N.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any
from zlib import crc32

import msgspec

from sentinel.rules.rule import Correlation
from sentinel.rules.section import Section

Fields = Mapping[str, Any]
Group = tuple[tuple[str, str], ...]
Input = tuple[str, Fields]  # a base rule's id, and the fields of the event that it matched

encode = msgspec.json.encode
SHORT = 100  # characters of a value whose digest is remembered
# One event may belong to several groups only through aliases; a list as a group value is one value.


class Correlator(ABC):
    """Runs one correlation. Its memory: a section, one entry per group, each beginning with the rule's `version`.

    Attributes:
        rule: what it runs. section: where it remembers.
    """

    def __init__(self, rule: Correlation, section: Section) -> None:
        self.rule, self.section = rule, section
        # A rule that was changed must not go on counting from what its old self remembered.
        self.version = crc32(encode([rule.info.kind, rule.rules, rule.group_by, rule.span, rule.fields,
                                     rule.bounds.pairs if rule.bounds else None, rule.aliases]))
        self._sources = {id_: [rule.aliases.get(name, {}).get(id_, name) for name in rule.group_by] for id_ in rule.rules}

    @abstractmethod
    def feed(self, inputs: Sequence[Input], at: int) -> list[tuple[Group, int]]:
        """Take one event.

        Args:
            inputs: the base rules that it matched. at: its time, nanoseconds.

        Returns: the groups whose condition it completed, with what was counted.
        """

    def idle(self, base: str, fields: Fields) -> bool:
        """Whether an event with these fields (without its envelope) could change nothing if it matched `base`."""
        return False

    def values(self, base: str, fields: Fields) -> list[Any] | None:
        """The group-by values of an event; None when one is missing: such an event belongs to no group and is not counted."""
        found = [fields.get(name) for name in self._sources[base]]
        return None if None in found else found

    def group(self, values: Sequence[Any]) -> Group:
        return tuple(zip(self.rule.group_by, [v if isinstance(v, str) else encode(v).decode() for v in values], strict=True))

    def recall(self, key: str) -> Any:
        """A group's memory, or None when there is none of this version of the rule."""
        state = self.section.get(key)
        return state if state is not None and state[0] == self.version else None


def key_of(values: Sequence[Any]) -> str:
    """A group's key: a digest, because values may be personal data and of any length; of JSON, so that ("a", "b|c") and
    ("a|b", "c") differ."""
    if len(values) == 1 and values[0].__class__ is str and len(values[0]) <= SHORT:
        return _key_of_one(values[0])
    return _digest(values)


def _digest(values: Sequence[Any]) -> str:
    return blake2b(encode(values), digest_size=16).hexdigest()


# Most group by one address or key, of which thousands of events in turn have the same few.
@lru_cache(4096)
def _key_of_one(value: str) -> str:
    return _digest([value])


def grouped(correlator: Correlator, inputs: Sequence[Input], use: Callable[[str, str, Fields], int]) -> list[tuple[Group, int]]:
    """Calls `use(key, base, fields)` for each group of one event, once per group however many base rules it matched.

    Returns: the groups for which it answered with a count.
    """
    fired: list[tuple[Group, int]] = []
    seen: set[str] = set()
    for base, fields in inputs:
        values = correlator.values(base, fields)
        if values is None:
            continue
        key = key_of(values)
        if key not in seen:
            seen.add(key)
            if count := use(key, base, fields):
                fired.append((correlator.group(values), count))
    return fired
