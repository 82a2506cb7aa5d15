"""A tree compiled once to plain Python functions over an event's flat fields.

In: a `tree.Node`. Out: a function of a dict (`fields.get(name)` is the only look-up there is) that says whether it matches.
A list matches when any of its members does; a value that is not there matches `null` and nothing else.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import re2

from sentinel.rules.glob import Predicate, Text, Wild, fold, glob, join
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
from sentinel.rules.value import address_of, as_text, numeric, time_of

Fields = Mapping[str, Any]
Match = Callable[[Fields], bool]
Test = Callable[[Any], bool]

# Findings are about the log and not in it: keywords do not see them.
FINDINGS = "sentinel."
_NUMERIC = (int, float)
_SHORT = 128


def compile_node(node: Node) -> Match:
    """The function that says whether an event's fields match `node`."""
    if isinstance(node, Item):
        return _item(node)
    if isinstance(node, Not):
        inner = compile_node(node.part)
        return lambda fields: not inner(fields)
    parts: list[Callable[[Any], bool]] = [compile_node(part) for part in sorted(node.parts, key=_cost)]
    if len(parts) == 2:
        one, two = parts
        if isinstance(node, All):
            return lambda fields: one(fields) and two(fields)
        return lambda fields: one(fields) or two(fields)
    return _all(parts) if isinstance(node, All) else _any(parts)


def _all(parts: list[Callable[[Any], bool]]) -> Callable[[Any], bool]:
    def match(given: Any) -> bool:
        for part in parts:  # noqa: SIM110 - a generator costs three times as much
            if not part(given):
                return False
        return True

    return match


def _any(parts: list[Callable[[Any], bool]]) -> Callable[[Any], bool]:
    def match(given: Any) -> bool:
        for part in parts:  # noqa: SIM110
            if part(given):
                return True
        return False

    return match


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
    rest = tuple(want for want in item.wants if want not in apart)
    if rest:
        parts.append(_plain(item.field, rest, item.every))
    return _all(parts) if item.every else _any(parts)


def _exists(name: str, want: Exists) -> Match:
    return (lambda fields: name in fields) if want.wanted else (lambda fields: name not in fields)


def _plain(name: str | None, wants: tuple[Want, ...], every: bool) -> Match:
    if every and len(wants) > 1:
        # Each may be met by another member of a list.
        return _all([_plain(name, (want,), False) for want in wants])
    if name is None:
        return _keywords(_test(tuple(_anywhere(want) for want in wants)))
    test = _test(wants)
    texts = [want for want in wants if isinstance(want, Text) and not want.cased]
    if len(texts) == len(wants):
        return _caseless(name, _shapes(_all_folded(texts)), test)

    def match(fields: Fields) -> bool:
        value = fields.get(name)
        if value.__class__ is list:
            return any(map(test, value))
        return test(value)

    return match


def _caseless(name: str, inside: Predicate, test: Test) -> Match:
    """What nearly all lines of rules are, with no step between the look-up and the question."""
    def match(fields: Fields) -> bool:
        value = fields.get(name)
        if value.__class__ is str:
            return inside(_folded_again(value) if len(value) < _SHARED else _folded_long(value))
        if value.__class__ is list:
            return any(map(test, value))
        return value is not None and test(value)

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


def _test(wants: tuple[Want, ...]) -> Test:
    """Whether a single value meets any of `wants`."""
    tests: list[Test] = []
    texts = [want for want in wants if isinstance(want, Text)]
    if texts:
        tests.append(_on_text(_text(texts)))
    networks = [want for want in wants if isinstance(want, Cidr)]
    if networks:
        tests.append(_cidrs(networks))
    numbers = [want for want in wants if isinstance(want, Number)]
    if numbers:
        tests.append(_numbers(numbers))
    tests += [_TESTS[type(want)](want) for want in wants if not isinstance(want, (Text, Cidr, Number))]
    return tests[0] if len(tests) == 1 else _any(tests)


def _on_text(predicate: Predicate) -> Test:
    def test(value: Any) -> bool:
        if value.__class__ is str:
            return predicate(value)
        text = as_text(value)
        return text is not None and predicate(text)

    return test


def _text(texts: list[Text]) -> Predicate:
    cased = [one for one in texts if one.cased]
    caseless = _all_folded(one for one in texts if not one.cased)
    if not cased:
        plain = _shapes(caseless)
        if all(one.shape()[0] == "equals" for one in caseless):
            # Folding keeps the length, so most values are told apart without it.
            lengths = frozenset(len(one.longest()) for one in caseless)
            return lambda text: len(text) in lengths and plain(fold(text))
        return lambda text: plain(_folded(text))
    exact = _shapes(cased)
    if not caseless:
        return exact
    plain = _shapes(caseless)
    return lambda text: exact(text) or plain(_folded(text))


def _all_folded(texts: Iterable[Text]) -> list[Text]:
    return [Text(tuple(fold(p) if isinstance(p, str) else p for p in one.parts)) for one in texts]


