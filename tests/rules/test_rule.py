"""What rules are to each other, and a correlation's condition: what it says of a count, and how much must be counted to know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.rule import OPERATORS, Bounds, Correlation, Detection, Rule, RuleInfo, needed, only_heard
from sentinel.rules.tree import Item

PAIRS = st.lists(st.tuples(st.sampled_from(sorted(OPERATORS)), st.one_of(st.integers(-3, 20), st.floats(-3, 20))), min_size=1, max_size=3)


@pytest.mark.parametrize(("op", "counts"), [
    ("gte", [5, 6, 7]), ("gt", [6, 7]), ("lte", [3, 4, 5]), ("lt", [3, 4]), ("eq", [5]), ("neq", [3, 4, 6, 7])])
def test_each_operator(op: str, counts: list[int]) -> None:
    assert [n for n in range(3, 8) if Bounds(((op, 5),)).hold(n)] == counts


def test_all_of_several_hold() -> None:
    assert [n for n in range(8) if Bounds((("gte", 2), ("lt", 5))).hold(n)] == [2, 3, 4]


@given(PAIRS)
def test_the_least_is_the_first_count_that_fires_and_all_beyond_fire(pairs: list[tuple[str, float]]) -> None:
    bounds = Bounds(tuple(pairs))
    if least := bounds.least:
        assert [bounds.hold(n) for n in range(1, 30)] == [n >= least for n in range(1, 30)]
    else:
        assert {op for op, _ in pairs} - {"gte", "gt"}, "enough is enough: such a condition has a least count"


@given(PAIRS)
def test_counting_beyond_the_most_changes_no_answer(pairs: list[tuple[str, float]]) -> None:
    bounds = Bounds(tuple(pairs))
    assert {bounds.hold(n) for n in range(bounds.most, bounds.most + 30)} == {bounds.hold(bounds.most)}


def info(id_: str) -> RuleInfo:
    return RuleInfo(id_, id_, "low", ())


def listening(id_: str, *rules: str, generate: bool = False) -> Rule:
    return Correlation(info(id_), rules, (), 1, generate=generate)


BASES: list[Rule] = [Detection(info(name), Item("f", ())) for name in "abc"]


def test_what_is_needed_comes_in_the_order_of_loading() -> None:
    every = [*BASES, listening("d", "b", "gone"), listening("e", "d", "a")]
    assert [rule.info.id for rule in needed([every[4]], every)] == ["a", "b", "d", "e"]
    assert needed(every, every) == every


def test_a_rule_is_only_heard_unless_some_correlation_lets_it_speak() -> None:
    assert only_heard([*BASES, listening("d", "a", "b"), listening("e", "b", generate=True)]) == {"a"}
