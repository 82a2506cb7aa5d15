"""`temporal` against brute force; its conditions."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.rule import Bounds
from sentinel.rules.section import InMemory
from tests.rules.correlate import brute

RULES = ("a", "b", "c")


@given(st.booleans().flatmap(lambda late: brute.steps(late, RULES)), st.integers(1, 20))
def test_agrees_with_brute_force(stream: list[brute.Step], span: int) -> None:
    rule = brute.correlation("temporal", rules=RULES, bounds=None, span=span * SECOND)
    assert brute.firings(rule, stream) == brute.expected(
        stream, span, lambda inside: {base for one in inside for base in one[3]} == set(RULES))


def fired(bases: list[str], **changed: Any) -> list[bool]:
    engine = correlator(brute.correlation("temporal", rules=RULES, **changed), InMemory())
    return [bool(engine.feed([(base, {"g": "x"})], at * SECOND)) for at, base in enumerate(bases)]


def test_all_must_occur_in_any_order() -> None:
    assert fired(["c", "a", "a", "b"], bounds=None) == [False, False, False, True]


def test_a_number_counts_the_rules_that_occurred() -> None:
    assert fired(["c", "c", "a"], bounds=Bounds((("gte", 2),))) == [False, False, True]


def test_an_expression_over_rules() -> None:
    expression = ("and", ("or", ("rule", "a"), ("rule", "b")), ("not", ("rule", "c")))
    assert fired(["a"], bounds=None, expression=expression) == [True]
    assert fired(["c", "b"], bounds=None, expression=expression) == [False, False]


def test_an_event_that_matches_several_rules_is_asked_about_once() -> None:
    engine = correlator(brute.correlation("temporal", rules=("a", "b"), bounds=None, expression=("and", ("rule", "a"), ("not", ("rule", "b")))),
                        InMemory())
    assert engine.feed([("a", {"g": "x"}), ("b", {"g": "x"})], 0) == []


def test_what_speaks_against_a_firing_outlives_one() -> None:
    expression = ("or", ("rule", "a"), ("and", ("rule", "c"), ("not", ("rule", "b"))))
    assert fired(["b", "a", "c"], bounds=None, expression=expression) == [False, True, False]


def test_what_is_missing_is_told() -> None:
    engine = correlator(brute.correlation("temporal", rules=RULES, bounds=None), InMemory())
    engine.feed([("b", {"g": "x"})], 3)
    window = engine.tell(["x"])
    assert window is not None and (window.entries, window.missing) == (((3, "b"),), "no match of a, c")


def test_aliases_join_different_fields() -> None:
    rule = brute.correlation("temporal", rules=("a", "b"), group_by=("who",), bounds=None,
                             aliases={"who": {"a": "user.id", "b": "source.user"}})
    engine = correlator(rule, InMemory())
    assert engine.feed([("a", {"user.id": "ann"})], 0) == []
    assert engine.feed([("b", {"user.id": "ann"})], 1) == []
    assert engine.feed([("b", {"source.user": "ann"})], 2) == [(["ann"], 2)]
