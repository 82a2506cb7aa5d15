"""`value_count`: so many different values of a field (or of several together) in one group within the timespan."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sentinel.rules.correlate._window import SHORT, Correlator, Fields, Group, Input, encode, grouped
from sentinel.rules.rule import Bounds, Correlation
from sentinel.rules.section import Section

_MOST_PER_EVENT = 1_000


class ValueCount(Correlator):
    """Per group: [version, newest time, {digest of a value: when it was last seen}].

    Digests, because values may be personal data and of any length; the count needs no more.
    """

    def __init__(self, rule: Correlation, section: Section) -> None:
        super().__init__(rule, section)
        self._bounds = rule.bounds or Bounds((("gte", 1),))
        self._most, self._least = self._bounds.most, self._bounds.least

    def feed(self, inputs: Sequence[Input], at: int) -> list[tuple[Group, int]]:
        def use(key: str, base: str, fields: Fields) -> int:
            digests = self._digests(fields)
            state = self.recall(key) if digests else None
            newest = max(at, state[1]) if state else at
            if not digests or at <= newest - self.rule.span:
                return 0
            seen: dict[int, int] = state[2] if state else {}
            for digest in digests:
                seen[digest] = max(at, seen.get(digest, at))
            # Values that are out of the window are dropped when they could matter: dropping is linear, seeing is not.
            if len(seen) >= self._least:
                seen = self._inside(seen, newest, self._most + len(digests))
            fires = len(seen) >= self._least if self._least else self._bounds.hold(len(seen))
            self.section.put(key, [self.version, newest, {} if fires else seen], newest)
            return len(seen) if fires else 0

        return grouped(self, inputs, use)

    def _inside(self, seen: dict[int, int], newest: int, most: int) -> dict[int, int]:
        inside = {digest: at for digest, at in seen.items() if at > newest - self.rule.span}
        if len(inside) > most:
            inside = dict(sorted(inside.items(), key=lambda item: item[1])[-most:])
        return inside

    def _digests(self, fields: Fields) -> list[int]:
        """One per value that the event brings; none when a field is missing. Each member of a list is a value."""
        found: list[Any] = [fields.get(name) for name in self.rule.fields]
        if None in found:
            return []
        if len(found) == 1 and found[0].__class__ is str and len(found[0]) <= SHORT:
            return [_digest_of_one(found[0])]
        choices = [value if isinstance(value, list) else [value] for value in found]
        combined = itertools.islice(itertools.product(*choices), _MOST_PER_EVENT)
        return [_digest(one) for one in dict.fromkeys(map(encode, combined))]


# Most counts are of addresses and paths, of which thousands of events in turn have the same few.
@lru_cache(4096)
def _digest_of_one(value: str) -> int:
    return _digest(encode((value,)))


def _digest(value: bytes) -> int:
    return int.from_bytes(blake2b(value, digest_size=8).digest(), "little", signed=True)
