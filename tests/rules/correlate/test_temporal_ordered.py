"""`temporal_ordered` against brute force over every choice of events."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.correlate._window import key_of
from sentinel.rules.section import Kept
from tests.rules.correlate import brute

orders = st.sampled_from([("a", "b"), ("a", "b", "c"), ("a", "a", "b"), ("a", "b", "a")])


def chain(inside: brute.Seen, rules: tuple[str, ...], span: int) -> bool:
    """Whether some events, the last one among them, are the rules in order of reading and of time, within the span."""
    for chosen in combinations(inside[:-1], len(rules) - 1):
        some = [*chosen, inside[-1]]
        times = [one[2] for one in some]
        if times == sorted(times) and times[-1] - times[0] < span and all(r in one[3] for r, one in zip(rules, some, strict=True)):
            return True
    return False


@settings(max_examples=80, deadline=None)
@given(brute.steps(False, ("a", "b", "c")), orders, st.integers(1, 20))
def test_agrees_with_brute_force(stream: list[brute.Step], rules: tuple[str, ...], span: int) -> None:
    rule = brute.correlation("temporal_ordered", rules=rules, bounds=None, span=span * SECOND)
    stream = [one for one in stream if set(one[3]) <= set(rules)]
    assert brute.firings(rule, stream) == brute.expected(stream, span, lambda inside: chain(inside, rules, span))


@settings(max_examples=100, deadline=None)
@given(brute.steps(True, ("a", "b", "c")), orders, st.integers(1, 20))
def test_late_events_never_make_a_chain_that_is_none(stream: list[brute.Step], rules: tuple[str, ...], span: int) -> None:
    rule = brute.correlation("temporal_ordered", rules=rules, bounds=None, span=span * SECOND)
    stream = [one for one in stream if set(one[3]) <= set(rules)]
    for place in brute.firings(rule, stream):
        own = [one for one in stream[:place + 1] if one[0] == stream[place][0]]
        assert chain(own, rules, span)


def engine(section: Kept | None = None, **changed: Any) -> Any:
    return correlator(brute.correlation("temporal_ordered", rules=("a", "b"), bounds=None, **changed), section or Kept())


def test_the_other_order_is_none() -> None:
    one = engine()
    assert not one.feed([("b", {"g": "x"})], 0)
    assert not one.feed([("a", {"g": "x"})], 1)
    assert one.feed([("b", {"g": "x"})], 2) == [((("g", "x"),), 2)]


def test_one_event_takes_one_stage() -> None:
    one = engine()
    assert not one.feed([("a", {"g": "x"}), ("b", {"g": "x"})], 0)
    assert one.feed([("a", {"g": "x"}), ("b", {"g": "x"})], 0)


def test_a_later_stage_leaves_no_trace_while_no_chain_has_begun() -> None:
    section = Kept()
    one = engine(section)
    assert one.idle("b", {"g": "x"}) and not one.idle("a", {"g": "x"})
    one.feed([("b", {"g": "x"})], 0)
    assert section.keys() == []
    one.feed([("a", {"g": "x"})], 1)
    assert not one.idle("b", {"g": "x"}) and one.idle("b", {"g": "y"}) and one.idle("b", {})
    one.feed([("b", {"g": "y"})], 2)
    assert section.keys() == [key_of(["x"])]


def test_what_has_begun_is_known_after_a_restart() -> None:
    section = Kept()
    engine(section).feed([("a", {"g": "x"})], 0)
    again = engine(section)
    assert not again.idle("b", {"g": "x"})
    assert again.feed([("b", {"g": "x"})], 1)
    assert again.idle("b", {"g": "x"}) and section.keys() == []


def test_a_chain_out_of_time_is_forgotten() -> None:
    section = Kept()
    one = engine(section)
    one.feed([("a", {"g": "x"})], 0)
    assert not one.feed([("b", {"g": "x"})], 10 * SECOND)
    assert section.keys() == [] and one.idle("b", {"g": "x"})
