"""Conditions: precedence, names, patterns."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from sentinel.rules.match.compile import compile_node
from sentinel.rules.read.plan import plan
from sentinel.rules.tree import Wrong
from tests.rules import reference

NAMES = ("a", "b", "c", "orgs", "andy", "notable", "sel_x_1", "sel_y_1", "sel_y_2", "_own")


@pytest.mark.parametrize("condition", [
    "a or b and c", "a and b or c", "not a and b", "not (a and b)", "not not a", "(a or b) and (b or c)", "((a))", "a and (b or (c and not a))",
    "orgs or andy", "notable", "not notable", "not orgs and andy or notable", "1 of sel_*", "all of sel_*", "1 of sel_*_1", "all of sel_*_1",
    "not 1 of sel_y_*", "1 of them", "all of them", "all of _own", "1 of _*", "1 of sel_x_1", "a AND b", "a OR NOT b",
])
def test_conditions(condition: str) -> None:
    for values in product([True, False], repeat=4):
        truth = dict(zip(NAMES, [*values, *values, *values], strict=False))
        event = {name: "yes" for name, value in truth.items() if value}
        detection: dict[str, Any] = {name: {name: "yes"} for name in NAMES}
        found = compile_node(plan({**detection, "condition": condition}))(event)
        assert found == reference.evaluate(condition.replace("AND", "and").replace("OR", "or").replace("NOT", "not"), truth)


def test_a_list_of_conditions_is_or() -> None:
    match = compile_node(plan({"a": {"f": 1}, "b": {"f": 2}, "condition": ["a", "b"]}))
    assert [match({"f": n}) for n in (1, 2, 3)] == [True, True, False]


def test_a_selection_may_be_called_as_a_word_of_the_language() -> None:
    match = compile_node(plan({"not": {"f": 1}, "all": {"g": 1}, "condition": "not and all"}))
    assert match({"f": 1, "g": 1}) and not match({"g": 1})


def test_a_pattern_that_names_nothing_falls_away() -> None:
    match = compile_node(plan({"a": {"f": 1}, "condition": "a and not 1 of filter_*"}))
    assert match({"f": 1})
    with pytest.raises(Wrong, match="no selection is left"):
        plan({"a": {"f": 1}, "condition": "1 of filter_*"})


def test_a_number_of_selections() -> None:
    match = compile_node(plan({**{f"s{n}": {f"f{n}": 1} for n in range(4)}, "condition": "3 of s*"}))
    assert match({"f0": 1, "f2": 1, "f3": 1}) and not match({"f0": 1, "f3": 1})
    with pytest.raises(Wrong, match="too many ways"):
        plan({**{f"s{n}": {f"f{n}": 1} for n in range(40)}, "condition": "20 OF s*"})


def test_lists_of_maps_are_or_of_and() -> None:
    match = compile_node(plan({"s": [{"f": 1, "g": 1}, {"f": 2}, "word"], "condition": "s"}))
    assert [match(e) for e in ({"f": 1}, {"f": 1, "g": 1}, {"f": 2}, {"h": "a word"})] == [False, True, True, True]


def test_each_value_of_all_may_have_several_forms() -> None:
    match = compile_node(plan({"s": {"f|base64offset|contains|all": ["foobar", "barfoo"]}, "condition": "s"}))
    assert match({"f": "xxZvb2Jhcxx YmFyZm9v"}) and not match({"f": "Zm9vYmFy"})


def test_fields_are_stripped_of_trailing_spaces() -> None:
    assert compile_node(plan({"s": {"ProcessName ": "x"}, "condition": "s"}))({"ProcessName": "x"})


@pytest.mark.parametrize("condition", ["(" * 200 + "a" + ")" * 200, "not " * 200 + "a"])
def test_nesting_is_bounded(condition: str) -> None:
    with pytest.raises(Wrong, match="nested too deeply"):
        plan({"a": {"f": 1}, "condition": condition})


@pytest.mark.parametrize("condition", ["", "a b", "a)", "and a", "a or", "1 of", "3 of a*", "0 of a*", "-1 of a*", "99999 of a*", 5, None, [], "a | count() > 5"])
def test_what_is_no_condition(condition: Any) -> None:
    with pytest.raises(Wrong):
        plan({"a": {"f": 1}, "condition": condition})


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(Wrong) as error:
        plan({"a": [{"f|re": "(?=b)"}, {"f|startwith": "x"}], "b": {"f|cidr": "x", "g|containz": "x"}, "c": {"f": 1}, "condition": "a adn b"})
    wrong = error.value
    assert [one.path for one in (wrong, *wrong.others)] == [
        ("a", 0, "f|re"), ("a", 1, "f|startwith"), ("b", "f|cidr"), ("b", "g|containz"), ("condition",)]


def test_a_broken_selection_is_there_for_the_condition() -> None:
    with pytest.raises(Wrong) as error:
        plan({"a": {"f|containz": "x"}, "condition": "1 of a and not a"})
    assert not error.value.others


@pytest.mark.parametrize("condition", [" or ".join(["a"] * 30_000), " and ".join(["1 of s*"] * 100), " and ".join(["2 of t*"] * 100)])
def test_a_condition_is_of_bounded_size(condition: str) -> None:
    names = {"a": {"f": 1}, **{f"s{number}": {"f": number} for number in range(600)}, **{f"t{number}": {"f": number} for number in range(30)}}
    with pytest.raises(Wrong, match="terms"):
        plan({**names, "condition": condition})


def test_one_of_very_many() -> None:
    tree = plan({**{f"s{number}": {"f": number} for number in range(2_000)}, "condition": "1 of s*"})
    assert compile_node(tree)({"f": 1_999}) and not compile_node(tree)({"f": 2_000})
