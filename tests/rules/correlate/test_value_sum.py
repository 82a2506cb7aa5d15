"""`value_sum` against brute force, and that it does not drift."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from sentinel.clock import SECOND
from sentinel.rules.rule import Bounds
from tests.rules.correlate import brute


def measured(numbers: list[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0))


@given(st.booleans().flatmap(lambda late: brute.steps(late, values=brute.numbers)), brute.thresholds, st.integers(1, 20), st.booleans())
def test_agrees_with_brute_force(stream: list[brute.Step], bounds: Bounds, span: int, restarted: bool) -> None:
    rule = brute.correlation("value_sum", bounds=bounds, span=span * SECOND, fields=("v",))
    exactly = Bounds(tuple((op, Fraction(str(bound))) for op, bound in bounds.pairs))
    assert brute.firings(rule, stream, restarted=restarted) == brute.expected(
        stream, span, lambda inside: exactly.hold(measured([n for one in inside for n in brute.taken(one[1])])),
        lambda step: bool(brute.taken(step[1])))


def test_tenths_add_up() -> None:
    stream = [("x", 0.1, 1, ("a",)), ("x", 0.2, 2, ("a",))]
    assert brute.firings(brute.correlation("value_sum", bounds=Bounds((("eq", 0.3),)), fields=("v",)), stream) == [1]


def test_a_large_number_that_has_gone_leaves_nothing_behind() -> None:
    stream = [("x", 1e300, 1, ("a",)), ("x", 0.5, 20, ("a",)), ("x", 0.25, 21, ("a",))]
    assert brute.firings(brute.correlation("value_sum", bounds=Bounds((("eq", 0.75),)), fields=("v",)), stream) == [2]
