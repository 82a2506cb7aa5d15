"""The compiled matcher against the slow evaluator, and each trap that other engines fall into."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given

from sentinel.rules.match.compile import compile_node
from sentinel.rules.match.flat import flat
from sentinel.rules.read.plan import plan
from tests.rules import reference, strategies


def match(lines: dict[str, Any] | list[Any], event: dict[str, Any], condition: str = "sel") -> bool:
    return compile_node(plan({"sel": lines, "condition": condition}))(event)


@given(strategies.detections(placeholders=True), strategies.records)
@example({"one": {"f": None}, "condition": "not one"}, {"f": []})
def test_agrees_with_the_slow_evaluator(detection: dict[str, Any], record: dict[str, Any]) -> None:
    event = flat(record)
    assert compile_node(plan(detection, strategies.PLACEHOLDERS))(event) == reference.matches(detection, event, strategies.PLACEHOLDERS)


# Numbers are exact, and a string is not a number because it looks like one.
@pytest.mark.parametrize(("wanted", "found", "is_match"), [
    (9007199254740993, 9007199254740993, True), (9007199254740993, 9007199254740992, False), ("04688", 4688, False),
    ("4688", 4688, True), (4688, "4688", True), (4688, "04688", False), (4688, 4688.0, True), (1, True, False),
    (0, False, False), (True, True, True), (True, "True", True), (True, 1, False), ("true", True, True), (False, False, True),
    (1.5, "1.5", True), (401, ["200", 401], True), ("46*", 4688, True),
])
def test_numbers(wanted: Any, found: Any, is_match: bool) -> None:
    assert match({"f": wanted}, {"f": found}) is is_match


# Strings: newlines, NUL, one character, trailing newline, trailing backslash, escapes.
@pytest.mark.parametrize(("line", "wanted", "found", "is_match"), [
    ("f", "a*b", "a\n\nb", True), ("f", "a?b", "aéb", True), ("f", "a?b", "a😀b", True), ("f", "a?b", "a\nb", True),
    ("f", "a?b", "ab", False), ("f", "ab", "ab\x00", False), ("f|contains", "b", "a\x00b", True),
    ("f|endswith", "ab", "ab\n", False), ("f|endswith", "ab", "xab", True), ("f|contains", "a\\", "xa\\y", True),
    ("f|contains", "a\\", "xay", False), ("f|startswith", "C:\\", "c:\\windows", True), ("f", "\\*", "*", True),
    ("f", "\\*", "\\x", False), ("f", "\\\\*", "\\x", True), ("f", "\\\\\\*", "\\*", True), ("f", "a\\b", "a\\b", True),
    ("f", "a\\\\b", "a\\b", True), ("f", "\\?", "?", True), ("f", "\\?", "a", False), ("f", "*", "", True), ("f", "?*", "", False),
    ("f", "a**b", "ab", True), ("f", "a*b*c", "axbxbxc", True), ("f", "ab*ba", "aba", False), ("f|cased", "Ab", "ab", False),
    ("f|contains|cased", "Ab", "xAbx", True), ("f", "", "", True), ("f|contains", "", "x", True),
    ("f|re", "^a$", "a\n", False), ("f|re", "a.b", "a\nb", False), ("f|re|s", "a.b", "a\nb", True), ("f|re", "A", "a", False),
    ("f|re|i", "A", "a", True), ("f|re|m", "^b$", "a\nb\nc", True), ("f|re", "b", "abc", True), ("f|re", "12", 4125, True),
    ("f|re|startswith", "b", "ab", False), ("f|re|endswith", "b", "ab", True), ("f|re|contains", "b", "abc", True),
    ("f|re", "(a+)+$", "a" * 5000 + "b", False),
])
def test_strings(line: str, wanted: str, found: Any, is_match: bool) -> None:
    assert match({line: wanted}, {"f": found}) is is_match


# Null, absent and empty.
@pytest.mark.parametrize(("line", "wanted", "event", "is_match"), [
    ("f|exists", True, {"f": None}, True), ("f|exists", True, {}, False), ("f|exists", False, {}, True),
    ("f", None, {}, True), ("f", None, {"f": None}, True), ("f", None, {"f": ""}, False), ("f", None, {"f": "null"}, False),
    ("f", "", {}, False), ("f", "", {"f": None}, False), ("f", "", {"f": ""}, True), ("f", "*", {}, False), ("f", [], {}, True),
    ("f", ["a", None], {}, True), ("f|contains", "a", {}, False), ("f|neq", "a", {}, True),
])
def test_nothing(line: str, wanted: Any, event: dict[str, Any], is_match: bool) -> None:
    assert match({line: wanted}, event) is is_match


# A list matches by any member, each of `all`'s values by a member of its own.
def test_lists() -> None:
    assert match({"f|endswith": ".exe"}, {"f": ["a.txt", "b.exe"]})
    assert match({"f|contains|all": ["a", "b"]}, {"f": ["xa", "xb"]})
    assert not match({"f|contains|all": ["a", "b"]}, {"f": ["xa", "xc"]})
    assert not match({"f": "a"}, {"f": []})
    assert not match({"f|contains": "a"}, {"f": {"a": 1}})


# `neq` with a list is none of them; selections keep their inner AND.
def test_none_of_them() -> None:
    assert not match({"f|neq": ["a", "b"]}, {"f": "b"})
    assert match({"f|neq": ["a", "b"]}, {"f": "c"})
    detection = {"selection_a": {"f": 1, "g": 2}, "selection_b": {"f": 3}, "condition": "1 of selection_*"}
    assert not compile_node(plan(detection))({"f": 1, "g": 0})
    assert compile_node(plan(detection))({"f": 1, "g": 2})


@pytest.mark.parametrize(("line", "wanted", "event", "is_match"), [
    ("f|fieldref", "g", {"f": "A", "g": "a"}, True), ("f|fieldref", "g", {"f": "a"}, False), ("f|fieldref", "g", {}, False),
    ("f|fieldref|cased", "g", {"f": "A", "g": "a"}, False), ("f|fieldref|endswith", "g", {"f": "ab", "g": "B"}, True),
    ("f|fieldref|contains", "g", {"f": "abc", "g": ["x", "b"]}, True), ("f|fieldref|startswith", "g", {"f": "abc", "g": "ab"}, True),
    ("f|fieldref", "g", {"f": 5, "g": "5"}, True), ("f|fieldref|neq", "g", {"f": 5, "g": 6}, True),
    ("f|gt|fieldref", "g", {"f": 6, "g": 5}, True), ("f|fieldref|gt", "g", {"f": 5, "g": 5}, False),
])
def test_other_fields(line: str, wanted: str, event: dict[str, Any], is_match: bool) -> None:
    assert match({line: wanted}, event) is is_match


@pytest.mark.parametrize(("line", "bound", "found", "is_match"), [
    ("f|gt", 5, 6, True), ("f|gt", 5, "6", True), ("f|gt", 5, "06", False), ("f|gte", 5.5, "5.5", True), ("f|lt", 5, True, False),
    ("f|lte", 5, "5e0", True), ("f|lt", 5, "", False), ("f|gt", 2**53, 2**53 + 1, True), ("f|gt", 1, "9" * 100_000, False),
    ("f|lt", "5", 4, True), ("f|gt", 1, [0, 2], True),
])
def test_comparisons(line: str, bound: Any, found: Any, is_match: bool) -> None:
    assert match({line: bound}, {"f": found}) is is_match


def test_keywords_are_found_anywhere_but_in_findings() -> None:
    assert match(["boom", "bang"], {"f": "xBANGx"})
    assert match(["40?"], {"g": [1, 401]})
    assert match({"|all": ["a", "b"]}, {"f": "a", "g": "b"})
    assert not match(["email"], {"sentinel.prompt.pii.types": ["EMAIL"]})
    assert match({"|re": "b[ao]ng"}, {"f": "xbangx"})
