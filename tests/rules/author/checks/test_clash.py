"""Which two demands no value meets. That the answer is never wrong, `test_sense.py` tries at random."""

from __future__ import annotations

from typing import Any

import pytest

from sentinel.rules.author.checks.clash import clash, implies, impossible
from sentinel.rules.read.modifiers import wants


def want(line: str, value: Any) -> Any:
    [one] = wants([name for name in line.split("|") if name], value)
    return one


@pytest.mark.parametrize(("one", "two", "clashes"), [
    (("", "a"), ("", "A"), False), (("", "a"), ("", "b"), True), (("cased", "a"), ("", "A"), False), (("", "ab*"), ("", "*ba"), False),
    (("", "a?c"), ("", "abc"), False), (("", "a?c"), ("", "abd"), True), (("", "a*x"), ("", "a*y"), True), (("", ""), ("", "a"), True),
    (("", ""), ("contains", "a"), True), (("", "4688"), ("", 4688), False), (("", "04688"), ("", 4688), True),
    (("", 1), ("", True), True), (("", "true"), ("", True), False), (("", True), ("", False), True),
    (("", "7"), ("gt", 6), False), (("", "7"), ("gt", 7), True), (("", "x"), ("gt", 6), True), (("contains", "7"), ("gt", 6), False),
    (("gt", 5), ("lt", 6), False), (("gte", 5), ("lte", 5), False), (("gt", 5), ("lte", 5), True),
    (("re", "^ab"), ("", "ABc"), False), (("re", "^ab"), ("", "xab"), True), (("re", "^ab"), ("startswith", "abc"), False),
    (("re", "^ab"), ("startswith", "b"), True), (("re", "^ab|c"), ("startswith", "b"), False), (("re", "^ab*"), ("startswith", "ax"), False),
    (("re", "^ab"), ("re", "^ac"), True), (("re", "[0-9]{3}"), ("", 12), True), (("re", "[0-9]{3}"), ("", 123), False),
    (("cidr", "10.0.0.0/8"), ("cidr", "::/0"), True), (("cidr", "10.0.0.0/8"), ("", "10.1.1.1"), False),
    (("cidr", "10.0.0.0/8"), ("", "10.1.*"), False), (("", None), ("", "a"), True), (("", None), ("exists", True), False),
    (("exists", False), ("exists", True), True), (("exists", False), ("", None), False),
    (("hour", 3), ("hour|gt", 3), True), (("hour", 3), ("minute", 4), False),
])
def test_clash(one: tuple[str, Any], two: tuple[str, Any], clashes: bool) -> None:
    a, b = want(*one), want(*two)
    assert clash(a, b) is clashes and clash(b, a) is clashes


@pytest.mark.parametrize(("one", "two", "follows"), [
    (("", "abc"), ("contains", "B"), True), (("", "abc"), ("contains|cased", "b"), False), (("cased", "abc"), ("contains|cased", "b"), True),
    (("startswith", "abc"), ("startswith", "ab"), True), (("startswith", "ab"), ("startswith", "abc"), False),
    (("endswith", "abc"), ("endswith", "bc"), True), (("contains", "abc"), ("", "*"), True), (("", "a?c"), ("", "abc"), False),
    (("", 7), ("gt", 6), True), (("", 7), ("gt", 7), False), (("", "x"), ("exists", True), True), (("", None), ("exists", True), False),
])
def test_implies(one: tuple[str, Any], two: tuple[str, Any], follows: bool) -> None:
    assert implies(want(*one), want(*two)) is follows


def test_impossible() -> None:
    assert impossible(want("hour", 24)) and impossible(want("month|gt", 12)) and not impossible(want("hour|gte", 23))
    assert not impossible(want("", 24))
