"""One value against what a line of a rule asks for.

In: the wants of a leaf. Out: a function that says whether a value meets any of them. Lists and absent fields are not its affair:
`compile` asks it about each member.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import re2

from sentinel.rules.glob import Predicate, Text, fold, glob
from sentinel.rules.tree import Bool, Cidr, Compare, Null, Number, Regex, TimePart, Want
from sentinel.rules.value import address_of, as_text, numeric, time_of

Test = Callable[[Any], bool]
_Asked = TypeVar("_Asked")

_NUMERIC = (int, float)
_SHORT = 128


def test_of(wants: tuple[Want, ...]) -> Test:
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
    return tests[0] if len(tests) == 1 else any_holds(tests)


def _on_text(predicate: Predicate) -> Test:
    def test(value: Any) -> bool:
        if value.__class__ is str:
            return predicate(value)
        text = as_text(value)
        return text is not None and predicate(text)

    return test


def _text(texts: list[Text]) -> Predicate:
    cased = [one for one in texts if one.cased]
    caseless = all_folded(one for one in texts if not one.cased)
    if not cased:
        plain = any_of(caseless)
        if all(one.shape()[0] == "equals" for one in caseless):
            # Folding keeps the length, so most values are told apart without it.
            lengths = frozenset(len(one.longest()) for one in caseless)
            return lambda text: len(text) in lengths and plain(fold(text))
        return lambda text: plain(_folded(text))
    exact = any_of(cased)
    if not caseless:
        return exact
    plain = any_of(caseless)
    return lambda text: exact(text) or plain(_folded(text))


def all_folded(texts: Iterable[Text]) -> list[Text]:
    return [Text(tuple(fold(p) if isinstance(p, str) else p for p in one.parts)) for one in texts]


def _folded(text: str) -> str:
    return fold(text) if len(text) < 256 else folded_long(text)


# Several rules look at one text in turn.
SHARED = 2048
folded_again = lru_cache(64)(fold)
folded_long = lru_cache(4)(fold)


def any_of(texts: list[Text]) -> Predicate:
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
    return any_holds(predicates)


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


ORDER: dict[str, Callable[[Any, Any], bool]] = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def _compare(want: Compare) -> Test:
    order, bound = ORDER[want.op], want.bound

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
    inner = test_of((want.wanted,))
    read = _PARTS[want.part]

    def test(value: Any) -> bool:
        moment = time_of(value)
        return moment is not None and inner(read(moment))

    return test


_PARTS: dict[str, Callable[[datetime], int]] = {
    "minute": lambda t: t.minute, "hour": lambda t: t.hour, "day": lambda t: t.day,
    "week": lambda t: t.isocalendar().week, "month": lambda t: t.month, "year": lambda t: t.year,
}


_TESTS: dict[type, Callable[[Any], Test]] = {
    Regex: _regex, Bool: _bool, Null: _null, Compare: _compare, TimePart: _time_part,
}


def all_hold(parts: list[Callable[[_Asked], bool]]) -> Callable[[_Asked], bool]:
    def match(given: _Asked) -> bool:
        for part in parts:  # noqa: SIM110 - a generator costs three times as much
            if not part(given):
                return False
        return True

    return match


def any_holds(parts: list[Callable[[_Asked], bool]]) -> Callable[[_Asked], bool]:
    def match(given: _Asked) -> bool:
        for part in parts:  # noqa: SIM110
            if part(given):
                return True
        return False

    return match
