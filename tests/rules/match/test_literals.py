"""Strings that a match needs; patterns that the scan may stand in for."""

from __future__ import annotations

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.glob import fold
from sentinel.rules.match.guard import Scanned
from sentinel.rules.match.literals import required, scannable
from sentinel.rules.tree import Regex
from sentinel.scan import Scan


@pytest.mark.parametrize(("pattern", "literals"), [
    ("abc", {"abc"}), ("a.*bcd", {"bcd"}), ("(?:curl|wget) ", {"curl", "wget"}), ("(abc)?d", {"d"}), ("(abc)+d", {"abc"}), ("a|", None), ("[ab]c", {"c"}),
    ("[a-z]+", None), ("", None), (r"\bword\b", {"word"}), (r"ab\.exe", {"ab.exe"}), ("[[:alpha:]]x", None), (r"\pL+x", None), ("(?i)abc", {"abc"}),
    ("a{0,3}", None), ("a{2,3}bc", {"bc"}), (r"(?:end)\z", {"end"}),
])
def test_required(pattern: str, literals: set[str] | None) -> None:
    found = required(pattern)
    assert (set(found) if found else None) == literals


patterns = st.recursive(
    st.sampled_from(["a", "b", "ab", "é", "k", ".", "[ab]", "[^a]", r"\w", r"\d", r"\s", r"\S", r"[^\sa]", r"[]\s]"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join), st.tuples(inner, inner).map(lambda p: f"(?:{p[0]}|{p[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}"])).map(lambda p: f"(?:{p[0]}){p[1]}")),
    max_leaves=6)


@given(patterns, st.text("abékK19 ]\n\v\x85", max_size=12), st.sampled_from(["", "i", "s"]))
def test_nothing_that_re2_finds_is_lost(pattern: str, text: str, flags: str) -> None:
    regex = Regex(pattern, flags)
    if not re2.search(regex.expression, text):
        return
    literals = required(pattern)
    assert literals is None or any(fold(one) in fold(text) for one in literals)
    expression = scannable(regex)
    assert expression is None or Scan([Scanned(expression, regex=True).pattern()]).hits("before\n" + text + "\nafter")


@pytest.mark.parametrize("pattern", ["^a", "a$", r"\ba", r"a\B", r"\Aa", r"[^\S]a", "a{500}", "[[:alpha:]]"])
def test_what_speaks_of_ends_is_not_left_to_the_scan(pattern: str) -> None:
    assert scannable(Regex(pattern)) is None


def test_a_class_counts_characters() -> None:
    assert scannable(Regex("[\U000E0020-\U000E007E]{8,}")) is not None
    assert Scan([Scanned("a.b", regex=True).pattern()]).hits("aéb")


@pytest.mark.parametrize("pattern", ["[^x]{50,150}" * 10, "(?:a|b.{1,20}){1,20}" * 20, "(?i)(?:ä|[а-я]{1,100})*k{100}" * 5, "((ab){0,20}c){20}"])
def test_what_would_take_seconds_to_compile_is_not_scanned_for(pattern: str) -> None:
    """It is looked for by itself in the events that come so far, and a folder of such rules does not stop a reload."""
    assert scannable(Regex(pattern)) is None


@pytest.mark.parametrize("pattern", ["a.{1,64}b", ".{200,}", "[a-z]{2,5}(?:x|y{1,30})+"])
def test_what_is_written_now_is_scanned_for(pattern: str) -> None:
    assert scannable(Regex(pattern)) == pattern
