"""What is written. That it finds the right events, a real server says: `tests/integration/test_convert.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sentinel.rules.convert.condition import Index, Place
from sentinel.rules.convert.elastic import FORMATS, Converted, convert
from sentinel.rules.read.load import load

INDEX = Index({name: Place(name, kind) for name, kind in {
    "event.category": "keyword", "a": "keyword", "n": "long", "ip": "ip", "key": "keyword"}.items()})
BASE = """\
title: A word
id: 11111111-2222-4333-8444-555555555555
name: word
level: high
tags: [attack.t1078, attack.initial-access, owasp.llm01]
logsource: {category: llm}
detection: {s: {a: "b1"}, f: {n: [-5, 7]}, condition: s and not f}
"""
COUNTED = """\
---
title: Often
correlation: {type: event_count, rules: [word], group-by: [key], timespan: 5m, condition: {gte: 3}}
"""


def made(tmp_path: Path, text: str, form: str) -> list[Converted]:
    (tmp_path / "rule.yml").write_text(text)
    loaded = load([tmp_path])
    assert loaded.mistakes == []
    return list(convert(loaded.rules, INDEX, "logs-*", form))


def query(tmp_path: Path, text: str, form: str) -> Any:
    [one] = made(tmp_path, text, form)
    assert one.reason == ""
    return one.query


def test_lucene(tmp_path: Path) -> None:
    assert query(tmp_path, BASE, "lucene") == r"event.category:llm AND (a:/[Bb]1/ AND (NOT (n:\-5 OR n:7)))"


def test_dsl_lets_no_pattern_fail_in_silence(tmp_path: Path) -> None:
    [found] = query(tmp_path, BASE, "dsl")["query"]["bool"]["filter"]
    assert found["query_string"]["lenient"] is False and found["query_string"]["query"].startswith("event.category:llm")


def test_esql_takes_absent_for_absent_under_a_not(tmp_path: Path) -> None:
    assert query(tmp_path, BASE, "esql") == (
        'from logs-* metadata _id, _index, _version | where event.category=="llm" and a rlike "[Bb]1" and not coalesce(n in (-5, 7), false)')


def test_esql_counts(tmp_path: Path) -> None:
    search, aggregate, condition = query(tmp_path, BASE + COUNTED, "esql").split("\n")
    assert search.endswith("and key is not null")
    assert aggregate == "| eval timebucket=date_trunc(300seconds, @timestamp) | stats event_count=count() by timebucket, key"
    assert condition == "| where event_count >= 3"


def test_eql(tmp_path: Path) -> None:
    assert query(tmp_path, BASE, "eql") == 'any where event.category:"llm" and (a regex "[Bb]1" and (not (n:-5 or n:7)))'
    assert query(tmp_path, BASE.replace("s: {a: \"b1\"}", "s: {a|re: 'x\"y\\\\z', key|exists: true}"), "eql").startswith(
        'any where event.category:"llm" and ((a regex ".*x\\\\\\"y\\\\\\\\z.*" and ?key != null)')


@pytest.mark.parametrize("form", ["siem-rule", "kibana"])
def test_what_is_imported_carries_the_rule_and_asks_no_network(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.request

    monkeypatch.setattr(urllib.request, "urlopen", None)
    found = query(tmp_path, BASE, form)
    assert found["id"] == "11111111-2222-4333-8444-555555555555" and "A word" in str(found) and "event.category:llm" in str(found)
    if form == "siem-rule":
        assert found["index"] == ["logs-*"] and found["severity"] == "high"


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"esql"}))
def test_a_correlation_is_a_matter_of_esql(tmp_path: Path, form: str) -> None:
    [one] = made(tmp_path, BASE + COUNTED, form)
    assert one.query is None and "--format esql" in one.reason and one.rule.title == "Often"


@pytest.mark.parametrize(("correlation", "why"), [
    ("{type: temporal_ordered, rules: [word, other], timespan: 5m}", "no temporal_ordered"),
    ("{type: value_count, rules: [word], timespan: 5m, condition: {gte: 3, field: [a, n]}}", "one field"),
    ("{type: event_count, rules: [word], timespan: 5m, condition: {gte: 3, lt: 9}}", "a range"),
    ("{type: event_count, rules: [word], timespan: 5m, group-by: [x], aliases: {x: {word: a}}, condition: {gte: 3}}", "aliases"),
    ("{type: temporal, rules: [word, other], timespan: 5m, condition: word and not other}", "condition over rules")])
def test_what_esql_cannot_count_is_said(tmp_path: Path, correlation: str, why: str) -> None:
    other = BASE.replace("name: word", "name: other").replace("1111-2222", "1112-2222")
    [one] = made(tmp_path, f"{BASE}---\n{other}---\ntitle: c\ncorrelation: {correlation}\n", "esql")[-1:]
    assert why in one.reason


def test_one_that_cannot_be_said_stops_no_other(tmp_path: Path) -> None:
    other = BASE.replace("1111-2222", "1112-2222").replace("name: word", "name: other").replace('a: "b1"', "ip|startswith: '10.'")
    found = made(tmp_path, f"{other}---\n{BASE}", "lucene")
    assert [bool(one.reason) for one in found] == [True, False]
