"""Why a pattern cannot run, and what to write instead."""

from __future__ import annotations

import pytest

from sentinel.rules.read.linear import checked
from sentinel.rules.tree import Regex, Wrong


@pytest.mark.parametrize(("pattern", "told", "do"), [
    ("(?=a)b", "it looks ahead, (?=...)", "join it by `and`"), ("a(?!b)", "must not follow, (?!...)", "join it by `and not`"),
    ("(?<=a)b", "it looks behind, (?<=...)", "take what stands before"), ("(?<!a)b", "must not stand before", "join it by `and not`"),
    (r"(a)\1", "it refers back", "`fieldref`"), ("(?P<x>a)(?P=x)", "it refers back", "`fieldref`"), (r"(?P<x>a)\k<x>", "it refers back", "`fieldref`"),
    ("(?>a)b", "not gone back into", "write (?:...)"), ("a++b", "without going back", "second +"), ("a{2}+b", "without going back", "second +"),
    ("a{2000}", "repetition", "at most 1000"),
])
def test_what_has_no_linear_time(pattern: str, told: str, do: str) -> None:
    with pytest.raises(Wrong) as raised:
        checked(Regex(pattern))
    assert raised.value.what.startswith("the pattern cannot run in linear time: ") and told in raised.value.what
    assert do in raised.value.do


@pytest.mark.parametrize("pattern", ["(a", "a)", "[a", "*a", r"\8a(", r"[(?=](", r"\(?=("])
def test_what_is_no_pattern_at_all(pattern: str) -> None:
    with pytest.raises(Wrong) as raised:
        checked(Regex(pattern.replace(r"\8", r"\.")))
    assert raised.value.what.startswith("RE2 cannot read the pattern: ")


@pytest.mark.parametrize("pattern", ["a.*b", r"[(?=]", r"\(\?=a", "(?:a|b)+?", r"a\+\+", "[*+]+"])
def test_what_can_run(pattern: str) -> None:
    assert checked(Regex(pattern)) == Regex(pattern)


@pytest.mark.parametrize("pattern", ["(a|b.{1,20}){1,20}" * 20, "(" * 100_000 + ")" * 100_000, "a|" * 100_000])
def test_what_would_cost_too_much_a_character(pattern: str) -> None:
    with pytest.raises(Wrong, match="linear time"):
        checked(Regex(pattern))
