from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from sentinel.clock import SystemClock
from sentinel.journal import batch, events
from sentinel.journal.database import Journal
from sentinel.journal.state import State
from tests import make
from tests.cli.conftest import Sentinel, config
from tests.cli.rules.conftest import GOOD

FLOOD = GOOD + """\
---
title: Too often
id: 21111111-2222-4333-8444-555555555555
correlation: {type: event_count, rules: [11111111-2222-4333-8444-555555555555], group-by: [user.id], timespan: 1m, condition: {gte: 3}}
"""


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    (tmp_path / "a.yml").write_text(GOOD)
    return tmp_path / "a.yml"


def test_why_it_fired(sentinel: Sentinel, rule: Path) -> None:
    ran = sentinel("rules", "explain", rule, '{"gen_ai.prompt": "so FORBIDDEN a word"}')
    assert ran.code == 0 and "line 1, matches" in ran.out
    assert "✓ sel: gen_ai.prompt|contains: forbidden" in ran.out and "it is so »FORBIDDEN« a word" in ran.out
    assert "It would match" not in ran.out


def test_why_it_did_not(sentinel: Sentinel, rule: Path, tmp_path: Path) -> None:
    (tmp_path / "e.json").write_text('{"gen_ai": {"prompts": "forbidden"}}')
    ran = sentinel("rules", "explain", rule, "e.json")
    assert ran.code == 0 and "does not match" in ran.out and "✗ sel" in ran.out
    assert "gen_ai.prompt contained forbidden; the event has no such field; did you mean 'gen_ai.prompts'?" in ran.out


