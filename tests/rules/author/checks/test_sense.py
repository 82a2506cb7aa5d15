"""Whoever warns must be right: what never matches does match nothing, what always matches does match everything."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.author.checks import sense
from sentinel.rules.match.compile import compile_node
from sentinel.rules.read.plan import plan
from sentinel.rules.tree import All, Item, Not, Wrong
from tests.rules import strategies as s

SCALAR_EVENTS = st.dictionaries(st.sampled_from(s.FIELDS), s.scalars, max_size=4)


def judged(detection: dict[str, Any], event: dict[str, Any], many: bool) -> None:
    try:
        tree = plan(detection)
    except Wrong:
        return
    matches = compile_node(tree)(event)
    never, always = sense.never(tree, lambda name: many), sense.always(tree, lambda name: many)
    assert not (never and matches), never
    assert matches or not always


@given(s.detections(), SCALAR_EVENTS)
def test_single_values(detection: dict[str, Any], event: dict[str, Any]) -> None:
    judged(detection, event, many=False)


@given(s.detections(), s.events)
def test_lists(detection: dict[str, Any], event: dict[str, Any]) -> None:
    judged(detection, event, many=True)


@given(s.lines(), s.lines(), SCALAR_EVENTS)
def test_two_lines_of_one_field(one: tuple[str, Any], two: tuple[str, Any], event: dict[str, Any]) -> None:
    keys = ["f|" + key.partition("|")[2] if "|" in key else "f" for key, _ in (one, two)]
    for condition in ("a and b", "a and not b", "not a or b"):
        judged({"a": {keys[0]: one[1]}, "b": {keys[1]: two[1]}, "condition": condition}, event, many=False)


def of(condition: str, **selections: Any) -> Any:
    return plan({**selections, "condition": condition})


def test_says_which_two_lines() -> None:
    found = sense.never(of("a and b", a={"f": 1}, b={"f": 2}), lambda name: False)
    assert found and found.other and (found.item.path, found.other.path, found.negated) == (("b", "f"), ("a", "f"), False)
    found = sense.never(of("a and not b", a={"f": 1}, b={"f|gt": 0}), lambda name: False)
    assert found and found.negated


@pytest.mark.parametrize(("condition", "dead"), [
    ("a and (b or c)", ["b"]), ("a and not b", ["b"]), ("a and not (b or c)", ["b"]), ("a and c", []), ("(a or b) and c", []),
    ("(a and b) or c", ["b"]),
])
def test_dead_parts(condition: str, dead: list[str]) -> None:
    tree = of(condition, a={"f": 1}, b={"f": 2}, c={"g": 3})
    assert [one.item.path[0] for one in sense.dead(tree, lambda name: False)] == dead


def test_huge_lists_are_left_alone() -> None:
    tree = of("a and b", a={"f": [f"a{n}" for n in range(300)]}, b={"f": [f"b{n}" for n in range(300)]})
    assert sense.never(tree, lambda name: False) is None


def test_a_double_negation_is_none() -> None:
    item = Item("f", plan({"a": {"f": 1}, "condition": "a"}).wants)  # type: ignore[union-attr]
    assert sense.never(All((item, Not(Not(item)))), lambda name: False) is None
    assert sense.never(All((Not(Not(item)), Not(item))), lambda name: False)
