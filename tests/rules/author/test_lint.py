"""Warnings about what works and is probably not meant."""

from __future__ import annotations

from pathlib import Path

from sentinel.rules.author.lint import warnings
from sentinel.rules.read.load import load


def told(folder: Path, text: str, *known: str) -> list[str]:
    (folder / "r.yml").write_text(text)
    (folder / "r.cases.yml").touch()
    return [str(one).removeprefix(str(folder) + "/") for one in warnings(load([folder]), known)]


RULE = "title: T\nname: t\nlogsource: {category: llm}\nlevel: high\ndetection: {s: {gen_ai.promt: x, '@timestamp|hour': 3}, condition: s}"


def test_a_field_that_nobody_sets(tmp_path: Path) -> None:
    assert told(tmp_path, RULE, "gen_ai.prompt") == [
        "r.yml:1: detection: gen_ai.promt: no format and no detector sets this field; did you mean 'gen_ai.prompt'?"]
    assert told(tmp_path, RULE) == []


def test_a_category_that_no_event_has(tmp_path: Path) -> None:
    assert "no event has the category 'process_creation'" in told(tmp_path, RULE.replace("llm", "process_creation"))[0]


def test_a_silenced_rule_of_a_high_level(tmp_path: Path) -> None:
    correlation = "\n---\ntitle: C\nname: c\ncorrelation: {type: event_count, rules: [t], timespan: 1m, condition: {gte: 2}}"
    assert "only correlations listen to this rule" in told(tmp_path, RULE + correlation)[0]


def test_missing_cases(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_text(RULE)
    assert "no cases stand beside it; write x.cases.yml" in str(warnings(load([tmp_path]))[0])
