"""`temporal_ordered` against brute force over every choice of events."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.correlate._window import key_of
from sentinel.rules.rule import Bounds
from sentinel.rules.section import InMemory
from tests.rules.correlate import brute

orders = st.sampled_from([("a", "b"), ("a", "b", "c"), ("a", "a", "b"), ("a", "b", "a")])


def chain(inside: brute.Seen, rules: tuple[str, ...], span: int) -> bool:
    """Whether some events, the last one among them, are the rules in order of reading and of time, within the span."""
    for chosen in combinations(inside[:-1], len(rules) - 1):
        some = [*chosen, inside[-1]]
        times = [one[2] for one in some]
        if times == sorted(times) and times[-1] - times[0] <= span and all(r in one[3] for r, one in zip(rules, some, strict=True)):
            return True
    return False


@given(brute.steps(False, ("a", "b", "c")), orders, st.integers(1, 20))
def test_agrees_with_brute_force(stream: list[brute.Step], rules: tuple[str, ...], span: int) -> None:
    rule = brute.correlation("temporal_ordered", rules=rules, bounds=None, span=span * SECOND)
    stream = [one for one in stream if set(one[3]) <= set(rules)]
    assert brute.firings(rule, stream) == brute.expected(stream, span, lambda inside: chain(inside, rules, span))


@given(brute.steps(True, ("a", "b", "c")), orders, st.integers(1, 20))
def test_late_events_never_make_a_chain_that_is_none(stream: list[brute.Step], rules: tuple[str, ...], span: int) -> None:
    rule = brute.correlation("temporal_ordered", rules=rules, bounds=None, span=span * SECOND)
    stream = [one for one in stream if set(one[3]) <= set(rules)]
    for place in brute.firings(rule, stream):
        own = [one for one in stream[:place + 1] if one[0] == stream[place][0]]
        assert chain(own, rules, span)


@given(brute.steps(True, ("a", "b", "c")), orders, st.integers(1, 20))
def test_in_a_file_late_events_take_their_place(stream: list[brute.Step], rules: tuple[str, ...], span: int) -> None:
    rule = brute.correlation("temporal_ordered", rules=rules, bounds=None, span=span * SECOND)
    stream = [one for one in stream if set(one[3]) <= set(rules)]
    assert brute.firings(rule, stream, whole=True) == brute.expected(stream, span, lambda inside: brute.chained(inside, rules))


A, B, C = ("rule", "a"), ("rule", "b"), ("rule", "c")


@pytest.mark.parametrize(("changed", "bases", "fires"), [
    ({"bounds": Bounds((("gte", 2),))}, "cab", [2]),
    ({"bounds": Bounds((("eq", 2),))}, "bcac", [1, 3]),
    ({"bounds": None, "expression": ("and", ("or", A, B), C)}, "cbcac", [2, 4]),
    ({"bounds": None, "expression": ("and", A, C, ("not", B))}, "abcxxxxxxxxxxac", [14]),
    ({"bounds": None, "expression": ("and", A, C, ("not", B))}, "acbac", [1]),
])
def test_conditions(changed: dict[str, Any], bases: str, fires: list[int]) -> None:
    rule = brute.correlation("temporal_ordered", rules=("a", "b", "c"), **changed)
    for whole in (False, True):
        one = correlator(rule, InMemory(), whole=whole)
        fed = [bool(base != "x" and one.feed([(base, {"g": "x"})], at * SECOND)) for at, base in enumerate(bases)]
        assert [place for place, fired in enumerate(fed) if fired] == fires


def test_what_came_and_what_must_come_is_told() -> None:
    one = correlator(brute.correlation("temporal_ordered", rules=("a", "b", "c"), bounds=None), InMemory())
    one.feed([("a", {"g": "x"})], 1)
    one.feed([("b", {"g": "x"})], 2)
    window = one.tell(["x"])
    assert window is not None and window.entries == ((1, "a"), (2, "b"))
    assert window.missing == "no match of c after that"


def engine(section: InMemory | None = None, **changed: Any) -> Any:
    return correlator(brute.correlation("temporal_ordered", rules=("a", "b"), bounds=None, **changed), section or InMemory())


def test_the_other_order_is_none() -> None:
    one = engine()
    assert not one.feed([("b", {"g": "x"})], 0)
    assert not one.feed([("a", {"g": "x"})], 1)
    assert one.feed([("b", {"g": "x"})], 2) == [(["x"], 2)]


def test_one_event_takes_one_stage() -> None:
    one = engine()
    assert not one.feed([("a", {"g": "x"}), ("b", {"g": "x"})], 0)
    assert one.feed([("a", {"g": "x"}), ("b", {"g": "x"})], 0)


def test_a_later_stage_leaves_no_trace_while_no_chain_has_begun() -> None:
    section = InMemory()
    one = engine(section)
    assert one.idle("b", {"g": "x"}) and not one.idle("a", {"g": "x"})
    one.feed([("b", {"g": "x"})], 0)
    assert section.keys() == []
    one.feed([("a", {"g": "x"})], 1)
    assert not one.idle("b", {"g": "x"}) and one.idle("b", {"g": "y"}) and one.idle("b", {})
    one.feed([("b", {"g": "y"})], 2)
    assert section.keys() == [key_of(["x"])]


def test_what_has_begun_is_known_after_a_restart() -> None:
    section = InMemory()
    engine(section).feed([("a", {"g": "x"})], 0)
    again = engine(section)
    assert not again.idle("b", {"g": "x"})
    assert again.feed([("b", {"g": "x"})], 1)
    assert again.idle("b", {"g": "x"}) and section.keys() == []


def test_a_chain_out_of_time_is_forgotten() -> None:
    section = InMemory()
    one = engine(section)
    one.feed([("a", {"g": "x"})], 0)
    assert not one.feed([("b", {"g": "x"})], 10 * SECOND + 1)
    assert section.keys() == [] and one.idle("b", {"g": "x"})


def test_room_for_late_events_is_bounded_and_order_is_exact_beyond_it() -> None:
    one = correlator(brute.correlation("temporal_ordered", rules=("a", "b", "c"), bounds=None, span=10**6 * SECOND), InMemory(), whole=True)
    one.feed([("a", {"g": "x"})], 0)
    for at in range(1, 2_001):
        assert not one.feed([("b", {"g": "x"})], at)
    assert one.dropped == 1_001
    assert one.feed([("c", {"g": "x"})], 2_001)
