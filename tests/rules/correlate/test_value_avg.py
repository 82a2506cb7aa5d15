"""`value_avg` against brute force, and what it is the average of."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.rule import Bounds
from tests.rules.correlate import brute


def measured(numbers: list[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)


@given(st.booleans().flatmap(lambda late: brute.steps(late, values=brute.numbers)), brute.thresholds, st.integers(1, 20), st.booleans())
def test_agrees_with_brute_force(stream: list[brute.Step], bounds: Bounds, span: int, restarted: bool) -> None:
    rule = brute.correlation("value_avg", bounds=bounds, span=span * SECOND, fields=("v",))
    exactly = Bounds(tuple((op, Fraction(str(bound))) for op, bound in bounds.pairs))
    assert brute.firings(rule, stream, restarted=restarted) == brute.expected(
        stream, span, lambda inside: exactly.hold(measured([n for one in inside for n in brute.taken(one[1])])),
        lambda step: bool(brute.taken(step[1])))


def test_it_is_that_of_the_numbers_not_of_the_events() -> None:
    stream = [("x", [1, 1, 1], 1, ("a",)), ("x", 9, 2, ("a",)), ("x", None, 3, ("a",))]
    assert brute.firings(brute.correlation("value_avg", bounds=Bounds((("eq", 3),)), fields=("v",)), stream) == [1]
