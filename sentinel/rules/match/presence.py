"""Which fields must be there for a tree to match.

In: a tree. Out: groups of fields; where an event has none of a group, the tree does not match. An event of one kind lacks the
fields of most others, so this rules out three rules in four before anything is compared.
"""

from __future__ import annotations

from sentinel.records.event import ENVELOPE
from sentinel.rules.tree import All, Exists, Item, Node, Not, Null

Groups = frozenset[frozenset[str]]
_NONE: Groups = frozenset()
# Of alternatives, only the groups of the fewest fields are crossed, and large groups rule out little.
_MOST_CROSSED, _LARGEST = 4, 12


def groups(node: Node) -> Groups:
    """Groups of which each needs one of its fields. What stands around the fields (`ENVELOPE`) is always there."""
    if isinstance(node, Not):
        return _NONE
    if isinstance(node, Item):
        return _of_item(node)
    parts = [groups(part) for part in node.parts]
    if isinstance(node, All):
        return _NONE.union(*parts)
    return _crossed(parts) if parts and all(parts) else _NONE


def _of_item(item: Item) -> Groups:
    if item.field is None or item.field in ENVELOPE:
        return _NONE
    absent = [isinstance(want, Null) or (isinstance(want, Exists) and not want.wanted) for want in item.wants]
    if all(absent) if item.every else any(absent):
        return _NONE
    return frozenset({frozenset({item.field})})


def _crossed(parts: list[Groups]) -> Groups:
    """Any of the parts must hold: every choice of a group from each gives one group."""
    crossed = _fewest(parts[0])
    for part in parts[1:]:
        if part != crossed:
            crossed = _fewest(frozenset(one | other for one in crossed for other in _fewest(part)))
    return frozenset(group for group in crossed if len(group) <= _LARGEST)


def _fewest(some: Groups) -> Groups:
    return frozenset(sorted(some, key=lambda group: (len(group), sorted(group)))[:_MOST_CROSSED])
