"""Wildcards, escapes and folding, letter by letter."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma.types import SigmaString, SpecialChars

from sentinel.rules.glob import Text, Wild, fold, glob, join, parse
from tests.rules import reference

patterns = st.text("ab*?\\", max_size=8)


@given(patterns, st.text("ab*?\\\n", max_size=10))
def test_agrees_with_the_slow_evaluator(pattern: str, text: str) -> None:
    assert glob(parse(pattern))(text) == reference.covers(reference.tokens_of(pattern), text)


@given(st.text("ab*?\\", max_size=12))
def test_reads_escapes_as_pysigma_does(pattern: str) -> None:
    known = {SpecialChars.WILDCARD_MULTI: Wild.ANY, SpecialChars.WILDCARD_SINGLE: Wild.ONE}
    assert parse(pattern) == join(known[part] if isinstance(part, SpecialChars) else str(part) for part in SigmaString(pattern).s)


@given(st.text(max_size=20))
def test_folding_keeps_the_length_and_is_settled(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(("pattern", "shape"), [
    ("", ("equals", "")), ("ab", ("equals", "ab")), ("ab*", ("starts", "ab")), ("*ab", ("ends", "ab")), ("*ab*", ("contains", "ab")),
    ("*", ("any", "")), ("a*b", ("glob", "a")), ("**ab**", ("contains", "ab")), (r"a\*", ("equals", "a*")),
])
def test_shapes(pattern: str, shape: tuple[str, str]) -> None:
    assert Text(parse(pattern)).shape() == shape


def test_dashes() -> None:
    one = glob(join((Wild.ANY, " ", Wild.DASH, "enc", Wild.ANY)))
    assert [one(f"cmd {dash}enc x") for dash in "-/\u2013\u2014\u2015x"] == [True] * 5 + [False]


def test_many_stars_do_not_backtrack() -> None:
    began = time.process_time()
    assert not glob(parse("*" + "a*" * 200 + "b"))("a" * 20_000)
    assert time.process_time() - began < 1


def test_very_many_escapes_are_read_at_once() -> None:
    """Joining them one by one would take the square of their number, which stops a reload."""
    assert parse("\\*" * 500_000) == ("*" * 500_000,)
    assert parse("*" * 500_000 + "a") == (Wild.ANY, "a")
