"""A tree with fewer parts that holds for the same events.

In: a tree. Out: one in which what is asked of one field is asked at once. Published rules list their exclusions one by one (`not 1 of filter_*`),
most of them about the same two or three fields: a question with twenty values costs little more than one with two.
"""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.rules.tree import All, Any_, Item, Node, Not, both, either


def merged(node: Node) -> Node:
    if isinstance(node, Item):
        return node
    if isinstance(node, Not):
        part = merged(node.part)
        return part.part if isinstance(part, Not) else Not(part)
    if isinstance(node, Any_):
        return _any([one for part in node.parts for one in _within(merged(part), Any_)])
    parts = [one for part in node.parts for one in _within(merged(part), All)]
    # None of them holds: not any of them holds.
    denied = [part.part for part in parts if isinstance(part, Not)]
    if len(denied) < 2:
        return both(parts)
    rest: list[Node] = [part for part in parts if not isinstance(part, Not)]
    return both([*rest, Not(merged(Any_(tuple(denied))))])


def _within(node: Node, kind: type[All] | type[Any_]) -> Iterator[Node]:
    if isinstance(node, (All, Any_)) and isinstance(node, kind):
        yield from node.parts
    else:
        yield node


def _any(parts: list[Node]) -> Node:
    """A field's lines become one: any of the values of any of them."""
    lines: dict[str | None, list[Item]] = {}
    others: list[Node] = []
    for part in parts:
        if isinstance(part, Item) and (not part.every or len(part.wants) == 1):
            lines.setdefault(part.field, []).append(part)
        else:
            others.append(part)
    one_each: list[Node] = [some[0] if len(some) == 1 else Item(field, tuple(want for line in some for want in line.wants))
                            for field, some in lines.items()]
    return either([*one_each, *others])
