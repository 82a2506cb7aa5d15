"""Correlations: how they are read, what they refer to, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.clock import SECOND
from tests.rules.read.conftest import only, read


def test_references_by_name_and_id(tmp_path: Path) -> None:
    rule = only(tmp_path, "{type: temporal, rules: [6b13f121-07b7-4ed5-a9d2-ccc419442d53, b], group-by: g, timespan: 1h}")
    assert rule.rules == ("6b13f121-07b7-4ed5-a9d2-ccc419442d53", "b")
    assert (rule.group_by, rule.span, rule.bounds, rule.generate) == (("g",), 3600 * SECOND, None, False)



@pytest.mark.parametrize(("correlation", "told"), [
    ("{type: event_count, rules: [a, nobody], timespan: 1m, condition: {gte: 1}}", "r.yml:15: correlation.rules.1: there is no working rule 'nobody'; name"),
    ("{type: event_count, rules: nobody, timespan: 1m, condition: {gte: 1}}", "there is no working rule 'nobody'"),
    ("{type: temporal, timespan: 1m, condition: a and nobody}", "there is no working rule 'nobody'"),
    ("{type: event_count, rules: [c], timespan: 1m, condition: {gte: 1}}", "a circle: c listens to c; let one"),
])
def test_mistakes_are_told(tmp_path: Path, correlation: str, told: str) -> None:
    loaded = read(tmp_path, correlation)
    assert [rule.info.name for rule in loaded.rules] == ["a", "b"]
    assert any(told in str(mistake) for mistake in loaded.mistakes), [str(m) for m in loaded.mistakes]


def test_a_circle_is_named_and_who_waits_for_it_too(tmp_path: Path) -> None:
    one = "title: {0}\nname: {0}\ncorrelation: {{type: event_count, rules: [{1}], timespan: 1m, condition: {{gte: 1}}}}\n---\n"
    (tmp_path / "circle.yml").write_text("".join(one.format(*pair) for pair in ("de", "ef", "fd", "gd")).rstrip("-\n"))
    loaded = read(tmp_path, "{type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}")
    assert [rule.info.name for rule in loaded.rules] == ["a", "b", "c"]
    assert [mistake.what for mistake in loaded.mistakes] == [
        "a circle: d listens to e listens to f listens to d", "a circle: e listens to f listens to d listens to e",
        "a circle: f listens to d listens to e listens to f", "it listens to 'd', which does not work"]


def test_an_id_is_the_same_in_capitals(tmp_path: Path) -> None:
    rule = only(tmp_path, "{type: event_count, rules: 6B13F121-07B7-4ED5-A9D2-CCC419442D53, timespan: 1m, condition: {gte: 1}}")
    assert rule.rules == ("6b13f121-07b7-4ed5-a9d2-ccc419442d53",)


def test_a_correlation_before_its_rules(tmp_path: Path) -> None:
    (tmp_path / "a_first.yml").write_text("title: D\nname: d\ncorrelation: {type: event_count, rules: [c], timespan: 1m, condition: {gte: 1}}")
    loaded = read(tmp_path, "{type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}")
    assert [rule.info.name for rule in loaded.rules] == ["a", "b", "c", "d"]
