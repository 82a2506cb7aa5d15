from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.match.again import remembering
from sentinel.rules.match.compile import Fields, compile_node
from sentinel.rules.match.flat import flat
from sentinel.rules.read.plan import plan
from tests.rules import strategies


@given(strategies.detections(placeholders=True), st.lists(strategies.records, min_size=1, max_size=6))
def test_it_says_the_same_whatever_it_was_asked_before(detection: dict[str, Any], records: list[dict[str, Any]]) -> None:
    tree = plan(detection, strategies.PLACEHOLDERS)
    match = compile_node(tree)
    again = remembering(match, tree)
    for record in [*records, *records]:
        assert again(flat(record)) == match(flat(record))


@pytest.mark.parametrize("values", [(1, True, 1.0, "1"), (None, "", "null"), ([], ["a"], "a"), ("x" * 300, "x" * 301)])
def test_values_that_look_alike_are_told_apart(values: tuple[Any, ...]) -> None:
    for wanted in (1, True, None, "", "a", "x" * 300):
        tree = plan({"sel": {"f": wanted}, "condition": "not sel"})
        match = compile_node(tree)
        again = remembering(match, tree)
        assert [again({"f": value}) for value in (*values, *values)] == [match({"f": value}) for value in (*values, *values)]


def test_it_is_asked_once_for_each_choice_and_forgets_in_time() -> None:
    asked: list[Fields] = []
    tree = plan({"one": {"f": "a"}, "two": {"g": "b"}, "condition": "not 1 of them"})
    again = remembering(lambda fields: asked.append(fields) or True, tree)  # type: ignore[func-returns-value]
    for _ in range(3):
        assert again({"f": "x", "h": 1}) and again({"f": "y"}) and again({"g": "x"})
    assert len(asked) == 3
    for number in range(600):
        again({"f": str(number)})
    again({"f": "x"})
    assert len(asked) == 604
