"""Filters narrow rules and never mix with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.rules.loaded import Loaded
from sentinel.rules.match.compile import compile_node
from sentinel.rules.read.load import load
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


@pytest.mark.parametrize(("rules", "told"), [
    ("[a, b]", "filter.rules.1: there is no working rule 'b' to narrow"), ("[c]", "filter.rules.0: 'c' is a correlation, which no filter narrows"),
    ("[d]", "filter.rules.0: the logsource of 'd' is another one, so it is not narrowed")])
def test_what_a_filter_names_and_does_not_narrow(tmp_path: Path, rules: str, told: str) -> None:
    (tmp_path / "others.yml").write_text(
        "title: C\nname: c\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}\n---\n"
        "title: D\nname: d\nlogsource: {product: aws}\ndetection: {s: {f: x}, condition: s}\n")
    loaded = read(tmp_path, f"{{rules: {rules}, selection: {{f: x}}, condition: not selection}}")
    assert not loaded.mistakes and [str(warning).partition(":3: ")[2].partition(";")[0] for warning in loaded.warnings] == [told]


@pytest.mark.parametrize(("rule", "filter_", "narrowed"), [
    ("category: webserver", "category: webserver", True), ("{category: webserver, product: nginx}", "category: webserver", True),
    ("category: webserver", "{category: webserver, product: nginx}", False), ("{product: aws, service: cloudtrail}", "product: aws", True),
    ("{product: aws, service: cloudtrail}", "service: guardduty", False), ("category: WebServer", "category: webserver", True)])
def test_a_rule_must_have_all_of_the_logsource(tmp_path: Path, rule: str, filter_: str, narrowed: bool) -> None:
    sources = [f"logsource: {text}" if text.startswith("{") else f"logsource: {{{text}}}" for text in (rule, filter_)]
    (tmp_path / "r.yml").write_text(f"title: A\n{sources[0]}\ndetection: {{s: {{f: x}}, condition: s}}\n---\n"
                                    f"title: F\n{sources[1]}\nfilter: {{rules: any, selection: {{g: 1}}, condition: not selection}}\n")
    loaded = load([tmp_path])
    assert match(loaded, f="x", g="1") is not narrowed
    assert [w.what for w in loaded.warnings] == ([] if narrowed else ["this filter touches no rule"])


def test_a_broken_filter_says_which_rules_run_without_it(tmp_path: Path) -> None:
    loaded = read(tmp_path, "{rules: [a], selection: {f|containz: x}, condition: not selection}")
    assert match(loaded, f="x") and "filter.selection.f|containz" in str(loaded.mistakes[0])
    assert loaded.warnings[0].said == "filter: without this filter, which is broken, run: A; mend it"


def test_ids_are_the_same_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text("title: A\nid: 6B13F121-07b7-4ed5-a9d2-ccc419442d53\nlogsource: {category: llm}\ndetection: {s: {f: x}, condition: s}\n")
    (tmp_path / "f.yml").write_text("title: F\nlogsource: {category: llm}\nfilter: {rules: [6b13f121-07b7-4ed5-a9d2-ccc419442d53], s: {g: 1}, condition: not s}")
    loaded = load([tmp_path])
    assert match(loaded, f="x") and not match(loaded, f="x", g="1") and not loaded.warnings


def test_neq_negates_too(tmp_path: Path) -> None:
    assert read(tmp_path, "{rules: [a], selection: {user.id|neq: backup}, condition: selection}").warnings == []


def test_several_filters_all_narrow(tmp_path: Path) -> None:
    (tmp_path / "more.yml").write_text("title: More\nlogsource: {category: llm}\nfilter: {rules: any, selection: {g: 1}, condition: not selection}")
    loaded = read(tmp_path, "{rules: [a], selection: {user.id: backup}, condition: not selection}")
    assert match(loaded, f="x") and not match(loaded, f="x", g="1") and not match(loaded, f="x", **{"user.id": "backup"})


@pytest.mark.parametrize(("body", "told"), [("{selection: {f: x}, condition: not selection}", "a filter names its rules"),
                                            ("{rules: [a], condition: not selection}", "filter: no selection"),
                                            ("{rules: [], selection: {f: x}, condition: not selection}", "a filter names its rules"),
                                            ("{rules: any, selection: {f: x}, condition: [selection]}", "a filter has one condition"),
                                            ("{rules: [a], selection: {f|x: y}, condition: not selection}", "filter.selection.f|x: unknown modifier")])
def test_mistakes(tmp_path: Path, body: str, told: str) -> None:
    loaded = read(tmp_path, body)
    assert told in str(loaded.mistakes[0]) and len(loaded.rules) == 1
