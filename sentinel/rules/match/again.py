"""Rules that every event must be asked, asked once for each choice of values.

In: a compiled tree. Out: the same, which remembers what it said. Some rules say only what is not there, so that nothing rules them out; the few
fields that they look at (an image, its parent, a device) hold the same values again and again.
"""

from __future__ import annotations

from sentinel.rules.match.compile import Fields, Match
from sentinel.rules.tree import Exists, Node, fields, items

_MOST_FIELDS, _MOST_KNOWN, _LONGEST = 4, 256, 256


def remembering(match: Match, node: Node) -> Match:
    """`match` itself, where its answer depends on more than a few fields, or on whether a field is there and null."""
    names = sorted(fields(node))
    lines = items(node)
    if len(names) > _MOST_FIELDS or any(line.field is None or any(isinstance(want, Exists) for want in line.wants) for line in lines):
        return match
    known: dict[tuple[str | None, ...], bool] = {}

    def again(given: Fields) -> bool:
        values = tuple([given.get(name) for name in names])
        for value in values:
            # 1, 1.0 and True are one key and three values; and whoever writes the log writes no key of any length.
            if value is not None and (value.__class__ is not str or len(value) > _LONGEST):
                return match(given)
        found = known.get(values)
        if found is None:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            found = known[values] = match(given)
        return found

    return again
