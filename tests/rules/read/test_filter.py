"""Filters narrow rules and never mix with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.rules.match.compile import compile_node
from sentinel.rules.read.load import Loaded, load
from sentinel.rules.rule import Detection

RULE = """
title: A
name: a
logsource: {category: llm}
detection: {selection: {f: x}, other: {f: y}, condition: selection or other}
"""


def read(folder: Path, filter_: str) -> Loaded:
    (folder / "rule.yml").write_text(RULE)
    (folder / "filter.yml").write_text(f"title: Known\nlogsource: {{category: llm}}\nfilter: {filter_}")
    return load([folder])


def match(loaded: Loaded, **fields: str) -> bool:
    [rule] = loaded.rules
    assert isinstance(rule, Detection)
    return compile_node(rule.tree)(fields)


@pytest.mark.parametrize("rules", ["[a]", "a", "any"])
def test_what_a_filter_names_is_left_out(tmp_path: Path, rules: str) -> None:
    # The filter's `selection` is its own, and the rule's `or` is bracketed.
    loaded = read(tmp_path, f"{{rules: {rules}, selection: {{user.id: backup}}, condition: not selection}}")
    assert not loaded.mistakes and not loaded.warnings
    assert match(loaded, f="x") and match(loaded, f="y", **{"user.id": "ann"})
    assert not match(loaded, f="x", **{"user.id": "backup"}) and not match(loaded, f="y", **{"user.id": "backup"})


def test_a_filter_without_not_is_warned_of(tmp_path: Path) -> None:
    loaded = read(tmp_path, "{rules: [a], selection: {user.id: backup}, condition: selection}")
    assert "has no `not`" in loaded.warnings[0].what
    assert match(loaded, f="x", **{"user.id": "backup"}) and not match(loaded, f="x")


def test_a_filter_that_touches_nothing(tmp_path: Path) -> None:
    assert "touches no rule" in read(tmp_path, "{rules: [b], selection: {f: x}, condition: not selection}").warnings[0].what


@pytest.mark.parametrize(("body", "told"), [("{selection: {f: x}, condition: not selection}", "a filter names its rules"),
                                            ("{rules: [a], condition: not selection}", "filter: no selection"),
                                            ("{rules: [a], selection: {f|x: y}, condition: not selection}", "filter.selection.f|x: unknown modifier")])
def test_mistakes(tmp_path: Path, body: str, told: str) -> None:
    loaded = read(tmp_path, body)
    assert told in str(loaded.mistakes[0]) and len(loaded.rules) == 1
