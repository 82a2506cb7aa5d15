from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.rules.match import words
from sentinel.rules.match.compile import compile_node
from sentinel.rules.read.plan import plan
from sentinel.rules.tree import items


@pytest.mark.parametrize(("line", "value", "key", "said"), [
    ("f|contains", ["a*b", "c"], "f|contains", ("a*b", "c")),
    ("f", "a*", "f", ("a*",)),
    ("f", r"a\*", "f", (r"a\*",)),
    ("f", "", "f", ("''",)),
    ("f|startswith", "x", "f|startswith", ("x",)),
    ("f|re|i", "^a.*b$", "f|re|i", ("^a.*b$",)),
    ("f|cidr", "10.0.0.0/8", "f|cidr", ("10.0.0.0/8",)),
    ("f|gte", 5, "f|gte", ("5",)),
    ("f|exists", True, "f|exists", ("true",)),
    ("f", None, "f", ("null",)),
    ("f", [True, 7], "f", ("true", "7")),
    ("f|hour|gte", 22, "f|hour|gte", ("22",)),
    ("f|fieldref", "g", "f|fieldref", ("g",)),
    ("f|neq", "g", "f|neq", ("g",)),
    ("f |base64", "foo", "f|base64", ("Zm9v",)),
])
def test_a_line_is_said_as_it_was_written(line: str, value: object, key: str, said: tuple[str, ...]) -> None:
    [item] = items(plan({"s": {line: value}, "condition": "s"}))
    assert (words.key(item), words.values(item)) == (key, said)


def test_keywords_have_no_field() -> None:
    [item] = items(plan({"k": ["boom", 5], "condition": "k"}))
    assert (words.key(item), words.values(item)) == ("any field", ("boom", "5"))


@pytest.mark.parametrize(("line", "value", "text", "found"), [
    ("f|contains", "opus", "claude-OPUS-4", "OPUS"),
    ("f|contains", "a*c", "xx aBBc c", "aBBc"),
    ("f|startswith", "ab", "abab", "ab"),
    ("f|endswith", "ab", "abab", "ab"),
    ("f", "*é?", "caféx", "éx"),
    ("f|re", "b+", "aabbb", "bbb"),
    ("f|re", "é", "\ud800é", "é"),
    ("f|windash|contains", " -x", "a /x b", " /x"),
])
def test_it_knows_where_a_value_stands(line: str, value: str, text: str, found: str) -> None:
    [item] = items(plan({"s": {line: value}, "condition": "s"}))
    [start, end] = next(span for want in item.wants if (span := words.span(want, text)))
    assert text[start:end] == found


@given(st.text("aB*?é\n\\", max_size=5), st.text("abBé\n\\*", max_size=9), st.sampled_from(["f", "f|contains", "f|startswith", "f|endswith|cased"]))
def test_a_place_is_known_exactly_where_the_rule_matches(value: str, text: str, line: str) -> None:
    tree = plan({"s": {line: value}, "condition": "s"})
    [item] = items(tree)
    assert (words.span(item.wants[0], text) is not None) == compile_node(tree)({"f": text})
