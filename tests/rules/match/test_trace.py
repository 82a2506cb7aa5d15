"""What matched, and what did not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.match.compile import compile_node
from sentinel.rules.match.trace import Explained, Trace, needs
from sentinel.rules.read.plan import plan

RULE = {"a": {"f|contains": ["x", "y"], "g": 5}, "b": {"h": "z"}, "k": ["boom"], "n": {"i": 1}, "condition": "(a or b or k) and not n"}
TRACE = Trace(plan(RULE))


def of(detection: dict[str, Any], fields: dict[str, Any]) -> Explained:
    return Trace(plan({"condition": "s", **detection})).explain(fields)


def needed(detection: dict[str, Any], fields: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(need.leaf.key, need.holds) for need in needs(of(detection, fields))]


def test_only_what_held_counts() -> None:
    assert TRACE.matched({"f": "axb", "g": 5, "h": "other"}) == (("f", "axb"), ("g", 5))
    assert TRACE.matched({"h": "z", "g": 5}) == (("h", "z"),)
    assert TRACE.matched({"p": "BOOM", "q": "no", "r": ["x", "boom"]}) == (("p", "BOOM"), ("r", ["x", "boom"]))
    assert TRACE.matched({"h": "z", "i": 1}) == ()


def test_parts_carry_the_names_of_selections() -> None:
    top = TRACE.explain({"f": "x", "g": 5})
    either, no = top.parts
    assert (top.kind, top.name, either.kind, [part.name for part in either.parts]) == ("all", "", "any", ["a", "b", "k"])
    assert (no.kind, no.held, no.name, no.parts[0].name) == ("not", True, "", "n")
    assert [leaf.name for leaf in either.parts[0].parts] == ["", ""]


def test_a_leaf_says_what_it_wants_and_where_it_was() -> None:
    leaf = of({"s": {"f|contains": ["b", "q"]}}, {"f": ["xx", "abc"]})
    [place] = leaf.places
    assert leaf.held and leaf.there and leaf.value == ["xx", "abc"] and leaf.lacks == ("q",)
    assert (place.field, place.text, place.want, place.start, place.end) == ("f", "abc", "b", 1, 2)


def test_keywords_are_found_in_any_field_but_findings() -> None:
    leaf = of({"s": ["boom"]}, {"p": "a BOOM", "sentinel.x": "boom"})
    assert [(place.field, place.start, place.end) for place in leaf.places] == [("p", 2, 6)]


def test_neq_is_a_leaf_that_its_value_keeps_from_holding() -> None:
    leaf = of({"s": {"f|neq": ["a", "b"]}}, {"f": "b"})
    assert (leaf.kind, leaf.negated, leaf.held, [place.want for place in leaf.places]) == ("leaf", True, False, ["b"])
    assert of({"s": {"f|neq": "a"}}, {}).held


def test_null_and_exists_are_met_without_a_place() -> None:
    assert of({"s": {"f": None}}, {}).lacks == ()
    assert of({"s": {"f|exists": True}}, {"f": None}).lacks == ()
    assert of({"s": {"f|exists": True}}, {}).lacks == ("true",)


@pytest.mark.parametrize(("line", "fields", "near"), [
    ({"f|re": "a"}, {"f": "A"}, "case"), ({"f|cased": "a"}, {"f": "A"}, "case"), ({"f": "a"}, {"f": "xax"}, "contains"),
    ({"f": "a"}, {"f": "b"}, ""), ({"f": "a"}, {}, ""), ({"f": "a"}, {"f": "a"}, ""), ({"f|neq": "a"}, {"f": "a"}, "")])
def test_what_authors_often_forget_is_named(line: dict[str, str], fields: dict[str, str], near: str) -> None:
    assert of({"s": line}, fields).near == near


def test_another_fields_value_is_looked_up_in_the_event() -> None:
    assert of({"s": {"f|fieldref": "g"}}, {"f": ["a", "b"], "g": "b"}).places[0].text == "b"
    assert of({"s": {"f|fieldref": "g"}}, {"f": "a"}).others == {"g": None}


@pytest.mark.parametrize(("detection", "fields", "wanted"), [
    ({"s": {"f": 1, "g": 2}}, {"f": 1, "g": 3}, [("g", True)]),
    ({"s": {"f": 1, "g": 2}}, {}, [("f", True), ("g", True)]),
    ({"s": [{"f": 1, "g": 2}, {"h": 3}]}, {"f": 1}, [("g", True)]),
    ({"s": [{"f": 1}, {"g": 2}]}, {"g": 3}, [("g", True)]),
    ({"s": {"f": 1}, "n": {"g": 2, "h": 3}, "condition": "s and not n"}, {"f": 1, "g": 2, "h": 3}, [("g", False)]),
    ({"s": {"f": 1}, "n": [{"g": 2}, {"h": 3}], "condition": "s and not n"}, {"f": 1, "g": 2, "h": 3}, [("g", False), ("h", False)]),
    ({"s": {"f": 1}}, {"f": 1}, []),
])
def test_the_smallest_set_of_leaves_is_named(detection: dict[str, Any], fields: dict[str, Any], wanted: list[tuple[str, bool]]) -> None:
    assert needed(detection, fields) == wanted


def test_a_list_as_a_value_can_be_needed() -> None:
    assert needed({"s": {"f": 1, "g": 2}}, {"f": [3, 4], "g": [5]}) == [("f", True), ("g", True)]


CONDITIONS = ["a and b or c", "a and not b", "not (a or b) and c", "1 of them", "all of them", "not a or (b and c)"]


@given(st.sampled_from(CONDITIONS), st.dictionaries(st.sampled_from("abc"), st.integers(0, 1)))
def test_bringing_about_what_is_needed_makes_the_rule_match(condition: str, fields: dict[str, int]) -> None:
    tree = plan({**{name: {name: 1} for name in "abc"}, "condition": condition})
    told = Trace(tree).explain(fields)
    assert told.held == compile_node(tree)(fields)
    changed = {**fields, **{str(need.leaf.field): int(need.holds) for need in needs(told)}}
    assert compile_node(tree)(changed)
