"""`event_count` against brute force, and the edges of its window."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.correlate._window import key_of
from sentinel.rules.rule import Bounds
from sentinel.rules.section import InMemory
from tests.rules.correlate import brute


@given(st.booleans().flatmap(brute.steps), brute.bounds, st.integers(1, 20))
def test_agrees_with_brute_force(stream: list[brute.Step], bounds: Bounds, span: int) -> None:
    rule = brute.correlation("event_count", bounds=bounds, span=span * SECOND)
    assert brute.firings(rule, stream) == brute.expected(stream, span, lambda inside: bounds.hold(len(inside)))


def fire(*times: float, span: float = 60, need: int = 3) -> list[bool]:
    engine = correlator(brute.correlation("event_count", span=int(span * SECOND), bounds=Bounds((("gte", need),))), InMemory())
    return [bool(engine.feed([("a", {"g": "x"})], int(at * SECOND))) for at in times]


def test_sixty_seconds_do_not_hold_more() -> None:
    assert fire(0, 30, 59.999) == [False, False, True]
    assert fire(0, 30, 60) == [False, False, True]
    assert fire(0, 30, 60.001) == [False, False, False]


def test_it_begins_afresh_after_a_firing() -> None:
    assert fire(0, 1, 2, 3, 4, 5, 6) == [False, False, True, False, False, True, False]


def test_a_late_event_counts_while_it_is_inside_the_window() -> None:
    assert fire(100, 130, 110) == [False, False, True]


def test_a_late_event_does_not_complete_a_count_of_a_time_gone_by() -> None:
    assert fire(0, 10, 100, 20) == [False, False, False, False]


def test_one_event_counts_once_however_many_rules_it_matches() -> None:
    engine = correlator(brute.correlation("event_count", rules=("a", "b"), bounds=Bounds((("gte", 2),))), InMemory())
    both = [("a", {"g": "x"}), ("b", {"g": "x"})]
    assert engine.feed(both, 0) == []
    assert engine.feed(both, SECOND) == [(["x"], 2)]


def test_a_window_holds_no_more_than_decides() -> None:
    section = InMemory()
    engine = correlator(brute.correlation("event_count", bounds=Bounds((("eq", 0),)), span=10**6 * SECOND), section)
    for at in range(1_000):
        engine.feed([("a", {"g": "x"})], at * SECOND)
    assert len(section.get(key_of(["x"]))[1]) <= 3 * 8
