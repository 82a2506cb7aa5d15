"""Which rules cannot fire on events that lack a field."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel import detectors, pipeline
from sentinel.formats._mapping.fields import FIELDS
from sentinel.records.event import CATEGORIES
from sentinel.rules.author.blind import blind
from sentinel.rules.read import load

ROOT = Path(__file__).parents[3]
RULE = """
title: {title}
id: 7a1c5e1e-0000-4000-8000-00000000000{n}
name: r{n}
status: test
level: high
logsource: {{category: {category}}}
detection:
  one: {{a: 1}}
  two: {{b: 2}}
  gone: {{c: null}}
  same: {{a|fieldref: d}}
  condition: {condition}
"""
CORRELATION = """
title: together
id: 7a1c5e1e-0000-4000-8000-00000000000{n}
status: test
level: high
correlation: {{type: {type}, rules: [{rules}], group-by: [{group}], timespan: 1m{more}}}
"""


def lacks(tmp_path: Path, *texts: str, **fields: set[str]) -> dict[str, tuple[str, ...] | str]:
    (tmp_path / "r.yml").write_text("---".join(texts))
    loaded = load.load([tmp_path / "r.yml"])
    assert not loaded.mistakes, loaded.mistakes
    return {one.rule.title: "none" if one.none else one.lacks for one in blind(loaded.rules, fields)}


def rule(condition: str, n: int = 1, category: str = "llm") -> str:
    return RULE.format(title=f"r{n}", n=n, condition=condition, category=category)


@pytest.mark.parametrize(("condition", "have", "lacking"), [
    ("one and two", {"a"}, ("b",)), ("one and two", {"a", "b"}, None), ("one or two", {"b"}, None), ("one or two", {"x"}, ("a",)),
    ("one and not two", {"a"}, None), ("not two", {"x"}, None), ("gone", {"x"}, None), ("one and gone", {"a"}, None),
    ("same", {"a"}, ("d",)), ("same", {"a", "d"}, None), ("1 of them", {"b"}, None), ("one and (two or same)", {"a"}, ("b",)),
])
def test_a_detection_lacks_what_no_way_goes_round(tmp_path: Path, condition: str, have: set[str], lacking: tuple[str, ...] | None) -> None:
    assert lacks(tmp_path, rule(condition), llm=have) == ({"r1": lacking} if lacking else {})


def test_a_category_of_which_there_are_no_events(tmp_path: Path) -> None:
    assert lacks(tmp_path, rule("one", category="webserver"), llm={"a"}) == {"r1": "none"}


@pytest.mark.parametrize(("type_", "group", "have", "lacking"), [
    ("event_count", "k", {"a", "k"}, {"r2": ("b",)}), ("event_count", "k", {"a"}, {"r2": ("b",), "together": ("k",)}),
    ("temporal", "k", {"a", "k"}, {"r2": ("b",), "together": ("b",)}),
    ("event_count", "k", {"k"}, {"r1": ("a",), "r2": ("b",), "together": ("a", "b")}),
])
def test_a_correlation_lacks_what_its_rules_do_and_what_it_groups_by(
        tmp_path: Path, type_: str, group: str, have: set[str], lacking: dict[str, tuple[str, ...]]) -> None:
    more = ", condition: {gte: 3}" if type_ == "event_count" else ""
    text = CORRELATION.format(n=3, type=type_, rules="r1, r2", group=group, more=more)
    assert lacks(tmp_path, rule("one"), rule("two", 2), text, llm=have) == lacking


def test_every_shipped_rule_can_fire_when_nothing_is_lacking() -> None:
    fields = set(FIELDS) | set(pipeline.FIELDS) | {name for one in detectors.load() for name in one.fields}
    assert blind(load.load([ROOT / "rules"]).rules, dict.fromkeys(CATEGORIES, fields)) == []
