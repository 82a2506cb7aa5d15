"""`value_count`: so many different values of a field (or of several together) in one group within the timespan."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sentinel.rules.correlate._window import (
    ONCE,
    SHORT,
    Correlator,
    Count,
    Fields,
    Input,
    Window,
    encode,
    one_number,
    unmet,
)
from sentinel.rules.rule import Correlation
from sentinel.rules.section import Section

_MOST_PER_EVENT = 1_000


class ValueCount(Correlator):
    """Per group: [newest time, {digest of a value: when it was last seen}].

    Digests, because values may be personal data and of any length; the count needs no more.
    """

    def __init__(self, rule: Correlation, section: Section) -> None:
        super().__init__(rule, section)
        self._bounds = rule.bounds or ONCE
        self._most, self._least = self._bounds.most, self._bounds.least
        self._fields = {id_: [rule.aliases.get(name, {}).get(id_, name) for name in rule.fields] for id_ in rule.rules}

    def take(self, key: str, inputs: Sequence[Input], at: int) -> Count | None:
        digests = self._digests(*inputs[0])
        state = self.section.get(key) if digests else None
        begin, newest = self.window(state[0] if state else at, at)
        if not digests or at < begin:
            return None
        seen: dict[int, int] = state[1] if state else {}
        for digest in digests:
            seen[digest] = max(at, seen.get(digest, at))
        # Values that are out of the window are dropped when they could matter: dropping is linear, seeing is not.
        if len(seen) >= self._least:
            seen = self._inside(seen, begin, self._most + len(digests))
        fires = len(seen) >= self._least if self._least else self._bounds.hold(len(seen))
        self.section.put(key, [newest, {} if fires else seen], newest)
        return len(seen) if fires else None

    def told(self, state: Any) -> Window:
        begin, newest = self.window(state[0], state[0])
        inside = sorted((at, f"{digest & 2 ** 64 - 1:016x}") for digest, at in state[1].items() if at >= begin)
        return Window(begin, newest, len(inside), tuple(inside), unmet(self._bounds, len(inside)))

    @staticmethod
    def _inside(seen: dict[int, int], begin: int, most: int) -> dict[int, int]:
        inside = {digest: at for digest, at in seen.items() if at >= begin}
        if len(inside) > most:
            inside = dict(sorted(inside.items(), key=lambda item: item[1])[-most:])
        return inside

    def _digests(self, base: str, fields: Fields) -> list[int]:
        """One per value that the event brings; none when a field is missing. Each member of a list is a value."""
        found: list[Any] = [fields.get(name) for name in self._fields[base]]
        if None in found:
            return []
        if len(found) == 1 and found[0].__class__ is str and len(found[0]) <= SHORT:
            return [_digest_of_one(found[0])]
        choices = [map(one_number, value if isinstance(value, list) else [value]) for value in found]
        combined = itertools.islice(itertools.product(*choices), _MOST_PER_EVENT)
        return [_digest(one) for one in dict.fromkeys(map(encode, combined))]


# Most counts are of addresses and paths, of which thousands of events in turn have the same few.
@lru_cache(4096)
def _digest_of_one(value: str) -> int:
    return _digest(encode((value,)))


def _digest(value: bytes) -> int:
    return int.from_bytes(blake2b(value, digest_size=8).digest(), "little", signed=True)
