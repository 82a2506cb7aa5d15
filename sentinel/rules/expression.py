"""A correlation's condition over rules (`a and (b or not c)`): whether it holds, and which orders of rules fulfil it.

An expression is nested tuples: ("rule", id), ("not", node), ("and", node, ...), ("or", node, ...).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, product
from math import comb, prod
from typing import Any

from msgspec import Struct

from sentinel.rules.rule import Bounds
from sentinel.rules.tree import Wrong

Expression = Any
MOST_ORDERS = 100


class Order(Struct, frozen=True):
    """Rules one after another, while none of `without` occurs."""

    rules: tuple[str, ...]
    without: tuple[str, ...] = ()


def holds(node: Expression, present: Collection[str]) -> bool:
    """Whether it is true when exactly these rules have occurred."""
    kind, *rest = node
    if kind == "rule":
        return rest[0] in present
    if kind == "not":
        return not holds(rest[0], present)
    return (all if kind == "and" else any)(holds(one, present) for one in rest)


def mentioned(node: Expression) -> Iterator[str]:
    """Every rule that is named, from left to right."""
    if node[0] == "rule":
        yield node[1]
    else:
        for one in node[1:]:
            yield from mentioned(one)


def negated(node: Expression, inside: bool = False) -> Iterator[str]:
    """Rules that stand under an odd number of `not`."""
    if node[0] == "rule":
        yield from [node[1]] * inside
    else:
        for one in node[1:]:
            yield from negated(one, inside != (node[0] == "not"))


def orders(rules: Sequence[str], expression: Expression, bounds: Bounds | None) -> tuple[Order, ...]:
    """The orders of `rules` that fulfil a `temporal_ordered` condition: any of them will do.

    Args:
        bounds: how many of the rules must occur, where there is no expression: else all. That number grows by one at a
            time, so the smallest that will do comes first, and the count then starts afresh.

    Raises: Wrong: there are too many, or one in which nothing occurs.
    """
    if expression is None:
        least = next((n for n in range(1, len(rules) + 1) if bounds.hold(n)), 0) if bounds else len(rules)
        ways = comb(len(rules), least)
        found = [Order(chosen) for chosen in combinations(rules, least)] if ways <= MOST_ORDERS else []
    else:
        ways, found = 0, []
        for some, none in _alternatives(expression):
            found.append(Order(tuple(id_ for id_ in dict.fromkeys(rules) if id_ in some), tuple(sorted(none))))
            ways += 1
    if ways > MOST_ORDERS:
        raise Wrong(f"it holds for {ways} orders of its rules", f"split it: at most {MOST_ORDERS} can be followed", ("condition",))
    if not all(one.rules for one in found):
        raise Wrong("an order needs a rule that occurs", "ask for one at least, without `not`", ("condition",))
    return tuple(dict.fromkeys(found))


_Alternative = tuple[frozenset[str], frozenset[str]]


def _alternatives(node: Expression, negative: bool = False) -> list[_Alternative]:
    """What must have occurred and what must not, one pair for each way to fulfil it. Raises: Wrong."""
    kind, *rest = node
    if kind == "rule":
        one = frozenset(rest)
        return [(frozenset(), one) if negative else (one, frozenset())]
    if kind == "not":
        return _alternatives(rest[0], not negative)
    parts = [_alternatives(one, negative) for one in rest]
    if (kind == "or") != negative:
        return [one for part in parts for one in part]
    if prod(map(len, parts)) > MOST_ORDERS:
        raise Wrong("it holds for too many orders of its rules", f"split it: at most {MOST_ORDERS} can be followed", ("condition",))
    return [(frozenset().union(*(some for some, _ in one)), frozenset().union(*(none for _, none in one))) for one in product(*parts)]
