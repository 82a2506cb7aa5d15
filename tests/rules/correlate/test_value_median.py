"""`value_median` against brute force, by the definition of the textbook."""

from __future__ import annotations

import statistics
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.rule import Bounds
from tests.rules.correlate import brute


def measured(numbers: list[Fraction]) -> Fraction:
    return Fraction(statistics.median(numbers))


@given(st.booleans().flatmap(lambda late: brute.steps(late, values=brute.numbers)), brute.thresholds, st.integers(1, 20), st.booleans())
def test_agrees_with_brute_force(stream: list[brute.Step], bounds: Bounds, span: int, restarted: bool) -> None:
    rule = brute.correlation("value_median", bounds=bounds, span=span * SECOND, fields=("v",))
    exactly = Bounds(tuple((op, Fraction(str(bound))) for op, bound in bounds.pairs))
    assert brute.firings(rule, stream, restarted=restarted) == brute.expected(
        stream, span, lambda inside: exactly.hold(measured([n for one in inside for n in brute.taken(one[1])])),
        lambda step: bool(brute.taken(step[1])))


def test_of_two_it_is_halfway() -> None:
    stream = [("x", 1, 1, ("a",)), ("x", 2, 2, ("a",))]
    assert brute.firings(brute.correlation("value_median", bounds=Bounds((("eq", 1.5),)), fields=("v",)), stream) == [1]
