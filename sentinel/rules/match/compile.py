"""A tree compiled once to plain Python functions over an event's flat fields.

In: a `tree.Node`. Out: a function of a dict (`fields.get(name)` is the only look-up there is) that says whether it matches.
A list matches when any of its members does; a value that is not there matches `null` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from sentinel.records.event import FINDINGS
from sentinel.rules.glob import Predicate, Text, Wild, fold, join
from sentinel.rules.match.compare import (
    ORDER,
    SHARED,
    Test,
    all_folded,
    all_hold,
    any_holds,
    any_of,
    folded_again,
    folded_long,
    test_of,
)
from sentinel.rules.tree import (
    All,
    Bool,
    Cidr,
    Compare,
    Exists,
    Item,
    Node,
    Not,
    Null,
    Number,
    Regex,
    Same,
    TimePart,
    Want,
)
from sentinel.rules.value import as_text, numeric

Fields = Mapping[str, Any]
Match = Callable[[Fields], bool]

_NUMERIC = (int, float)


def compile_node(node: Node) -> Match:
    """The function that says whether an event's fields match `node`."""
    if isinstance(node, Item):
        return _item(node)
    if isinstance(node, Not):
        inner = compile_node(node.part)
        return lambda fields: not inner(fields)
    parts: list[Match] = [compile_node(part) for part in sorted(node.parts, key=_cost)]
    if len(parts) == 2:
        one, two = parts
        if isinstance(node, All):
            return lambda fields: one(fields) and two(fields)
        return lambda fields: one(fields) or two(fields)
    return all_hold(parts) if isinstance(node, All) else any_holds(parts)


def _cost(node: Node) -> int:
    """Cheap questions first; regular expressions last."""
    if isinstance(node, Item):
        weight = max((_COSTS.get(type(want), 3) for want in node.wants), default=0)
        return weight * len(node.wants) + (50 if node.field is None else 0)
    if isinstance(node, Not):
        return _cost(node.part)
    return sum(map(_cost, node.parts))


_COSTS: dict[type, int] = {Exists: 1, Null: 1, Number: 1, Bool: 1, Compare: 1, Text: 2, Same: 4, Cidr: 8, TimePart: 10, Regex: 20}


def _item(item: Item) -> Match:
    apart = [want for want in item.wants if isinstance(want, (Exists, Same))]
    if not apart:
        return _plain(item.field, item.wants, item.every)
    parts = [_reference(item.field or "", w) if isinstance(w, Same) else _exists(item.field or "", w) for w in apart]
    rest = tuple(want for want in item.wants if not isinstance(want, (Exists, Same)))
    if rest:
        parts.append(_plain(item.field, rest, item.every))
    return all_hold(parts) if item.every else any_holds(parts)


def _exists(name: str, want: Exists) -> Match:
    return (lambda fields: name in fields) if want.wanted else (lambda fields: name not in fields)


def _plain(name: str | None, wants: tuple[Want, ...], every: bool) -> Match:
    if every and len(wants) > 1:
        # Each may be met by another member of a list.
        return all_hold([_plain(name, (want,), False) for want in wants])
    if name is None:
        return _keywords(test_of(tuple(_anywhere(want) for want in wants)))
    test = test_of(wants)
    texts = [want for want in wants if _is_caseless(want)]
    if texts:
        # No string is null.
        others = tuple(want for want in wants if not _is_caseless(want) and not isinstance(want, Null))
        return _caseless(name, any_of(all_folded(texts)), test_of(others) if others else None, test)

    def match(fields: Fields) -> bool:
        value = fields.get(name)
        if value.__class__ is list:
            return any(map(test, value))
        return test(value)

    return match


def _is_caseless(want: Want) -> TypeGuard[Text]:
    return isinstance(want, Text) and not want.cased


def _caseless(name: str, inside: Predicate, other: Test | None, test: Test) -> Match:
    """What nearly all lines of rules are, with no step between the look-up and the question.

    Args:
        inside: asked of a folded string. other: of one that is not inside. test: of all other values.
    """
    def match(fields: Fields) -> bool:
        value = fields.get(name)
        if value.__class__ is str:
            if inside(folded_again(value) if len(value) < SHARED else folded_long(value)):
                return True
            return other is not None and other(value)
        if value.__class__ is list:
            return any(map(test, value))
        return test(value)

    return match


def _anywhere(want: Want) -> Want:
    """A keyword is found anywhere in a value, a number as it is written."""
    if isinstance(want, (Number, Bool)):
        want = Text((as_text(want.value) or "",))
    return Text(join((Wild.ANY, *want.parts, Wild.ANY)), want.cased) if isinstance(want, Text) else want


def _keywords(test: Test) -> Match:
    def match(fields: Fields) -> bool:
        for name, value in fields.items():
            if name.startswith(FINDINGS):
                continue
            if (any(map(test, value)) if value.__class__ is list else value is not None and test(value)):
                return True
        return False

    return match


def _reference(name: str, want: Same) -> Match:
    compare = _order_of(want.how) if want.how in ORDER else _texts(want)

    def match(fields: Fields) -> bool:
        ours, theirs = _members(fields.get(name)), _members(fields.get(want.other))
        return any(compare(a, b) for a in ours for b in theirs)

    return match


def _members(value: Any) -> list[Any]:
    return value if value.__class__ is list else [] if value is None else [value]


def _order_of(op: str) -> Callable[[Any, Any], bool]:
    order = ORDER[op]

    def compare(ours: Any, theirs: Any) -> bool:
        a, b = numeric(ours), numeric(theirs)
        return a is not None and b is not None and order(a, b)

    return compare


def _texts(want: Same) -> Callable[[Any, Any], bool]:
    how: Callable[[str, str], bool] = {
        "equals": lambda a, b: a == b, "contains": lambda a, b: b in a,
        "starts": lambda a, b: a.startswith(b), "ends": lambda a, b: a.endswith(b),
    }[want.how]

    def compare(ours: Any, theirs: Any) -> bool:
        if want.how == "equals" and ours.__class__ in _NUMERIC and theirs.__class__ in _NUMERIC:
            return bool(ours == theirs)
        a, b = as_text(ours), as_text(theirs)
        if a is None or b is None:
            return False
        return how(a, b) if want.cased else how(fold(a), fold(b))

    return compare