def test_of_many_events_the_one_that_matches_or_comes_nearest(sentinel: Sentinel, rule: Path, tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text('{}\n{"gen_ai.prompt": "forbidden"}\n{"gen_ai.prompt": "forbidden"}\n')
    out = sentinel("rules", "explain", rule, "e.jsonl").out
    assert "2 of 3 event(s) match; the first of them:" in out and "line 2, matches" in out


def test_a_rule_of_another_logsource_is_said_first(sentinel: Sentinel, rule: Path) -> None:
    out = sentinel("rules", "explain", rule, '{"gen_ai.prompt": "forbidden", "event.category": "webserver"}').out
    assert "does not match" in out and "its logsource is llm and the event is webserver" in out


def test_rules_about_findings_see_what_detectors_find(sentinel: Sentinel, rule: Path) -> None:
    rule.write_text(GOOD.replace("gen_ai.prompt|contains: forbidden", "sentinel.prompt.pii.types: EMAIL"))
    assert "line 1, matches" in sentinel("rules", "explain", rule, '{"gen_ai.prompt": "mail ann.lee@example.com"}').out


def test_a_correlation_tells_how_far_it_came(sentinel: Sentinel, rule: Path, tmp_path: Path) -> None:
    rule.write_text(FLOOD)
    (tmp_path / "e.jsonl").write_text("".join(
        json.dumps({"gen_ai.prompt": "forbidden", "user.id": "ann", "@timestamp": f"2026-01-01T00:0{minute}:00Z"}) + "\n" for minute in (0, 2, 3)))
    out = sentinel("rules", "explain", rule, "e.jsonl").out
    assert "event_count gte 3 over 1 rule(s) within 1 min, per user.id" in out
    assert "3 of 3 event(s) match A forbidden word" in out and "user.id ann: 2 counted" in out
    assert "line 1  out of the window by 2 min" in out


def test_standard_input_and_json(sentinel: Sentinel, rule: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"gen_ai.prompt": "x"}')))
    told = json.loads(sentinel("rules", "explain", rule, "-", "--json").out)
    [on] = told["on"]
    assert told["matched"] == 0 and on["matches"] is False and on["tree"]["key"] == "gen_ai.prompt|contains"
    assert on["needs"] == [{"key": "gen_ai.prompt|contains", "holds": True, "redacted": False,
                            "says": "gen_ai.prompt contained forbidden; it is x"}]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """A journal with three events, of which the last brought an alert."""
    (tmp_path / "a.yml").write_text(FLOOD)
    now = SystemClock().now()
    given = [make.event({"gen_ai.prompt": text, "user.id": "ann"}, offset=n, at=now + n) for n, text in enumerate(
        ["forbidden", "say <EMAIL:3f9a1c2b>", "forbidden"])]
    alert = make.alert(rule="11111111-2222-4333-8444-555555555555", title="A forbidden word", event=given[2].id, at=now)
    gone = make.alert(id="b" * 16, rule="no-such-rule", title="Removed", event=given[2].id, at=now)
    found = batch.Decided(incidents={"INC-ABCDEFGHIJ": make.incident()}, alerts=[(alert, "INC-ABCDEFGHIJ"), (gone, "INC-ABCDEFGHIJ")])
    journal = Journal(tmp_path / "j.db")
    batch.commit(journal, batch.Batch(alerts=[alert], events=[(e, e.fields) for e in given]), State(journal), lambda db, alerts: found)
    journal.close()
    config(tmp_path, "rules: [a.yml]\n")
    return tmp_path


def ids(folder: Path) -> list[str]:
    journal = Journal(folder / "j.db", readonly=True)
    return [event.id for _, event in events.listed(journal)]


def test_an_event_of_the_journal_by_its_id(sentinel: Sentinel, stored: Path) -> None:
    first, redacted, _ = ids(stored)
    assert f"{first}, " in (out := sentinel("rules", "explain", "a forbidden word", first).out) and "matches" in out
    out = sentinel("rules", "explain", "a forbidden word", redacted).out
    assert "? sel" in out and "the stored text is redacted" in out
    assert "no event 00aa11bb22cc33dd-9-0" in sentinel("rules", "explain", "a forbidden word", "00aa11bb22cc33dd-9-0").err


def test_a_correlation_on_a_stored_event_looks_at_those_before_it(sentinel: Sentinel, stored: Path) -> None:
    out = sentinel("rules", "explain", "Too often", ids(stored)[2]).out
    assert "2 of 3 event(s) match A forbidden word" in out and "user.id ann: 2 counted" in out


def test_an_incident_is_explained_by_its_alerts(sentinel: Sentinel, stored: Path) -> None:
    out = sentinel("rules", "explain", "--incident", "INC-ABC").out
    assert f"on event {ids(stored)[2]}" in out and "here is <secret.github_pat:3f9a1c2b>" in out and "it is »forbidden«" not in out
    assert "✓ sel" in out and "no rule no-such-rule is among these rules" in out


def test_a_file_of_the_configs_rules_is_taken_with_the_filters_over_it(sentinel: Sentinel, rule: Path, tmp_path: Path) -> None:
    (tmp_path / "f.yml").write_text(
        "title: Bob may\nlogsource: {category: llm}\nfilter: {rules: [11111111-2222-4333-8444-555555555555], bob: {user.id: bob}, condition: not bob}\n")
    config(tmp_path, "rules: [a.yml, f.yml]\n")
    out = sentinel("rules", "explain", rule, '{"gen_ai.prompt": "forbidden", "user.id": "bob"}').out
    assert "does not match" in out and "✗ not bob: user.id: bob" in out and "user.id were not bob; it is bob" in out


@pytest.mark.parametrize("arguments", [["a.yml"], [], ["a.yml", "{}", "--incident", "x"], ["a.yml", "nothing.json"], ["a.yml", "{}", "--format", "x"]])
def test_what_makes_no_sense_is_refused(sentinel: Sentinel, rule: Path, arguments: list[str]) -> None:
    assert sentinel("rules", "explain", *arguments).code == 2


@pytest.mark.parametrize("word", ["nosuch.jsonl", "abc-0-0"])
def test_what_is_no_event_says_what_would_be_one(sentinel: Sentinel, rule: Path, word: str) -> None:
    ran = sentinel("rules", "explain", rule, word)
    assert ran.code == 2 and f"EVENT: '{word}' is no file, no JSON, and no event's id; ids are as" in ran.err


def test_json_that_was_typed_wrong_says_where(sentinel: Sentinel, rule: Path) -> None:
    assert "no JSON object in it: JSON is malformed: invalid character (byte 5)" in sentinel("rules", "explain", rule, '{"a":x}').err
