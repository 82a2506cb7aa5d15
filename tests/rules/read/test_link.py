"""Correlations: how they are read, what they refer to, and what is wrong with them."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import pytest

from sentinel.clock import SECOND
from sentinel.rules.read.load import Loaded, load
from sentinel.rules.rule import Bounds, Correlation

BASE = """
title: A
name: a
id: 6b13f121-07b7-4ed5-a9d2-ccc419442d53
logsource: {category: llm}
detection: {s: {f: x}, condition: s}
---
title: B
name: b
logsource: {category: llm}
detection: {s: {f: y}, condition: s}
"""


def read(folder: Path, correlation: str) -> Loaded:
    (folder / "r.yml").write_text(textwrap.dedent(BASE) + "---\ntitle: C\nname: c\ncorrelation: " + correlation)
    return load([folder])


def only(folder: Path, correlation: str) -> Correlation:
    loaded = read(folder, correlation)
    assert not loaded.mistakes, [str(m) for m in loaded.mistakes]
    rule = loaded.rules[-1]
    assert isinstance(rule, Correlation)
    return rule


def test_references_by_name_and_id(tmp_path: Path) -> None:
    rule = only(tmp_path, "{type: temporal, rules: [6b13f121-07b7-4ed5-a9d2-ccc419442d53, b], group-by: g, timespan: 1h}")
    assert rule.rules == ("6b13f121-07b7-4ed5-a9d2-ccc419442d53", "b")
    assert (rule.group_by, rule.span, rule.bounds, rule.generate) == (("g",), 3600 * SECOND, None, False)


@pytest.mark.parametrize(("span", "seconds"), [("15s", 15), ("30m", 1800), ("2h", 7200), ("1d", 86400), ("1w", 604800), ("1M", 2629746), ("1y", 31556952)])
def test_units_of_time(tmp_path: Path, span: str, seconds: int) -> None:
    assert only(tmp_path, f"{{type: event_count, rules: [a], timespan: {span}, condition: {{gte: 2}}}}").span == seconds * SECOND


def test_a_range(tmp_path: Path) -> None:
    rule = only(tmp_path, "{type: event_count, rules: a, timespan: 1m, condition: {gte: 2, lte: 4}}")
    assert rule.bounds == Bounds((("gte", 2), ("lte", 4)))
    assert [rule.bounds.hold(count) for count in range(1, 6)] == [False, True, True, True, False]


def test_fields_and_aliases(tmp_path: Path) -> None:
    rule = only(tmp_path, "{type: value_count, rules: [a, b], group-by: [who], timespan: 1m, condition: {gte: 2, field: [u, v]}, "
                          "aliases: {who: {a: user.id, b: source.user}}}")
    assert rule.fields == ("u", "v")
    assert rule.aliases == {"who": {"6b13f121-07b7-4ed5-a9d2-ccc419442d53": "user.id", "b": "source.user"}}


def test_an_expression(tmp_path: Path) -> None:
    rule = only(tmp_path, "{type: temporal, timespan: 1m, condition: a and not b}")
    first: Any = ("rule", "6b13f121-07b7-4ed5-a9d2-ccc419442d53")
    assert rule.expression == ("and", first, ("not", ("rule", "b")))
    assert rule.rules == ("6b13f121-07b7-4ed5-a9d2-ccc419442d53", "b")


@pytest.mark.parametrize(("correlation", "told"), [
    ("{type: event_count, rules: [a, nobody], timespan: 1m, condition: {gte: 1}}", "correlation.rules.1: there is no working rule 'nobody'"),
    ("{type: event_count, rules: [c], timespan: 1m, condition: {gte: 1}}", "in a circle"),
    ("{type: event_count, rules: [a], timespan: 1x, condition: {gte: 1}}", "correlation.timespan: Timespan '1x' is invalid"),
    ("{type: event_count, rules: [a], timespan: 1m, condition: {}}", "correlation.condition: "),
    ("{type: event_count, rules: [a], timespan: 1m, condition: {gte: many}}", "correlation.condition"),
    ("{type: event_count, rules: [a], timespan: 1m, condition: {gte: 1000000}}", "`gte` takes a number from 0 to 10000"),
    ("{type: event_count, rules: [a], timespan: 1m}", "correlation"),
    ("{type: value_count, rules: [a], timespan: 1m, condition: {gte: 1}}", "without field reference"),
    ("{type: temporal_ordered, rules: [a, b], timespan: 1m, condition: a or b}", "an order needs every rule"),
    ("{type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}, groupby: [x]}", "correlation.groupby: unknown key 'groupby'"),
    ("{type: value_sum, rules: [a], timespan: 1m, condition: {gte: 1, field: x}}", "value_sum are not supported yet"),
    ("{type: nothing, rules: [a], timespan: 1m, condition: {gte: 1}}", "correlation.type: 'nothing' is no valid"),
    ("[]", "correlation"), ("{type: 5}", "correlation"),
])
def test_mistakes_are_told(tmp_path: Path, correlation: str, told: str) -> None:
    loaded = read(tmp_path, correlation)
    assert [rule.info.name for rule in loaded.rules] == ["a", "b"]
    assert any(told in str(mistake) for mistake in loaded.mistakes), [str(m) for m in loaded.mistakes]


def test_a_correlation_before_its_rules(tmp_path: Path) -> None:
    (tmp_path / "a_first.yml").write_text("title: D\nname: d\ncorrelation: {type: event_count, rules: [c], timespan: 1m, condition: {gte: 1}}")
    loaded = read(tmp_path, "{type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}")
    assert [rule.info.name for rule in loaded.rules] == ["a", "b", "c", "d"]
