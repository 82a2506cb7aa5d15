from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from sentinel.rules.match.trace import Trace
from sentinel.rules.read.plan import plan
from sentinel.views import explained

BIG = {"support": {"group|startswith": "support"}, "large": {"model|contains": ["opus", "gpt-5"], "n|gte": 3}, "filter_a": {"u": "bob"},
       "filter_b": {"u": ["x", "y"]}, "condition": "support and large and not 1 of filter_*"}


def lines(detection: dict[str, Any], fields: dict[str, Any], **given: Any) -> list[str]:
    return [(head + line).plain for head, line in explained.tree(Trace(plan({"condition": "s", **detection})).explain(fields), **given)]


def why(detection: dict[str, Any], fields: dict[str, Any]) -> list[str]:
    return explained.why_not(Trace(plan({"condition": "s", **detection})).explain(fields), fields)


def test_the_tree_in_the_rules_words() -> None:
    assert lines(BIG, {"group": "Support-emea", "model": "gpt-4o", "n": 5, "u": "bob"}) == [
        "✗ all of",
        "  ✓ support: group|startswith: support", "      it is »Support«-emea",
        "  ✗ large: all of",
        "    ✗ model|contains: opus, gpt-5", "        it is gpt-4o",
        "    ✓ n|gte: 3", "        it is 5",
        "  ✗ not any of",
        "    ✓ filter_a: u: bob", "        it is bob",
        "    ✗ filter_b: u: x, y", "        it is bob"]


def test_without_unicode_marks_are_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert lines({"s": {"f|contains": "b"}}, {"f": "abc"}) == ["+ s: f|contains: b", "    it is a>>b<<c"]


def test_a_long_hostile_value_is_cut_around_what_matched() -> None:
    [_, line] = lines({"s": {"f|contains": "hit"}}, {"f": "\x1b[2J" + "a" * 500 + "hit\x07" + "b" * 500})
    assert line == f"    it is …{'a' * 40}»hit«\\x07{'b' * 59}…"


def test_a_long_match_is_cut_too() -> None:
    [_, line] = lines({"s": {"f|re": "a+"}}, {"f": "b" + "a" * 5_000})
    assert line == f"    it is b»{'a' * 120}«… (+4880)"


def test_another_fields_value_stands_below() -> None:
    assert lines({"s": {"f|fieldref": "g"}}, {"f": "a"})[1:] == ["    it is a", "    the event has no field g"]


def test_what_redaction_hides_is_not_judged() -> None:
    assert lines({"s": {"f": "x"}}, {"f": "<EMAIL:3f9a1c2b>"}, hides=lambda value: "<" in value)[0] == "? s: f: x"
    assert lines({"s": {"f|contains": "EMAIL"}}, {"f": "<EMAIL:3f9a1c2b>"}, hides=lambda value: True)[0].startswith("✓")


@pytest.mark.parametrize(("selection", "fields", "said"), [
    ({"f": "x"}, {"f": "y"}, "f were x; it is y"),
    ({"f|contains": ["x", "z"]}, {"f": "y"}, "f contained x or z; it is y"),
    ({"f|contains|all": ["x", "y"]}, {"f": "y"}, "f contained x; it is y"),
    ({"f|startswith": "x"}, {"f": ["y", "z"]}, "f began with x; it is [y, z]"),
    ({"f|endswith": "x"}, {"f": None}, "f ended in x; it is null"),
    ({"f|re": "x"}, {"f": "X"}, "f matched x (case counts); it is X, which differs in case only"),
    ({"f|re|i": "x"}, {"f": "y"}, "f matched x; it is y"),
    ({"f|cased": "Ab"}, {"f": "ab"}, "f were Ab (case counts); it is ab, which differs in case only"),
    ({"f": "x"}, {"f": "axb"}, "f were x; it is axb, which holds it; `|contains` would match"),
    ({"f|cidr": "10.0.0.0/8"}, {"f": "192.0.2.1"}, "f were in 10.0.0.0/8; it is 192.0.2.1"),
    ({"f|gte": 5}, {"f": 4}, "f were at least 5; it is 4"),
    ({"f|hour|lt": 6}, {"f": "2026-01-01T12:00:00Z"}, "f were less than the hour of 6; it is 2026-01-01T12:00:00Z"),
    ({"f|exists": True}, {}, "f were there; the event has no such field"),
    ({"f|exists": False}, {"f": 1}, "f were not there; it is 1"),
    ({"f": None}, {"f": ""}, "f were null; it is empty"),
    ({"f|neq": "x"}, {"f": "x"}, "f were not x; it is x"),
    ({"f|fieldref": "g"}, {"f": 1, "g": 2}, "f were the field g; it is 1"),
    ({"field.name": "x"}, {"field.nmae": "x"}, "field.name were x; the event has no such field; did you mean 'field.nmae'?"),
    (["x"], {"f": "y"}, "any field contained x; no value does"),
])
def test_what_would_have_to_be_different(selection: Any, fields: dict[str, Any], said: str) -> None:
    assert why({"s": selection}, fields) == [said]


def test_an_exclusion_that_applies_is_named_by_what_it_found() -> None:
    assert why({"s": {"f": 1}, "n": {"u|contains": ["bo", "al"]}, "condition": "s and not n"}, {"f": 1, "u": "bob"}) == [
        "u did not contain bo; it is bob"]


def test_many_reasons_are_counted() -> None:
    said = why({"s": {f"f{n}": 1 for n in range(20)}}, {})
    assert len(said) == 9 and said[-1] == "… and 12 more"


def test_spaces_at_the_ends_of_what_is_asked_are_seen() -> None:
    assert lines({"s": {"f|contains": [" -x", "b c"]}}, {"f": "no"})[0] == "✗ s: f|contains: ' -x', b c"
    assert why({"s": {"f|contains": "rm "}}, {"f": "no"}) == ["f contained 'rm '; it is no"]
