"""Correlations: how they are read, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.clock import SECOND
from sentinel.rules import correlate
from sentinel.rules.read.correlation import TYPES
from sentinel.rules.read.load import load
from sentinel.rules.rule import Bounds
from tests.rules.read.conftest import only, read


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


@pytest.mark.parametrize(("given", "rules"), [
    ("condition: a and (b or not a)", ("a", "b")), ("condition: 1 of them, rules: [a, b]", ("a", "b")), ("condition: a-1.x or b", ("a-1.x", "b"))])
def test_rules_of_an_expression(tmp_path: Path, given: str, rules: tuple[str, ...]) -> None:
    (tmp_path / "other.yml").write_text("title: E\nname: a-1.x\nlogsource: {category: llm}\ndetection: {s: {f: z}, condition: s}")
    found = only(tmp_path, f"{{type: temporal, timespan: 1m, {given}}}").rules
    assert found == tuple("6b13f121-07b7-4ed5-a9d2-ccc419442d53" if one == "a" else one for one in rules)


@pytest.mark.parametrize(("kind", "condition", "bounds"), [
    ("value_sum", "{field: n, gt: 1000000000}", (("gt", 1_000_000_000),)), ("value_avg", "{field: n, lt: -0.5, gte: -7}", (("lt", -0.5), ("gte", -7))),
    ("event_count", '{gte: "5"}', (("gte", 5),)), ("value_count", "{field: n, neq: 3}", (("neq", 3),)), ("value_median", "{field: [n], eq: 9007199254740993}", (("eq", 9007199254740993),)),
    ("value_percentile", "{field: n, lte: 1}", (("lte", 1),)), ("temporal", "{gte: 1}", (("gte", 1),)), ("temporal_ordered", "{gte: 2}", (("gte", 2),)),
])
def test_numbers_are_those_of_the_yaml(tmp_path: Path, kind: str, condition: str, bounds: Any) -> None:
    assert only(tmp_path, f"{{type: {kind}, rules: [a, b], timespan: 1m, condition: {condition}}}").bounds == Bounds(bounds)


@pytest.mark.parametrize(("given", "percentile"), [("", 50), (", percentile: 95", 95), (", percentile: 99.9", 99.9), (", percentile: 0", 0)])
def test_percentile(tmp_path: Path, given: str, percentile: float) -> None:
    assert only(tmp_path, f"{{type: value_percentile, rules: a, timespan: 1m, condition: {{field: n, gt: 5{given}}}}}").percentile == percentile


@pytest.mark.parametrize("text", ["{type: event_count, rules: a, timespan: 1m, generate: true, condition: {gte: 1}}",
                                  "{type: event_count, rules: a, timespan: 1m, condition: {gte: 1}}\ngenerate: true"])
def test_generate_stands_in_either_place(tmp_path: Path, text: str) -> None:
    assert only(tmp_path, text).generate


EVENTS = "type: event_count, rules: [a], timespan: 1m"


@pytest.mark.parametrize(("correlation", "told"), [
    ("{type: event_count, rules: [a], timespan: 1x, condition: {gte: 1}}", "r.yml:15: correlation.timespan: '1x' is no timespan; write a whole number"),
    ("{type: event_count, rules: [a], timespan: 1.5h, condition: {gte: 1}}", "90m for an hour and a half"),
    ("{type: event_count, rules: [a], timespan: 0s, condition: {gte: 1}}", "'0s' is no timespan"),
    ("{type: event_count, rules: [a], timespan: -5m, condition: {gte: 1}}", "'-5m' is no timespan"),
    ("{type: event_count, rules: [a], timespan: 90, condition: {gte: 1}}", "'90' is no timespan"),
    ("{type: event_count, rules: [a], timespan: 5S, condition: {gte: 1}}", "'5S' is no timespan"),
    ("{type: event_count, rules: [a], condition: {gte: 1}}", "correlation.timespan: `timespan` is missing"),
    (f"{{{EVENTS}, condition: {{}}}}", "correlation.condition: no number to compare with; add one"),
    (f"{{{EVENTS}, condition: {{gte: many}}}}", "correlation.condition.gte: `gte` takes a number"),
    (f"{{{EVENTS}, condition: {{gte: true}}}}", "`gte` takes a number"), (f"{{{EVENTS}, condition: {{gte: .inf}}}}", "`gte` takes a number"),
    (f"{{{EVENTS}, condition: {{gte: 1000000}}}}", "`gte` takes a number from 0 to 100000; a window has no room for more"),
    (f"{{{EVENTS}, condition: {{gte: -1}}}}", "`gte` takes a number from 0"),
    (f"{{{EVENTS}, condition: {{get: 1}}}}", "correlation.condition.get: unknown key 'get'; did you mean 'g"),
    (f"{{{EVENTS}, condition: a and b}}", "the condition of a event_count is a mapping"),
    (f"{{{EVENTS}}}", "correlation.condition: `condition` is missing; say how much it takes: `condition: {gte: 10}`"),
    (f"{{{EVENTS}, condition: {{gte: 1}}, groupby: [x]}}", "correlation.groupby: unknown key 'groupby'; did you mean 'group-by'?"),
    (f"{{{EVENTS}, condition: {{gte: 1}}, generate: often}}", "correlation.generate: `generate` is true or false"),
    (f"{{{EVENTS}, condition: {{gte: 1}}, aliases: [x]}}", "correlation.aliases: aliases are a mapping"),
    (f"{{{EVENTS}, condition: {{gte: 1}}, aliases: {{x: y}}}}", "correlation.aliases.x: an alias is a mapping of rules to fields"),
    (f"{{{EVENTS}, condition: {{gte: 1}}, group-by: [{{x: y}}]}}", "correlation.group-by.0: a name is a string"),
    ("{type: event_count, rules: [], timespan: 1m, condition: {gte: 1}}", "correlation.rules: `rules` is missing"),
    ("{type: value_count, rules: [a], timespan: 1m, condition: {gte: 1}}", "correlation.condition: a value_count needs a field; add `field: NAME`"),
    ("{type: value_sum, rules: [a], timespan: 1m, condition: {gte: 1, field: [x, y]}}", "a value_sum is that of one field"),
    ("{type: value_percentile, rules: [a], timespan: 1m, condition: {gte: 1, field: x, percentile: 101}}", "`percentile` takes a number from 0 to 100"),
    ("{type: temporal_ordered, rules: [a, b], timespan: 1m, condition: not a or b}", "an order needs a rule that occurs"),
    ("{type: temporal, rules: [a, b], timespan: 1m, condition: a and nobody}", "correlation.condition: 'nobody' is not among `rules`"),
    ("{type: temporal, rules: [a, b], timespan: 1m, condition: a}", "the condition does not say what 'b' is for"),
    ("{type: temporal, rules: [a, b], timespan: 1m, condition: a and (b}", "a bracket is not closed"),
    ("{type: nothing, rules: [a], timespan: 1m, condition: {gte: 1}}", "correlation.type: unknown type 'nothing'; known here: event_count"),
    ("{type: temporal_order, rules: [a], timespan: 1m}", "did you mean 'temporal_ordered'?"),
    ("{rules: [a], timespan: 1m}", "correlation.type: `type` is missing"),
    ("[]", "correlation"), ("{type: 5}", "correlation"),
])
def test_mistakes_are_told(tmp_path: Path, correlation: str, told: str) -> None:
    loaded = read(tmp_path, correlation)
    assert [rule.info.name for rule in loaded.rules] == ["a", "b"]
    assert any(told in str(mistake) for mistake in loaded.mistakes), [str(m) for m in loaded.mistakes]


def test_what_can_be_read_can_be_run() -> None:
    assert set(TYPES) == set(correlate.TYPES)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(
        "title: C\nlevel: hgih\ncorrelation:\n  type: event_cuont\n  rules: [a]\n  group_by: [u]\n  timespan: 10x\n  generate: 1\n")
    assert [f"{one.line} {one.key}" for one in load([tmp_path]).mistakes] == [
        "2 level", "4 correlation.type", "6 correlation.group_by", "7 correlation.timespan", "8 correlation.generate"]
