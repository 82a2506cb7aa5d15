"""Conditions over rules: when they hold, and the orders that fulfil them."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.expression import Order, holds, mentioned, negated, orders
from sentinel.rules.rule import Bounds
from sentinel.rules.tree import Wrong

NAMES = "abcd"
LEAF: st.SearchStrategy[Any] = st.sampled_from(NAMES).map(lambda name: ("rule", name))
EXPRESSIONS = st.recursive(LEAF, lambda part: st.one_of(
    part.map(lambda one: ("not", one)), st.tuples(st.sampled_from(["and", "or"]), part, part)), max_leaves=6)


@given(EXPRESSIONS)
def test_orders_say_the_same_as_the_expression(expression: Any) -> None:
    try:
        found = orders(NAMES, expression, None)
    except Wrong as wrong:
        assert wrong.what == "an order needs a rule that occurs" and holds(expression, set()) | any(negated(expression))
        return
    for bits in product([False, True], repeat=len(NAMES)):
        present = {name for name, there in zip(NAMES, bits, strict=True) if there}
        told = any(present.issuperset(one.rules) and present.isdisjoint(one.without) for one in found)
        assert told == holds(expression, present)


def test_orders_keep_to_the_order_in_which_rules_are_listed() -> None:
    expression = ("and", ("rule", "c"), ("rule", "a"), ("not", ("rule", "b")))
    assert orders(NAMES, expression, None) == (Order(("a", "c"), ("b",)),)
    assert orders(("a", "b", "a"), None, None) == (Order(("a", "b", "a")),)
    assert orders("abc", None, Bounds((("gte", 2),))) == (Order(("a", "b")), Order(("a", "c")), Order(("b", "c")))
    assert list(mentioned(expression)) == ["c", "a", "b"] and list(negated(expression)) == ["b"]


@pytest.mark.parametrize(("expression", "bounds"), [
    (("and", *[("or", ("rule", "a"), ("rule", "b"))] * 8), None), (None, Bounds((("gte", 10),))), (("not", ("rule", "a")), None),
    (None, Bounds((("eq", 0),))), (None, Bounds((("gt", 20),)))])
def test_what_nobody_could_follow_is_refused(expression: Any, bounds: Bounds | None) -> None:
    with pytest.raises(Wrong):
        orders([f"r{n}" for n in range(20)], expression, bounds)
