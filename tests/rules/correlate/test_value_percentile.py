"""`value_percentile` against brute force, and against what others call a percentile."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.correlate import correlator
from sentinel.rules.rule import Bounds
from sentinel.rules.section import InMemory
from tests.rules.correlate import brute


def percentile(numbers: list[Fraction], which: Fraction) -> Fraction:
    numbers, place = sorted(numbers), which * (len(numbers) - 1) / 100
    below = numbers[int(place)]
    return below if place == int(place) else below + (numbers[int(place) + 1] - below) * (place - int(place))


@given(st.booleans().flatmap(lambda late: brute.steps(late, values=brute.numbers)), brute.thresholds, st.integers(1, 20),
       st.sampled_from([0, 1, 50, 95, 99.9, 100]), st.booleans())
def test_agrees_with_brute_force(stream: list[brute.Step], bounds: Bounds, span: int, which: float, restarted: bool) -> None:
    rule = brute.correlation("value_percentile", bounds=bounds, span=span * SECOND, fields=("v",), percentile=which)
    exactly = Bounds(tuple((op, Fraction(str(bound))) for op, bound in bounds.pairs))
    assert brute.firings(rule, stream, restarted=restarted) == brute.expected(
        stream, span, lambda inside: exactly.hold(percentile(
            [n for one in inside for n in brute.taken(one[1])], Fraction(str(which)))), lambda step: bool(brute.taken(step[1])))


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=40), st.integers(1, 99))
def test_it_is_what_the_standard_library_calls_inclusive(numbers: list[int], which: int) -> None:
    engine = correlator(brute.correlation("value_percentile", bounds=Bounds((("eq", 1e9),)), fields=("v",), percentile=which), InMemory())
    for number in numbers:
        engine.feed([("a", {"g": "x", "v": number})], 0)
    window = engine.tell(["x"])
    assert window is not None
    assert window.count == pytest.approx(statistics.quantiles(numbers, n=100, method="inclusive")[which - 1], abs=1e-9)