def _folded(text: str) -> str:
    return fold(text) if len(text) < 256 else _folded_long(text)


# Several rules look at one text in turn.
_SHARED = 2048
_folded_again = lru_cache(64)(fold)
_folded_long = lru_cache(4)(fold)


def _shapes(texts: list[Text]) -> Predicate:
    """Any of the patterns; those of one shape are asked in one call."""
    shaped: dict[str, list[str]] = {}
    predicates: list[Predicate] = []
    for one in texts:
        shape, literal = one.shape()
        if shape == "glob":
            predicates.append(glob(one.parts))
        else:
            shaped.setdefault(shape, []).append(literal)
    predicates = [_SHAPES[shape](literals) for shape, literals in shaped.items()] + predicates
    if len(predicates) == 1:
        return predicates[0]
    return lambda text: any(predicate(text) for predicate in predicates)


def _contains(literals: list[str]) -> Predicate:
    if len(literals) == 1:
        [literal] = literals
        return lambda text: literal in text

    def predicate(text: str) -> bool:
        for literal in literals:  # noqa: SIM110
            if literal in text:
                return True
        return False

    return predicate


def _starts(literals: list[str]) -> Predicate:
    heads = tuple(literals)
    return lambda text: text.startswith(heads)


def _ends(literals: list[str]) -> Predicate:
    tails = tuple(literals)
    return lambda text: text.endswith(tails)


_SHAPES: dict[str, Callable[[list[str]], Predicate]] = {
    "equals": lambda literals: frozenset(literals).__contains__,
    "starts": _starts,
    "ends": _ends,
    "contains": _contains,
    "any": lambda literals: lambda text: True,
}


def _regex(want: Regex) -> Test:
    search = re2.compile(want.expression).search

    def found(text: str) -> bool:
        # As bytes, because a lone surrogate has no UTF-8 form and RE2 would throw.
        return search(text.encode("utf-8", "replace")) is not None

    # A short text (a user agent, a path, a model) comes again and again.
    found_again = lru_cache(512)(found)

    def test(value: Any) -> bool:
        text = as_text(value)
        return text is not None and (found_again(text) if len(text) <= _SHORT else found(text))

    return test


def _numbers(wants: list[Number]) -> Test:
    wanted, texts = frozenset(want.value for want in wants), frozenset(str(want.value) for want in wants)

    def test(value: Any) -> bool:
        # "04688" is not 4688: a string is compared as a string. True is not 1.
        if value.__class__ is str:
            return value in texts
        return value.__class__ in _NUMERIC and value in wanted

    return test


def _bool(want: Bool) -> Test:
    wanted, text = want.value, str(want.value).lower()
    return lambda value: value is wanted or (value.__class__ is str and fold(value) == text)


def _null(want: Null) -> Test:
    return lambda value: value is None


_ORDER: dict[str, Callable[[Any, Any], bool]] = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def _compare(want: Compare) -> Test:
    order, bound = _ORDER[want.op], want.bound

    def test(value: Any) -> bool:
        number = value if value.__class__ is int else numeric(value)
        return number is not None and order(number, bound)

    return test


def _cidrs(wants: list[Cidr]) -> Test:
    """Any of the networks, by their bits: a list of them is asked for every request of a busy gateway."""
    masks = {version: [(int(w.network.network_address), int(w.network.netmask)) for w in wants if w.network.version == version]
             for version in (4, 6)}

    def test(value: Any) -> bool:
        if value.__class__ is not str:
            return False
        address = address_of(value)
        if address is None:
            return False
        number = int(address)
        for network, mask in masks[address.version]:  # noqa: SIM110
            if number & mask == network:
                return True
        return False

    return test


def _time_part(want: TimePart) -> Test:
    inner = _test((want.wanted,))
    read = _PARTS[want.part]

    def test(value: Any) -> bool:
        moment = time_of(value)
        return moment is not None and inner(read(moment))

    return test


_PARTS: dict[str, Callable[[datetime], int]] = {
    "minute": lambda t: t.minute, "hour": lambda t: t.hour, "day": lambda t: t.day,
    "week": lambda t: t.isocalendar().week, "month": lambda t: t.month, "year": lambda t: t.year,
}
def _reference(name: str, want: Same) -> Match:
    compare = _order_of(want.how) if want.how in _ORDER else _texts(want)

    def match(fields: Fields) -> bool:
        ours, theirs = _members(fields.get(name)), _members(fields.get(want.other))
        return any(compare(a, b) for a in ours for b in theirs)

    return match


def _members(value: Any) -> list[Any]:
    return value if value.__class__ is list else [] if value is None else [value]


def _order_of(op: str) -> Callable[[Any, Any], bool]:
    order = _ORDER[op]

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


_TESTS: dict[type, Callable[[Any], Test]] = {
    Regex: _regex, Bool: _bool, Null: _null, Compare: _compare, TimePart: _time_part,
}
