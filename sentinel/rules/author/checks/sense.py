"""Whether a condition can hold at all, or cannot but hold.

In: a tree. Out: the lines that contradict each other. Only what is certain is told: values of one field are looked at side by
side, through `and`, `or` and `not`, but no further than one `or` deep at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from sentinel.rules.author.checks.clash import clash, implies, impossible
from sentinel.rules.tree import All, Any_, Item, Node, Not, Want

# Whether a field may hold a list, of which one member may meet one demand and another the next.
Many = Callable[[str], bool]
_MOST_PAIRS = 20_000


class Clash(Struct, frozen=True):
    """Two lines that never hold together; one that holds for nothing has no other. negated: `other` stands under a `not`."""

    item: Item
    other: Item | None = None
    negated: bool = False


class _Facts(Struct):
    """What holds wherever a conjunction does."""

    items: list[Item] = field(default_factory=list)
    denied: list[Item] = field(default_factory=list)
    choices: list[Any_] = field(default_factory=list)

    def add(self, node: Node) -> None:
        if isinstance(node, Item):
            self.items += [replace(node, wants=(want,), every=False) for want in node.wants] if node.every else [node]
        elif isinstance(node, All):
            for part in node.parts:
                self.add(part)
        elif isinstance(node, Any_):
            self.choices.append(node)
        elif isinstance(node.part, Item):
            self.denied.append(node.part)
        else:
            self.add(_denied(node.part))


def never(node: Node, many: Many) -> Clash | None:
    """Why no event matches `node`; None when some may."""
    return _never(node, _Facts(), many)


def always(node: Node, many: Many) -> bool:
    """Every event matches, whatever it holds."""
    return never(_denied(node), many) is not None


def dead(node: Node, many: Many) -> list[Clash]:
    """The parts under an `or` that never hold, and under a `not` that never leave anything out, of a tree that may match."""
    return list(_dead(node, _Facts(), many))


def _denied(node: Node) -> Node:
    if isinstance(node, Not):
        return node.part
    if isinstance(node, Item):
        return Not(node)
    parts = tuple(_denied(part) for part in node.parts)
    return Any_(parts) if isinstance(node, All) else All(parts)


def _never(node: Node, given: _Facts, many: Many) -> Clash | None:
    facts = _joined(given, node)
    new = facts.items[len(given.items):]
    found = next(_alone(new), None) or next(_pairs(facts.items, new, many), None) or next(_refused(facts), None)
    if found:
        return found
    for choice in facts.choices[len(given.choices):]:
        reasons = [_never(part, replace(facts, choices=[]), many) for part in choice.parts]
        if all(reasons):
            return reasons[0]
    return None


def _dead(node: Node, given: _Facts, many: Many) -> Iterator[Clash]:
    facts = replace(_joined(given, node), choices=[])
    for part in _conjuncts(node):
        if isinstance(part, Any_):
            for way in part.parts:
                found = _never(way, facts, many)
                if found:
                    yield found
                else:
                    yield from _dead(way, facts, many)
        elif isinstance(part, Not):
            # What it leaves out is nothing, when that never holds beside the rest.
            ways = part.part.parts if isinstance(part.part, Any_) else (part.part,)
            yield from filter(None, (_never(way, replace(facts, denied=[]), many) for way in ways))


def _conjuncts(node: Node) -> Iterator[Node]:
    if isinstance(node, All):
        for part in node.parts:
            yield from _conjuncts(part)
    else:
        yield node


def _joined(given: _Facts, node: Node) -> _Facts:
    facts = _Facts(list(given.items), list(given.denied), list(given.choices))
    facts.add(node)
    return facts


def _alone(some: Sequence[Item]) -> Iterator[Clash]:
    return (Clash(item) for item in some if item.wants and all(map(impossible, item.wants)))


def _pairs(every: Sequence[Item], new: Sequence[Item], many: Many) -> Iterator[Clash]:
    first = len(every) - len(new)
    for place, item in enumerate(new, first):
        if item.field is None or many(item.field):
            continue
        for other in every[:place]:
            if other.field == item.field and _clash(item, other):
                yield Clash(item, other)


def _clash(one: Item, other: Item) -> bool:
    return len(one.wants) * len(other.wants) < _MOST_PAIRS and all(clash(a, b) for a in one.wants for b in other.wants)


def _refused(facts: _Facts) -> Iterator[Clash]:
    """What is denied and yet follows from what holds."""
    for item in facts.denied:
        because = _follows(item, facts)
        if because:
            yield Clash(because, item, negated=True)


def _follows(item: Item, facts: _Facts) -> Item | None:
    """What makes `item` hold, if anything does."""
    wanted = [(want,) for want in item.wants] if item.every else [item.wants]
    because = [next((one for one in facts.items if one.field == item.field and _covered(one, wants)), None) for wants in wanted]
    return because[0] if because and all(because) else None


def _covered(one: Item, wants: Sequence[Want]) -> bool:
    if one.field is None:
        return set(one.wants) <= set(wants)
    return len(one.wants) * len(wants) < _MOST_PAIRS and all(any(implies(a, b) for b in wants) for a in one.wants)
